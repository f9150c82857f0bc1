package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * One index as two: c as {@code by * high + low}. What depends on {@code c // by} alone is then the
 * same for all places of {@code low}, and computed once: the pattern of a head whose columns lie in
 * one row with those of all others, {@code p[c // 64, i, j] * v[j, c]}.
 */
record Split(Digits digits, long by) {

  /** The first that takes an index apart of which a factor needs but one part. */
  static Optional<Split> of(List<Term> factors, List<Atom.Index> indices) {
    for (Term factor : factors) {
      Set<Atom.Index> own = Trees.free(factor);
      for (Atom.Index whole : indices) {
        for (long by : own.contains(whole) ? divisors(factor, whole) : Set.<Long>of()) {
          Split split = new Split(Digits.of(whole, Poly.of(size(whole) / by), Poly.of(by)), by);
          Set<Atom.Index> left = Trees.free(split.apart(factor));
          if (left.contains(split.digits.high()) != left.contains(split.digits.low())) {
            return Optional.of(split);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static long size(Atom.Index index) {
    return index.size().constant().orElse(0);
  }

  /** The numbers, of equal parts of it, that the index is divided by in a term. */
  private static Set<Long> divisors(Term term, Atom.Index whole) {
    Set<Long> divisors = new LinkedHashSet<>();
    for (Poly by : Digits.divisors(term, whole)) {
      long number = by.constant().orElse(0);
      if (number > 0 && size(whole) > 0 && size(whole) % number == 0) {
        divisors.add(number);
      }
    }
    return divisors;
  }

  Scope apart(Scope scope) {
    return new Scope(
        digits.apart(scope.indices()),
        scope.guards().stream().map(this::apart).toList(),
        scope.opaque());
  }

  Term.Reduce apart(Term.Reduce reduce) {
    return new Term.Reduce(
        reduce.op(),
        digits.apart(reduce.over()),
        apart(reduce.body()),
        reduce.where().map(this::apart),
        reduce.otherwise().map(this::apart));
  }

  Term apart(Term term) {
    Poly own = Poly.of(digits.whole());
    Poly one = Poly.of(digits.high());
    Poly other = Poly.of(digits.low());
    Map<Atom, Poly> parts = new HashMap<>();
    parts.put(digits.whole(), one.times(by).plus(other));
    for (long divisor : divisors(term, digits.whole())) {
      Poly number = Poly.of(divisor);
      if (divisor % by == 0) {
        Poly more = Poly.of(divisor / by);
        parts.put(new Atom.Quotient(own, number), one.quotient(more));
        parts.put(new Atom.Remainder(own, number), one.remainder(more).times(by).plus(other));
      } else if (by % divisor == 0) {
        parts.put(
            new Atom.Quotient(own, number), one.times(by / divisor).plus(other.quotient(number)));
        parts.put(new Atom.Remainder(own, number), other.remainder(number));
      }
    }
    return Terms.substitute(term, parts);
  }

  /** A term of the parts as one of the whole again. */
  Term together(Term term) {
    Map<Atom.Index, Poly> parts = digits.back();
    return Terms.substitute(joined(term, parts), parts);
  }

  private Term joined(Term term, Map<Atom.Index, Poly> parts) {
    if (term instanceof Term.Int(Poly value) && joins(value)) {
      Poly both = Poly.of(digits.whole()).times(Strided.step(value, digits.low()));
      return joined(
          Terms.integer(Strided.rest(value, List.of(digits.high(), digits.low())).plus(both)),
          parts);
    }
    Term inside = Trees.map(term, child -> joined(child, parts));
    return inside instanceof Term.Reduce sum
            && sum.over().containsAll(List.of(digits.high(), digits.low()))
        ? new Term.Reduce(
            sum.op(),
            together(sum.over()),
            Terms.substitute(sum.body(), parts),
            sum.where().map(where -> Terms.substitute(where, parts)),
            sum.otherwise())
        : inside;
  }

  private List<Atom.Index> together(List<Atom.Index> indices) {
    List<Atom.Index> together = new ArrayList<>(indices);
    together.set(together.indexOf(digits.high()), digits.whole());
    together.remove(digits.low());
    return together;
  }

  private boolean joins(Poly value) {
    long step = Strided.step(value, digits.low());
    return step != 0 && Strided.step(value, digits.high()) == by * step;
  }
}
