package xfm.compiler.rewrite;

import java.util.Collections;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Small powers as products and roots: {@code x ** 3} is {@code x * x * x}, a nanosecond instead of
 * twenty. The generated loop computes a part that stands several times once.
 */
final class Powers implements Pass {
  private static final int LARGEST = 4;

  @Override
  public Graph apply(Graph graph) {
    return Pass.with(
        graph, graph.equations().stream().map(e -> e.with(rewrite(e.body()))).toList());
  }

  private static Term rewrite(Term term) {
    Term inner = Trees.map(term, Powers::rewrite);
    if (!(inner instanceof Term.Binary(BinaryOp op, Term x, Term y))
        || op != BinaryOp.POWER
        || !(y instanceof Term.Number(double power))
        || Trees.any(x, part -> part instanceof Term.Reduce)) {
      return inner;
    }
    if (power == Math.rint(power) && Math.abs(power) >= 1 && Math.abs(power) <= LARGEST) {
      Term product = Product.times(Collections.nCopies((int) Math.abs(power), x));
      return power > 0 ? product : inverse(product);
    }
    if (power == -0.5) {
      return inverse(Terms.apply(Term.UnaryOp.SQRT, x));
    }
    return power == 0.5 ? Terms.apply(Term.UnaryOp.SQRT, x) : inner;
  }

  private static Term inverse(Term term) {
    return Terms.arithmetic(BinaryOp.DIVIDE, Terms.number(1), term);
  }
}
