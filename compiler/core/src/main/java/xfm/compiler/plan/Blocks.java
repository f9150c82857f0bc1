package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import java.util.List;
import xfm.compiler.ir.Equation;
import xfm.runtime.exec.Borrowed;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.fuse.LoopKernel;

/**
 * A chain with its kernels and its memory: all loops on a block of rows, then on the next block.
 * What is inside the chain lies in the scratch of the worker that has the block.
 */
final class Blocks implements Ready {
  /**
   * What the rows of a block take, of all values that are read or made at their row: a quarter of
   * an L2 cache of 1 MiB. Loops like these do not wait for L2, and each call costs something
   * whatever the rows: with a block of 32 kB a softmax of rows of 2048 took 1.2 times as long.
   */
  private static final double BYTES = 1 << 18;

  /** Rows are taken by so many, where a block has more: values of one number go to the lanes. */
  private static final int VECTOR = 16;

  /**
   * One of the loops.
   *
   * @param slots its memory; what is inside the chain is not there yet
   * @param parts for each slot the part of the block, or −1
   */
  record Member(
      Step.Loop step, LoopKernel kernel, MemorySegment[] slots, int[] parts, int[] parameters) {}

  /** What a worker calls the loops with. */
  private static final class Own {
    final MemorySegment[][] slots;
    final int[][] parameters;
    MemorySegment memory;

    Own(List<Member> members) {
      slots = members.stream().map(m -> m.slots().clone()).toArray(MemorySegment[][]::new);
      parameters = members.stream().map(m -> m.parameters().clone()).toArray(int[][]::new);
    }
  }

  private final Member[] members;
  private final int extent;
  private final int pieces;
  private final int block;
  private final long[] starts;
  private final Own[] workers;
  private final WorkerTeam.Task task = this::piece;
  private Lane lane;

  /**
   * @param bytesOfRow of all values that are read or made at their row
   * @param partBytes what a row takes of each part
   * @param work operations of all
   */
  Blocks(List<Member> members, double bytesOfRow, long[] partBytes, double work, int threads) {
    this.members = members.toArray(Member[]::new);
    Member first = members.getFirst();
    extent = first.parameters()[first.step().nest().axes().getFirst().extent()];
    pieces = Loop.pieces(work, extent, threads);
    int rows = (int) Math.clamp(BYTES / Math.max(1, bytesOfRow), 1, Math.max(1, extent));
    block = rows > VECTOR ? rows - rows % VECTOR : rows;
    starts = new long[partBytes.length + 1];
    for (int part = 0; part < partBytes.length; part++) {
      long end = Math.addExact(starts[part], Math.multiplyExact(block, partBytes[part]));
      starts[part + 1] = Math.ceilDiv(end, Copies.ALIGNMENT) * Copies.ALIGNMENT;
    }
    workers = new Own[threads];
    for (int worker = 0; worker < threads; worker++) {
      workers[worker] = new Own(members);
    }
  }

  /** That of the first loop: which one has failed, the loops say themselves. */
  @Override
  public Equation equation() {
    return members[0].step().equation();
  }

  @Override
  public Borrowed borrowed(Lane lane) {
    return new Borrowed(0, starts[starts.length - 1]);
  }

  @Override
  public void run(Lane lane) {
    this.lane = lane;
    if (pieces == 1) {
      piece(0, 0);
    } else if (pieces > 1) {
      lane.team().run(pieces, task);
    }
  }

  private void piece(int piece, int worker) {
    Own own = workers[worker];
    MemorySegment memory = lane.scratch().worker(worker, starts[starts.length - 1]);
    if (memory != own.memory) {
      place(own, memory);
    }
    int end = Loop.start(extent, piece + 1, pieces);
    int from = Loop.start(extent, piece, pieces);
    while (from < end) {
      int to = end - from > block ? from + block : end;
      for (int m = 0; m < members.length; m++) {
        run(members[m], own.slots[m], own.parameters[m], from, to);
      }
      from = to;
    }
  }

  private static void run(
      Member member, MemorySegment[] slots, int[] parameters, int from, int to) {
    if (member.step().place() >= 0) {
      parameters[member.step().place()] = from;
    }
    try {
      member.kernel().run(slots, parameters, from, to);
    } catch (ArithmeticException e) {
      throw Failures.of(member.step().equation(), e);
    }
  }

  /** The scratch of a worker moves when a step before has asked for more than it held. */
  private void place(Own own, MemorySegment memory) {
    for (int m = 0; m < members.length; m++) {
      int[] parts = members[m].parts();
      for (int slot = 0; slot < parts.length; slot++) {
        if (parts[slot] >= 0) {
          long start = starts[parts[slot]];
          own.slots[m][slot] = memory.asSlice(start, starts[parts[slot] + 1] - start);
        }
      }
    }
    own.memory = memory;
  }
}
