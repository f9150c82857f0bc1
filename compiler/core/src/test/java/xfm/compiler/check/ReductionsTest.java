package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;

/**
 * Reductions bind their index; softmax and cumsum keep it; `where` leaves out; `else` is for
 * nothing.
 */
class ReductionsTest {
  private static double[] y(String right) {
    return Checked.ok("model m(x: [n, 3]) -> [n] {\n  return y[i] = " + right + "\n}\n")
        .length("n", 2)
        .with("x", 1, 5, 3, 4, 2, 6)
        .see("y");
  }

  @Test
  void overAllElements() {
    assertArrayEquals(new double[] {9, 12}, y("sum[a](x[i, a])"));
    assertArrayEquals(new double[] {3, 4}, y("mean[a](x[i, a])"));
    assertArrayEquals(new double[] {5, 6}, y("max[a](x[i, a])"));
    assertArrayEquals(new double[] {1, 2}, y("min[a](x[i, a])"));
    assertArrayEquals(new double[] {1, 2}, y("float(argmax[a](x[i, a]))"));
    assertArrayEquals(
        new double[] {
          Math.log(Math.E + Math.exp(5) + Math.exp(3)),
          Math.log(Math.exp(4) + Math.exp(2) + Math.exp(6))
        },
        y("logsumexp[a](x[i, a])"),
        1e-12);
    assertArrayEquals(new double[] {1, 0}, y("if any[a](x[i, a] == 1) then 1 else 0"));
    assertArrayEquals(new double[] {0, 1}, y("if all[a](x[i, a] > 1) then 1 else 0"));
  }

  @Test
  void whereLeavesOut() {
    assertArrayEquals(new double[] {1, 0}, y("sum[a](x[i, a] where x[i, a] < 2)"));
    assertArrayEquals(new double[] {4, 5}, y("mean[a](x[i, a] where x[i, a] > 2)"));
    assertArrayEquals(new double[] {1, -7}, y("max[a](x[i, a] where x[i, a] < 2 else -7)"));
  }

  @Test
  void overNothing() {
    assertArrayEquals(new double[] {0, 0}, y("sum[a](x[i, a] where x[i, a] > 9)"));
    assertArrayEquals(new double[] {0, 0}, y("mean[a](x[i, a] where x[i, a] > 9)"));
    assertArrayEquals(
        new double[] {1, 1}, y("if all[a](x[i, a] > 2 or x[i, a] < 3) then 1 else 0"));
  }

  @Test
  void maxOverWhatMayBeNothingNeedsAnElse() {
    String text = "block b(x: [n, d]) -> [n] {\n  return y[i] = %s[a](x[i, a] where a > 2)\n}\n";
    Checked.refused(Code.INDEX, "max[a](x[i, a] where a > 2)", text.formatted("max"));
    Checked.refused(Code.INDEX, "min[a](x[i, a] where a > 2)", text.formatted("min"));
    Checked.ok(text.formatted("sum"));
    Checked.refused(
        Code.INDEX,
        "0",
        "block b(x: [n, d]) -> [n] {\n  return y[i] = sum[a](x[i, a] where a > 2 else 0)\n}\n");
  }

  @Test
  void softmaxIsAValueAtEachPlace() {
    double[] p =
        Checked.ok(
                "model m(x: [n, n]) -> [n, n] {\n"
                    + "  return p[i, j] = softmax[j](x[i, j] where j <= i)\n}\n")
            .length("n", 2)
            .with("x", 3, 100, 0, 0)
            .see("p");
    assertArrayEquals(new double[] {1, 0, 0.5, 0.5}, p);
  }

  @Test
  void rankCountsWhatComesBefore() {
    String text =
        """
        model m(x: [n]) -> {ranks: [n] int, left: [n] int, best: [n]} {
          ranks[i] = rank[i](x[i])
          left[i] = rank[i](x[i] where i != 1)
          best[r: n] = sum[i](x[i] where rank[i](x[i]) == r)
          return {ranks: ranks, left: left, best: best}
        }
        """;
    Checked ranked =
        Checked.ok(text).length("n", 5).with("x", 2, 7, Double.NaN, 7, Double.POSITIVE_INFINITY);
    assertArrayEquals(new double[] {4, 2, 0, 3, 1}, ranked.see("ranks"));
    assertArrayEquals(new double[] {3, 5, 0, 2, 1}, ranked.see("left"));
    assertArrayEquals(new double[] {9, 3, -1}, Checked.ok(text).with("x", 3, 9, -1).see("best"));
  }

  @Test
  void softmaxOfAnEmptyRowIsZero() {
    assertArrayEquals(
        new double[] {0, 0, 0, 1},
        Checked.ok(
                "model m(x: [n, n]) -> [n, n] {\n"
                    + "  return p[i, j] = softmax[j](x[i, j] where i == 1 and j == 1)\n}\n")
            .length("n", 2)
            .see("p"));
  }

  @Test
  void cumsumIsInclusiveAndAscending() {
    assertArrayEquals(
        new double[] {1, 3, 6},
        Checked.ok("model m(x: [n]) -> [n] {\n  return y[i] = cumsum[i](x[i])\n}\n")
            .with("x", 1, 2, 3)
            .see("y"));
  }

  @Test
  void softmaxAndCumsumOfAFunctionAreReadAnywhere() {
    String text =
        """
        fn shares(x: [k]) -> [k] {
          s[e] = softmax[e](x[e] where e != 1)
          return t[e] = s[k - 1 - e]
        }
        fn sums(x: [k]) -> [k] {
          s[e] = cumsum[e](x[e] where e != 1)
          return t[e] = s[k - 1 - e]
        }
        model m(x: [3]) -> [3] {
          p[a] = shares(x)[a]
          return y[a] = sums(x)[a]
        }
        """;
    Checked checked = Checked.ok(text).with("x", 1, 5, 3);
    assertArrayEquals(new double[] {4, 1, 1}, checked.see("y"));
    double share = 1 / (1 + Math.exp(1 - 3));
    assertArrayEquals(new double[] {share, 0, 1 - share}, checked.see("p"), 1e-12);
  }

  @Test
  void theIndexIsUnknownOutside() {
    Checked.refused(
        Code.INDEX,
        "a",
        "block b(x: [n, d]) -> [n] {\n  return y[i] = sum[a](x[i, a]) + x[i, a]\n}\n");
  }

  @Test
  void softmaxRunsAlongAnIndexOfItsEquation() {
    Checked.refused(
        Code.INDEX, "n", "block b(x: [n, d]) -> [n] {\n  return y[i] = softmax[n](x[i, 0])\n}\n");
  }

  @Test
  void whatIsKnownInWhereIsNotKnownOutside() {
    Checked.refused(
        Code.INDEX,
        "j - 1",
        "block b(x: [n]) -> [n] {\n  return y[i: n] = sum[j: n](x[j - 1] where i > 0)\n}\n");
  }

  @Test
  void aStatedSizeMayBeLonger() {
    assertEquals(
        1,
        Checked.ok("model m(x: [2]) -> [1] {\n  return y[i] = sum[j: 5](x[j] where j < 2)\n}\n")
            .with("x", 1, 2)
            .see("y")
            .length);
  }
}
