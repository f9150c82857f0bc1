package xfm.runtime.fuse;

import xfm.runtime.fuse.Scalar.Type;

/** What a fold makes of the values that it goes over. */
public enum FoldOp {
  /**
   * Floats are summed in double and rounded once, in sixteen parts: part p is the sum of the values
   * at places p, p + 16, p + 32, …, and the parts are added from the first to the last. So vectors
   * of any width give the same bits, and up to sixteen values are summed in order. Ints wrap
   * around. Over nothing: 0.
   */
  SUM,
  /** Of floats: the double sum divided by the count, rounded once. Over nothing: 0. */
  MEAN,
  /** Of floats or ints; NaN if any is. Over nothing: {@code otherwise}. */
  MAX,
  /** Of floats or ints; NaN if any is. Over nothing: {@code otherwise}. */
  MIN,
  /** Stops at the first true. Over nothing: false. */
  ANY,
  /** Stops at the first false. Over nothing: true. */
  ALL,
  /**
   * {@code max + log(sum(exp(value − max)))}, the body being evaluated twice; an infinite maximum
   * is the result. Over nothing: −∞.
   */
  LOGSUMEXP,
  /**
   * The place of the greatest float or int, the lowest of equals; NaN counts as greatest. Over
   * nothing: {@code otherwise}.
   */
  ARGMAX;

  /** The parts of a sum of floats: the most floats of a vector. */
  static final int PARTS = 16;

  Type result(Type body) {
    return this == ARGMAX ? Type.INT : body;
  }

  boolean accepts(Type body) {
    return switch (this) {
      case SUM, MAX, MIN, ARGMAX -> body != Type.BOOL;
      case MEAN, LOGSUMEXP -> body == Type.FLOAT;
      case ANY, ALL -> body == Type.BOOL;
    };
  }

  /** Whether it has no value of its own over nothing. */
  boolean needsOtherwise() {
    return switch (this) {
      case MAX, MIN, ARGMAX -> true;
      case SUM, MEAN, ANY, ALL, LOGSUMEXP -> false;
    };
  }
}
