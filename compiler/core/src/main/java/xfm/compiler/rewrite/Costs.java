package xfm.compiler.rewrite;

import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/** What is worth computing once. */
final class Costs {
  /** Terms of at most so many parts are quicker computed again than stored and loaded. */
  private static final int FEW = 12;

  private Costs() {}

  /** A reduction or an elementary function stands in it: tens of cycles or more. */
  static boolean isHeavy(Term term) {
    return Trees.any(
        term,
        part ->
            switch (part) {
              case Term.Reduce _, Term.Along _ -> true;
              case Term.Unary(Term.UnaryOp op, Term _) ->
                  switch (op) {
                    case EXP, LOG, SQRT, SIN, COS, TANH, ERF -> true;
                    case NEGATE, ABS, FLOOR, FLOAT, NOT -> false;
                  };
              case Term.Binary(Term.BinaryOp op, Term _, Term _) -> op == Term.BinaryOp.POWER;
              case Term.Number _,
                  Term.Int _,
                  Term.Truth _,
                  Term.Read _,
                  Term.Choose _,
                  Term.Unknown _ ->
                  false;
            });
  }

  static boolean isCheap(Term term) {
    return parts(term) <= FEW && !isHeavy(term);
  }

  /** How many terms it is made of. */
  static int parts(Term term) {
    int[] parts = {0};
    Trees.visit(term, _ -> parts[0]++);
    return parts[0];
  }

  /** Whether an index runs over one place, always. */
  static boolean isSingle(Atom.Index index) {
    return index.size().isConstant(1);
  }
}
