package xfm.runtime.kernel.contract;

/**
 * One group of axes of a contraction, outermost first, walked by one index in row-major order.
 *
 * <p>Axes of size 1 are dropped and neighbours that one stride covers in all three operands are
 * merged as they are added, so that most groups end up as one axis. All strides count elements.
 */
final class Axes {
  /** More than any tensor of the language has; lets the arrays be allocated once. */
  private static final int CAPACITY = 16;

  final long[] strideA = new long[CAPACITY];
  final long[] strideB = new long[CAPACITY];
  final long[] strideC = new long[CAPACITY];
  private final long[] size = new long[CAPACITY];
  private int count;
  private long total = 1;

  void clear() {
    count = 0;
    total = 1;
  }

  void add(long axisSize, long a, long b, long c) {
    if (axisSize < 0) {
      throw new IllegalArgumentException("the size of an axis is negative: " + axisSize);
    }
    total = Math.multiplyExact(total, axisSize);
    if (axisSize == 1) {
      return;
    }
    int last = count - 1;
    boolean merges =
        count > 0
            && strideA[last] == axisSize * a
            && strideB[last] == axisSize * b
            && strideC[last] == axisSize * c;
    int at = merges ? last : count++;
    if (at == CAPACITY) {
      count = CAPACITY;
      throw new IllegalArgumentException("a group has more than " + CAPACITY + " axes");
    }
    size[at] = merges ? size[at] * axisSize : axisSize;
    strideA[at] = a;
    strideB[at] = b;
    strideC[at] = c;
  }

  /** The number of points: the product of all sizes, 1 without axes. */
  long total() {
    return total;
  }

  int count() {
    return count;
  }

  long size(int axis) {
    return size[axis];
  }

  /** Where point {@code index} lies, in the operand whose strides are given. */
  long offset(long[] strides, long index) {
    long offset = 0;
    for (int i = count - 1; i > 0; i--) {
      offset += index % size[i] * strides[i];
      index /= size[i];
    }
    return count == 0 ? 0 : offset + index * strides[0];
  }

  /** Whether one stride, {@link #lastStride}, leads from each point to the next. */
  boolean isLinear(long[] strides) {
    for (int i = 1; i < count; i++) {
      if (strides[i - 1] != size[i] * strides[i]) {
        return false;
      }
    }
    return true;
  }

  /** The stride of the innermost axis; 0 without axes. */
  long lastStride(long[] strides) {
    return count == 0 ? 0 : strides[count - 1];
  }

  /** The size of the innermost axis; 1 without axes. */
  long lastSize() {
    return count == 0 ? 1 : size[count - 1];
  }

  /** Whether another group walks an operand just so. */
  boolean isAsIn(long[] strides, Axes other, long[] otherStrides) {
    boolean same = count == other.count;
    for (int i = 0; same && i < count; i++) {
      same = size[i] == other.size[i] && strides[i] == otherStrides[i];
    }
    return same;
  }

  /** How many points follow {@code index}, itself included, before the innermost axis wraps. */
  long run(long index) {
    return lastSize() - index % lastSize();
  }
}
