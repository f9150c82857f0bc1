package xfm.runtime.kernel.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import xfm.runtime.kernel.contract.PanelProduct;

/**
 * {@link PanelProduct} in tiles whose sums stay in registers.
 *
 * <p>The lane width decides the tile: a panel of 32 is one pair of vectors at 512 bits, two at 256
 * and four at 128. 512 bits come with 32 registers and take 10 rows; narrower vectors may come with
 * 16 and take 5.
 */
public final class SimdPanelProduct implements PanelProduct {
  private static final int PAIR = 2 * Lanes.FLOAT.length();
  private static final int MOST_ROWS = Lanes.FLOAT.vectorBitSize() == 512 ? 10 : 5;

  /** One row of zeros, read with a stride of 0. */
  private final MemorySegment zeros =
      Arena.ofAuto().allocate((long) WIDTH * Float.BYTES, Lanes.FLOAT.vectorByteSize());

  @Override
  public void run(
      int rows, int inner,
      MemorySegment a, long aAt, long aRow,
      MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    // Sums start from zeros that lie in cache: to clear c first and go on from there would wait for
    // the lines of c, 10 % of the time of a product whose c is not in cache.
    MemorySegment from = more ? c : zeros;
    long fromAt = more ? cAt : 0;
    long fromRow = more ? cRow : 0;
    for (int j = 0; j < WIDTH; j += PAIR) {
      for (int r = 0, height; r < rows; r += height) {
        height = TileHeights.next(rows - r, MOST_ROWS);
        Tiles.run(
            height, inner,
            a, (aAt + r * aRow) * Float.BYTES, aRow * Float.BYTES,
            p, (pAt + j) * Float.BYTES,
            from, (fromAt + r * fromRow + j) * Float.BYTES, fromRow * Float.BYTES,
            c, (cAt + r * cRow + j) * Float.BYTES, cRow * Float.BYTES);
      }
    }
  }
}
