package xfm.runtime.kernel.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Single operations of generated loops on vectors of {@link Lanes}. Their bytecode goes into the
 * loops themselves, so they use public members of other classes only. Masks are those of floats,
 * for ints too.
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

  // Masks.

  public static VectorMask<Float> not(VectorMask<Float> a) {
    return a.not();
  }

  public static VectorMask<Float> and(VectorMask<Float> a, VectorMask<Float> b) {
    return a.and(b);
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
}
