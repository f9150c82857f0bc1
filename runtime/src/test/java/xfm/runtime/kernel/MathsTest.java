package xfm.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Errors in units in the last place over a sample of all floats, and special values. */
class MathsTest {
  /** One in this many floats: a prime, so that all exponents and low bits are met. */
  private static final int STRIDE = 4_001;

  private interface Function {
    float of(float x);
  }

  private static double error(float got, double want) {
    if (Double.isNaN(want)) {
      return Float.isNaN(got) ? 0 : Double.POSITIVE_INFINITY;
    }
    float rounded = (float) want;
    if (Float.isInfinite(rounded)) {
      return got == rounded ? 0 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(got - want) / Math.ulp(rounded);
  }

  private static void check(Function f, DoubleUnaryOperator exact, double most) {
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      float got = f.of(x);
      double want = exact.applyAsDouble(x);
      double error = error(got, want);
      assertTrue(error <= most, () -> "at " + x + ": " + got + ", not " + want);
    }
  }

  /** By its series below 3, and by the continued fraction of erfc above. */
  private static double erf(double x) {
    double size = Math.abs(x);
    double result;
    if (Double.isNaN(x)) {
      return x;
    } else if (size < 3) {
      double term = size;
      double sum = size;
      for (int n = 1; n < 120; n++) {
        term *= -size * size / n;
        sum += term / (2 * n + 1);
      }
      result = 2 / Math.sqrt(Math.PI) * sum;
    } else {
      double tail = 0;
      for (int k = 120; k > 0; k--) {
        tail = k / 2.0 / (size + tail);
      }
      double limit = Math.min(size, 6);
      result = 1 - StrictMath.exp(-limit * limit) / Math.sqrt(Math.PI) / (limit + tail);
    }
    return Math.copySign(result, x);
  }

  @Test
  void exp() {
    check(Maths::exp, StrictMath::exp, 1);
    assertEquals(1f, Maths.exp(0f));
    assertEquals(1f, Maths.exp(-0f));
    assertEquals(0f, Maths.exp(Float.NEGATIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, Maths.exp(Float.POSITIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, Maths.exp(88.73f));
    assertEquals(Float.MIN_VALUE, Maths.exp(-103.5f));
    assertEquals(0f, Maths.exp(-104f));
  }

  @Test
  void log() {
    check(Maths::log, StrictMath::log, 0.501);
    assertEquals(0f, Maths.log(1f));
    assertEquals(Float.NEGATIVE_INFINITY, Maths.log(-0f));
    assertEquals(Float.POSITIVE_INFINITY, Maths.log(Float.POSITIVE_INFINITY));
    assertEquals(Float.NaN, Maths.log(-Float.MIN_VALUE));
    assertEquals((float) StrictMath.log(Float.MIN_VALUE), Maths.log(Float.MIN_VALUE));
  }

  @Test
  void tanh() {
    check(Maths::tanh, StrictMath::tanh, 2.5);
    assertEquals(-0f, Maths.tanh(-0f));
    assertEquals(Float.MIN_VALUE, Maths.tanh(Float.MIN_VALUE));
    assertEquals(-1f, Maths.tanh(Float.NEGATIVE_INFINITY));
  }

  @Test
  void erf() {
    check(Maths::erf, MathsTest::erf, 1.25);
    assertEquals(-0f, Maths.erf(-0f));
    assertEquals(1f, Maths.erf(Float.POSITIVE_INFINITY));
    assertEquals(-1f, Maths.erf(-4f));
  }

  @Test
  void sineAndCosine() {
    check(Maths::sin, StrictMath::sin, 0.501);
    check(Maths::cos, StrictMath::cos, 0.501);
    assertEquals(-0f, Maths.sin(-0f));
    assertEquals(Float.NaN, Maths.sin(Float.POSITIVE_INFINITY));
    assertEquals(Float.NaN, Maths.cos(Float.NaN));
  }

  /** The angles of rotary positions, and whole multiples of π/2 where the sine nearly vanishes. */
  @Test
  void sineOfLargeAngles() {
    Random random = new Random(1);
    for (int k = 0; k < 1_000_000; k++) {
      float rotary = random.nextInt(131_072) * random.nextFloat();
      float x = k % 2 == 0 ? (float) (k * (Math.PI / 2)) : rotary;
      assertTrue(error(Maths.sin(x), StrictMath.sin(x)) <= 0.501, () -> "sin " + x);
      assertTrue(error(Maths.cos(x), StrictMath.cos(x)) <= 0.501, () -> "cos " + x);
    }
  }

  @Test
  void powersOfFloats() {
    Random random = new Random(2);
    float[] special = {
      0f,
      -0f,
      1f,
      -1f,
      2f,
      -2f,
      3f,
      0.5f,
      -0.5f,
      1e-45f,
      3e38f,
      -3e38f,
      16777216f,
      16777215f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    for (float x : special) {
      for (float y : special) {
        double want = y == 2f ? x * x : StrictMath.pow(x, y);
        float got = Maths.pow(x, y);
        assertTrue(error(got, want) <= 0.501, () -> x + " ** " + y + ": " + got);
        if (want == 0) {
          assertEquals((float) want, got, () -> x + " ** " + y);
        }
      }
    }
    for (int k = 0; k < 1_000_000; k++) {
      float x = (float) StrictMath.exp(random.nextGaussian() * 20);
      float y = (float) (random.nextGaussian() * 10);
      float whole = random.nextInt(41) - 20;
      assertTrue(error(Maths.pow(x, y), StrictMath.pow(x, y)) <= 0.501, () -> x + " ** " + y);
      if (whole != 2f) {
        double want = StrictMath.pow(-x, whole);
        assertTrue(error(Maths.pow(-x, whole), want) <= 0.501, () -> -x + " ** " + whole);
      }
    }
  }

  @Test
  void powersOfInts() {
    assertEquals(-243, Maths.pow(-3, 5));
    assertEquals(1, Maths.pow(0, 0));
    assertEquals(0, Maths.pow(2, 32));
    assertThrows(ArithmeticException.class, () -> Maths.pow(2, -1));
  }

  @Test
  void floor() {
    assertEquals(-2, Maths.floor(-1.5f));
    assertEquals(-1, Maths.floor(-1e-45f));
    assertEquals(2, Maths.floor(2f));
    assertEquals(Integer.MAX_VALUE, Maths.floor(1e20f));
    assertEquals(Integer.MIN_VALUE, Maths.floor(Float.NEGATIVE_INFINITY));
    assertEquals(0, Maths.floor(Float.NaN));
  }

  @Test
  void squareRoot() {
    check(Maths::sqrt, Math::sqrt, 0.501);
  }
}
