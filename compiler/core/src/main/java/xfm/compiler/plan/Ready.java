package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.fuse.LoopKernel;
import xfm.runtime.kernel.contract.Contract;
import xfm.runtime.kernel.contract.ContractShape;
import xfm.runtime.kernel.contract.PackedMatrix;

/** A step with its kernel, its memory and all its sizes. */
sealed interface Ready {
  Equation equation();

  void run(WorkerTeam team);

  /** A generated loop, its outermost axis split over the team if that is worth waking it. */
  final class Loop implements Ready {
    /** Operations below which a step runs on the caller alone: about 10 to 30 µs. */
    private static final double WORTH_SHARING = 1 << 15;

    /** Operations of the longest piece: some milliseconds, the grain of cancelling. */
    private static final double LONGEST = 1 << 22;

    private static final int PIECES_PER_THREAD = 4;

    private final Step.Loop step;
    private final LoopKernel kernel;
    private final MemorySegment[] slots;
    private final int[] parameters;
    private final int extent;
    private final int pieces;
    private final WorkerTeam.Task task = this::piece;

    Loop(
        Step.Loop step,
        LoopKernel kernel,
        MemorySegment[] slots,
        int[] parameters,
        double work,
        int threads) {
      this.step = step;
      this.kernel = kernel;
      this.slots = slots;
      this.parameters = parameters;
      boolean single = step.nest().axes().isEmpty();
      extent = single ? 1 : parameters[step.nest().axes().getFirst().extent()];
      double wanted =
          Math.max(work / LONGEST, work < WORTH_SHARING ? 1 : PIECES_PER_THREAD * threads);
      pieces = (int) Math.min(extent, Math.max(1, wanted));
    }

    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void run(WorkerTeam team) {
      if (pieces == 1) {
        kernel.run(slots, parameters, 0, extent);
      } else if (pieces > 1) {
        team.run(pieces, task);
      }
    }

    private void piece(int piece, int worker) {
      int from = (int) ((long) extent * piece / pieces);
      int to = (int) ((long) extent * (piece + 1) / pieces);
      kernel.run(slots, parameters, from, to);
    }
  }

  /** A product with a weight. */
  record PackedProduct(
      Step.Multiply step,
      Contract contract,
      Scratch scratch,
      MemorySegment a,
      PackedMatrix b,
      MemorySegment c,
      ContractShape shape)
      implements Ready {
    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void run(WorkerTeam team) {
      contract.run(team, scratch, a, 0, b, 0, c, 0, shape);
    }
  }

  /** A product of two values. */
  record Product(
      Step.Multiply step,
      Contract contract,
      Scratch scratch,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      ContractShape shape)
      implements Ready {
    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void run(WorkerTeam team) {
      contract.run(team, scratch, a, 0, b, 0, c, 0, shape);
    }
  }

  /** Sizes and strides of a product. */
  static ContractShape shape(Step.Multiply step, Binding binding) {
    xfm.compiler.rewrite.Product product = step.product();
    Equation equation = step.equation();
    Value target = equation.target();
    long[] inTarget = binding.strides(target);
    long[] inA = binding.strides(product.a().value());
    long[] inB = binding.strides(product.b().value());
    ContractShape shape = new ContractShape().clear();
    for (Atom.Index index : product.batch()) {
      shape.batch(
          binding.size(index.size()),
          stride(product.a(), inA, index),
          stride(product.b(), inB, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : product.rows()) {
      shape.row(
          binding.size(index.size()),
          stride(product.a(), inA, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : product.columns()) {
      shape.col(
          binding.size(index.size()),
          stride(product.b(), inB, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : product.inner()) {
      shape.inner(
          binding.size(index.size()),
          stride(product.a(), inA, index),
          stride(product.b(), inB, index));
    }
    return shape;
  }

  private static long stride(Term.Read read, long[] strides, Atom.Index index) {
    return strides[Plan.axis(read, index)];
  }
}
