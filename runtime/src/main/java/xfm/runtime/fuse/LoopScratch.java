package xfm.runtime.fuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What one run of a kernel needs besides its slots; small enough for the L1 cache. */
final class LoopScratch {
  private static final int CACHE_LINE = 64;

  /** Values between the loops of a body that was cut into several: see {@link Stages}. */
  final MemorySegment rows;

  /** Values that go to the lanes of a vector one by one; likewise the others. */
  final float[] floats;

  final int[] ints;
  final boolean[] truths;

  /** The parts of running sums: of those in lanes, see {@link RunningLanes}, then of others. */
  final double[] sums;

  /** What is added to those in lanes. */
  final float[] added;

  private final List<RankKeys> keys = new ArrayList<>();

  LoopScratch(int floats, int lanes, int sums) {
    rows = Arena.ofAuto().allocate((long) Math.max(1, floats) * Float.BYTES, CACHE_LINE);
    this.floats = new float[lanes];
    ints = new int[lanes];
    truths = new boolean[lanes];
    this.sums = new double[sums];
    added = new float[sums == 0 ? 0 : 2 * FoldOp.PARTS];
  }

  /** The sorted rows of {@link Ranks}, by number. */
  RankKeys keys(int number) {
    while (keys.size() <= number) {
      keys.add(new RankKeys());
    }
    return keys.get(number);
  }
}
