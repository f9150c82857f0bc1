package xfm.compiler.rewrite;

import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;

/** Numbers that are but 1 or 0, as masks are often written: what holds where they are 1. */
final class Truths {
  private final Definitions definitions;

  Truths(Definitions definitions) {
    this.definitions = definitions;
  }

  /** The same of a number with no name in it. */
  static Optional<Term> written(Term number) {
    return new Truths(new Definitions()).of(number);
  }

  /** The condition that a number tells; empty if it may be anything but 1 or 0. */
  Optional<Term> of(Term number) {
    Optional<Term> behind = definitions.of(number);
    if (behind.isPresent()) {
      return of(behind.get());
    }
    return switch (number) {
      case Term.Number(double value) ->
          value == 0 || value == 1 ? Optional.of(Terms.truth(value == 1)) : Optional.empty();
      case Term.Int(Poly value) -> of(value);
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.FLOAT -> of(a);
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          of(then).flatMap(a -> of(otherwise).map(b -> chosen(condition, a, b)));
      case Term.Binary(BinaryOp op, Term a, Term b) -> of(op, a, b);
      case Term.Read read when definitions.isTruth(read) ->
          Optional.of(Terms.compare(BinaryOp.EQUAL, Terms.data(read), Terms.integer(Poly.ONE)));
      case Term _ -> Optional.empty();
    };
  }

  private static Term chosen(Term condition, Term then, Term otherwise) {
    Term none = Terms.truth(false);
    Term one = then.equals(none) ? none : Terms.and(condition, then);
    Term other = otherwise.equals(none) ? none : Terms.and(Terms.not(condition), otherwise);
    return Terms.or(one, other);
  }

  private Optional<Term> of(BinaryOp op, Term a, Term b) {
    return switch (op) {
      case MULTIPLY, MIN -> of(a).flatMap(x -> of(b).map(y -> Terms.and(x, y)));
      case MAX -> of(a).flatMap(x -> of(b).map(y -> Terms.or(x, y)));
      case SUBTRACT ->
          a instanceof Term.Number(double one) && one == 1
              ? of(b).map(Terms::not)
              : Optional.empty();
      case ADD, DIVIDE, POWER, EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR -> Optional.empty();
    };
  }

  /** Of ints: 1, 0, a product of such, 1 less one, or what a clamp keeps between. */
  private Optional<Term> of(Poly value) {
    if (value.constant().isPresent()) {
      long number = value.constant().getAsLong();
      return number == 0 || number == 1 ? Optional.of(Terms.truth(number == 1)) : Optional.empty();
    }
    return product(value)
        .or(() -> product(Poly.ONE.minus(value)).map(Terms::not))
        .or(() ->
            Ranges.isWithin(value, 0, 1)
                ? Optional.of(
                    Terms.compare(BinaryOp.EQUAL, Terms.integer(value), Terms.integer(Poly.ONE)))
                : Optional.empty());
  }

  private Optional<Term> product(Poly value) {
    if (value.terms().size() != 1) {
      return Optional.empty();
    }
    Map.Entry<Poly.Monomial, Long> only = value.terms().entrySet().iterator().next();
    Optional<Term> all = only.getValue() == 1 ? Optional.of(Terms.truth(true)) : Optional.empty();
    for (Atom atom : only.getKey().powers().keySet()) {
      all = all.flatMap(a -> of(atom).map(b -> Terms.and(a, b)));
    }
    return all;
  }

  private Optional<Term> of(Atom atom) {
    return switch (atom) {
      case Atom.Data data -> of(data.value());
      case Atom.Least(Poly a, Poly b) -> of(a).flatMap(x -> of(b).map(y -> Terms.and(x, y)));
      case Atom.Greatest(Poly a, Poly b) -> of(a).flatMap(x -> of(b).map(y -> Terms.or(x, y)));
      case Atom.Symbol _, Atom.Index _, Atom.Quotient _, Atom.Remainder _ -> Optional.empty();
    };
  }
}
