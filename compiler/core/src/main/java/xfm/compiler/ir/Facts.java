package xfm.compiler.ir;

import java.util.ArrayList;
import java.util.List;
import xfm.compiler.ir.Term.BinaryOp;

/** What a condition that holds says about integers: polynomials that are 0 or more. */
public final class Facts {
  private Facts() {}

  public static List<Poly> where(Term condition) {
    List<Poly> facts = new ArrayList<>();
    collect(condition, true, facts);
    return facts;
  }

  private static void collect(Term term, boolean holds, List<Poly> facts) {
    if (term instanceof Term.Unary(Term.UnaryOp op, Term inner) && op == Term.UnaryOp.NOT) {
      collect(inner, !holds, facts);
    } else if (term instanceof Term.Binary(BinaryOp op, Term a, Term b)) {
      if (op == (holds ? BinaryOp.AND : BinaryOp.OR)) {
        collect(a, holds, facts);
        collect(b, holds, facts);
      } else if (a instanceof Term.Int(Poly x) && b instanceof Term.Int(Poly y)) {
        compare(op, holds, x, y, facts);
      }
    }
  }

  private static void compare(BinaryOp op, boolean holds, Poly x, Poly y, List<Poly> facts) {
    if (op == BinaryOp.LESS_EQUAL) {
      facts.add(holds ? y.minus(x) : x.minus(y).minus(1));
    } else if (op == BinaryOp.LESS) {
      facts.add(holds ? y.minus(x).minus(1) : x.minus(y));
    } else if (op == (holds ? BinaryOp.EQUAL : BinaryOp.UNEQUAL)) {
      facts.add(x.minus(y));
      facts.add(y.minus(x));
    } else if (op == (holds ? BinaryOp.UNEQUAL : BinaryOp.EQUAL)) {
      Poly difference = x.minus(y);
      for (Atom atom : Trees.atoms(difference)) {
        if (atom instanceof Atom.Index index) {
          apart(index, difference, facts);
        }
      }
    }
  }

  /** An index that is not at its first place is at 1 or later; not at its last, before that. */
  private static void apart(Atom.Index index, Poly difference, List<Poly> facts) {
    Poly last = index.size().minus(1).minus(Poly.of(index));
    for (Poly least : List.of(Poly.of(index), last)) {
      if (difference.equals(least) || difference.equals(least.times(-1))) {
        facts.add(least.minus(1));
      }
    }
  }
}
