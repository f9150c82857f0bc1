package xfm.compiler.plan;

import java.util.List;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.runtime.fuse.LoopNest;

/** One equation and the kernel that computes it; of a recurrence, all its equations. */
sealed interface Step {
  Equation equation();

  default List<Equation> equations() {
    return List.of(equation());
  }

  Poly flops();

  /**
   * A generated loop nest; its axes are those of the target, outermost in memory first.
   *
   * @param operands the values of its slots; the first is the target
   * @param parameters its int parameters; the first ones are the extents of its axes
   * @param place of a recurrence: the number of the parameter that is the place; else −1
   */
  record Loop(
      Equation equation,
      LoopNest nest,
      List<Value> operands,
      List<Poly> parameters,
      int place,
      Poly flops)
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

  /**
   * Attention, tile by tile.
   *
   * @param functions what is done to scores, as loops over a tile
   */
  record Attention(
      Equation equation, xfm.compiler.rewrite.Attention attention, ScoreLoops functions, Poly flops)
      implements Step {}

  /**
   * A recurrence: place after place, and at each its members, which see one place alone.
   *
   * @param body a loop or a product for each member
   */
  record Scan(Stage.Recurrence recurrence, List<Step> body) implements Step {
    public Scan {
      body = List.copyOf(body);
    }

    @Override
    public Equation equation() {
      return recurrence.equations().getFirst();
    }

    @Override
    public List<Equation> equations() {
      return recurrence.equations();
    }

    @Override
    public Poly flops() {
      return body.stream().map(Step::flops).reduce(Poly.ZERO, Poly::plus);
    }
  }
}
