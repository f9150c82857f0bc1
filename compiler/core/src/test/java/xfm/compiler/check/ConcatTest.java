package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;

/** `concat[i]` joins its parts along an index, wherever it stands. */
class ConcatTest {

  @Test
  void partsStandOneAfterAnother() {
    Checked two =
        Checked.ok(
            """
            model m(x: [n, 2]) -> [n + 2, 2] {
              weight registers: [2, 2]
              return y[i, a] = concat[i](registers[i, a], x[i, a])
            }
            """);
    assertArrayEquals(
        new double[] {9, 8, 7, 6, 1, 2, 3, 4},
        two.length("n", 2).with("registers", 9, 8, 7, 6).with("x", 1, 2, 3, 4).see("y"));
    assertArrayEquals(new double[] {9, 8, 7, 6}, two.length("n", 0).with("x").see("y"));
  }

  @Test
  void anyNumberOfPartsNestedAndInsideOtherExpressions() {
    assertArrayEquals(
        new double[] {2, 4, 3, 5, 7, 7},
        Checked.ok(
                """
                model m(a: [p], b: [q], c: [3]) -> [p + q + 3] {
                  return y[i] = 1 + 2 * concat[i](concat[i](a[i], b[i]), (c[i + 1] else c[i]) - 4)
                }
                """)
            .length("p", 2)
            .length("q", 1)
            .with("a", 0.5, 1.5)
            .with("b", 1)
            .with("c", 11, 6, 7)
            .see("y"));
  }

  @Test
  void anotherEquationReadsItAtAnotherPlace() {
    assertArrayEquals(
        new double[] {5, 6, 1, 2},
        Checked.ok(
                """
                fn joined(a: [p], b: [q]) -> [p + q] {
                  return y[i] = concat[i](a[i], b[i])
                }
                model m(a: [2], b: [2]) -> [4] {
                  return y[i: 4] = joined(a, b)[(i + 2) % 4]
                }
                """)
            .with("a", 1, 2)
            .with("b", 5, 6)
            .see("y"));
  }

  @Test
  void aSumOverAJoinedAxis() {
    assertArrayEquals(
        new double[] {1 * 1 + 2 * 2 + 3 * 5 + 4 * 6, 10 + 20 + 5 + 6},
        Checked.ok(
                """
                model m(a: [2, 2], b: [2, 2], w: [4]) -> [2] {
                  weight u: [2, 4]
                  c[k, e] = concat[k](a[k, e], b[k, e])
                  s[e] = w[k] * c[k, e]
                  return y[o] = u[o, k] * concat[k](a[k, 0], b[k, 0])
                }
                """)
            .with("a", 1, 0, 2, 0)
            .with("b", 5, 0, 6, 0)
            .with("u", 1, 2, 3, 4, 10, 10, 1, 1)
            .see("y"));
  }

  @Test
  void softmaxAndIntsInAPart() {
    assertArrayEquals(
        new double[] {0.5, 0.5, 2, 7},
        Checked.ok(
                """
                model m(a: [2], t: [2] int < 9) -> [4] {
                  return y[i] = concat[i](softmax[i](a[i]), t[i])
                }
                """)
            .with("a", 3, 3)
            .with("t", 2, 7)
            .see("y"),
        1e-15);
  }

  @Test
  void aSizeBelowZeroIsZero() {
    Checked tail =
        Checked.ok(
            """
            model m(x: [n]) -> [max(n - 2, 0) + n] {
              tail[i: n - 2] = x[i + 2]
              return y[i] = concat[i](tail[i], x[i])
            }
            """);
    assertArrayEquals(new double[] {3, 1, 2, 3}, tail.length("n", 3).with("x", 1, 2, 3).see("y"));
    assertArrayEquals(new double[] {1}, tail.length("n", 1).with("x", 1).see("y"));
  }

  @Test
  void wholeSlicesOfCallsArePartsToo() {
    assertArrayEquals(
        new double[] {2, 4, 1},
        Checked.ok(
                """
                fn twice(v: [k]) -> [k] {
                  return w[e] = 2 * v[e]
                }
                model m(x: [2]) -> [3] {
                  weight one: [1]
                  return y[e] = concat[e](twice(x)[e], one[e])
                }
                """)
            .with("x", 1, 2)
            .with("one", 1)
            .see("y"));
  }

  @Test
  void whatIsRefused() {
    String text = "block b(x: [n], z: [m]) -> [n + m] {\n  return y[i] = %s\n}\n";
    Checked.ok(text.formatted("concat[i](x[i], z[i])"));
    Checked.refused(Code.INDEX, "x[i - 1]", text.formatted("concat[i](x[i - 1], z[i])"));
    Checked.refused(Code.SHAPE, "i", text.formatted("concat[i](x[i], z[i]) + x[i]"));
    Checked.refused(Code.INDEX, "0", text.formatted("concat[i](x[i], 0)"));
    Checked.refused(Code.INDEX, "i > 2", text.formatted("concat[i](x[i], z[i] where i > 2)"));
    Checked.refused(
        Code.SHAPE, "y[i] = concat[i](z[i], z[i])", text.formatted("concat[i](z[i], z[i])"));
    Checked.refused(Code.TYPE, "z[i] > 0", text.formatted("concat[i](x[i], z[i] > 0)"));
  }
}
