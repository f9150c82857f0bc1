package xfm.compiler.check;

import java.util.List;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ir.Poly;
import xfm.compiler.source.Span;

/**
 * A subscript of a matrix with its two indices the other way round.
 *
 * @param size of the axis that the index would then run over
 * @param other the other index
 * @param text as it would be written
 */
record Swap(Poly size, String other, String text) {

  /** For the index at an axis; nothing where there are not two bare indices. */
  static Optional<Swap> of(Expr.Subscript e, Meta.Tensor tensor, int axis) {
    List<Ast.Index> at = e.indices();
    if (at.size() != 2
        || tensor.shape().size() != 2
        || !(e.base() instanceof Expr.Name base)
        || !(at.get(0) instanceof Ast.At(Expr.Name first, Span _))
        || !(at.get(1) instanceof Ast.At(Expr.Name second, Span _))) {
      return Optional.empty();
    }
    return Optional.of(
        new Swap(
            tensor.shape().get(1 - axis),
            axis == 0 ? second.text() : first.text(),
            base.text() + "[" + second.text() + ", " + first.text() + "]"));
  }
}
