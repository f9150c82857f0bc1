package xfm.runtime.kernel.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import xfm.runtime.kernel.attention.AttentionTile;

/** The specification of {@link AttentionTile}, and what runs on JVMs without the Vector API. */
public final class ScalarAttentionTile implements AttentionTile {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

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
    for (int r = 0; r < rows; r++) {
      int k = 0;
      for (; k + 4 <= inner; k += 4) {
        addFour(a, aAt + r * aRow + k, p, pAt + (long) k * WIDTH, c, cAt + r * cRow);
      }
      for (; k < inner; k++) {
        addOne(a[aAt + r * aRow + k], p, pAt + (long) k * WIDTH, c, cAt + r * cRow);
      }
    }
  }

  private static void addOne(float x, MemorySegment p, long pAt, float[] c, int cAt) {
    for (int j = 0; j < WIDTH; j++) {
      c[cAt + j] = Math.fma(x, p.getAtIndex(FLOAT, pAt + j), c[cAt + j]);
    }
  }

  /** Four in order: each sum is loaded once. */
  private static void addFour(float[] a, int at, MemorySegment p, long pAt, float[] c, int cAt) {
    float x0 = a[at];
    float x1 = a[at + 1];
    float x2 = a[at + 2];
    float x3 = a[at + 3];
    for (int j = 0; j < WIDTH; j++) {
      float sum = Math.fma(x0, p.getAtIndex(FLOAT, pAt + j), c[cAt + j]);
      sum = Math.fma(x1, p.getAtIndex(FLOAT, pAt + WIDTH + j), sum);
      sum = Math.fma(x2, p.getAtIndex(FLOAT, pAt + 2 * WIDTH + j), sum);
      c[cAt + j] = Math.fma(x3, p.getAtIndex(FLOAT, pAt + 3 * WIDTH + j), sum);
    }
  }

  @Override
  public long hidden(MemorySegment hidden, long at) {
    long bits = 0;
    for (int c = 0; c < KEYS; c++) {
      bits |= hidden.getAtIndex(FLOAT, at + c) < 0 ? 1L << c : 0;
    }
    return bits;
  }

  @Override
  public void hide(int rows, float[] s, MemorySegment hidden, long at) {
    for (int i = 0; i < rows * KEYS; i++) {
      s[i] = hidden.getAtIndex(FLOAT, at + i) < 0 ? Float.NEGATIVE_INFINITY : s[i];
    }
  }

  @Override
  public void softmax(int rows, float scale, float[] s, float[] state) {
    for (int r = 0; r < rows; r++) {
      int row = r * KEYS;
      float most = LEAST;
      for (int c = 0; c < KEYS; c++) {
        most = s[row + c] > most ? s[row + c] : most;
      }
      most = most * scale > state[r] ? most * scale : state[r];
      state[SHRINK + r] = AttentionTile.exp(state[r] - most);
      state[r] = most;
      for (int c = 0; c < KEYS; c++) {
        s[row + c] = AttentionTile.exp(Math.fma(s[row + c], scale, -most));
      }
      for (int p = 0; p < PARTS; p++) {
        float sum = s[row + p];
        for (int c = p + PARTS; c < KEYS; c += PARTS) {
          sum += s[row + c];
        }
        int part = SUMS + r * PARTS + p;
        state[part] = Math.fma(state[part], state[SHRINK + r], sum);
      }
    }
  }

  @Override
  public void shrink(int rows, int width, float[] state, float[] a) {
    for (int r = 0; r < rows; r++) {
      for (int e = r * width; e < (r + 1) * width; e++) {
        a[e] *= state[SHRINK + r];
      }
    }
  }

  @Override
  public void finish(int rows, int width, float nothing, float[] state, float[] a) {
    for (int r = 0; r < rows; r++) {
      int sums = SUMS + r * PARTS;
      for (int half = PARTS / 2; half > 0; half /= 2) {
        for (int p = sums; p < sums + half; p++) {
          state[p] += state[p + half];
        }
      }
      float by = state[sums] == 0 ? nothing : 1 / state[sums];
      for (int e = r * width; e < (r + 1) * width; e++) {
        a[e] = a[e] * by + 0f;
      }
    }
  }
}
