package xfm.runtime.fuse;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** The scratch memory of a kernel: one for each run at a time, used again by later runs. */
final class ScratchPool {
  /** Threads that run a kernel at a time without allocating. */
  private static final int KEPT = 64;

  private final AtomicReferenceArray<LoopScratch> free = new AtomicReferenceArray<>(KEPT);
  private final int floats;
  private final int lanes;
  private final int sums;

  /**
   * @param floats of the rows of a scratch
   * @param lanes places of its arrays
   * @param sums doubles of the parts of its sums
   */
  ScratchPool(int floats, int lanes, int sums) {
    this.floats = floats;
    this.lanes = lanes;
    this.sums = sums;
  }

  LoopScratch take() {
    for (int i = 0; i < KEPT; i++) {
      if (free.get(i) != null) {
        LoopScratch taken = free.getAndSet(i, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return new LoopScratch(floats, lanes, sums);
  }

  /** Not called where a run fails: the next one makes another. */
  void give(LoopScratch scratch) {
    for (int i = 0; i < KEPT; i++) {
      if (free.get(i) == null && free.compareAndSet(i, null, scratch)) {
        return;
      }
    }
  }
}
