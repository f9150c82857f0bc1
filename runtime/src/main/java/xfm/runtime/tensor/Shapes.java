package xfm.runtime.tensor;

import java.util.Arrays;

/** Arithmetic on shapes that refuses to overflow: a product that wraps would be wrong data. */
public final class Shapes {
  private Shapes() {}

  /**
   * The number of elements of a shape; 1 for rank 0.
   *
   * <p>The sizes other than zero must have a product of their own that fits, so that strides cannot
   * overflow either and the answer does not depend on the order of the axes.
   *
   * @throws IllegalArgumentException if a size is negative
   * @throws ArithmeticException if the product is 2^63 or more
   */
  public static long elements(long... shape) {
    long product = 1;
    boolean empty = false;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("negative size in shape " + text(shape));
      }
      empty |= size == 0;
      product = size == 0 ? product : Math.multiplyExact(product, size);
    }
    return empty ? 0 : product;
  }

  /**
   * The bytes that a shape takes with elements of {@code type}.
   *
   * @throws IllegalArgumentException if a size is negative
   * @throws ArithmeticException if the product is 2^63 or more
   */
  public static long bytes(DType type, long... shape) {
    return Math.multiplyExact(elements(shape), (long) type.bytes());
  }

  /**
   * The row-major position of an element.
   *
   * @throws IndexOutOfBoundsException if {@code index} is not one number per axis, each in range
   */
  public static long position(long[] shape, long... index) {
    if (index.length != shape.length) {
      throw new IndexOutOfBoundsException(
          "index " + text(index) + " has not one number for each axis of shape " + text(shape));
    }
    long position = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape[axis]) {
        throw new IndexOutOfBoundsException(
            "index " + text(index) + " is outside shape " + text(shape));
      }
      position = position * shape[axis] + index[axis];
    }
    return position;
  }

  /** The shape as people write it: {@code [2, 3]}; {@code []} for rank 0. */
  public static String text(long... shape) {
    return Arrays.toString(shape);
  }
}
