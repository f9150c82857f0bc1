package xfm.runtime.kernel.contract;

import java.lang.foreign.MemorySegment;

/**
 * The inner kernel of every product: some rows of A times one panel of B.
 *
 * <pre>
 *   c[r, j] = Σ_k a[r, k] · p[k, j]        r &lt; rows, k &lt; inner, j &lt; 32
 * </pre>
 *
 * Each output is one chain of fused multiply-adds in float32, k ascending, from 0 or, with {@code
 * more}, from what c holds: all implementations give the same bits, and so does a sum over k cut
 * into several calls.
 */
public interface PanelProduct {
  /** Outputs side by side in a panel. */
  int WIDTH = 32;

  /**
   * Computes one block. Places and strides count elements.
   *
   * @param a the rows, dense along k; row r begins at {@code aAt + r * aRow}
   * @param p the panel, dense, from {@code pAt} on
   * @param c the outputs, dense along j; row r begins at {@code cAt + r * cRow}
   * @param more whether to go on from the values in c instead of from 0
   */
  void run(
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
      boolean more);
}
