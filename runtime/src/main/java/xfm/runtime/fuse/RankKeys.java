package xfm.runtime.fuse;

import java.util.Arrays;

/**
 * The values of a row with their places, greatest first, and of equals the lower place first.
 * Sorted by the four bytes of the value, the lowest first: the sort of the JDK allocates.
 */
final class RankKeys {
  private static final int BYTES = 4;
  private static final int DIGITS = 256;

  private final int[] digits = new int[BYTES * DIGITS];
  private long[] keys = new long[0];
  private long[] spare = new long[0];
  private int[] ranks = new int[0];
  private int count;

  /** Begins a row of so many values at the most. */
  void begin(int most) {
    count = 0;
    if (keys.length < most) {
      keys = new long[most];
      spare = new long[most];
      ranks = new int[most];
    }
  }

  /** NaN comes before nothing. */
  void add(float value, int place) {
    if (value == value) {
      keys[count++] = key(value, place);
    }
  }

  void sort() {
    Arrays.fill(digits, 0);
    for (int i = 0; i < count; i++) {
      int value = (int) (keys[i] >>> 32);
      for (int digit = 0; digit < BYTES; digit++) {
        digits[DIGITS * digit + (value >>> 8 * digit & 0xff)]++;
      }
    }
    for (int digit = 0; digit < BYTES; digit++) {
      sortBy(digit);
    }
    for (int rank = 0; rank < count; rank++) {
      ranks[(int) keys[rank]] = rank;
    }
  }

  private void sortBy(int digit) {
    int shift = 32 + 8 * digit;
    int base = DIGITS * digit;
    int before = 0;
    for (int value = base; value < base + DIGITS; value++) {
      int here = digits[value];
      if (here == count) {
        return;
      }
      digits[value] = before;
      before += here;
    }
    for (int i = 0; i < count; i++) {
      spare[digits[base + (int) (keys[i] >>> shift & 0xff)]++] = keys[i];
    }
    long[] sorted = spare;
    spare = keys;
    keys = sorted;
  }

  /** How many come before a value at a place; nothing before NaN. */
  int before(float value, int place) {
    if (value != value) {
      return 0;
    }
    long key = key(value, place);
    int known = place < ranks.length ? ranks[place] : count;
    return known < count && keys[known] == key ? known : search(key);
  }

  private int search(long key) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      boolean above = Long.compareUnsigned(keys[middle], key) < 0;
      low = above ? middle + 1 : low;
      high = above ? high : middle;
    }
    return low;
  }

  /**
   * Unsigned, in the wanted order. −0 is 0; the order of floats is that of their bits, turned
   * around below 0.
   */
  private static long key(float value, int place) {
    int bits = Float.floatToRawIntBits(value + 0f);
    int ascending = bits ^ (bits >> 31 | Integer.MIN_VALUE);
    return (long) ~ascending << 32 | place;
  }
}
