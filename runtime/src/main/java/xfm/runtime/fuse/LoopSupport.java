package xfm.runtime.fuse;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

  /** 0 beyond the ends of the memory; likewise the others. */
  static float loadFloat(MemorySegment from, long at) {
    boolean inside = at >= 0 && at < from.byteSize() >> 2;
    return inside ? from.getAtIndex(ValueLayout.JAVA_FLOAT, at) : 0;
  }

  static int loadInt(MemorySegment from, long at) {
    boolean inside = at >= 0 && at < from.byteSize() >> 2;
    return inside ? from.getAtIndex(ValueLayout.JAVA_INT, at) : 0;
  }

  static boolean loadTruth(MemorySegment from, long at) {
    boolean inside = at >= 0 && at < from.byteSize();
    return inside && from.get(ValueLayout.JAVA_BYTE, at) != 0;
  }

  static float loadFloat(float[] from, long at) {
    return at >= 0 && at < from.length ? from[(int) at] : 0;
  }

  /** Whether v is to replace the greatest so far: NaN is above all, the first one stays. */
  static boolean isGreater(float v, float greatest) {
    return v > greatest || v != v && greatest == greatest;
  }

  /** Begins the sums whose parts are there. */
  static void clear(double[] parts, int from, int to) {
    Arrays.fill(parts, from, to, 0);
  }

  /** The parts of a sum, added in order. */
  static double total(double[] parts, int from) {
    double total = 0;
    for (int part = 0; part < FoldOp.PARTS; part++) {
      total += parts[from + part];
    }
    return total;
  }

  static ArithmeticException overNothing(String op) {
    return new ArithmeticException(op + " over nothing has no value");
  }
}
