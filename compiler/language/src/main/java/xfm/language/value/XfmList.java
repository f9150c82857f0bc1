package xfm.language.value;

import java.util.Arrays;
import java.util.List;

/** A list as written: {@code [1, "two", 3.0]}. Immutable: {@code hs += [x]} makes another. */
public final class XfmList extends Sequence {
  private final Object[] items;

  /** A list of these values of xfm; the array is not copied. */
  public XfmList(Object... items) {
    this.items = items;
  }

  public static XfmList of(List<?> items) {
    return new XfmList(items.toArray());
  }

  /** A list of ints. */
  public static XfmList ofInts(int[] numbers) {
    return new XfmList(Arrays.stream(numbers).mapToObj(number -> (Object) (long) number).toArray());
  }

  /** All elements of one, then all of the other. */
  public static XfmList join(Sequence first, Sequence second) {
    Object[] head = copy(first);
    Object[] tail = copy(second);
    Object[] both = Arrays.copyOf(head, Math.addExact(head.length, tail.length), Object[].class);
    System.arraycopy(tail, 0, both, head.length, tail.length);
    return new XfmList(both);
  }

  /** The elements in an array of their own. */
  public static Object[] copy(Sequence list) {
    if (list instanceof XfmList own) {
      return own.items.clone();
    }
    Object[] items = new Object[Math.toIntExact(list.size())];
    for (int i = 0; i < items.length; i++) {
      items[i] = list.get(i);
    }
    return items;
  }

  @Override
  public long size() {
    return items.length;
  }

  @Override
  public Object get(long index) {
    return items[(int) index];
  }
}
