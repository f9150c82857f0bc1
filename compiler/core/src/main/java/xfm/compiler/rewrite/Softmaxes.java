package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Finds a softmax among the factors of a sum: as it is called, as the quotient that it is, or as
 * the exponential of what a score is above the logsumexp of all.
 */
final class Softmaxes {

  /**
   * A softmax among factors.
   *
   * @param form what it is where nothing is left in
   * @param divisor the factor of the sum as a whole that is its divisor, if that stands there
   * @param rest the factors of the sum that are no part of it
   */
  record Found(
      Term score, Optional<Term> where, Form form, Optional<Term> divisor, List<Term> rest) {}

  /** How a softmax is written. */
  enum Form {
    /** By its name: 0 where nothing is left in. */
    CALLED,
    /** 0 / 0 where nothing is left in. */
    QUOTIENT,
    /** 0 of nothing, and exp(−∞ + ∞) where all scores are −∞. */
    ABOVE_ALL
  }

  private final Definitions definitions;
  private final Parts reader;

  Softmaxes(Definitions definitions) {
    this.definitions = definitions;
    reader = new Parts(definitions);
  }

  /** How factors are seen. */
  Parts parts() {
    return reader;
  }

  /**
   * The softmax along an index.
   *
   * @param factors of a sum over the index
   * @param outside factors of the sum as a whole; a divisor may stand there
   */
  Optional<Found> find(List<Term> factors, List<Term> outside, Atom.Index over) {
    List<Part> parts = parts(factors, over);
    return byHand(parts, outside, over)
        .or(() -> byHand(reader.weighted(parts), outside, over))
        .or(() -> called(parts, over));
  }

  private List<Part> parts(List<Term> factors, Atom.Index over) {
    List<Part> parts = new ArrayList<>();
    for (Term factor : factors) {
      parts.addAll(
          Trees.free(factor).contains(over) ? reader.see(factor) : List.of(reader.part(factor)));
    }
    for (Part part : List.copyOf(parts)) {
      if (part instanceof Part.Softmax softmax && softmax.over() == over) {
        parts.removeIf(p -> p instanceof Part.Mask(Term where, _) && isOutside(softmax, where));
      }
    }
    return parts;
  }

  /** Whether a softmax is 0 anyway where a condition does not hold. */
  private boolean isOutside(Part.Softmax softmax, Term condition) {
    List<Term> masks = new ArrayList<>(softmax.where().stream().toList());
    Apart.lift(Ranges.settled(definitions.whole(softmax.score())), masks);
    List<Term> known = masks.stream().flatMap(m -> Guards.conditions(m).stream()).toList();
    return Guards.conditions(condition).stream()
        .allMatch(c -> known.stream().anyMatch(k -> same(c, k)));
  }

  /** A factor, and what it divides by. */
  record Divisor(Term of, Term factor) {}

  /**
   * The exponentials of an index among factors, as one.
   *
   * @param others the factors that are neither those nor divide
   */
  record Lone(Part.Power power, List<Divisor> divisors, List<Term> others) {

    /** All factors but the exponential, and but a divisor. */
    List<Term> without(Optional<Divisor> divisor) {
      List<Term> rest = new ArrayList<>(others);
      divisors.stream().filter(d -> d != divisor.orElse(null)).forEach(d -> rest.add(d.factor()));
      return rest;
    }
  }

  /** The exponentials alone, and with what multiplies each of them. */
  Stream<Lone> lone(List<Term> factors, Atom.Index over) {
    List<Part> parts = parts(factors, over);
    return Stream.of(parts, reader.weighted(parts))
        .distinct()
        .flatMap(all -> loneAmong(all, over).stream());
  }

  private static Optional<Lone> loneAmong(List<Part> parts, Atom.Index over) {
    List<Part> powers = new ArrayList<>();
    List<Divisor> divisors = new ArrayList<>();
    List<Term> others = new ArrayList<>();
    for (Part part : parts) {
      boolean own = Trees.free(part.term()).contains(over);
      if (own && (part instanceof Part.Power || part instanceof Part.Mask)) {
        powers.add(part);
      } else if (part instanceof Part.Inverse(Term of, _, _) && !Trees.free(of).contains(over)) {
        divisors.add(new Divisor(of, part.term()));
      } else {
        others.add(part.term());
      }
    }
    return Part.merged(powers).map(power -> new Lone(power, divisors, others));
  }

  /** A term that is but an exponential, where it is left in. */
  Optional<Part.Power> power(Term term, Optional<Term> where) {
    List<Part> parts = new ArrayList<>();
    where.ifPresent(w -> parts.add(new Part.Mask(w, w)));
    parts.addAll(reader.see(term));
    return Part.merged(reader.weighted(parts));
  }

  private static Optional<Found> called(List<Part> parts, Atom.Index over) {
    for (Part part : parts) {
      if (part instanceof Part.Softmax softmax && softmax.over() == over) {
        return Optional.of(
            new Found(
                softmax.score(),
                softmax.where(),
                Form.CALLED,
                Optional.empty(),
                rest(parts, List.of(part))));
      }
    }
    return Optional.empty();
  }

  private Optional<Found> byHand(List<Part> parts, List<Term> outside, Atom.Index over) {
    List<Part> own =
        parts.stream()
            .filter(p -> !(p instanceof Part.Inverse || p instanceof Part.Other))
            .filter(p -> Trees.free(p.term()).contains(over))
            .toList();
    List<List<Part>> choices = new ArrayList<>();
    own.stream().filter(p -> !(p instanceof Part.Mask)).map(List::of).forEach(choices::add);
    if (own.size() > 1) {
      choices.add(own);
    }
    return choices.stream()
        .flatMap(some -> byHand(some, parts, outside, over).stream())
        .findFirst();
  }

  /** The softmax that is a product of powers, divided by its sum. */
  private Optional<Found> byHand(
      List<Part> some, List<Part> parts, List<Term> outside, Atom.Index over) {
    Optional<Part.Power> merged = Part.merged(powers(some));
    if (merged.isEmpty()) {
      return Optional.empty();
    }
    Part.Power power = merged.get();
    boolean called = some.stream().anyMatch(p -> p instanceof Part.Softmax);
    Optional<Term> score = called ? Optional.empty() : aboveAll(power, over);
    if (score.isPresent()) {
      return Optional.of(
          new Found(
              score.get(), power.where(), Form.ABOVE_ALL, Optional.empty(), rest(parts, some)));
    }
    for (Part part : parts) {
      if (part instanceof Part.Inverse(Term of, Term _, Optional<Term> only)
          && isSum(of, power, over)
          && (only.isEmpty() || same(only, power.where()))) {
        List<Part> used = new ArrayList<>(some);
        used.add(part);
        Form form = only.isPresent() ? Form.ABOVE_ALL : Form.QUOTIENT;
        return Optional.of(found(power, form, Optional.empty(), rest(parts, used)));
      }
    }
    for (Term factor : outside) {
      if (reader.part(factor) instanceof Part.Inverse(Term of, _, _) && isSum(of, power, over)) {
        return Optional.of(found(power, Form.QUOTIENT, Optional.of(factor), rest(parts, some)));
      }
    }
    return Optional.empty();
  }

  private static Found found(Part.Power power, Form form, Optional<Term> divisor, List<Term> rest) {
    return new Found(power.score(), power.where(), form, divisor, rest);
  }

  private static List<Term> rest(List<Part> parts, List<Part> without) {
    return parts.stream()
        .filter(part -> without.stream().noneMatch(g -> g == part))
        .map(Part::term)
        .toList();
  }

  /** The score of {@code score - logsumexp[over](score where where)}, however that is added up. */
  private Optional<Term> aboveAll(Part.Power power, Atom.Index over) {
    Sum sum = sum(power.score(), over);
    for (Addend total : sum.others()) {
      Optional<Part.Power> all = total.less() ? logarithm(total.term(), over) : Optional.empty();
      if (all.isPresent() && same(all.get().where(), power.where())) {
        // log Σ exp(score + c) is c + log Σ exp(score).
        Sum inner = sum(all.get().score(), over);
        List<Addend> rest = new ArrayList<>(sum.others());
        rest.remove(total);
        if (cancel(sum.own(), inner.own()) && cancel(rest, inner.others())) {
          return Optional.of(Sum.of(sum.own()));
        }
      }
    }
    return Optional.empty();
  }

  /** What is summed over all places of an index before the logarithm that a term is. */
  private Optional<Part.Power> logarithm(Term term, Atom.Index over) {
    Optional<Term> behind = definitions.of(term);
    if (behind.isPresent()) {
      return logarithm(behind.get(), over);
    }
    if (term instanceof Term.Unary(Term.UnaryOp op, Term sum) && op == Term.UnaryOp.LOG) {
      return summed(sum, over);
    }
    return term instanceof Term.Reduce reduce
            && reduce.op() == Term.ReduceOp.LOGSUMEXP
            && isAlong(reduce, over)
        ? Optional.of(
            new Part.Power(
                at(over, reduce, reduce.body()), reduce.where().map(w -> at(over, reduce, w))))
        : Optional.empty();
  }

  private record Addend(Term term, boolean less) {}

  /** What is added up: of an index, and of none. */
  private record Sum(List<Addend> own, List<Addend> others) {
    static Term of(List<Addend> addends) {
      Term sum = Terms.number(0);
      for (Addend addend : addends) {
        sum =
            addend.less()
                ? Terms.arithmetic(BinaryOp.SUBTRACT, sum, addend.term())
                : Terms.arithmetic(BinaryOp.ADD, sum, addend.term());
      }
      return sum;
    }
  }

  private Sum sum(Term term, Atom.Index over) {
    List<Addend> all = new ArrayList<>();
    addends(term, false, all);
    Map<Boolean, List<Addend>> parts =
        all.stream().collect(Collectors.partitioningBy(a -> Trees.free(a.term()).contains(over)));
    return new Sum(parts.get(true), parts.get(false));
  }

  /** Sums are looked for behind names as well. */
  private void addends(Term term, boolean less, List<Addend> into) {
    switch (term) {
      case Term.Binary(BinaryOp op, Term a, Term b)
          when op == BinaryOp.ADD || op == BinaryOp.SUBTRACT -> {
        addends(a, less, into);
        addends(b, less != (op == BinaryOp.SUBTRACT), into);
      }
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NEGATE ->
          addends(a, !less, into);
      case Term.Read read -> {
        List<Addend> behind = new ArrayList<>();
        definitions.of(read).ifPresent(b -> addends(b, less, behind));
        into.addAll(behind.size() > 1 ? behind : List.of(new Addend(read, less)));
      }
      case Term _ -> into.add(new Addend(term, less));
    }
  }

  /** Whether the same is added up, in any order. */
  private boolean cancel(List<Addend> some, List<Addend> others) {
    List<Addend> left = new ArrayList<>(others);
    for (Addend addend : some) {
      Optional<Addend> equal =
          left.stream()
              .filter(o -> o.less() == addend.less() && same(o.term(), addend.term()))
              .findFirst();
      if (equal.isEmpty()) {
        return false;
      }
      left.remove(equal.get());
    }
    return left.isEmpty();
  }

  /** Whether a term is the sum of a power over all places of an index. */
  private boolean isSum(Term term, Part.Power power, Atom.Index over) {
    return summed(term, over)
        .filter(own -> same(own.score(), power.score()) && same(own.where(), power.where()))
        .isPresent();
  }

  /** The power of which a term is the sum over all places of an index, here at its own. */
  private Optional<Part.Power> summed(Term term, Atom.Index over) {
    Optional<Term> behind = definitions.of(term);
    if (behind.isPresent()) {
      return summed(behind.get(), over);
    }
    if (!(term instanceof Term.Reduce sum)
        || sum.op() != Term.ReduceOp.SUM
        || !isAlong(sum, over)) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    sum.where().ifPresent(where -> parts.add(new Part.Mask(at(over, sum, where), where)));
    parts.addAll(reader.see(at(over, sum, sum.body())));
    return Part.merged(powers(reader.weighted(parts)));
  }

  /** Softmaxes as the powers that they are, for a quotient in which they stand on both sides. */
  private static List<Part> powers(List<Part> parts) {
    return parts.stream()
        .map(part ->
            part instanceof Part.Softmax(Atom.Index over, Term score, Optional<Term> where)
                ? new Part.Power(aboveAll(over, score, where), where)
                : part)
        .toList();
  }

  private static Term aboveAll(Atom.Index over, Term score, Optional<Term> where) {
    Atom.Index all = new Atom.Index(over.name(), over.size());
    Map<Atom.Index, Poly> at = Map.of(over, Poly.of(all));
    Term total =
        new Term.Reduce(
            Term.ReduceOp.LOGSUMEXP,
            List.of(all),
            Terms.substitute(score, at),
            where.map(w -> Terms.substitute(w, at)),
            Optional.empty());
    return Terms.arithmetic(BinaryOp.SUBTRACT, score, total);
  }

  private static boolean isAlong(Term.Reduce reduce, Atom.Index over) {
    return reduce.over().size() == 1 && reduce.over().getFirst().size().equals(over.size());
  }

  private static Term at(Atom.Index over, Term.Reduce reduce, Term part) {
    return Terms.substitute(part, Map.of(reduce.over().getFirst(), Poly.of(over)));
  }

  private boolean same(Optional<Term> a, Optional<Term> b) {
    return same(a.orElse(Terms.truth(true)), b.orElse(Terms.truth(true)));
  }

  private boolean same(Term a, Term b) {
    List<Atom.Index> free = List.copyOf(Trees.free(a));
    Function<Object, String> names = Text.names();
    return Text.key(free, Ranges.settled(definitions.whole(a)), names)
        .equals(Text.key(free, Ranges.settled(definitions.whole(b)), names));
  }
}
