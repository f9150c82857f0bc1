package xfm.runtime.fuse;

import java.util.Arrays;

/** What generated loops and the interpreter share. */
final class LoopSupport {
  private LoopSupport() {}

  static void checkRange(int from, int to, int extent) {
    if (from < 0 || from > to || to > Math.max(extent, 0)) {
      throw new IndexOutOfBoundsException(
          "iterations " + from + " to " + to + " of an axis of " + Math.max(extent, 0));
    }
  }

  /** Whether v is to replace the greatest so far: NaN is above all, the first one stays. */
  static boolean isGreater(float v, float greatest) {
    return v > greatest || v != v && greatest == greatest;
  }

  static void clear(double[] parts) {
    Arrays.fill(parts, 0);
  }

  /** The parts of a sum, added in order. */
  static double total(double[] parts) {
    double total = 0;
    for (double part : parts) {
      total += part;
    }
    return total;
  }

  static ArithmeticException overNothing(String op) {
    return new ArithmeticException(op + " over nothing has no value");
  }
}
