package xfm.runtime.kernel.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import xfm.runtime.kernel.Moves;

/** {@link Moves} on vectors. */
public final class SimdMoves implements Moves {
  private static final VectorSpecies<Float> F = Lanes.FLOAT;
  private static final ByteOrder ORDER = Lanes.ORDER;
  private static final int LANES = F.length();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public void turn(
      int inner, MemorySegment from, long fromAt, long fromRow, MemorySegment to, long toAt) {
    for (int c = 0; c < WIDTH; c += LANES) {
      int e = 0;
      for (; e + LANES <= inner; e += LANES) {
        Turning.square(
            from, fromAt + c * fromRow + e, fromRow, to, toAt + (long) e * WIDTH + c, WIDTH);
      }
      for (; e < inner; e++) {
        for (int l = c; l < c + LANES; l++) {
          float one = from.getAtIndex(FLOAT, fromAt + l * fromRow + e);
          to.setAtIndex(FLOAT, toAt + (long) e * WIDTH + l, one);
        }
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
      long own = (fromAt + r * fromRow) * Float.BYTES;
      long there = (toAt + r * toRow) * Float.BYTES;
      int i = 0;
      for (; i + LANES <= count; i += LANES) {
        FloatVector.fromMemorySegment(F, from, own + i * 4L, ORDER)
            .intoMemorySegment(to, there + i * 4L, ORDER);
      }
      for (; i < count; i++) {
        to.set(FLOAT, there + i * 4L, from.get(FLOAT, own + i * 4L));
      }
    }
  }
}
