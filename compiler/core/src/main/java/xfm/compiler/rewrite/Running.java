package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Trees;

/**
 * Sums over all places up to that of an index of the target, {@code sum[j](x[j] where j <= i)}: a
 * loop along that index adds one value at each place.
 */
public final class Running {
  private Running() {}

  /** The first such index of an equation: the one that has to run innermost. */
  public static Optional<Atom.Index> of(Equation equation) {
    List<Atom.Index> found = new ArrayList<>();
    Trees.visit(
        equation.body(),
        term ->
            equation.left().stream()
                .filter(index -> term instanceof Term.Reduce reduce && isUpTo(reduce, index))
                .forEach(found::add));
    return found.stream().findFirst();
  }

  /** Whether a sum is over the places up to that of an index, and knows no more of the index. */
  static boolean isUpTo(Term.Reduce reduce, Atom.Index index) {
    if (reduce.op() != Term.ReduceOp.SUM
        || reduce.kind() != Term.Kind.FLOAT
        || reduce.over().size() != 1
        || reduce.where().isEmpty()
        || Trees.free(reduce.body()).contains(index)) {
      return false;
    }
    List<Term> conditions = new ArrayList<>();
    split(reduce.where().get(), conditions);
    Term.Int own = new Term.Int(Poly.of(reduce.over().getFirst()));
    Term upTo = new Term.Binary(BinaryOp.LESS_EQUAL, own, new Term.Int(Poly.of(index)));
    return conditions.removeIf(upTo::equals)
        && conditions.stream().noneMatch(c -> Trees.free(c).contains(index));
  }

  private static void split(Term condition, List<Term> into) {
    if (condition instanceof Term.Binary(BinaryOp op, Term a, Term b) && op == BinaryOp.AND) {
      split(a, into);
      split(b, into);
    } else {
      into.add(condition);
    }
  }
}
