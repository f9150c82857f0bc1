package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import xfm.runtime.tensor.Tensor;

/** Tensors beside each other. */
final class Near {
  private Near() {}

  /** No element is further away than {@code tolerance} times the largest expected magnitude. */
  static void relative(Tensor expected, Tensor actual, double tolerance, String what) {
    assertArrayEquals(expected.shape(), actual.shape(), what);
    float[] e = expected.toFloats();
    float[] a = actual.toFloats();
    double largest = 0;
    double furthest = 0;
    for (int i = 0; i < e.length; i++) {
      largest = Math.max(largest, Math.abs(e[i]));
      double apart = Math.abs((double) e[i] - a[i]);
      assertTrue(apart <= Double.MAX_VALUE, what + " is not finite at " + i);
      furthest = Math.max(furthest, apart);
    }
    double relative = furthest / largest;
    assertTrue(relative <= tolerance, what + " is off by " + relative + " of the largest");
  }

  /** The very same bits. */
  static void same(Tensor expected, Tensor actual, String what) {
    assertArrayEquals(expected.shape(), actual.shape(), what);
    assertEquals(-1, expected.data().mismatch(actual.data()), what + ": first differing byte");
  }
}
