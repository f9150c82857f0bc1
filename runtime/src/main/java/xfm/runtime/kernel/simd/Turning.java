package xfm.runtime.kernel.simd;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.function.IntBinaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Turns squares of as many rows as a vector has lanes: halves of rows change places, then quarters,
 * and so on down to single floats (Eklundh 1972). All steps but the first work in place, in a
 * square that is in the L1 cache by then.
 */
final class Turning {
  private static final VectorSpecies<Float> F = Lanes.FLOAT;
  private static final ByteOrder ORDER = Lanes.ORDER;
  private static final int LANES = F.length();

  /** How many there are. */
  static final int STEPS = Integer.numberOfTrailingZeros(LANES);

  /** Lane l is that of l − 8, 4, 2 or 1; which one, by the number of trailing zeros. */
  private static final VectorShuffle<Float>[] UP = shuffles((lane, bit) -> lane - bit & LANES - 1);

  private static final VectorShuffle<Float>[] DOWN =
      shuffles((lane, bit) -> lane + bit & LANES - 1);

  /** The lanes of which this bit is set. */
  static final VectorMask<Float>[] SET = masks();

  /** Lane l is that in which this bit is the other. */
  static final VectorShuffle<Float>[] OTHER = shuffles((lane, bit) -> lane ^ bit);

  private Turning() {}

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorShuffle<Float>[] shuffles(IntBinaryOperator from) {
    VectorShuffle<Float>[] made = new VectorShuffle[STEPS];
    for (int step = 0; step < made.length; step++) {
      int bit = 1 << step;
      made[step] = VectorShuffle.fromOp(F, lane -> from.applyAsInt(lane, bit));
    }
    return made;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static VectorMask<Float>[] masks() {
    VectorMask<Float>[] made = new VectorMask[STEPS];
    for (int step = 0; step < made.length; step++) {
      long bits = 0;
      for (int lane = 0; lane < LANES; lane++) {
        bits |= (long) (lane >> step & 1) << lane;
      }
      made[step] = VectorMask.fromLong(F, bits);
    }
    return made;
  }

  /** {@code to[e, c] = from[c, e]} for c and e below the lanes; places and strides in elements. */
  static void square(
      MemorySegment from, long fromAt, long fromRow, MemorySegment to, long toAt, long toRow) {
    step(STEPS - 1, from, fromAt, fromRow, to, toAt, toRow);
    for (int step = STEPS - 2; step >= 0; step--) {
      step(step, to, toAt, toRow, to, toAt, toRow);
    }
  }

  private static void step(
      int step,
      MemorySegment from,
      long fromAt,
      long fromRow,
      MemorySegment to,
      long toAt,
      long toRow) {
    VectorShuffle<Float> up = UP[step];
    VectorShuffle<Float> down = DOWN[step];
    VectorMask<Float> set = SET[step];
    int half = 1 << step;
    for (int pair = 0; pair < LANES / 2; pair++) {
      int i = (pair >> step << step + 1) + (pair & half - 1);
      int k = i + half;
      FloatVector a =
          FloatVector.fromMemorySegment(F, from, (fromAt + i * fromRow) * Float.BYTES, ORDER);
      FloatVector b =
          FloatVector.fromMemorySegment(F, from, (fromAt + k * fromRow) * Float.BYTES, ORDER);
      a.blend(b.rearrange(up), set).intoMemorySegment(to, (toAt + i * toRow) * Float.BYTES, ORDER);
      a.rearrange(down)
          .blend(b, set)
          .intoMemorySegment(to, (toAt + k * toRow) * Float.BYTES, ORDER);
    }
  }
}
