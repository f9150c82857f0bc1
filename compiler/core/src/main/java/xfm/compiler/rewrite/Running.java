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
 * Sums and means over all places up to that of an index of the target, {@code sum[j](x[j] where j
 * <= i)}: a loop along that index adds one value at each place. They see no index but those of the
 * target: a sum inside another one is done anew.
 *
 * @param index the one that has to run innermost
 * @param left all indices of the target
 */
public record Running(Atom.Index index, List<Atom.Index> left) {
  public Running {
    left = List.copyOf(left);
  }

  /** Those of the first such index of an equation. */
  public static Optional<Running> of(Equation equation) {
    List<Running> all =
        equation.left().stream().map(index -> new Running(index, equation.left())).toList();
    List<Running> found = new ArrayList<>();
    Trees.visit(
        equation.body(),
        term ->
            all.stream()
                .filter(running -> term instanceof Term.Reduce reduce && running.has(reduce))
                .forEach(found::add));
    return found.stream().findFirst();
  }

  /** Whether a sum is over the places up to that of the index, and knows no more of it. */
  boolean has(Term.Reduce reduce) {
    if (reduce.op() != Term.ReduceOp.SUM && reduce.op() != Term.ReduceOp.MEAN
        || reduce.kind() != Term.Kind.FLOAT
        || reduce.over().size() != 1
        || reduce.where().isEmpty()
        || !left.containsAll(Trees.free(reduce))
        || Trees.free(reduce.body()).contains(index)) {
      return false;
    }
    List<Term> conditions = new ArrayList<>(Guards.conditions(reduce.where().get()));
    Term.Int own = new Term.Int(Poly.of(reduce.over().getFirst()));
    Term upTo = new Term.Binary(BinaryOp.LESS_EQUAL, own, new Term.Int(Poly.of(index)));
    return conditions.removeIf(upTo::equals)
        && conditions.stream().noneMatch(c -> Trees.free(c).contains(index));
  }
}
