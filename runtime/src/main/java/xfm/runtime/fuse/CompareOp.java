package xfm.runtime.fuse;

/** Comparisons of two floats or two ints; with a NaN only {@code NE} is true. */
public enum CompareOp {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE
}
