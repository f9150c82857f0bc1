package xfm.runtime.fuse;

import java.lang.foreign.MemorySegment;

/** A loop nest, ready to run. Holds no state: any number of threads may run it at once. */
public interface LoopKernel {
  /**
   * Runs the iterations {@code from} (included) to {@code to} (excluded) of the outermost axis; a
   * nest without axes has one iteration. What one element gets does not depend on the split.
   *
   * @param slots native segments in native byte order, aligned to their elements (64 bytes is best)
   * @param params lengths, strides and other whole numbers
   * @throws IndexOutOfBoundsException if the range is not within the axis, or an offset not within
   *     its segment; a load on vectors may give anything there instead, but reads no other memory
   * @throws ArithmeticException on a whole division by 0, a whole power below 0, or a {@code max},
   *     {@code min} or {@code argmax} over nothing that has no {@code otherwise}
   */
  void run(MemorySegment[] slots, int[] params, int from, int to);
}
