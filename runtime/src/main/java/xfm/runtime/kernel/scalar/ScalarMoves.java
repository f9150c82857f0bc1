package xfm.runtime.kernel.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import xfm.runtime.kernel.Moves;

/** {@link Moves}, element by element. */
public final class ScalarMoves implements Moves {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public void turn(
      int inner, MemorySegment from, long fromAt, long fromRow, MemorySegment to, long toAt) {
    for (int e = 0; e < inner; e++) {
      for (int c = 0; c < WIDTH; c++) {
        to.setAtIndex(
            FLOAT, toAt + (long) e * WIDTH + c, from.getAtIndex(FLOAT, fromAt + c * fromRow + e));
      }
    }
  }

  @Override
  public void copy(
      int rows,
      int count,
      MemorySegment from,
      long fromAt,
      long fromRow,
      MemorySegment to,
      long toAt,
      long toRow) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < count; i++) {
        to.setAtIndex(
            FLOAT, toAt + r * toRow + i, from.getAtIndex(FLOAT, fromAt + r * fromRow + i));
      }
    }
  }
}
