package xfm.runtime.kernel.simd;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import xfm.runtime.kernel.contract.PanelProduct;

/**
 * {@link PanelProduct} in tiles whose sums stay in registers.
 *
 * <p>The lane width decides the tile: a panel of 32 is one pair of vectors at 512 bits, two at 256
 * and four at 128. 512 bits come with 32 registers and take 10 rows; narrower vectors may come with
 * 16 and take 5.
 */
public final class SimdPanelProduct implements PanelProduct {
  private static final int LANES = Lanes.FLOAT.length();
  private static final int PAIR = 2 * LANES;
  private static final int MOST_ROWS = Lanes.FLOAT.vectorBitSize() == 512 ? 10 : 5;

  /** The sums of one tile on their way between its registers and c. */
  private final ThreadLocal<float[]> tile =
      ThreadLocal.withInitial(() -> new float[MOST_ROWS * PAIR]);

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
    for (int j = 0; j < WIDTH; j += PAIR) {
      for (int r = 0, height; r < rows; r += height) {
        height = TileHeights.next(rows - r, MOST_ROWS);
        long at = (cAt + r * cRow + j) * Float.BYTES;
        if (more) {
          load(height, sums, c, at, cRow * Float.BYTES);
        } else {
          // Not by way of a cleared c: that would wait for its lines, 10 % of a large product.
          Arrays.fill(sums, 0, height * PAIR, 0f);
        }
        Tiles.run(
            height,
            inner,
            a,
            (aAt + r * aRow) * Float.BYTES,
            aRow * Float.BYTES,
            p,
            (pAt + j) * Float.BYTES,
            sums);
        store(height, sums, c, at, cRow * Float.BYTES);
      }
    }
  }

  private static void load(int rows, float[] sums, MemorySegment c, long cAt, long cRow) {
    for (int r = 0; r < rows; r++) {
      long at = cAt + r * cRow;
      FloatVector.fromMemorySegment(Lanes.FLOAT, c, at, Lanes.ORDER).intoArray(sums, r * PAIR);
      FloatVector.fromMemorySegment(Lanes.FLOAT, c, at + PAIR * 2L, Lanes.ORDER)
          .intoArray(sums, r * PAIR + LANES);
    }
  }

  private static void store(int rows, float[] sums, MemorySegment c, long cAt, long cRow) {
    for (int r = 0; r < rows; r++) {
      long at = cAt + r * cRow;
      FloatVector.fromArray(Lanes.FLOAT, sums, r * PAIR).intoMemorySegment(c, at, Lanes.ORDER);
      FloatVector.fromArray(Lanes.FLOAT, sums, r * PAIR + LANES)
          .intoMemorySegment(c, at + PAIR * 2L, Lanes.ORDER);
    }
  }
}
