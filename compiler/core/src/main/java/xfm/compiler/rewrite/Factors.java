package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/**
 * Pulls out of a sum what does not depend on its indices: {@code sum[a](s * x[a] * w[a])} is {@code
 * s * sum[a](x[a] * w[a])}.
 *
 * <p>Over nothing the sum is 0 and the product must be, too: numbers go out always (they are
 * finite), other factors only of sums that are never empty.
 */
final class Factors implements Pass {

  @Override
  public Graph apply(Graph graph) {
    Set<Equation> attentions = Attention.all(graph);
    return Pass.with(
        graph,
        graph.equations().stream()
            .map(e ->
                attentions.contains(e)
                    ? e
                    : new Equation(e.target(), e.left(), pull(e.body()), e.span()))
            .toList());
  }

  private static Term pull(Term term) {
    Term inner = Trees.map(term, Factors::pull);
    if (!(inner instanceof Term.Reduce sum) || !Product.isPlainSum(sum)) {
      return inner;
    }
    boolean full = sum.over().stream().allMatch(i -> i.size().constant().orElse(0) > 0);
    List<Term> outside = new ArrayList<>();
    List<Term> inside = new ArrayList<>();
    for (Term factor : Product.factors(sum.body())) {
      boolean number = factor instanceof Term.Number(double value) && Double.isFinite(value);
      boolean free = full && isFree(factor, sum.over());
      (number || free ? outside : inside).add(factor);
    }
    if (outside.isEmpty() || inside.isEmpty()) {
      return inner;
    }
    outside.addFirst(
        new Term.Reduce(sum.op(), sum.over(), Product.times(inside), sum.where(), sum.otherwise()));
    return Product.times(outside);
  }

  private static boolean isFree(Term factor, List<Atom.Index> over) {
    Set<Atom.Index> free = Trees.free(factor);
    return Collections.disjoint(free, over);
  }
}
