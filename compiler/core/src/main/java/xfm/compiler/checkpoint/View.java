package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Some elements of a tensor, in an order of their own: element {@code i} of axis {@code k} is
 * {@code i * strides[k]} elements further on. Transforms only change the numbers here; the elements
 * move once, when the weight is written.
 */
record View(long offset, long[] shape, long[] strides) {

  static View of(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int k = shape.length - 1; k >= 0; k--) {
      strides[k] = stride;
      stride *= shape[k];
    }
    return new View(0, shape, strides);
  }

  View transpose() {
    return new View(offset, new long[] {shape[1], shape[0]}, new long[] {strides[1], strides[0]});
  }

  List<View> split(int parts, int axis) {
    long[] part = shape.clone();
    part[axis] /= parts;
    List<View> views = new ArrayList<>();
    for (int p = 0; p < parts; p++) {
      views.add(new View(offset + p * part[axis] * strides[axis], part, strides));
    }
    return views;
  }

  /**
   * The same elements in the same order under another shape, if strides can say it; axes can always
   * be cut, but joined only where the outer one steps over exactly the inner one.
   */
  Optional<View> as(long[] to) {
    if (contiguous()) {
      return Optional.of(new View(offset, to, of(to).strides));
    }
    long[] next = new long[to.length];
    int mine = 0;
    int theirs = 0;
    while (mine < shape.length && theirs < to.length) {
      int mineEnd = mine + 1;
      int theirsEnd = theirs + 1;
      long here = shape[mine];
      long there = to[theirs];
      while (here != there) {
        if (here < there) {
          if (mineEnd == shape.length) {
            return Optional.empty();
          }
          here *= shape[mineEnd++];
        } else {
          if (theirsEnd == to.length) {
            return Optional.empty();
          }
          there *= to[theirsEnd++];
        }
      }
      for (int k = mine; k < mineEnd - 1; k++) {
        if (shape[k] != 1 && strides[k] != shape[k + 1] * strides[k + 1]) {
          return Optional.empty();
        }
      }
      long stride = strides[mineEnd - 1];
      for (int k = theirsEnd - 1; k >= theirs; k--) {
        next[k] = stride;
        stride *= to[k];
      }
      mine = mineEnd;
      theirs = theirsEnd;
    }
    for (int k = mine; k < shape.length; k++) {
      if (shape[k] != 1) {
        return Optional.empty();
      }
    }
    for (int k = theirs; k < to.length; k++) {
      if (to[k] != 1) {
        return Optional.empty();
      }
      next[k] = 1;
    }
    return Optional.of(new View(offset, to, next));
  }

  /** Whether the elements lie one after the other. */
  boolean contiguous() {
    long stride = 1;
    for (int k = shape.length - 1; k >= 0; k--) {
      if (shape[k] != 1 && strides[k] != stride) {
        return false;
      }
      stride *= shape[k];
    }
    return true;
  }
}
