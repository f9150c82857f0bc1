package xfm.runtime.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Copies of float32 between matrices in native memory: how kernels come to read dense panels.
 * Places and strides count elements.
 */
public interface Moves {
  /** Columns of a panel. */
  int WIDTH = 32;

  /** {@code to[r, c] = from[r, c]} for {@code count} columns; both are dense along c. */
  void copy(
      int rows,
      int count,
      MemorySegment from,
      long fromAt,
      long fromRow,
      MemorySegment to,
      long toAt,
      long toRow);

  /**
   * {@code to[e, c] = from[c, e]} for e below {@code inner} and c below {@value #WIDTH}; both are
   * dense along the last, {@code to} has rows of {@value #WIDTH}.
   */
  void turn(int inner, MemorySegment from, long fromAt, long fromRow, MemorySegment to, long toAt);
}
