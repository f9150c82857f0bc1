package xfm.runtime.kernel.simd;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import xfm.runtime.kernel.attention.AttentionTile;

/**
 * {@link AttentionTile} on vectors along keys and outputs. No method takes or returns a vector:
 * handed on, each of them was an object (37 kB a tile).
 */
public final class SimdAttentionTile implements AttentionTile {
  private static final VectorSpecies<Float> F = Lanes.FLOAT;
  private static final ByteOrder ORDER = Lanes.ORDER;
  private static final int LANES = F.length();
  private static final int PAIR = 2 * LANES;
  private static final int ROW_BITS = Integer.numberOfTrailingZeros(KEYS);
  private static final float[] ZERO = {0f};
  private static final int MOST_ROWS = F.vectorBitSize() == 512 ? 8 : 4;

  @Override
  public void multiply(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aRow,
      MemorySegment p,
      long pAt,
      float[] c,
      int cAt,
      int cRow) {
    for (int j = 0; j < WIDTH; j += PAIR) {
      long panel = (pAt + j) * Float.BYTES;
      int r = 0;
      for (; r + MOST_ROWS <= rows; r += MOST_ROWS) {
        int out = cAt + r * cRow + j;
        ArrayTiles.run(MOST_ROWS, inner, a, aAt + r * aRow, aRow, p, panel, c, out, cRow);
      }
      for (int height; r < rows; r += height) {
        height = Integer.highestOneBit(rows - r);
        int out = cAt + r * cRow + j;
        ArrayTiles.run(height, inner, a, aAt + r * aRow, aRow, p, panel, c, out, cRow);
      }
    }
  }

  @Override
  public long hidden(MemorySegment hidden, long at) {
    long bits = 0;
    for (int c = 0; c < KEYS; c += LANES) {
      FloatVector h = FloatVector.fromMemorySegment(F, hidden, (at + c) * Float.BYTES, ORDER);
      bits |= h.lt(0f).toLong() << c;
    }
    return bits;
  }

  @Override
  public void hide(int rows, float[] s, MemorySegment hidden, long at) {
    for (int i = 0; i < rows * KEYS; i += LANES) {
      FloatVector h = FloatVector.fromMemorySegment(F, hidden, (at + i) * Float.BYTES, ORDER);
      FloatVector.fromArray(F, s, i).blend(Float.NEGATIVE_INFINITY, h.lt(0f)).intoArray(s, i);
    }
  }

  @Override
  public void softmax(int rows, float scale, float[] s, float[] state) {
    greatest(rows, scale, s, state);
    exp(state, SHRINK, ROWS, 1f, ZERO, 31);
    exp(s, 0, rows * KEYS, scale, state, ROW_BITS);
    sum(rows, s, state);
  }

  /**
   * Updates {@code most}, and leaves in {@code shrink} the old one less the new. A maximum has no
   * order, so that the lanes of as many rows as a vector has are compared in pairs of rows: alone,
   * each row's took 18 of 24 cycles.
   */
  private static void greatest(int rows, float scale, float[] s, float[] state) {
    int together = rows / LANES * LANES;
    for (int r = 0; r < rows; r++) {
      FloatVector most = FloatVector.broadcast(F, LEAST);
      for (int c = 0; c < KEYS; c += LANES) {
        FloatVector own = FloatVector.fromArray(F, s, r * KEYS + c);
        most = most.blend(own, own.compare(VectorOperators.GT, most));
      }
      most.intoArray(state, ROOM + r * LANES);
    }
    for (int step = Turning.STEPS - 1; step >= 0; step--) {
      halve(together, step, state);
    }
    for (int r = 0; r < together; r += LANES) {
      FloatVector own = FloatVector.fromArray(F, state, ROOM + r * LANES).mul(scale);
      FloatVector most = FloatVector.fromArray(F, state, r);
      FloatVector now = most.blend(own, own.compare(VectorOperators.GT, most));
      most.sub(now).intoArray(state, SHRINK + r);
      now.intoArray(state, r);
    }
    for (int r = together; r < rows; r++) {
      float own = LEAST;
      for (int i = ROOM + r * LANES; i < ROOM + (r + 1) * LANES; i++) {
        own = state[i] > own ? state[i] : own;
      }
      float now = scale * own > state[r] ? scale * own : state[r];
      state[SHRINK + r] = state[r] - now;
      state[r] = now;
    }
  }

  /** Of rows r and r + 2^step the greater of each two lanes, to r: where bit is set, the second. */
  private static void halve(int rows, int step, float[] state) {
    VectorMask<Float> set = Turning.SET[step];
    VectorShuffle<Float> other = Turning.OTHER[step];
    int half = LANES << step;
    for (int square = 0; square < rows; square += LANES) {
      int end = ROOM + square * LANES + half;
      for (int i = ROOM + square * LANES; i < end; i += LANES) {
        FloatVector a = FloatVector.fromArray(F, state, i);
        FloatVector b = FloatVector.fromArray(F, state, i + half);
        FloatVector x = a.blend(b, set);
        FloatVector y = b.blend(a, set).rearrange(other);
        x.blend(y, y.compare(VectorOperators.GT, x)).intoArray(state, i);
      }
    }
  }

  /**
   * {@link AttentionTile#exp} of {@code scale · x - less}, operation by operation, in one loop over
   * all rows.
   *
   * @param bits how many bits the place of an element is shifted for that of its {@code less}
   */
  private static void exp(float[] a, int at, int count, float scale, float[] less, int bits) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector x =
          FloatVector.fromArray(F, a, at + i)
              .fma(FloatVector.broadcast(F, scale), FloatVector.broadcast(F, -less[i >> bits]));
      VectorMask<Float> low = x.lt(LOWEST);
      FloatVector nearest =
          x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, ROUNDER));
      FloatVector n = nearest.sub(ROUNDER);
      FloatVector r = n.fma(FloatVector.broadcast(F, LN2_HIGH), x);
      r = n.fma(FloatVector.broadcast(F, LN2_LOW), r);
      FloatVector p = FloatVector.broadcast(F, C6);
      p = p.fma(r, FloatVector.broadcast(F, C5));
      p = p.fma(r, FloatVector.broadcast(F, C4));
      p = p.fma(r, FloatVector.broadcast(F, C3));
      p = p.fma(r, FloatVector.broadcast(F, C2));
      p = p.fma(r, FloatVector.broadcast(F, C1));
      p = p.mul(r).fma(r, r).add(1f);
      IntVector power = nearest.reinterpretAsInts().add(BIAS).lanewise(VectorOperators.LSHL, 23);
      p.mul(power.reinterpretAsFloats()).blend(0f, low).intoArray(a, at + i);
    }
  }

  private static void sum(int rows, float[] s, float[] state) {
    for (int r = 0; r < rows; r++) {
      FloatVector shrink = FloatVector.broadcast(F, state[SHRINK + r]);
      for (int p = 0; p < PARTS; p += LANES) {
        int at = r * KEYS + p;
        FloatVector sum = FloatVector.fromArray(F, s, at);
        sum = sum.add(FloatVector.fromArray(F, s, at + PARTS));
        sum = sum.add(FloatVector.fromArray(F, s, at + 2 * PARTS));
        sum = sum.add(FloatVector.fromArray(F, s, at + 3 * PARTS));
        int part = SUMS + r * PARTS + p;
        FloatVector.fromArray(F, state, part).fma(shrink, sum).intoArray(state, part);
      }
    }
  }

  @Override
  public void shrink(int rows, int width, float[] state, float[] a) {
    for (int r = 0; r < rows; r++) {
      float by = state[SHRINK + r];
      if (by != 1f) {
        multiply(a, r * width, width, by, -0f);
      }
    }
  }

  @Override
  public void finish(int rows, int width, float nothing, float[] state, float[] a) {
    for (int r = 0; r < rows; r++) {
      int at = SUMS + r * PARTS;
      float even = quarter(state, at) + quarter(state, at + 2);
      float sum = even + (quarter(state, at + 1) + quarter(state, at + 3));
      state[at] = sum;
      multiply(a, r * width, width, sum == 0 ? nothing : 1 / sum, 0f);
    }
  }

  /** The sum of parts 0, 4, 8 and 12 from a place on. */
  private static float quarter(float[] state, int at) {
    return state[at] + state[at + 8] + (state[at + 4] + state[at + 12]);
  }

  /** {@code a[i] = a[i] · by + plus}; adding −0 changes nothing. */
  private static void multiply(float[] a, int at, int count, float by, float plus) {
    for (int i = at; i < at + count; i += LANES) {
      FloatVector.fromArray(F, a, i)
          .mul(FloatVector.broadcast(F, by))
          .add(FloatVector.broadcast(F, plus))
          .intoArray(a, i);
    }
  }
}
