package xfm.runtime.kernel.simd;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import xfm.runtime.kernel.Maths;

/**
 * {@link Maths} for a vector of {@link Lanes#FLOAT} at a time: the same operations on every lane,
 * so the same bits (of NaNs only that they are NaN), interpreted or compiled.
 *
 * <p>C2 inlines {@code exp} and {@code tanh} into a loop, where their vectors stay in registers.
 * Longer ones pass its limit of nodes (18,000 while it parses; only methods of the JDK are exempt)
 * and box their vectors: generated loops get the bytecode of these methods, not calls, so use
 * public members of other classes only.
 */
public final class VectorMaths {
  private static final float LOG2_E = 1.4426950408889634f;
  private static final float LN2_HIGH = 0.6931472f;
  private static final float LN2_LOW = -1.9046542e-9f;
  private static final float ROUNDER = 0x1.8p23f;
  private static final double WIDE_ROUNDER = 0x1.8p52;
  private static final double LN2 = 0.6931471805599453;
  private static final double TWO_OVER_PI = 0.6366197723675814;
  private static final double HALF_PI_HIGH = 1.5707963267948966;
  private static final double HALF_PI_LOW = 6.123233995736766e-17;
  private static final long ROOT_HALF = 0x3fe6a09e667f3bcdL;
  private static final float REDUCIBLE = 0x1p30f;
  private static final int SIGN = 0x80000000;

  private VectorMaths() {}

  private static FloatVector all(float v) {
    return FloatVector.broadcast(Lanes.FLOAT, v);
  }

  private static FloatVector fma(FloatVector a, FloatVector b, float c) {
    return a.fma(b, all(c));
  }

  private static DoubleVector fma(DoubleVector a, DoubleVector b, double c) {
    return a.fma(b, DoubleVector.broadcast(Lanes.DOUBLE, c));
  }

  /** {@link Maths#exp}. */
  public static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.blend(89f, x.compare(GT, 89f));
    clamped = clamped.blend(-104f, clamped.compare(LT, -104f));
    FloatVector nearest = nearestPower(clamped);
    IntVector power = toInt(nearest);
    IntVector half = power.lanewise(ASHR, 1);
    FloatVector p = expMinusOne(remainder(clamped, nearest)).add(1f);
    return p.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
  }

  private static FloatVector nearestPower(FloatVector x) {
    return x.fma(all(LOG2_E), all(ROUNDER));
  }

  private static IntVector toInt(FloatVector nearestPower) {
    return nearestPower.reinterpretAsInts().sub(Float.floatToRawIntBits(ROUNDER));
  }

  private static FloatVector remainder(FloatVector x, FloatVector nearestPower) {
    FloatVector n = nearestPower.sub(ROUNDER);
    return n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
  }

  private static FloatVector expMinusOne(FloatVector r) {
    FloatVector p = all(0.0001979035f);
    p = fma(p, r, 0.0013944659f);
    p = fma(p, r, 0.0083334967f);
    p = fma(p, r, 0.041666295f);
    p = fma(p, r, 0.16666666f);
    p = fma(p, r, 0.5f);
    return p.mul(r).fma(r, r);
  }

  private static FloatVector powerOfTwo(IntVector n) {
    return n.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
  }

  /** The size of one and the sign of the other, as {@link Math#copySign(float, float)}. */
  private static FloatVector copySign(FloatVector size, FloatVector sign) {
    IntVector bits = size.reinterpretAsInts().and(~SIGN);
    return bits.or(sign.reinterpretAsInts().and(SIGN)).reinterpretAsFloats();
  }

  /** {@link Maths#tanh}. */
  public static FloatVector tanh(FloatVector x) {
    FloatVector twice = x.abs().mul(2f);
    twice = twice.blend(30f, twice.compare(GT, 30f));
    FloatVector nearest = nearestPower(twice);
    FloatVector scale = powerOfTwo(toInt(nearest));
    FloatVector e = scale.fma(expMinusOne(remainder(twice, nearest)), scale.sub(1f));
    return copySign(e.div(e.add(2f)), x);
  }

  /** {@link Maths#erf}. */
  public static FloatVector erf(FloatVector x) {
    FloatVector size = x.abs();
    return erfc(x, size).blend(smallErf(x), size.compare(LT, 1f));
  }

  private static FloatVector smallErf(FloatVector x) {
    FloatVector t = x.mul(x);
    FloatVector p = all(7.8538775e-5f);
    p = fma(p, t, -8.0101984e-4f);
    p = fma(p, t, 0.0051883282f);
    p = fma(p, t, -0.026853813f);
    p = fma(p, t, 0.11283585f);
    p = fma(p, t, -0.37612626f);
    p = fma(p, t, 0.12837917f);
    return p.fma(x, x);
  }

  /** From a size of 1 on. */
  private static FloatVector erfc(FloatVector x, FloatVector size) {
    FloatVector z = size.blend(4f, size.compare(GT, 4f));
    FloatVector p = all(1.8637495e-4f);
    p = fma(p, z, -0.0029476173f);
    p = fma(p, z, 0.021837903f);
    p = fma(p, z, -0.103106424f);
    p = fma(p, z, -0.63814521f);
    p = fma(p, z, -1.127089f);
    p = fma(p, z, -3.415762e-4f);
    return copySign(all(1f).sub(exp(p)), x);
  }

  /** {@link Maths#log}. */
  public static FloatVector log(FloatVector x) {
    FloatVector y = narrow(log2(low(x)).mul(LN2), log2(high(x)).mul(LN2));
    VectorMask<Float> above = x.compare(GT, 0f);
    y = y.blend(x, x.compare(EQ, Float.POSITIVE_INFINITY));
    y = y.blend(Float.NaN, above.not());
    return y.blend(Float.NEGATIVE_INFINITY, x.compare(EQ, 0f));
  }

  private static DoubleVector log2(DoubleVector x) {
    LongVector bits = x.reinterpretAsLongs().sub(ROOT_HALF);
    // Small whole numbers become doubles by way of the low bits of a large one.
    LongVector power = bits.lanewise(ASHR, 52).add(Double.doubleToRawLongBits(WIDE_ROUNDER));
    DoubleVector k = power.reinterpretAsDoubles().sub(WIDE_ROUNDER);
    DoubleVector m = bits.and(0xfffffffffffffL).add(ROOT_HALF).reinterpretAsDoubles();
    DoubleVector s = m.sub(1).div(m.add(1));
    DoubleVector t = s.mul(s);
    DoubleVector p = DoubleVector.broadcast(Lanes.DOUBLE, 0.28290144492487673);
    p = fma(p, t, 0.3199056119998787);
    p = fma(p, t, 0.4122092543159267);
    p = fma(p, t, 0.5770779423472013);
    p = fma(p, t, 0.9617966941133957);
    p = fma(p, t, 2.88539008177785);
    return p.fma(s, k);
  }

  /** {@link Maths#sin}. */
  public static FloatVector sin(FloatVector x) {
    FloatVector y = narrow(sineOrCosine(low(x), 0), sineOrCosine(high(x), 0));
    VectorMask<Float> reduced = x.abs().compare(LE, REDUCIBLE);
    return reduced.allTrue() ? y : eachSin(x);
  }

  /** {@link Maths#cos}. */
  public static FloatVector cos(FloatVector x) {
    FloatVector y = narrow(sineOrCosine(low(x), 1), sineOrCosine(high(x), 1));
    VectorMask<Float> reduced = x.abs().compare(LE, REDUCIBLE);
    return reduced.allTrue() ? y : eachCos(x);
  }

  /** {@link #sin} by the scalar function: where a lane is beyond the polynomials, which is rare. */
  public static FloatVector eachSin(FloatVector x) {
    float[] each = x.toArray();
    for (int i = 0; i < each.length; i++) {
      each[i] = Maths.sin(each[i]);
    }
    return FloatVector.fromArray(Lanes.FLOAT, each, 0);
  }

  /** {@link #cos} by the scalar function. */
  public static FloatVector eachCos(FloatVector x) {
    float[] each = x.toArray();
    for (int i = 0; i < each.length; i++) {
      each[i] = Maths.cos(each[i]);
    }
    return FloatVector.fromArray(Lanes.FLOAT, each, 0);
  }

  /** {@link Maths#pow}. */
  public static FloatVector pow(FloatVector x, FloatVector y) {
    FloatVector size = x.abs();
    DoubleVector low = exp2(low(y).mul(log2(low(size))));
    DoubleVector high = exp2(high(y).mul(log2(high(size))));
    FloatVector r = narrow(low, high);
    VectorMask<Float> above = y.compare(GT, 0f);
    FloatVector ofZero = all(Float.POSITIVE_INFINITY).blend(0f, above);
    FloatVector ofInfinity = all(0f).blend(Float.POSITIVE_INFINITY, above);
    r = r.blend(ofZero, size.compare(EQ, 0f));
    VectorMask<Float> infinite = size.compare(EQ, Float.POSITIVE_INFINITY);
    r = r.blend(ofInfinity, infinite);
    IntVector power = (IntVector) y.convertShape(VectorOperators.F2I, Lanes.INT, 0);
    FloatVector back = (FloatVector) power.convertShape(VectorOperators.I2F, Lanes.FLOAT, 0);
    VectorMask<Float> whole = back.compare(EQ, y);
    IntVector sign = x.reinterpretAsInts().and(power.lanewise(LSHL, 31));
    r = r.blend(r.reinterpretAsInts().or(sign).reinterpretAsFloats(), whole);
    VectorMask<Float> unordered = x.compare(VectorOperators.NE, x);
    VectorMask<Float> root = x.compare(LT, 0f).andNot(whole).andNot(infinite);
    r = r.blend(Float.NaN, root.or(unordered).or(y.compare(VectorOperators.NE, y)));
    r = r.blend(cube(x, y), y.compare(EQ, 3f));
    r = r.blend(x.mul(x), y.compare(EQ, 2f));
    r = r.blend(1f, y.compare(EQ, 0f));
    VectorMask<Float> huge = y.abs().compare(VectorOperators.GE, 0x1p24f);
    return huge.anyTrue() ? eachPow(x, y) : r;
  }

  /** {@link Maths#pow} of 3. */
  public static FloatVector cube(FloatVector x, FloatVector three) {
    DoubleVector low = low(x);
    DoubleVector high = high(x);
    return narrow(low.mul(low).mul(low), high.mul(high).mul(high));
  }

  /** {@link #pow} by the scalar function: where an exponent is beyond the polynomials. */
  public static FloatVector eachPow(FloatVector x, FloatVector y) {
    float[] each = x.toArray();
    float[] powers = y.toArray();
    for (int i = 0; i < each.length; i++) {
      each[i] = Maths.pow(each[i], powers[i]);
    }
    return FloatVector.fromArray(Lanes.FLOAT, each, 0);
  }

  private static DoubleVector exp2(DoubleVector unlimited) {
    DoubleVector below = unlimited.blend(200, unlimited.compare(GT, 200));
    DoubleVector t = below.blend(-200, below.compare(LT, -200));
    DoubleVector rounded = t.add(WIDE_ROUNDER);
    LongVector power = rounded.reinterpretAsLongs().sub(Double.doubleToRawLongBits(WIDE_ROUNDER));
    DoubleVector f = t.sub(rounded.sub(WIDE_ROUNDER));
    DoubleVector p = DoubleVector.broadcast(Lanes.DOUBLE, 1.3175872805048894e-6);
    p = fma(p, f, 1.5309738637991285e-5);
    p = fma(p, f, 0.00015403851663706904);
    p = fma(p, f, 0.0013333452056846081);
    p = fma(p, f, 0.009618128543033044);
    p = fma(p, f, 0.055504109393485525);
    p = fma(p, f, 0.24022650698879033);
    p = fma(p, f, 0.693147180546512);
    p = fma(p, f, 0.9999999999997626);
    return p.mul(power.add(1023).lanewise(LSHL, 52).reinterpretAsDoubles());
  }

  private static DoubleVector sineOrCosine(DoubleVector x, int turns) {
    DoubleVector rounded =
        x.fma(
            DoubleVector.broadcast(Lanes.DOUBLE, TWO_OVER_PI),
            DoubleVector.broadcast(Lanes.DOUBLE, WIDE_ROUNDER));
    LongVector quadrant = rounded.reinterpretAsLongs().add(turns);
    DoubleVector whole = rounded.sub(WIDE_ROUNDER);
    DoubleVector high = whole.fma(DoubleVector.broadcast(Lanes.DOUBLE, -HALF_PI_HIGH), x);
    DoubleVector r = whole.fma(DoubleVector.broadcast(Lanes.DOUBLE, -HALF_PI_LOW), high);
    DoubleVector t = r.mul(r);
    VectorMask<Double> odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(Lanes.DOUBLE);
    LongVector chosen = sine(r, t).blend(cosine(t), odd).reinterpretAsLongs();
    LongVector sign = quadrant.and(2).lanewise(LSHL, 62);
    return chosen.lanewise(VectorOperators.XOR, sign).reinterpretAsDoubles();
  }

  private static DoubleVector sine(DoubleVector r, DoubleVector t) {
    DoubleVector p = DoubleVector.broadcast(Lanes.DOUBLE, 2.7180464615829433e-6);
    p = fma(p, t, -0.00019839304413983198);
    p = fma(p, t, 0.008333329280517292);
    p = fma(p, t, -0.16666666640588118);
    return r.mul(fma(p, t, 1));
  }

  private static DoubleVector cosine(DoubleVector t) {
    DoubleVector p = DoubleVector.broadcast(Lanes.DOUBLE, -2.720504503388888e-7);
    p = fma(p, t, 2.4799451532805592e-5);
    p = fma(p, t, -0.0013888883467176388);
    p = fma(p, t, 0.04166666661910554);
    p = fma(p, t, -0.5);
    return fma(p, t, 1);
  }

  /** The first half of the lanes, as doubles. */
  public static DoubleVector low(FloatVector x) {
    return (DoubleVector) x.convertShape(VectorOperators.F2D, Lanes.DOUBLE, 0);
  }

  /** The second half of the lanes, as doubles. */
  public static DoubleVector high(FloatVector x) {
    return (DoubleVector) x.convertShape(VectorOperators.F2D, Lanes.DOUBLE, 1);
  }

  /** Undoes {@link #low} and {@link #high}, rounding to nearest. */
  public static FloatVector narrow(DoubleVector low, DoubleVector high) {
    IntVector a = low.convertShape(VectorOperators.D2F, Lanes.FLOAT, 0).reinterpretAsInts();
    IntVector b = high.convertShape(VectorOperators.D2F, Lanes.FLOAT, -1).reinterpretAsInts();
    return a.or(b).reinterpretAsFloats();
  }
}
