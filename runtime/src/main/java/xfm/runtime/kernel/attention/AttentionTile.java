package xfm.runtime.kernel.attention;

import java.lang.foreign.MemorySegment;

/**
 * The inner kernel of attention: some queries beside one tile of {@value #KEYS} keys, going on from
 * the tiles before (Milakov, Gimelshein 2018, "Online normalizer calculation for softmax"; Dao et
 * al. 2022, "FlashAttention").
 *
 * <p>All implementations give the same bits. Places and strides count elements.
 */
public interface AttentionTile {
  /** Queries of a tile. */
  int ROWS = 64;

  /** Keys of a tile; tile t holds the keys from 64 t on, whatever the pass. */
  int KEYS = 64;

  /** Queries side by side that leave out keys together. */
  int GROUP = 8;

  /** Outputs side by side in a panel. */
  int WIDTH = 32;

  /** Partial sums of a row. */
  int PARTS = 16;

  /** Where {@code shrink} begins in the state of the rows, which begins with {@code most}. */
  int SHRINK = ROWS;

  /** Where {@code sums} begins. */
  int SUMS = 2 * ROWS;

  /** Where room of the kernel's own begins. */
  int ROOM = SUMS + ROWS * PARTS;

  /** Elements of the state of the rows. */
  int STATE = ROOM + ROWS * PARTS;

  /** The lowest float: {@code most} of a row that has seen no key. */
  float LEAST = -Float.MAX_VALUE;

  /**
   * {@code c[r, j] += Σ_k a[r, k] · p[k, j]} for j below {@value #WIDTH}: one chain of fused
   * multiply-adds an output, k ascending.
   *
   * @param a the rows, dense along k, row r from {@code aAt + r * aRow} on
   * @param p a panel, dense, from {@code pAt} on
   * @param c the outputs, row r from {@code cAt + r * cRow} on
   */
  void multiply(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aRow,
      MemorySegment p,
      long pAt,
      float[] c,
      int cAt,
      int cRow);

  /** Bit c tells whether {@code hidden[at + c] < 0}, for c below {@value #KEYS}. */
  long hidden(MemorySegment hidden, long at);

  /**
   * {@code s[r, c] = hidden[r, c] < 0 ? -∞ : s[r, c]} for some rows.
   *
   * @param hidden as s, from {@code at} on
   */
  void hide(int rows, float[] s, MemorySegment hidden, long at);

  /**
   * Puts exponentials in place of scores. The state of a row is the greatest score so far, by what
   * factor sums made for a lower one shrink, and {@value #PARTS} partial sums of exponentials:
   *
   * <pre>
   *   most'[r]    = max(most[r], scale · max_c s[r, c])
   *   shrink[r]   = exp(most[r] - most'[r])
   *   s'[r, c]    = exp(fma(s[r, c], scale, -most'[r]))
   *   sums'[r, p] = fma(sums[r, p], shrink[r],
   *                     ((s'[r, p] + s'[r, p + 16]) + s'[r, p + 32]) + s'[r, p + 48])
   * </pre>
   *
   * where exp is {@link #exp}.
   */
  void softmax(int rows, float scale, float[] s, float[] state);

  /**
   * {@code a[r, e] *= shrink[r]} for some rows.
   *
   * @param width elements of a row of a, a multiple of {@value #WIDTH}
   */
  void shrink(int rows, int width, float[] state, float[] a);

  /**
   * {@code a[r, e] = a[r, e] · (1 / Σ_p sums[r, p]) + 0}, the partial sums added in halves: 8 to 8,
   * 4 to 4 and so on. Of a row that saw no key the factor is {@code nothing}. Adding 0 makes 0 of
   * −0, which is what a sum over other keys may come to. The first part of {@code sums} is then the
   * sum of all.
   */
  void finish(int rows, int width, float nothing, float[] state, float[] a);

  /**
   * e to the power x for x up to about 0, within 1 unit in the last place; 0 below −86, where it
   * would count for nothing beside the 1 of the greatest score.
   */
  static float exp(float x) {
    float nearest = Math.fma(x, LOG2_E, ROUNDER);
    float n = nearest - ROUNDER;
    float r = Math.fma(n, LN2_LOW, Math.fma(n, LN2_HIGH, x));
    float p = C6;
    p = Math.fma(p, r, C5);
    p = Math.fma(p, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, C1);
    p = Math.fma(p * r, r, r) + 1f;
    int power = Float.floatToRawIntBits(nearest) + BIAS << 23;
    float e = p * Float.intBitsToFloat(power);
    return x < LOWEST ? 0f : e;
  }

  /** Below it {@link #exp} is 0. */
  float LOWEST = -86f;

  /** 1 / log 2. */
  float LOG2_E = 1.4426950408889634f;

  /** The first part of −log 2. */
  float LN2_HIGH = -0.6931472f;

  /** The rest of −log 2. */
  float LN2_LOW = 1.9046542e-9f;

  /** Adding 1.5 · 2^23 rounds a small float to a whole number, kept in the low bits of the sum. */
  float ROUNDER = 0x1.8p23f;

  /** The bias of exponents; the bits of {@link #ROUNDER} itself are shifted out. */
  int BIAS = 127;

  /** A minimax fit of (e^r − 1 − r) / r² for r up to half of log 2, from r⁰ on. */
  float C1 = 0.5f;

  /** Of r. */
  float C2 = 0.16666666f;

  /** Of r². */
  float C3 = 0.041666295f;

  /** Of r³. */
  float C4 = 0.0083334967f;

  /** Of r⁴. */
  float C5 = 0.0013944659f;

  /** Of r⁵. */
  float C6 = 0.0001979035f;
}
