package xfm.runtime.kernel.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import xfm.runtime.kernel.contract.PanelProduct;

/**
 * The specification of {@link PanelProduct}, and what runs on JVMs without the Vector API.
 *
 * <pre>
 *   c[r, j] = fma(a[r, K-1], p[K-1, j], … fma(a[r, 1], p[1, j], fma(a[r, 0], p[0, j], 0)))
 * </pre>
 *
 * <p>{@link #addOne} is all there is to it. {@link #addFour} does the same for four rows and four k
 * at once, so that values and sums are loaded once for four multiply-adds: 16 GFLOP/s a thread
 * instead of 5, near the limit of scalar multiply-adds (C2 has no use for vectors in loops of 32).
 */
public final class ScalarPanelProduct implements PanelProduct {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int FOUR = 4;
  private static final long ROW = WIDTH * (long) Float.BYTES;

  /** The sums of up to four rows, one after the other. */
  private final ThreadLocal<float[]> tile = ThreadLocal.withInitial(() -> new float[FOUR * WIDTH]);

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
    float[] sums = tile.get();
    for (int r = 0; r < rows; r += FOUR) {
      int height = Math.min(FOUR, rows - r);
      start(height, sums, c, cAt + r * cRow, cRow, more);
      int k = 0;
      if (height == FOUR) {
        for (; k + FOUR <= inner; k += FOUR) {
          addFour(
              sums,
              a,
              (aAt + r * aRow + k) * Float.BYTES,
              aRow * Float.BYTES,
              p,
              pAt * Float.BYTES + k * ROW);
        }
      }
      for (; k < inner; k++) {
        for (int i = 0; i < height; i++) {
          float x = a.get(FLOAT, (aAt + (r + i) * aRow + k) * Float.BYTES);
          addOne(sums, i * WIDTH, x, p, pAt * Float.BYTES + k * ROW);
        }
      }
      store(height, sums, c, cAt + r * cRow, cRow);
    }
  }

  /** sums[j] += x · p[j], rounded once. */
  private static void addOne(float[] sums, int at, float x, MemorySegment p, long pAt) {
    for (int j = 0; j < WIDTH; j++) {
      sums[at + j] = Math.fma(x, p.get(FLOAT, pAt + j * 4L), sums[at + j]);
    }
  }

  /** sums[r, j] += Σ_k a[r, k] · p[k, j] for four rows and four k in order. */
  private static void addFour(
      float[] sums, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt) {
    float a00 = a.get(FLOAT, aAt);
    float a01 = a.get(FLOAT, aAt + 4);
    float a02 = a.get(FLOAT, aAt + 8);
    float a03 = a.get(FLOAT, aAt + 12);
    float a10 = a.get(FLOAT, aAt + aRow);
    float a11 = a.get(FLOAT, aAt + aRow + 4);
    float a12 = a.get(FLOAT, aAt + aRow + 8);
    float a13 = a.get(FLOAT, aAt + aRow + 12);
    float a20 = a.get(FLOAT, aAt + 2 * aRow);
    float a21 = a.get(FLOAT, aAt + 2 * aRow + 4);
    float a22 = a.get(FLOAT, aAt + 2 * aRow + 8);
    float a23 = a.get(FLOAT, aAt + 2 * aRow + 12);
    float a30 = a.get(FLOAT, aAt + 3 * aRow);
    float a31 = a.get(FLOAT, aAt + 3 * aRow + 4);
    float a32 = a.get(FLOAT, aAt + 3 * aRow + 8);
    float a33 = a.get(FLOAT, aAt + 3 * aRow + 12);
    for (int j = 0; j < WIDTH; j++) {
      long at = pAt + j * 4L;
      float p0 = p.get(FLOAT, at);
      float p1 = p.get(FLOAT, at + ROW);
      float p2 = p.get(FLOAT, at + 2 * ROW);
      float p3 = p.get(FLOAT, at + 3 * ROW);
      sums[j] = four(a00, a01, a02, a03, p0, p1, p2, p3, sums[j]);
      sums[WIDTH + j] = four(a10, a11, a12, a13, p0, p1, p2, p3, sums[WIDTH + j]);
      sums[2 * WIDTH + j] = four(a20, a21, a22, a23, p0, p1, p2, p3, sums[2 * WIDTH + j]);
      sums[3 * WIDTH + j] = four(a30, a31, a32, a33, p0, p1, p2, p3, sums[3 * WIDTH + j]);
    }
  }

  private static float four(
      float a0, float a1, float a2, float a3, float p0, float p1, float p2, float p3, float sum) {
    return Math.fma(a3, p3, Math.fma(a2, p2, Math.fma(a1, p1, Math.fma(a0, p0, sum))));
  }

  private static void start(
      int rows, float[] sums, MemorySegment c, long cAt, long cRow, boolean more) {
    Arrays.fill(sums, 0f);
    for (int r = 0; more && r < rows; r++) {
      MemorySegment.copy(c, FLOAT, (cAt + r * cRow) * Float.BYTES, sums, r * WIDTH, WIDTH);
    }
  }

  private static void store(int rows, float[] sums, MemorySegment c, long cAt, long cRow) {
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(sums, r * WIDTH, c, FLOAT, (cAt + r * cRow) * Float.BYTES, WIDTH);
    }
  }
}
