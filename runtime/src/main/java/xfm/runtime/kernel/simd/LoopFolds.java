package xfm.runtime.kernel.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What generated loops gather in vectors of {@link Lanes}. They go there as {@link LoopVectors} do.
 */
public final class LoopFolds {
  private LoopFolds() {}

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
