package xfm.runtime.kernel;

/**
 * The elementary functions of xfm, for one float at a time.
 *
 * <p>They are polynomials of this project and use only operations that IEEE 754 fixes to the last
 * bit, so that the interpreter, C1 and C2 give the same bits; {@code Math.exp} and its kin do not.
 * A vector twin repeats them operation by operation.
 *
 * <p>Coefficients are minimax fits (Remez exchange in 50 digits). The error measured against {@link
 * StrictMath} in double (erf: against its series), in units in the last place of the result, over
 * one in 97 of all floats:
 *
 * <table>
 *   <caption>largest error</caption>
 *   <tr><td>exp</td><td>0.98</td><td>tanh</td><td>2.40</td></tr>
 *   <tr><td>log, sin, cos, pow</td><td>0.5002</td><td>erf</td><td>1.13</td></tr>
 * </table>
 *
 * The hot ones ({@code exp}, {@code tanh}, {@code erf}) stay in float, so that a vector of them has
 * 16 lanes; the others pass through double, which costs nothing in scalar code. NaN in gives NaN
 * out; which NaN is not specified.
 */
public final class Maths {
  private static final float LOG2_E = 1.4426950408889634f;
  private static final float LN2_HIGH = 0.6931472f;
  private static final float LN2_LOW = -1.9046542e-9f;

  /** Adding 1.5 · 2^23 rounds a small float to a whole number, kept in the low bits of the sum. */
  private static final float ROUNDER = 0x1.8p23f;

  /** The same for a double. */
  private static final double WIDE_ROUNDER = 0x1.8p52;

  private static final double LN2 = 0.6931471805599453;
  private static final double TWO_OVER_PI = 0.6366197723675814;
  private static final double HALF_PI_HIGH = 1.5707963267948966;
  private static final double HALF_PI_LOW = 6.123233995736766e-17;

  /**
   * Up to here sin and cos reduce by two parts of π/2: the whole multiple has at most 31 bits, and
   * what is left out is below 2^-78.
   */
  private static final float REDUCIBLE = 0x1p30f;

  private Maths() {}

  /** e to the power x; 0 below −104, infinite above 88.73, with denormals in between. */
  public static float exp(float x) {
    float clamped = x > 89f ? 89f : x;
    clamped = clamped < -104f ? -104f : clamped;
    float nearest = nearestPower(clamped);
    int power = toInt(nearest);
    // 2^power in two factors: each is a normal float even where the product is infinite or denormal
    int half = power >> 1;
    float p = expMinusOne(remainder(clamped, nearest)) + 1f;
    return p * powerOfTwo(half) * powerOfTwo(power - half);
  }

  /**
   * n of x = n log 2 + r with |r| at most half of log 2, for |x| up to 10^6, in the low bits of a
   * float; anything for NaN.
   */
  private static float nearestPower(float x) {
    return Math.fma(x, LOG2_E, ROUNDER);
  }

  private static int toInt(float nearestPower) {
    return Float.floatToRawIntBits(nearestPower) - Float.floatToRawIntBits(ROUNDER);
  }

  /** The r of {@link #nearestPower}. */
  private static float remainder(float x, float nearestPower) {
    float n = nearestPower - ROUNDER;
    return Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
  }

  /** e^r − 1 for |r| up to half of log 2, to the last bit but one even near 0. */
  private static float expMinusOne(float r) {
    float p = 0.0001979035f;
    p = Math.fma(p, r, 0.0013944659f);
    p = Math.fma(p, r, 0.0083334967f);
    p = Math.fma(p, r, 0.041666295f);
    p = Math.fma(p, r, 0.16666666f);
    p = Math.fma(p, r, 0.5f);
    return Math.fma(p * r, r, r);
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }

  /** The natural logarithm; −∞ at 0, NaN below. */
  public static float log(float x) {
    return x > 0f && x < Float.POSITIVE_INFINITY ? (float) (log2(x) * LN2) : logOfSpecial(x);
  }

  private static float logOfSpecial(float x) {
    return x == 0f ? Float.NEGATIVE_INFINITY : x > 0f ? x : Float.NaN;
  }

  /** Of a normal, positive double: m · 2^k with m in [√½, √2), by 2 atanh((m − 1) / (m + 1)). */
  private static double log2(double x) {
    // Counted from √½, the exponent field splits x at the wanted place.
    long bits = Double.doubleToRawLongBits(x) - 0x3fe6a09e667f3bcdL;
    double k = bits >> 52;
    double m = Double.longBitsToDouble((bits & 0xfffffffffffffL) + 0x3fe6a09e667f3bcdL);
    double s = (m - 1) / (m + 1);
    double t = s * s;
    double p = 0.28290144492487673;
    p = Math.fma(p, t, 0.3199056119998787);
    p = Math.fma(p, t, 0.4122092543159267);
    p = Math.fma(p, t, 0.5770779423472013);
    p = Math.fma(p, t, 0.9617966941133957);
    p = Math.fma(p, t, 2.88539008177785);
    return Math.fma(p, s, k);
  }

  /** 2^t for |t| ≤ 1000. */
  private static double exp2(double t) {
    double rounded = t + WIDE_ROUNDER;
    long power = Double.doubleToRawLongBits(rounded) - Double.doubleToRawLongBits(WIDE_ROUNDER);
    double f = t - (rounded - WIDE_ROUNDER);
    double p = 1.3175872805048894e-6;
    p = Math.fma(p, f, 1.5309738637991285e-5);
    p = Math.fma(p, f, 0.00015403851663706904);
    p = Math.fma(p, f, 0.0013333452056846081);
    p = Math.fma(p, f, 0.009618128543033044);
    p = Math.fma(p, f, 0.055504109393485525);
    p = Math.fma(p, f, 0.24022650698879033);
    p = Math.fma(p, f, 0.693147180546512);
    p = Math.fma(p, f, 0.9999999999997626);
    return p * Double.longBitsToDouble((power + 1023) << 52);
  }

  /**
   * x to the power y, with the special values of {@link StrictMath#pow}; the square is {@code x *
   * x}, the cube a product in double.
   */
  public static float pow(float x, float y) {
    if (y == 2f) {
      return x * x;
    }
    if (y == 3f) {
      return (float) ((double) x * x * x);
    }
    float size = Math.abs(x);
    boolean ordinary = size > 0f && size < Float.POSITIVE_INFINITY && Math.abs(y) < 0x1p24f;
    if (!ordinary || y == 0f) {
      return (float) StrictMath.pow(x, y);
    }
    boolean whole = y == (int) y;
    if (x < 0f && !whole) {
      return Float.NaN;
    }
    double t = y * log2(size);
    t = t > 200 ? 200 : t;
    t = t < -200 ? -200 : t;
    float power = (float) exp2(t);
    return x < 0f && ((int) y & 1) != 0 ? -power : power;
  }

  /**
   * The whole power of a whole number, wrapping around as int products do.
   *
   * @throws ArithmeticException if y is negative: the result would not be whole
   */
  public static int pow(int x, int y) {
    if (y < 0) {
      throw new ArithmeticException("a whole number to the power " + y + " is not whole");
    }
    int result = 1;
    int square = x;
    for (int left = y; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }

  /** The correctly rounded square root; NaN below 0. */
  public static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }

  /** The greatest whole number that is not above x, held to the range of int; 0 for NaN. */
  public static int floor(float x) {
    return (int) Math.floor(x);
  }

  /**
   * The hyperbolic tangent, as {@code E / (E + 2)} with {@code E = exp(2|x|) − 1}: one formula for
   * all x, because a branch at 0.6, mispredicted half the time, took a tanh-GELU from 4.2 to 8.3 ns
   * an element.
   */
  public static float tanh(float x) {
    float twice = 2f * Math.abs(x);
    twice = twice > 30f ? 30f : twice;
    float nearest = nearestPower(twice);
    float scale = powerOfTwo(toInt(nearest));
    float e = Math.fma(scale, expMinusOne(remainder(twice, nearest)), scale - 1f);
    return Math.copySign(e / (e + 2f), x);
  }

  /** The error function: 2/√π times the integral of exp(−t²) from 0 to x. */
  public static float erf(float x) {
    float size = Math.abs(x);
    if (size < 1f) {
      float t = x * x;
      float p = 7.8538775e-5f;
      p = Math.fma(p, t, -8.0101984e-4f);
      p = Math.fma(p, t, 0.0051883282f);
      p = Math.fma(p, t, -0.026853813f);
      p = Math.fma(p, t, 0.11283585f);
      p = Math.fma(p, t, -0.37612626f);
      // The whole part of 2/√π apart: its product with x is exact.
      p = Math.fma(p, t, 0.12837917f);
      return Math.fma(p, x, x);
    }
    // log erfc on [1, 4]; from 4 on the result is ±1
    float z = size > 4f ? 4f : size;
    float p = 1.8637495e-4f;
    p = Math.fma(p, z, -0.0029476173f);
    p = Math.fma(p, z, 0.021837903f);
    p = Math.fma(p, z, -0.103106424f);
    p = Math.fma(p, z, -0.63814521f);
    p = Math.fma(p, z, -1.127089f);
    p = Math.fma(p, z, -3.415762e-4f);
    return Math.copySign(1f - exp(p), x);
  }

  /** The sine of x radians; NaN for ±∞. */
  public static float sin(float x) {
    return Math.abs(x) <= REDUCIBLE ? (float) sineOrCosine(x, 0) : (float) StrictMath.sin(x);
  }

  /** The cosine of x radians; NaN for ±∞. */
  public static float cos(float x) {
    return Math.abs(x) <= REDUCIBLE ? (float) sineOrCosine(x, 1) : (float) StrictMath.cos(x);
  }

  /** sin(x + turns · π/2): x is brought to [−π/4, π/4] by its nearest multiple of π/2. */
  private static double sineOrCosine(double x, int turns) {
    double rounded = Math.fma(x, TWO_OVER_PI, WIDE_ROUNDER);
    int quadrant = (int) Double.doubleToRawLongBits(rounded) + turns;
    double whole = rounded - WIDE_ROUNDER;
    // The first product is exact inside the fma, so r is good to 2^-53 of itself even near a zero.
    double r = Math.fma(whole, -HALF_PI_LOW, Math.fma(whole, -HALF_PI_HIGH, x));
    double t = r * r;
    double sine = 2.7180464615829433e-6;
    sine = Math.fma(sine, t, -0.00019839304413983198);
    sine = Math.fma(sine, t, 0.008333329280517292);
    sine = Math.fma(sine, t, -0.16666666640588118);
    sine = r * Math.fma(sine, t, 1);
    double cosine = -2.720504503388888e-7;
    cosine = Math.fma(cosine, t, 2.4799451532805592e-5);
    cosine = Math.fma(cosine, t, -0.0013888883467176388);
    cosine = Math.fma(cosine, t, 0.04166666661910554);
    cosine = Math.fma(cosine, t, -0.5);
    cosine = Math.fma(cosine, t, 1);
    // Chosen by masks: branches on the quadrant are mispredicted (6.8 ns, not 2.3).
    long odd = -(quadrant & 1L);
    long chosen =
        Double.doubleToRawLongBits(sine) & ~odd | Double.doubleToRawLongBits(cosine) & odd;
    return Double.longBitsToDouble(chosen ^ (quadrant & 2L) << 62);
  }
}
