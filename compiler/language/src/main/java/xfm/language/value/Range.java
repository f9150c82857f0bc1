package xfm.language.value;

/**
 * The numbers {@code from, from + 1, … to - 1} without storing them.
 *
 * @see xfm.language.builtin.RangeBuiltin
 */
public final class Range extends Sequence {
  private final long from;
  private final long size;

  /** Empty where {@code to <= from}; the caller has checked that the length fits a long. */
  public Range(long from, long to) {
    this.from = from;
    this.size = Math.max(0, to - from);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Object get(long index) {
    return from + index;
  }
}
