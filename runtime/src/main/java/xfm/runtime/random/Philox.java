package xfm.runtime.random;

/**
 * Philox4x32-10, a random function of a counter: Salmon, Moraes, Dror and Shaw, "Parallel Random
 * Numbers: As Easy as 1, 2, 3" (SC 2011), section 3.3.
 *
 * <p>A round multiplies two of the four counter words by constants into 64 bits, and mixes the
 * halves with the other two words and the key; the key steps by a Weyl sequence.
 */
final class Philox {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /**
   * Words {@code pair} and {@code pair + 1} of the block, the first in the low half.
   *
   * @param key the two key words, the first in the low half
   * @param low counter words 0 and 1
   * @param high counter words 2 and 3
   * @param pair 0 or 2
   */
  static long words(long key, long low, long high, int pair) {
    int c0 = (int) low;
    int c1 = (int) (low >>> 32);
    int c2 = (int) high;
    int c3 = (int) (high >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
      long product1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return pair == 0 ? join(c0, c1) : join(c2, c3);
  }

  private static long join(int first, int second) {
    return (first & 0xFFFFFFFFL) | (long) second << 32;
  }
}
