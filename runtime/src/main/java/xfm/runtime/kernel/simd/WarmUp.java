package xfm.runtime.kernel.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import xfm.runtime.kernel.contract.PanelProduct;
import xfm.runtime.kernel.scalar.ScalarPanelProduct;

/**
 * Lets the scalar twin work until C2 has compiled the tiles: before, each vector is an object, and
 * a tile takes a thousand times as long (the first tokens of a small model took 4 s, and take under
 * 1). The twins give the same bits, so nobody can tell but by the clock.
 *
 * <p>A thread of its own calls each height of tile on little work until it is fast.
 */
public final class WarmUp implements PanelProduct {
  private static final int INNER = 32;
  private static final int ROUND = 16;
  private static final long FAST_NANOS = 4_000; // a compiled tile takes 300 ns, one of C1 100,000
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final SimdPanelProduct fast = new SimdPanelProduct();
  private final ScalarPanelProduct slow = new ScalarPanelProduct();

  /** By height; written by the warming thread, read without order: late is early enough. */
  private final boolean[] ready = new boolean[SimdPanelProduct.MOST_ROWS + 1];

  public WarmUp() {
    Thread thread = new Thread(this::warm, "xfm-warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run(
      int rows,
      int inner,
      MemorySegment a,
      long aAt,
      long aRow,
      MemorySegment p,
      long pAt,
      MemorySegment c,
      long cAt,
      long cRow,
      boolean more) {
    PanelProduct product = isReady(rows) ? fast : slow;
    product.run(rows, inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
  }

  private boolean isReady(int rows) {
    for (int r = 0, height; r < rows; r += height) {
      height = TileHeights.next(rows - r, SimdPanelProduct.MOST_ROWS);
      if (!ready[height]) {
        return false;
      }
    }
    return true;
  }

  private void warm() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = arena.allocate(SimdPanelProduct.MOST_ROWS * INNER * 4L, 64);
      MemorySegment p = arena.allocate(INNER * WIDTH * 4L, 64);
      MemorySegment c = arena.allocate(SimdPanelProduct.MOST_ROWS * WIDTH * 4L, 64);
      for (boolean all = false; !all; ) {
        all = true;
        boolean patient = System.nanoTime() < end;
        for (int height = SimdPanelProduct.MOST_ROWS; height > 0; height--) {
          if (!ready[height] && TileHeights.next(height, SimdPanelProduct.MOST_ROWS) == height) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < ROUND; i++) {
              long start = System.nanoTime();
              fast.run(height, INNER, a, 0, INNER, p, 0, c, 0, WIDTH, false);
              best = Math.min(best, System.nanoTime() - start);
            }
            ready[height] = best < FAST_NANOS || !patient;
            all &= ready[height];
          }
        }
      }
    }
  }
}
