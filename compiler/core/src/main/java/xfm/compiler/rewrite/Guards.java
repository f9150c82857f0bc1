package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.UnaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/** Where a factor of a product is not 0, and what the conditions for it say. */
final class Guards {
  private Guards() {}

  /** What holds together, in the order in which it is looked at. */
  static List<Term> conditions(Term condition) {
    return switch (condition) {
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.AND ->
          Stream.concat(conditions(a).stream(), conditions(b).stream()).toList();
      case Term.Unary(UnaryOp not, Term.Binary(BinaryOp op, Term a, Term b))
          when not == UnaryOp.NOT && op == BinaryOp.OR ->
          conditions(Terms.and(Terms.not(a), Terms.not(b)));
      case Term _ -> List.of(condition);
    };
  }

  /** Polynomials that are 0 or more where a condition holds, those inside max and min apart. */
  static List<Poly> facts(Term condition) {
    return Facts.where(condition).stream().flatMap(fact -> apart(fact).stream()).toList();
  }

  /** {@code c - max(a, b) >= 0} says as much as {@code c - a >= 0} and {@code c - b >= 0}. */
  private static List<Poly> apart(Poly fact) {
    for (Atom atom : Trees.atoms(fact)) {
      Poly own = Poly.of(atom);
      Optional<List<Poly>> both =
          switch (atom) {
            case Atom.Greatest(Poly a, Poly b) when times(fact, atom) < 0 ->
                Optional.of(List.of(own.minus(a), own.minus(b)));
            case Atom.Least(Poly a, Poly b) when times(fact, atom) > 0 ->
                Optional.of(List.of(a.minus(own), b.minus(own)));
            case Atom _ -> Optional.empty();
          };
      if (both.isPresent()) {
        return both.get().stream()
            .map(more -> fact.plus(more.times(Math.abs(times(fact, atom)))))
            .flatMap(each -> apart(each).stream())
            .toList();
      }
    }
    return List.of(fact);
  }

  /** How often an atom stands in an integer by itself. */
  static long times(Poly poly, Atom atom) {
    return poly.terms().getOrDefault(Poly.of(atom).terms().firstEntry().getKey(), 0L);
  }

  /** Where a factor is not 0: what its guards say, whether or not there is more to it. */
  static List<Poly> ofFactor(Term factor) {
    return switch (zeroLast(factor)) {
      case Term.Read read when isZero(read.otherwise()) -> range(read);
      case Term.Choose(Term condition, Term then, Term otherwise) when isZero(otherwise) -> {
        List<Poly> facts = new ArrayList<>(facts(condition));
        Product.factors(then).forEach(inner -> facts.addAll(ofFactor(inner)));
        yield facts;
      }
      case Term _ -> List.of();
    };
  }

  /** {@code if c then 0 else x} is {@code if not c then x else 0}. */
  static Term zeroLast(Term factor) {
    return factor instanceof Term.Choose(Term condition, Term then, Term otherwise) && isZero(then)
        ? Terms.choose(Terms.not(condition), otherwise, then)
        : factor;
  }

  /** What it is to be inside every axis. */
  static List<Poly> range(Term.Read read) {
    List<Poly> range = new ArrayList<>();
    for (int axis = 0; axis < read.at().size(); axis++) {
      Poly at = Trees.asPoly(read.at().get(axis));
      range.add(at);
      range.add(read.value().shape().get(axis).minus(1).minus(at));
    }
    return range;
  }

  static boolean isZero(Term term) {
    return term instanceof Term.Number(double value) && value == 0;
  }

  private static boolean isZero(Optional<Term> term) {
    return term.filter(Guards::isZero).isPresent();
  }

  /** A sum whose one factor is a sum as one sum, {@code sum[j](sum[a](x) / 2 where c)}. */
  static Term.Reduce flat(Term.Reduce sum) {
    List<Term> factors = new ArrayList<>(Product.factors(sum.body()));
    for (Term factor : List.copyOf(factors)) {
      if (factor instanceof Term.Reduce inner
          && Product.isPlainSum(inner)
          && inner.over().stream().allMatch(index -> Trees.free(index.size()).isEmpty())) {
        List<Atom.Index> over = new ArrayList<>(sum.over());
        over.addAll(inner.over());
        factors.set(factors.indexOf(factor), inner.body());
        return flat(
            new Term.Reduce(sum.op(), over, Product.times(factors), sum.where(), sum.otherwise()));
      }
    }
    return sum;
  }
}
