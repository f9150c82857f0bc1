package xfm.compiler.plan;

import java.util.List;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.runtime.fuse.LoopNest;

/** One equation and the kernel that computes it. */
sealed interface Step {
  Equation equation();

  Poly flops();

  /**
   * A generated loop nest; its axes are those of the target, outermost in memory first.
   *
   * @param operands the values of its slots; the first is the target
   * @param parameters its int parameters; the first ones are the extents of its axes
   */
  record Loop(
      Equation equation, LoopNest nest, List<Value> operands, List<Poly> parameters, Poly flops)
      implements Step {
    public Loop {
      operands = List.copyOf(operands);
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * A matrix product.
   *
   * @param product its indices, each group outermost in memory first
   * @param packed whether the right factor is a weight, packed once
   */
  record Multiply(Equation equation, Product product, boolean packed, Poly flops) implements Step {}
}
