package xfm.runtime.kernel.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import xfm.runtime.kernel.contract.PanelProduct;

/** The specification of {@link PanelProduct}, for JVMs without the Vector API. */
public final class ScalarPanelProduct implements PanelProduct {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public void run(
      int rows, int inner,
      MemorySegment a, long aAt, long aRow,
      MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    float[] sums = new float[WIDTH];
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < WIDTH; j++) {
        sums[j] = more ? c.get(FLOAT, (cAt + r * cRow + j) * 4) : 0f;
      }
      for (int k = 0; k < inner; k++) {
        float x = a.get(FLOAT, (aAt + r * aRow + k) * 4);
        for (int j = 0; j < WIDTH; j++) {
          sums[j] = Math.fma(x, p.get(FLOAT, (pAt + k * (long) WIDTH + j) * 4), sums[j]);
        }
      }
      for (int j = 0; j < WIDTH; j++) {
        c.set(FLOAT, (cAt + r * cRow + j) * 4, sums[j]);
      }
    }
  }
}
