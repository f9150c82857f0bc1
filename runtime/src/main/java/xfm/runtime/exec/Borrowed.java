package xfm.runtime.exec;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a step borrows of a {@link Scratch}; known before it runs, so that all of it can be counted
 * and set aside once for many steps.
 *
 * @param shared bytes of the block that the team shares
 * @param own bytes of the block of each worker
 * @param arrays the lengths of each worker's arrays, {@value Scratch#ARRAYS} at most
 */
public record Borrowed(long shared, long own, List<Integer> arrays) {
  public static final Borrowed NOTHING = new Borrowed(0, 0);

  public Borrowed {
    arrays = List.copyOf(arrays);
    if (shared < 0 || own < 0 || arrays.size() > Scratch.ARRAYS) {
      throw new IllegalArgumentException("a scratch of " + shared + ", " + own + ", " + arrays);
    }
  }

  /** No arrays. */
  public Borrowed(long shared, long own) {
    this(shared, own, List.of());
  }

  /** What serves both, one after the other: of each part the larger. */
  public Borrowed and(Borrowed other) {
    int most = Math.max(arrays.size(), other.arrays.size());
    return new Borrowed(
        Math.max(shared, other.shared),
        Math.max(own, other.own),
        IntStream.range(0, most).mapToObj(i -> Math.max(array(i), other.array(i))).toList());
  }

  /** The length of one of the arrays. */
  int array(int which) {
    return which < arrays.size() ? arrays.get(which) : 0;
  }

  /**
   * The bytes of all parts together.
   *
   * @throws ArithmeticException if they are more than a long holds
   */
  public long bytes(int threads) {
    long floats = arrays.stream().mapToLong(Integer::longValue).sum();
    long each = Math.addExact(own, Math.multiplyExact(floats, Float.BYTES));
    return Math.addExact(shared, Math.multiplyExact(each, threads));
  }
}
