package xfm.runtime.fuse;

import java.lang.foreign.MemorySegment;

/**
 * A loop nest that works on a tile of floats in an array, where a kernel written by hand left them:
 * vectors of a heap segment would be objects, and a copy costs as much as a cheap loop.
 */
public interface TileKernel {
  /**
   * Runs the nest as {@link LoopKernel#run} does.
   *
   * @param tile what slot 0 means
   * @param slots the others; the first is not looked at
   */
  void run(float[] tile, MemorySegment[] slots, int[] params, int from, int to);
}
