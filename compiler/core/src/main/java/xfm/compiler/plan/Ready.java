package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import xfm.compiler.ir.Equation;
import xfm.runtime.exec.Borrowed;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.fuse.LoopKernel;
import xfm.runtime.kernel.contract.Operands;
import xfm.runtime.kernel.contract.Output;

/** A step with its kernel, its memory and all its sizes. */
sealed interface Ready
    permits Ready.Loop,
        Ready.Products,
        Ready.PlacedProduct,
        Ready.Attention,
        Ready.Scan,
        Ready.Each,
        Blocks {
  Equation equation();

  void run(Lane lane);

  /** What it borrows of the scratch of the lane in which it runs. */
  default Borrowed borrowed(Lane lane) {
    return Borrowed.NOTHING;
  }

  /** What it borrows of the scratch of each worker's own lane. */
  default Borrowed borrowedByWorkers(Lane lane) {
    return Borrowed.NOTHING;
  }

  /** What steps borrow that run one after another. */
  private static Borrowed borrowed(List<Ready> steps, Lane lane) {
    return steps.stream().map(step -> step.borrowed(lane)).reduce(Borrowed.NOTHING, Borrowed::and);
  }

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
    /**
     * Operations of the shortest piece: about 1 µs on vectors, 10 to 30 µs of scalars. What has
     * less than two of them runs on the caller alone.
     */
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
      pieces = step.whole() ? Math.min(extent, 1) : pieces(work, extent, threads);
    }

    /** Into how many pieces some work is cut along an axis. */
    static int pieces(double work, int extent, int threads) {
      double shared = Math.min(work / WORTH_SHARING, PIECES_PER_THREAD * threads);
      return (int) Math.min(extent, Math.max(1, Math.max(work / LONGEST, shared)));
    }

    /** The first place of a piece. */
    static int start(int extent, int piece, int pieces) {
      return (int) ((long) extent * piece / pieces);
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
      int from = start(extent, piece, pieces);
      kernel.run(slots, parameters, from, start(extent, piece + 1, pieces));
    }
  }

  /** Products of the same rows. */
  record Products(Step.Multiply step, Output[] outputs) implements Ready {
    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void run(Lane lane) {
      lane.contract().run(lane.team(), lane.scratch(), outputs);
    }

    @Override
    public Borrowed borrowed(Lane lane) {
      return lane.contract().borrowed(outputs);
    }
  }

  /** A product of which a recurrence computes one place at a time. */
  final class PlacedProduct implements Ready {
    private final Step.Multiply step;
    private final Operands operands;
    private final Output output;
    private final long startA;
    private final long strideA;
    private final long startB;
    private final long strideB;
    private final long strideC;

    /**
     * @param startA the first element at the first place; likewise of B
     * @param strideA elements from one place to the next; likewise the others
     */
    PlacedProduct(
        Step.Multiply step,
        Operands operands,
        MemorySegment c,
        long startA,
        long strideA,
        long startB,
        long strideB,
        long strideC) {
      this.step = step;
      this.operands = operands;
      this.output = Output.stored(operands, c, 0);
      this.startA = startA;
      this.strideA = strideA;
      this.startB = startB;
      this.strideB = strideB;
      this.strideC = strideC;
    }

    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void at(int next) {
      operands.moveTo(startA + next * strideA, startB + next * strideB);
      output.moveTo(next * strideC);
    }

    @Override
    public void run(Lane lane) {
      lane.contract().run(lane.team(), lane.scratch(), output);
    }

    @Override
    public Borrowed borrowed(Lane lane) {
      return lane.contract().borrowed(output);
    }
  }

  /** Attention. */
  record Attention(
      Step.Attention step,
      xfm.runtime.kernel.attention.Attention kernel,
      MemorySegment q,
      MemorySegment k,
      MemorySegment[] v,
      MemorySegment[] out,
      MemorySegment[] totals)
      implements Ready {
    @Override
    public Equation equation() {
      return step.equation();
    }

    @Override
    public void run(Lane lane) {
      kernel.run(lane.team(), lane.scratch(), q, k, v, out, totals);
    }

    @Override
    public Borrowed borrowed(Lane lane) {
      return kernel.borrowed();
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
    public Borrowed borrowed(Lane lane) {
      return Ready.borrowed(members, lane);
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

    @Override
    public Borrowed borrowed(Lane lane) {
      return Ready.borrowed(alone, lane);
    }

    @Override
    public Borrowed borrowedByWorkers(Lane lane) {
      return Ready.borrowed(Arrays.asList(shared), lane.worker(0));
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
}
