package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
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

  void run(Lane lane);

  /** How many tiles of keys the attention in it computed in its last run. */
  default long computedTiles() {
    return 0;
  }

  /** Of a step that sees one place of a recurrence at a time: which one next. */
  default void at(int place) {
    throw new IllegalStateException("no part of a recurrence");
  }

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
    public void run(Lane lane) {
      if (pieces == 1) {
        kernel.run(slots, parameters, 0, extent);
      } else if (pieces > 1) {
        lane.team().run(pieces, task);
      }
    }

    @Override
    public void at(int place) {
      parameters[step.place()] = place;
    }

    private void piece(int piece, int worker) {
      int from = (int) ((long) extent * piece / pieces);
      int to = (int) ((long) extent * (piece + 1) / pieces);
      kernel.run(slots, parameters, from, to);
    }
  }

  /** A product with a weight. */
  record PackedProduct(
      Step.Multiply step, MemorySegment a, PackedMatrix b, MemorySegment c, ContractShape shape)
      implements Ready {
    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void run(Lane lane) {
      lane.contract().run(lane.team(), lane.scratch(), a, 0, b, 0, c, 0, shape);
    }
  }

  /** A product of two values. */
  record Product(
      Step.Multiply step, MemorySegment a, MemorySegment b, MemorySegment c, ContractShape shape)
      implements Ready {
    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void run(Lane lane) {
      lane.contract().run(lane.team(), lane.scratch(), a, 0, b, 0, c, 0, shape);
    }
  }

  /** A product of which a recurrence computes one place at a time. */
  final class PlacedProduct implements Ready {
    private final Step.Multiply step;
    private final MemorySegment a;
    private final Optional<PackedMatrix> packed;
    private final MemorySegment b;
    private final MemorySegment c;
    private final ContractShape shape;
    private final long strideA;
    private final long strideB;
    private final long strideC;
    private int place;

    /**
     * @param packed the right factor; if empty, it is {@code b}
     */
    PlacedProduct(
        Step.Multiply step,
        MemorySegment a,
        Optional<PackedMatrix> packed,
        MemorySegment b,
        MemorySegment c,
        Atom.Index along,
        Binding binding) {
      this.step = step;
      this.a = a;
      this.packed = packed;
      this.b = b;
      this.c = c;
      this.shape = shape(step, binding, Optional.of(along));
      strideA = strideOf(step.product().a(), along, binding);
      strideB = strideOf(step.product().b(), along, binding);
      Equation equation = step.equation();
      strideC = binding.strides(equation.target())[equation.left().indexOf(along)];
    }

    private static long strideOf(Term.Read read, Atom.Index along, Binding binding) {
      int axis = Plan.axis(read, along);
      return axis < 0 ? 0 : binding.strides(read.value())[axis];
    }

    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void at(int next) {
      place = next;
    }

    @Override
    public void run(Lane lane) {
      WorkerTeam team = lane.team();
      Contract contract = lane.contract();
      Scratch scratch = lane.scratch();
      if (packed.isPresent()) {
        contract.run(team, scratch, a, place * strideA, packed.get(), 0, c, place * strideC, shape);
      } else {
        contract.run(
            team, scratch, a, place * strideA, b, place * strideB, c, place * strideC, shape);
      }
    }
  }

  /** Attention. */
  record Attention(
      Step.Attention step,
      xfm.runtime.kernel.attention.Attention kernel,
      MemorySegment q,
      MemorySegment k,
      MemorySegment v,
      MemorySegment out)
      implements Ready {
    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void run(Lane lane) {
      kernel.run(lane.team(), lane.scratch(), q, k, v, out);
    }

    @Override
    public long computedTiles() {
      return kernel.computedTiles();
    }
  }

  /** A recurrence: at each place one member after another. */
  final class Scan implements Ready {
    private final List<Ready> members;
    private final int[] extents;
    private final int extent;
    private final boolean ascending;
    private int now;

    /**
     * @param extents how many places each member has
     */
    Scan(List<Ready> members, int[] extents, int extent, boolean ascending) {
      this.members = members;
      this.extents = extents;
      this.extent = extent;
      this.ascending = ascending;
    }

    /** That of the member that runs now. */
    @Override
    public Equation equation() {
      return members.get(now).equation();
    }

    @Override
    public void run(Lane lane) {
      for (int step = 0; step < extent; step++) {
        lane.team().cancellation().check();
        int place = ascending ? step : extent - 1 - step;
        for (now = 0; now < extents.length; now++) {
          if (place < extents[now]) {
            Ready member = members.get(now);
            member.at(place);
            member.run(lane);
          }
        }
      }
    }
  }

  /**
   * A step that sees one sequence at a time, for each sequence of a batch: the largest by the whole
   * team, one after another, all others shared out, each to one worker.
   */
  final class Each implements Ready {
    private final List<Ready> alone;
    private final Ready[] shared;
    private final boolean small;
    private final WorkerTeam.Task task = this::one;
    private Lane lane;

    /**
     * @param alone those that are worth the whole team
     * @param work operations of all
     */
    Each(List<Ready> alone, List<Ready> shared, double work) {
      this.alone = alone;
      this.shared = shared.toArray(Ready[]::new);
      this.small = work < Loop.WORTH_SHARING;
    }

    /** Whether a sequence is so much of a batch that workers would wait for the one who has it. */
    static boolean isWorthAll(double work, double ofAll, int threads) {
      return threads > 1 && work >= Loop.WORTH_SHARING && 2 * threads * work > ofAll;
    }

    @Override
    public Equation equation() {
      return (alone.isEmpty() ? shared[0] : alone.getFirst()).equation();
    }

    @Override
    public void run(Lane lane) {
      for (Ready sequence : alone) {
        Failures.run(sequence, lane);
      }
      if (small) {
        for (Ready sequence : shared) {
          lane.team().cancellation().check();
          Failures.run(sequence, lane.worker(0));
        }
      } else {
        this.lane = lane;
        lane.team().run(shared.length, task);
      }
    }

    private void one(int number, int worker) {
      Failures.run(shared[number], lane.worker(worker));
    }

    @Override
    public long computedTiles() {
      long sum = 0;
      for (Ready sequence : alone) {
        sum += sequence.computedTiles();
      }
      for (Ready sequence : shared) {
        sum += sequence.computedTiles();
      }
      return sum;
    }
  }

  /** Sizes and strides of a product. */
  static ContractShape shape(Step.Multiply step, Binding binding) {
    return shape(step, binding, Optional.empty());
  }

  /**
   * @param fixed an index that stays at one place
   */
  private static ContractShape shape(
      Step.Multiply step, Binding binding, Optional<Atom.Index> fixed) {
    xfm.compiler.rewrite.Product product = step.product();
    Equation equation = step.equation();
    Value target = equation.target();
    long[] inTarget = binding.strides(target);
    long[] inA = binding.strides(product.a().value());
    long[] inB = binding.strides(product.b().value());
    ContractShape shape = new ContractShape().clear();
    for (Atom.Index index : without(fixed, product.batch())) {
      shape.batch(
          binding.size(index.size()),
          stride(product.a(), inA, index),
          stride(product.b(), inB, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : without(fixed, product.rows())) {
      shape.row(
          binding.size(index.size()),
          stride(product.a(), inA, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : without(fixed, product.columns())) {
      shape.col(
          binding.size(index.size()),
          stride(product.b(), inB, index),
          inTarget[equation.left().indexOf(index)]);
    }
    for (Atom.Index index : without(fixed, product.inner())) {
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

  private static List<Atom.Index> without(Optional<Atom.Index> fixed, List<Atom.Index> indices) {
    return indices.stream().filter(index -> !fixed.equals(Optional.of(index))).toList();
  }
}
