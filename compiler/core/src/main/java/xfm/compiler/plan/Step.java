package xfm.compiler.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.compiler.rewrite.SharedScores;
import xfm.runtime.fuse.LoopNest;

/** One equation and the kernel that computes it; of chains and recurrences, all their equations. */
sealed interface Step {
  Equation equation();

  default List<Equation> equations() {
    return List.of(equation());
  }

  Poly flops();

  /**
   * A generated loop nest; its axes are those of the target, outermost in memory first, of which
   * the first may stand for several; that up to which places are summed is the last.
   *
   * @param operands the values of its slots; the first is the target
   * @param parameters its int parameters; the first ones are the extents of its axes
   * @param place the number of the parameter that is set before a run: of a recurrence the place,
   *     of a chain the first row of the block; −1 if it needs none
   * @param whole whether its axis is not to be cut: pieces would each do what is done once for all
   */
  record Loop(
      Equation equation,
      LoopNest nest,
      List<Value> operands,
      List<Poly> parameters,
      int place,
      boolean whole,
      Poly flops)
      implements Step {
    public Loop {
      operands = List.copyOf(operands);
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * Loops over the same rows, all of them on some rows before the next: see {@link Chains}.
   *
   * @param axes how many of the outermost axes of each target are its rows
   * @param atRow the values that are read and made at the row alone
   * @param inside the values that only the chain reads: of each, in which part of a worker's block
   *     its rows are. Values of which one is no longer needed when the other is made share a part.
   */
  record Chain(List<Loop> loops, int axes, Set<Value> atRow, Map<Value, Integer> inside)
      implements Step {
    public Chain {
      loops = List.copyOf(loops);
    }

    @Override
    public Equation equation() {
      return loops.getFirst().equation();
    }

    @Override
    public List<Equation> equations() {
      return loops.stream().map(Loop::equation).toList();
    }

    @Override
    public Poly flops() {
      return loops.stream().map(Loop::flops).reduce(Poly.ZERO, Poly::plus);
    }
  }

  /**
   * Matrix products of the same batch and rows, which read their left factors together.
   *
   * @param outputs with their equations, each of which reads no other
   */
  record Multiply(List<Output> outputs) implements Step {
    public Multiply {
      outputs = List.copyOf(outputs);
    }

    @Override
    public Equation equation() {
      return outputs.getFirst().equation();
    }

    @Override
    public List<Equation> equations() {
      return outputs.stream().map(Output::equation).toList();
    }

    @Override
    public Poly flops() {
      return outputs.stream().map(Output::flops).reduce(Poly.ZERO, Poly::plus);
    }
  }

  /**
   * A product that is stored, or what a loop makes of some products.
   *
   * @param equation of all that is done
   * @param products of the same batch, rows and columns
   * @param epilogue the loop; without one there is one product
   */
  record Output(
      Equation equation, List<Factors> products, Optional<TileLoop> epilogue, Poly flops) {
    public Output {
      products = List.copyOf(products);
    }
  }

  /**
   * The factors of a product.
   *
   * @param product its indices, each group outermost in memory first
   * @param packed whether the right factor is a weight, packed once
   */
  record Factors(Product product, boolean packed) {}

  /**
   * Attention, tile by tile: of one or several values by the same scores, and what these come to.
   *
   * @param functions what is done to scores, as loops over a tile
   * @param work the operations of each equation
   */
  record Attention(SharedScores shared, ScoreLoops functions, List<Poly> work) implements Step {
    public Attention {
      work = List.copyOf(work);
    }

    xfm.compiler.rewrite.Attention attention() {
      return shared.attention();
    }

    @Override
    public Equation equation() {
      return equations().getFirst();
    }

    @Override
    public List<Equation> equations() {
      return shared.equations();
    }

    @Override
    public Poly flops() {
      return work.stream().reduce(Poly.ZERO, Poly::plus);
    }
  }

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
