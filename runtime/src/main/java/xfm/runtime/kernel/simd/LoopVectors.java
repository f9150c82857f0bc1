package xfm.runtime.kernel.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Single operations of generated loops on vectors of {@link Lanes}. Their bytecode goes into the
 * loops themselves, so they use public members of other classes only. Masks are those of floats,
 * for ints too. Offsets and places count elements.
 */
public final class LoopVectors {
  private LoopVectors() {}

  // Making vectors.

  public static FloatVector all(float v) {
    return FloatVector.broadcast(Lanes.FLOAT, v);
  }

  public static IntVector all(int v) {
    return IntVector.broadcast(Lanes.INT, v);
  }

  public static VectorMask<Float> all(boolean v) {
    return Lanes.FLOAT.maskAll(v);
  }

  public static DoubleVector zeros() {
    return DoubleVector.zero(Lanes.DOUBLE);
  }

  /** first, first + 1, first + 2, … */
  public static IntVector count(int first) {
    return IntVector.broadcast(Lanes.INT, first).addIndex(1);
  }

  /** The first {@code left} lanes. */
  public static VectorMask<Float> first(int left) {
    return IntVector.zero(Lanes.INT)
        .addIndex(1)
        .compare(VectorOperators.LT, left)
        .cast(Lanes.FLOAT);
  }

  // Memory.

  public static FloatVector loadFloat(MemorySegment from, long at) {
    return FloatVector.fromMemorySegment(Lanes.FLOAT, from, at << 2, Lanes.ORDER);
  }

  /** What it gives where it is not asked to load does not matter. */
  public static FloatVector loadFloat(MemorySegment from, long at, VectorMask<Float> where) {
    if (at >= 0 && at <= (from.byteSize() >> 2) - Lanes.FLOAT.length()) {
      return FloatVector.fromMemorySegment(Lanes.FLOAT, from, at << 2, Lanes.ORDER);
    }
    return FloatVector.fromMemorySegment(Lanes.FLOAT, from, at << 2, Lanes.ORDER, where);
  }

  public static IntVector loadInt(MemorySegment from, long at) {
    return IntVector.fromMemorySegment(Lanes.INT, from, at << 2, Lanes.ORDER);
  }

  public static IntVector loadInt(MemorySegment from, long at, VectorMask<Float> where) {
    if (at >= 0 && at <= (from.byteSize() >> 2) - Lanes.INT.length()) {
      return IntVector.fromMemorySegment(Lanes.INT, from, at << 2, Lanes.ORDER);
    }
    return IntVector.fromMemorySegment(
        Lanes.INT, from, at << 2, Lanes.ORDER, where.cast(Lanes.INT));
  }

  public static FloatVector loadFloat(float[] from, long at) {
    return FloatVector.fromArray(Lanes.FLOAT, from, (int) at);
  }

  public static FloatVector loadFloat(float[] from, long at, VectorMask<Float> where) {
    if (at >= 0 && at <= from.length - Lanes.FLOAT.length()) {
      return FloatVector.fromArray(Lanes.FLOAT, from, (int) at);
    }
    return FloatVector.fromArray(Lanes.FLOAT, from, (int) at, where);
  }

  /** What it gives beyond the ends of the memory does not matter; likewise the others. */
  public static FloatVector loadFloatInside(MemorySegment from, long at) {
    long last = (from.byteSize() >> 2) - Lanes.FLOAT.length();
    if (at >= 0 && at <= last) {
      return FloatVector.fromMemorySegment(Lanes.FLOAT, from, at << 2, Lanes.ORDER);
    }
    return FloatVector.fromMemorySegment(
        Lanes.FLOAT, from, at << 2, Lanes.ORDER, inside(at, last).cast(Lanes.FLOAT));
  }

  public static IntVector loadIntInside(MemorySegment from, long at) {
    long last = (from.byteSize() >> 2) - Lanes.INT.length();
    if (at >= 0 && at <= last) {
      return IntVector.fromMemorySegment(Lanes.INT, from, at << 2, Lanes.ORDER);
    }
    return IntVector.fromMemorySegment(Lanes.INT, from, at << 2, Lanes.ORDER, inside(at, last));
  }

  public static FloatVector loadFloatInside(float[] from, long at) {
    long last = from.length - Lanes.FLOAT.length();
    if (at >= 0 && at <= last) {
      return FloatVector.fromArray(Lanes.FLOAT, from, (int) at);
    }
    VectorMask<Float> inside = inside(at, last).cast(Lanes.FLOAT);
    int place = Math.clamp(at, -Lanes.FLOAT.length(), from.length);
    return FloatVector.fromArray(Lanes.FLOAT, from, place, inside);
  }

  /** Every second element; what lies beyond the ends of the memory is anything. */
  public static FloatVector loadEven(MemorySegment from, long at) {
    FloatVector low = loadFloatInside(from, at);
    FloatVector high = loadFloatInside(from, at + Lanes.FLOAT.length() - 1);
    return low.rearrange(Lanes.EVEN).blend(high.rearrange(Lanes.ODD), Lanes.UPPER);
  }

  public static FloatVector loadEven(float[] from, long at) {
    FloatVector low = loadFloatInside(from, at);
    FloatVector high = loadFloatInside(from, at + Lanes.FLOAT.length() - 1);
    return low.rearrange(Lanes.EVEN).blend(high.rearrange(Lanes.ODD), Lanes.UPPER);
  }

  /** An element and those before it. */
  public static FloatVector loadReversed(MemorySegment from, long at) {
    return loadFloatInside(from, at - Lanes.FLOAT.length() + 1).rearrange(Lanes.REVERSED);
  }

  public static FloatVector loadReversed(float[] from, long at) {
    return loadFloatInside(from, at - Lanes.FLOAT.length() + 1).rearrange(Lanes.REVERSED);
  }

  /** Bytes, true unless 0; what lies beyond the ends of the memory is anything. */
  public static VectorMask<Float> loadTruth(MemorySegment from, long at) {
    int lanes = Lanes.FLOAT.length();
    long bits = 0;
    if (at < 0 || at > from.byteSize() - lanes) {
      for (int i = 0; i < lanes; i++) {
        boolean inside = at + i >= 0 && at + i < from.byteSize();
        bits |= inside && from.get(ValueLayout.JAVA_BYTE, at + i) != 0 ? 1L << i : 0;
      }
    } else if (lanes == 4) {
      bits = truths(from.get(Lanes.FOUR, at) & 0xffffffffL);
    } else {
      bits = truths(from.get(Lanes.EIGHT, at));
      bits |= lanes == 8 ? 0 : truths(from.get(Lanes.EIGHT, at + 8)) << 8;
    }
    return VectorMask.fromLong(Lanes.FLOAT, bits);
  }

  /**
   * A bit for each byte that is not 0: adding 127 to the lower seven bits carries to the eighth.
   */
  public static long truths(long bytes) {
    long carried = (bytes & 0x7f7f7f7f7f7f7f7fL) + 0x7f7f7f7f7f7f7f7fL | bytes;
    return Long.compress(carried, 0x8080808080808080L);
  }

  /** The lanes from a place on that are not below 0 or above the last place of a whole vector. */
  public static VectorMask<Integer> inside(long at, long last) {
    int lanes = Lanes.INT.length();
    IntVector count = IntVector.zero(Lanes.INT).addIndex(1);
    int below = Math.clamp(-at, 0, lanes);
    int end = Math.clamp(last + lanes - at, 0, lanes);
    return count.compare(VectorOperators.GE, below).and(count.compare(VectorOperators.LT, end));
  }

  public static void store(float[] to, long at, FloatVector v) {
    v.intoArray(to, (int) at);
  }

  public static void store(float[] to, long at, FloatVector v, VectorMask<Float> where) {
    v.intoArray(to, (int) at, where);
  }

  public static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOAT, from, at);
  }

  public static IntVector load(int[] from, int at) {
    return IntVector.fromArray(Lanes.INT, from, at);
  }

  public static void store(int[] to, int at, IntVector v) {
    v.intoArray(to, at);
  }

  public static VectorMask<Float> load(boolean[] from, int at) {
    return VectorMask.fromArray(Lanes.FLOAT, from, at);
  }

  public static void store(MemorySegment to, long at, FloatVector v) {
    v.intoMemorySegment(to, at << 2, Lanes.ORDER);
  }

  public static void store(MemorySegment to, long at, FloatVector v, VectorMask<Float> where) {
    v.intoMemorySegment(to, at << 2, Lanes.ORDER, where);
  }

  public static void store(MemorySegment to, long at, IntVector v) {
    v.intoMemorySegment(to, at << 2, Lanes.ORDER);
  }

  public static void store(MemorySegment to, long at, IntVector v, VectorMask<Float> where) {
    v.intoMemorySegment(to, at << 2, Lanes.ORDER, where.cast(Lanes.INT));
  }

  /** The first {@code left} lanes as bytes. */
  public static void store(MemorySegment to, long at, VectorMask<Float> v, int left) {
    long bits = v.toLong();
    int lanes = Lanes.FLOAT.length();
    if (left < lanes) {
      for (int i = 0; i < left; i++) {
        to.set(ValueLayout.JAVA_BYTE, at + i, (byte) (bits >>> i & 1));
      }
    } else if (lanes == 4) {
      to.set(Lanes.FOUR, at, (int) Long.expand(bits, 0x01010101L));
    } else {
      to.set(Lanes.EIGHT, at, Long.expand(bits, 0x0101010101010101L));
      if (lanes == 16) {
        to.set(Lanes.EIGHT, at + 8, Long.expand(bits >>> 8, 0x0101010101010101L));
      }
    }
  }

  // Floats.

  public static FloatVector neg(FloatVector a) {
    return a.neg();
  }

  public static FloatVector abs(FloatVector a) {
    return a.abs();
  }

  public static FloatVector sqrt(FloatVector a) {
    return a.sqrt();
  }

  /** As {@link xfm.runtime.kernel.Maths#floor}. */
  public static IntVector floor(FloatVector a) {
    IntVector towardsZero = (IntVector) a.convertShape(VectorOperators.F2I, Lanes.INT, 0);
    FloatVector back = (FloatVector) towardsZero.convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
    VectorMask<Integer> above = back.compare(VectorOperators.GT, a).cast(Lanes.INT);
    VectorMask<Integer> inRange = towardsZero.compare(VectorOperators.NE, Integer.MIN_VALUE);
    return towardsZero.sub(1, above.and(inRange));
  }

  public static FloatVector toFloat(IntVector a) {
    return (FloatVector) a.convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
  }

  public static FloatVector add(FloatVector a, FloatVector b) {
    return a.add(b);
  }

  public static FloatVector sub(FloatVector a, FloatVector b) {
    return a.sub(b);
  }

  public static FloatVector mul(FloatVector a, FloatVector b) {
    return a.mul(b);
  }

  public static FloatVector div(FloatVector a, FloatVector b) {
    return a.div(b);
  }

  public static FloatVector min(FloatVector a, FloatVector b) {
    return a.min(b);
  }

  public static FloatVector max(FloatVector a, FloatVector b) {
    return a.max(b);
  }

  public static VectorMask<Float> eq(FloatVector a, FloatVector b) {
    return a.compare(VectorOperators.EQ, b);
  }

  public static VectorMask<Float> ne(FloatVector a, FloatVector b) {
    return a.compare(VectorOperators.NE, b);
  }

  public static VectorMask<Float> lt(FloatVector a, FloatVector b) {
    return a.compare(VectorOperators.LT, b);
  }

  public static VectorMask<Float> le(FloatVector a, FloatVector b) {
    return a.compare(VectorOperators.LE, b);
  }

  public static VectorMask<Float> gt(FloatVector a, FloatVector b) {
    return a.compare(VectorOperators.GT, b);
  }

  public static VectorMask<Float> ge(FloatVector a, FloatVector b) {
    return a.compare(VectorOperators.GE, b);
  }

  /** then where the condition holds. */
  public static FloatVector choose(VectorMask<Float> c, FloatVector then, FloatVector otherwise) {
    return otherwise.blend(then, c);
  }

  // Ints.

  public static IntVector neg(IntVector a) {
    return a.neg();
  }

  public static IntVector abs(IntVector a) {
    return a.abs();
  }

  public static IntVector add(IntVector a, IntVector b) {
    return a.add(b);
  }

  public static IntVector sub(IntVector a, IntVector b) {
    return a.sub(b);
  }

  public static IntVector mul(IntVector a, IntVector b) {
    return a.mul(b);
  }

  public static IntVector min(IntVector a, IntVector b) {
    return a.min(b);
  }

  public static IntVector max(IntVector a, IntVector b) {
    return a.max(b);
  }

  /** a // 2^k. */
  public static IntVector shift(IntVector a, int k) {
    return a.lanewise(VectorOperators.ASHR, k);
  }

  /** a & bits. */
  public static IntVector keep(IntVector a, int bits) {
    return a.and(bits);
  }

  public static VectorMask<Float> eq(IntVector a, IntVector b) {
    return a.compare(VectorOperators.EQ, b).cast(Lanes.FLOAT);
  }

  public static VectorMask<Float> ne(IntVector a, IntVector b) {
    return a.compare(VectorOperators.NE, b).cast(Lanes.FLOAT);
  }

  public static VectorMask<Float> lt(IntVector a, IntVector b) {
    return a.compare(VectorOperators.LT, b).cast(Lanes.FLOAT);
  }

  public static VectorMask<Float> le(IntVector a, IntVector b) {
    return a.compare(VectorOperators.LE, b).cast(Lanes.FLOAT);
  }

  public static VectorMask<Float> gt(IntVector a, IntVector b) {
    return a.compare(VectorOperators.GT, b).cast(Lanes.FLOAT);
  }

  public static VectorMask<Float> ge(IntVector a, IntVector b) {
    return a.compare(VectorOperators.GE, b).cast(Lanes.FLOAT);
  }

  public static IntVector choose(VectorMask<Float> c, IntVector then, IntVector otherwise) {
    return otherwise.blend(then, c.cast(Lanes.INT));
  }

  // Masks.

  public static VectorMask<Float> not(VectorMask<Float> a) {
    return a.not();
  }

  public static VectorMask<Float> and(VectorMask<Float> a, VectorMask<Float> b) {
    return a.and(b);
  }

  public static VectorMask<Float> or(VectorMask<Float> a, VectorMask<Float> b) {
    return a.or(b);
  }

  /** a where b does not hold. */
  public static VectorMask<Float> andNot(VectorMask<Float> a, VectorMask<Float> b) {
    return a.andNot(b);
  }

  public static VectorMask<Float> choose(
      VectorMask<Float> c, VectorMask<Float> then, VectorMask<Float> otherwise) {
    return c.and(then).or(otherwise.andNot(c));
  }

  public static boolean any(VectorMask<Float> a) {
    return a.anyTrue();
  }

  public static long bits(VectorMask<Float> a) {
    return a.toLong();
  }

  public static int trues(VectorMask<Float> a) {
    return a.trueCount();
  }

  // Sums, in double. A vector of floats is added to two of doubles.

  public static DoubleVector addLow(DoubleVector sum, FloatVector v) {
    return sum.add(VectorMaths.low(v));
  }

  public static DoubleVector addHigh(DoubleVector sum, FloatVector v) {
    return sum.add(VectorMaths.high(v));
  }

  public static DoubleVector add(DoubleVector a, DoubleVector b) {
    return a.add(b);
  }

  /** sum and the lanes of v, one after the other. */
  public static double addLanes(double sum, DoubleVector v) {
    double two = sum + v.lane(0) + v.lane(1);
    double four = Lanes.DOUBLE.length() < 4 ? two : two + v.lane(2) + v.lane(3);
    return Lanes.DOUBLE.length() < 8 ? four : four + v.lane(4) + v.lane(5) + v.lane(6) + v.lane(7);
  }

  /**
   * Adds a value to a part of the running sums of all lanes, and gives each lane's sum or mean. It
   * takes arrays and is called, and so compiled once, early, for all loops. There is no loop in it
   * and no call of a method of our own: C2 leaves some of these where so much is in one method, and
   * makes objects of their vectors, which took 5 to 20 times as long, and 288 B a place of a mean.
   *
   * @param parts sixteen rows of a value for each lane, and a row of counts
   * @param at where they begin
   * @param values what is added, and if means are wanted 1 for each that counts, being 0 itself if
   *     it does not; on return the sums or means
   */
  public static void eachRunning(double[] parts, int at, int part, float[] values, boolean means) {
    int step = Lanes.FLOAT.length();
    int half = Lanes.DOUBLE.length();
    int own = at + part * step;
    int second = at + half;
    int counts = at + 16 * step;
    FloatVector v = FloatVector.fromArray(Lanes.FLOAT, values, 0);
    DoubleVector.fromArray(Lanes.DOUBLE, parts, own)
        .add(v.convertShape(VectorOperators.F2D, Lanes.DOUBLE, 0))
        .intoArray(parts, own);
    DoubleVector.fromArray(Lanes.DOUBLE, parts, own + half)
        .add(v.convertShape(VectorOperators.F2D, Lanes.DOUBLE, 1))
        .intoArray(parts, own + half);
    if (means) {
      FloatVector one = FloatVector.fromArray(Lanes.FLOAT, values, step);
      DoubleVector.fromArray(Lanes.DOUBLE, parts, counts)
          .add(one.convertShape(VectorOperators.F2D, Lanes.DOUBLE, 0))
          .intoArray(parts, counts);
      DoubleVector.fromArray(Lanes.DOUBLE, parts, counts + half)
          .add(one.convertShape(VectorOperators.F2D, Lanes.DOUBLE, 1))
          .intoArray(parts, counts + half);
    }
    DoubleVector low =
        DoubleVector.fromArray(Lanes.DOUBLE, parts, at)
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 2 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 3 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 4 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 5 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 6 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 7 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 8 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 9 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 10 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 11 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 12 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 13 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 14 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, at + 15 * step));
    DoubleVector high =
        DoubleVector.fromArray(Lanes.DOUBLE, parts, second)
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 2 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 3 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 4 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 5 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 6 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 7 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 8 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 9 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 10 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 11 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 12 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 13 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 14 * step))
            .add(DoubleVector.fromArray(Lanes.DOUBLE, parts, second + 15 * step));
    if (means) {
      DoubleVector one = DoubleVector.broadcast(Lanes.DOUBLE, 1);
      low = low.div(DoubleVector.fromArray(Lanes.DOUBLE, parts, counts).max(one));
      high = high.div(DoubleVector.fromArray(Lanes.DOUBLE, parts, counts + half).max(one));
    }
    IntVector a = low.convertShape(VectorOperators.D2F, Lanes.FLOAT, 0).reinterpretAsInts();
    IntVector b = high.convertShape(VectorOperators.D2F, Lanes.FLOAT, -1).reinterpretAsInts();
    a.or(b).reinterpretAsFloats().intoArray(values, 0);
  }

  public static DoubleVector divLow(DoubleVector sum, IntVector count) {
    return sum.div(count.convertShape(VectorOperators.I2D, Lanes.DOUBLE, 0));
  }

  public static DoubleVector divHigh(DoubleVector sum, IntVector count) {
    return sum.div(count.convertShape(VectorOperators.I2D, Lanes.DOUBLE, 1));
  }

  // The greatest and the least.

  /**
   * Whole numbers in the order of floats, −0 below 0: one instruction each for the greatest and the
   * least, where {@code max} of floats takes six. Keys of NaN are above that of ∞ or below that of
   * −∞.
   */
  public static IntVector key(FloatVector v) {
    IntVector bits = v.reinterpretAsInts();
    return bits.lanewise(
        VectorOperators.XOR, bits.lanewise(VectorOperators.ASHR, 31).and(0x7fffffff));
  }

  /** The float of a key; NaN if the key of a NaN was met. */
  public static FloatVector unkey(IntVector greatest, IntVector least, boolean wantGreatest) {
    IntVector key = wantGreatest ? greatest : least;
    FloatVector value =
        key.lanewise(VectorOperators.XOR, key.lanewise(VectorOperators.ASHR, 31).and(0x7fffffff))
            .reinterpretAsFloats();
    VectorMask<Integer> above = greatest.compare(VectorOperators.GT, 0x7f800000);
    VectorMask<Integer> below = least.compare(VectorOperators.LT, 0x807fffff);
    return value.blend(Float.NaN, above.or(below).cast(Lanes.FLOAT));
  }

  /** The same for all lanes together. */
  public static float unkeyLanes(IntVector greatest, IntVector least, boolean wantGreatest) {
    int most = greatest.reduceLanes(VectorOperators.MAX);
    int last = least.reduceLanes(VectorOperators.MIN);
    int key = wantGreatest ? most : last;
    boolean nan = most > 0x7f800000 || last < 0x807fffff;
    return nan ? Float.NaN : Float.intBitsToFloat(key ^ key >> 31 & 0x7fffffff);
  }

  public static boolean isSame(IntVector v) {
    return v.compare(VectorOperators.EQ, v.lane(0)).allTrue();
  }

  /** Whether each lane is one more than that before. */
  public static boolean isRising(IntVector v) {
    return v.compare(VectorOperators.EQ, count(v.lane(0))).allTrue();
  }

  public static boolean isFalling(IntVector v) {
    return isRising(v.neg());
  }

  public static int addLanes(IntVector v) {
    return v.reduceLanes(VectorOperators.ADD);
  }

  public static int maxLane(IntVector v) {
    return v.reduceLanes(VectorOperators.MAX);
  }

  public static int minLane(IntVector v) {
    return v.reduceLanes(VectorOperators.MIN);
  }
}
