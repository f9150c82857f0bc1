package xfm.runtime.fuse;

/**
 * What a {@link Node} computes from its inputs, which stand behind each. Ints that became 64-bit
 * offsets have operations of their own; {@code and} and {@code or} have become {@code Choose}.
 */
sealed interface Code {
  record FloatValue(float value) implements Code {}

  record IntValue(int value) implements Code {}

  record LongValue(long value) implements Code {}

  record BoolValue(boolean value) implements Code {}

  record AxisAt(int axis) implements Code {}

  record ParamAt(int index) implements Code {}

  /** (offset: long). */
  record Element(int slot, Elem elem) implements Code {}

  /** (a). */
  record Apply(UnaryOp op) implements Code {}

  /** (a: int), as a long. */
  record Widen() implements Code {}

  /** (a, b), both float, int or (sum and product only) long. */
  record Combine(BinaryOp op) implements Code {}

  /** (a, b). */
  record Test(CompareOp op) implements Code {}

  /** (condition, then, otherwise). */
  record Choose() implements Code {}

  /**
   * (extent, body, then the condition and the value over nothing, if any).
   *
   * @param axis its own; nothing free in it has this number or a higher one
   * @param runs whether the extent is known to be above 0 wherever the nest runs
   */
  record Reduce(FoldOp op, int axis, boolean where, boolean otherwise, boolean runs)
      implements Code {}
}
