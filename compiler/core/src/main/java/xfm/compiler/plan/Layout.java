package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import xfm.compiler.ir.Value;

/**
 * How the axes of a value lie in memory, dense.
 *
 * @param order the axes as they are declared, outermost in memory first
 */
record Layout(List<Integer> order) {
  Layout {
    order = List.copyOf(order);
  }

  /** Row-major, as declared: weights, and what a run hands out. */
  static Layout declared(Value value) {
    return new Layout(IntStream.range(0, value.shape().size()).boxed().toList());
  }

  /**
   * Row-major but for the first axis whose size is a length, which comes outermost: a row for each
   * place of a sequence, so that heads of one place lie side by side, rows can be appended, and
   * work is split over places.
   */
  static Layout stored(Value value) {
    List<Integer> order = new ArrayList<>(declared(value).order());
    for (Integer axis : order) {
      if (value.shape().get(axis).constant().isEmpty()) {
        order.remove(axis);
        order.addFirst(axis);
        break;
      }
    }
    return new Layout(order);
  }

  boolean isDeclared() {
    return IntStream.range(0, order.size()).allMatch(i -> order.get(i) == i);
  }

  /** The same for each axis as declared, for sizes that are known. */
  long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis : order.reversed()) {
      strides[axis] = stride;
      stride = Math.multiplyExact(stride, Math.max(1, shape[axis]));
    }
    return strides;
  }
}
