package xfm.compiler.check;

import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.UnaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/** Integers that are chosen by conditions, with one condition decided. */
final class Cases {
  private Cases() {}

  /** A condition, without {@code and}, {@code or} and {@code not}, on which a choice depends. */
  static Optional<Term> condition(Poly poly) {
    for (Atom atom : Trees.atoms(poly)) {
      Optional<Term> found =
          switch (atom) {
            case Atom.Symbol _, Atom.Index _ -> Optional.empty();
            case Atom.Quotient(Poly a, Poly b) -> condition(a).or(() -> condition(b));
            case Atom.Remainder(Poly a, Poly b) -> condition(a).or(() -> condition(b));
            case Atom.Least(Poly a, Poly b) -> condition(a).or(() -> condition(b));
            case Atom.Greatest(Poly a, Poly b) -> condition(a).or(() -> condition(b));
            case Atom.Data data ->
                data.value() instanceof Term.Choose choose
                    ? leaf(choose.condition())
                    : Optional.empty();
          };
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Term> leaf(Term condition) {
    return switch (condition) {
      case Term.Unary(UnaryOp op, Term a) when op == UnaryOp.NOT -> leaf(a);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.AND || op == BinaryOp.OR ->
          leaf(a).or(() -> leaf(b));
      case Term.Binary(BinaryOp _, Term.Int(Poly a), Term.Int(Poly b)) ->
          // what it compares may itself be chosen, and is decided first
          condition(a).or(() -> condition(b)).or(() -> Optional.of(condition));
      case Term.Truth _ -> Optional.empty();
      case Term.Number _,
          Term.Int _,
          Term.Read _,
          Term.Unary _,
          Term.Binary _,
          Term.Choose _,
          Term.Reduce _,
          Term.Along _,
          Term.Unknown _ ->
          Optional.of(condition);
    };
  }

  /** The integer where the condition holds, or does not. */
  static Poly where(Poly poly, Term condition, boolean holds) {
    return poly.substitute(atom ->
        switch (atom) {
          case Atom.Symbol _, Atom.Index _ -> Poly.of(atom);
          case Atom.Quotient(Poly a, Poly b) ->
              where(a, condition, holds).quotient(where(b, condition, holds));
          case Atom.Remainder(Poly a, Poly b) ->
              where(a, condition, holds).remainder(where(b, condition, holds));
          case Atom.Least(Poly a, Poly b) ->
              where(a, condition, holds).min(where(b, condition, holds));
          case Atom.Greatest(Poly a, Poly b) ->
              where(a, condition, holds).max(where(b, condition, holds));
          case Atom.Data data -> Trees.asPoly(decided(data.value(), condition, holds));
        });
  }

  private static Term decided(Term term, Term condition, boolean holds) {
    if (term.equals(condition)) {
      return Terms.truth(holds);
    }
    return switch (term) {
      case Term.Int(Poly value) -> Terms.integer(where(value, condition, holds));
      case Term.Unary(UnaryOp op, Term a) when op == UnaryOp.NOT ->
          Terms.not(decided(a, condition, holds));
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.AND ->
          Terms.and(decided(a, condition, holds), decided(b, condition, holds));
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.OR ->
          Terms.or(decided(a, condition, holds), decided(b, condition, holds));
      case Term.Binary(BinaryOp op, Term.Int a, Term.Int b) ->
          Terms.compare(op, decided(a, condition, holds), decided(b, condition, holds));
      case Term.Choose(Term c, Term then, Term otherwise) ->
          Terms.choose(
              decided(c, condition, holds),
              decided(then, condition, holds),
              decided(otherwise, condition, holds));
      case Term.Number _,
          Term.Truth _,
          Term.Read _,
          Term.Unary _,
          Term.Binary _,
          Term.Reduce _,
          Term.Along _,
          Term.Unknown _ ->
          term;
    };
  }
}
