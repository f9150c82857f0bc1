package xfm.runtime.random;

import xfm.runtime.kernel.Maths;

/**
 * Random numbers that are a function of where they stand: the value at (seed, stream, index) is the
 * same whoever asks for it, in any order, on any number of threads.
 *
 * <p>The seed is the key of {@link Philox}; the stream and a quarter of the index are its counter,
 * so one block serves four indices. {@code uniform} and {@code normal} of one place use the same
 * random bits: where both are needed, give them streams of their own.
 */
public final class CounterRandom {
  private CounterRandom() {}

  /** Uniform in [0, 1): a multiple of 2^-24. */
  public static float uniform(long seed, long stream, long index) {
    long words = Philox.words(seed, index >>> 2, stream, (int) index & 2);
    return (word(words, index) >>> 8) * 0x1p-24f;
  }

  /**
   * Normal with mean 0 and variance 1, in ±6.77: Box and Muller (1958), the two results of a pair
   * of words being those at an even index and the one after it.
   */
  public static float normal(long seed, long stream, long index) {
    long words = Philox.words(seed, index >>> 2, stream, (int) index & 2);
    // the middle of one of 2^32 cells, so never 0; as a float it may be 1, whose logarithm is 0
    float chance = (float) (((words & 0xFFFFFFFFL) + 0.5) * 0x1p-32);
    float turn = (float) ((words >>> 32) * (2 * Math.PI * 0x1p-32));
    float radius = Maths.sqrt(-2f * Maths.log(chance));
    return radius * ((index & 1) == 0 ? Maths.cos(turn) : Maths.sin(turn));
  }

  private static int word(long words, long index) {
    return (int) ((index & 1) == 0 ? words : words >>> 32);
  }
}
