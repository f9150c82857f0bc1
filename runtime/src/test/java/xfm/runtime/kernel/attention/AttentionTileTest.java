package xfm.runtime.kernel.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import xfm.runtime.kernel.Kernels;

/** The kernel on vectors against its readable twin, to the last bit. */
@Tag("lanes")
class AttentionTileTest {
  private static final int ROUNDS = 60;

  private final AttentionTile scalar = Kernels.scalar().attentionTile();
  private final AttentionTile simd = Kernels.simd().attentionTile();
  private final Random random = new Random(3);

  /** Mostly ordinary numbers, some extreme; of some rows one is +∞ or no number. */
  private float[] numbers(int count, float size) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          switch (random.nextInt(1600)) {
            case 0 -> Float.NaN;
            case 1 -> Float.POSITIVE_INFINITY;
            default ->
                switch (random.nextInt(40)) {
                  case 0 -> Float.NEGATIVE_INFINITY;
                  case 1 -> 1e4f;
                  case 2 -> -1e4f;
                  case 3 -> -0f;
                  default -> (float) random.nextGaussian() * size;
                };
          };
    }
    return numbers;
  }

  private float[] finite(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static MemorySegment memory(Arena arena, float[] values) {
    MemorySegment memory = arena.allocate(values.length * 4L, 64);
    MemorySegment.copy(values, 0, memory, ValueLayout.JAVA_FLOAT, 0, values.length);
    return memory;
  }

  @Test
  void softmaxOverTilesOneAfterAnother() {
    for (int round = 0; round < ROUNDS; round++) {
      int rows = 1 + random.nextInt(AttentionTile.ROWS);
      float[] state = new float[AttentionTile.STATE];
      java.util.Arrays.fill(state, 0, AttentionTile.ROWS, AttentionTile.LEAST);
      float[] other = state.clone();
      float[] sums = finite(AttentionTile.ROWS * 64);
      float[] otherSums = sums.clone();
      for (int tile = 0; tile < 3; tile++) {
        float[] s = numbers(AttentionTile.ROWS * AttentionTile.KEYS, 3);
        float[] t = s.clone();
        scalar.softmax(rows, 0.3f, s, state);
        simd.softmax(rows, 0.3f, t, other);
        assertArrayEquals(s, t);
        assertArrayEquals(
            java.util.Arrays.copyOf(state, rows), java.util.Arrays.copyOf(other, rows));
        scalar.shrink(rows, 64, state, sums);
        simd.shrink(rows, 64, other, otherSums);
        assertArrayEquals(sums, otherSums);
      }
      scalar.finish(rows, 64, 0, state, sums);
      simd.finish(rows, 64, 0, other, otherSums);
      assertArrayEquals(sums, otherSums);
      for (int r = 0; r < rows; r++) {
        int all = AttentionTile.SUMS + r * AttentionTile.PARTS;
        assertEquals(state[all], other[all]);
      }
    }
  }

  @Test
  void productsAndMasks() {
    try (Arena arena = Arena.ofShared()) {
      for (int round = 0; round < ROUNDS; round++) {
        int rows = 1 + random.nextInt(AttentionTile.ROWS);
        int inner = 1 + random.nextInt(80);
        float[] a = finite((AttentionTile.ROWS + 1) * inner);
        MemorySegment panel = memory(arena, finite(inner * AttentionTile.WIDTH));
        float[] c = finite(AttentionTile.ROWS * 64);
        float[] d = c.clone();
        scalar.multiply(rows, inner, a, inner / 2, inner, panel, 0, c, 32, 64);
        simd.multiply(rows, inner, a, inner / 2, inner, panel, 0, d, 32, 64);
        assertArrayEquals(c, d);
        MemorySegment hidden = memory(arena, numbers(AttentionTile.ROWS * 64, 1));
        scalar.hide(rows, c, hidden, 0);
        simd.hide(rows, d, hidden, 0);
        assertArrayEquals(c, d);
        for (int r = 0; r < rows; r++) {
          assertEquals(scalar.hidden(hidden, 64L * r), simd.hidden(hidden, 64L * r));
        }
      }
    }
  }

  @Test
  void expIsWithinOneUnitInTheLastPlace() {
    for (float x = -85.9f; x <= 0.001f; x += 0.00037f) {
      double exact = StrictMath.exp(x);
      double error = Math.abs(AttentionTile.exp(x) - exact) / Math.ulp((float) exact);
      assertTrue(error <= 1, x + ": " + error);
    }
    assertEquals(1f, AttentionTile.exp(0));
    assertEquals(0f, AttentionTile.exp(Float.NEGATIVE_INFINITY));
    assertEquals(0f, AttentionTile.exp(-86.1f));
    assertTrue(Float.isNaN(AttentionTile.exp(Float.NaN)));
  }
}
