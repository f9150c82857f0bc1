package xfm.compiler.check;

import java.util.ArrayList;
import java.util.List;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;

/** Whether conditions on integers follow from what is known: what {@link Facts} reads, asked. */
final class Conditions {
  private final Prover prover;

  Conditions(Prover prover) {
    this.prover = prover;
  }

  /** Whether a condition holds wherever the facts do; false where nothing proves it. */
  boolean follows(Term condition, List<Poly> facts) {
    return follows(condition, true, facts);
  }

  private boolean follows(Term term, boolean holds, List<Poly> facts) {
    return switch (term) {
      case Term.Truth(boolean value) -> value == holds;
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NOT ->
          follows(a, !holds, facts);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.AND || op == BinaryOp.OR ->
          (op == BinaryOp.AND) == holds
              ? follows(a, holds, facts) && follows(b, holds, knowing(a, holds, facts))
              : follows(a, holds, facts) || follows(b, holds, knowing(a, !holds, facts));
      case Term.Binary(BinaryOp op, Term.Int(Poly x), Term.Int(Poly y)) ->
          compares(op, holds, x, y, facts);
      case Term.Number _,
          Term.Int _,
          Term.Read _,
          Term.Unary _,
          Term.Binary _,
          Term.Choose _,
          Term.Reduce _,
          Term.Along _,
          Term.Unknown _ ->
          false;
    };
  }

  private static List<Poly> knowing(Term term, boolean holds, List<Poly> facts) {
    List<Poly> all = new ArrayList<>(facts);
    all.addAll(Facts.where(holds ? term : Terms.not(term)));
    return all;
  }

  private boolean compares(BinaryOp op, boolean holds, Poly x, Poly y, List<Poly> facts) {
    if (op == BinaryOp.LESS) {
      return holds ? atMost(x.plus(1), y, facts) : atMost(y, x, facts);
    }
    if (op == BinaryOp.LESS_EQUAL) {
      return holds ? atMost(x, y, facts) : atMost(y.plus(1), x, facts);
    }
    return (op == BinaryOp.EQUAL) == holds
        ? atMost(x, y, facts) && atMost(y, x, facts)
        : atMost(x.plus(1), y, facts) || atMost(y.plus(1), x, facts);
  }

  private boolean atMost(Poly x, Poly y, List<Poly> facts) {
    return prover.nonNegative(y.minus(x), facts);
  }
}
