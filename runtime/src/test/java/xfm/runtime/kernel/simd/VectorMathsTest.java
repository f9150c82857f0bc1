package xfm.runtime.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.UnaryOperator;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import xfm.runtime.kernel.Maths;

/** Every lane has the bits of the scalar function: over a sample of all floats, shuffled. */
@Tag("lanes")
class VectorMathsTest {
  private static final int STRIDE = 20_011;
  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    4f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0x1p30f,
    88.73f,
    -103.5f
  };

  private interface Function {
    float of(float x);
  }

  private static void check(Function scalar, UnaryOperator<FloatVector> vector) {
    float[] values = sample();
    int lanes = Lanes.FLOAT.length();
    for (int i = 0; i + lanes <= values.length; i += lanes) {
      FloatVector y = vector.apply(FloatVector.fromArray(Lanes.FLOAT, values, i));
      for (int lane = 0; lane < lanes; lane++) {
        float x = values[i + lane];
        float want = scalar.of(x);
        float got = y.lane(lane);
        assertTrue(
            Float.floatToIntBits(want) == Float.floatToIntBits(got),
            () -> "at " + x + ": " + got + ", not " + want);
      }
    }
  }

  /** Half of them over all exponents, half between −16 and 16. */
  private static float[] sample() {
    Random random = new Random(1);
    float[] values = new float[2 * (int) ((1L << 32) / STRIDE)];
    for (int i = 0; i < values.length; i += 2) {
      values[i] = Float.intBitsToFloat(random.nextInt());
      values[i + 1] = 32 * random.nextFloat() - 16;
    }
    for (int i = 0; i < SPECIAL.length; i++) {
      values[101 * i] = SPECIAL[i];
    }
    return values;
  }

  @Test
  void exp() {
    check(Maths::exp, VectorMaths::exp);
  }

  @Test
  void tanh() {
    check(Maths::tanh, VectorMaths::tanh);
  }

  @Test
  void erf() {
    check(Maths::erf, VectorMaths::erf);
  }

  @Test
  void log() {
    check(Maths::log, VectorMaths::log);
  }

  @Test
  void sin() {
    check(Maths::sin, VectorMaths::sin);
  }

  @Test
  void cos() {
    check(Maths::cos, VectorMaths::cos);
  }

  /** To whole and other powers, each value with all of them; beyond the polynomials, too. */
  @Test
  void pow() {
    float[] powers = {
      0f,
      -0f,
      1f,
      -1f,
      2f,
      3f,
      -3f,
      4f,
      0.5f,
      -0.5f,
      1.7f,
      -20f,
      16777215f,
      0x1p25f,
      1e-40f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY
    };
    for (float power : powers) {
      check(
          x -> Maths.pow(x, power),
          x -> VectorMaths.pow(x, FloatVector.broadcast(Lanes.FLOAT, power)));
    }
    check(
        x -> Maths.pow(0.97f, x),
        x -> VectorMaths.pow(FloatVector.broadcast(Lanes.FLOAT, 0.97f), x));
    check(x -> Maths.pow(x, 3), x -> VectorMaths.cube(x, x));
  }
}
