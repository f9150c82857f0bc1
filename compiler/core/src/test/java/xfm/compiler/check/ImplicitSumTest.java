package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/** An index on the right only is summed over the product in which two factors have it. */
class ImplicitSumTest {
  private static final double[] X = {1, 2, 3, 4, 5, 6};
  private static final double[] W = {1, 0, 2, -1, 1, 3};

  private static double[] y(String equation) {
    return Checked.ok("model m(x: [n, 3], w: [3, 2]) -> [n, 2] {\n  return " + equation + "\n}\n")
        .length("n", 2)
        .with("x", X)
        .with("w", W)
        .see("y");
  }

  /** x w as a matrix product, plus something. */
  private static double[] product(double scale, double plus) {
    double[] y = new double[4];
    for (int i = 0; i < 2; i++) {
      for (int b = 0; b < 2; b++) {
        for (int a = 0; a < 3; a++) {
          y[i * 2 + b] += scale * X[i * 3 + a] * W[a * 2 + b];
        }
        y[i * 2 + b] += plus;
      }
    }
    return y;
  }

  @Test
  void twoFactorsAreSummed() {
    assertArrayEquals(product(1, 0), y("y[i, b] = x[i, a] * w[a, b]"));
  }

  @Test
  void aThirdFactorIsInTheSameProduct() {
    assertArrayEquals(product(2, 0), y("y[i, b] = 2 * x[i, a] * w[a, b]"));
    assertArrayEquals(product(2, 0), y("y[i, b] = x[i, a] * 2 * w[a, b]"));
  }

  @Test
  void theNumeratorOfAQuotientIsAProduct() {
    assertArrayEquals(product(0.25, 0), y("y[i, b] = x[i, a] * w[a, b] / 4"));
    assertArrayEquals(product(0.25, 0), y("y[i, b] = x[i, a] / 4 * w[a, b]"));
  }

  @Test
  void eachTermOfASumSumsOnItsOwn() {
    assertArrayEquals(product(1, 7), y("y[i, b] = x[i, a] * w[a, b] + 7"));
    assertArrayEquals(product(0, 0), y("y[i, b] = x[i, a] * w[a, b] - x[i, a] * w[a, b]"));
  }

  @Test
  void bracketsAroundAProductDoNotHideIt() {
    assertArrayEquals(product(3, 0), y("y[i, b] = (x[i, a] * w[a, b]) * 3"));
    assertArrayEquals(product(-1, 0), y("y[i, b] = -(x[i, a] * w[a, b])"));
  }

  @Test
  void aSumInABracketIsAFactor() {
    // sum[a] (x + x) w
    assertArrayEquals(product(2, 0), y("y[i, b] = (x[i, a] + x[i, a]) * w[a, b]"));
  }

  @Test
  void insideAFunctionItIsSummedBeforeTheCall() {
    double[] expected = product(1, 0);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.max(expected[i], 0) * 2;
    }
    assertArrayEquals(expected, y("y[i, b] = relu(x[i, a] * w[a, b]) * 2"));
  }

  @Test
  void anExplicitSumIsTheSame() {
    assertArrayEquals(product(1, 0), y("y[i, b] = sum[a](x[i, a] * w[a, b])"));
    assertArrayEquals(product(1, 0), y("y[i, b] = sum[a: 3](x[i, a] * w[a, b])"));
  }

  @Test
  void aSumMayStandOutsideACallThatUsesItsIndex() {
    double[] expected = new double[4];
    for (int i = 0; i < 2; i++) {
      for (int b = 0; b < 2; b++) {
        for (int a = 0; a < 3; a++) {
          expected[i * 2 + b] += Math.max(X[i * 3 + a] - 3, 0) * W[a * 2 + b];
        }
      }
    }
    assertArrayEquals(expected, y("y[i, b] = relu(x[i, a] - 3) * w[a, b]"));
  }

  @Test
  void severalIndicesAreSummedTogether() {
    double[] y =
        Checked.ok(
                "model m(x: [n, 2, 2], w: [2, 2, 1]) -> [n, 1] {\n"
                    + "  return y[i, b] = x[i, h, e] * w[h, e, b]\n}\n")
            .length("n", 1)
            .with("x", 1, 2, 3, 4)
            .with("w", 1, 10, 100, 1000)
            .see("y");
    assertArrayEquals(new double[] {4321}, y);
  }

  @Test
  void twoReadingsAreRefused() {
    Diagnostic problem =
        Checked.refused(
            Code.INDEX,
            "x[i, a] * gate[a, f]",
            """
            block gated(x: [n, d], hidden: int) -> [n, hidden] {
              weight gate, up: [d, hidden]
              return h[i, f] = tanh(x[i, a] * gate[a, f]) * (x[i, a] * up[a, f])
            }
            """);
    assertTrue(problem.help().contains("sum[a](…)"), problem.help());
  }

  @Test
  void anotherLetterOrASumMakesItOne() {
    for (String right :
        new String[] {
          "tanh(x[i, a] * gate[a, f]) * (x[i, c] * up[c, f])",
          "tanh(sum[a](x[i, a] * gate[a, f])) * (x[i, a] * up[a, f])"
        }) {
      Checked.ok(
          """
          block gated(x: [n, d], hidden: int) -> [n, hidden] {
            weight gate, up: [d, hidden]
            return h[i, f] = %s
          }
          """
              .formatted(right));
    }
  }

  @Test
  void aSingleUseIsRefusedAndSaysWriteSum() {
    Diagnostic problem =
        Checked.refused(
            Code.INDEX, "a", "block b(x: [n, d]) -> [n] {\n  return y[i] = x[i, a]\n}\n");
    assertTrue(problem.help().contains("`sum[a](…)`"), problem.help());
    Checked.refused(
        Code.INDEX, "a", "block b(x: [n, d]) -> [n] {\n  return y[i] = 2 * x[i, a]\n}\n");
  }

  @Test
  void theDenominatorIsNoPartOfTheProduct() {
    Checked.refused(
        Code.INDEX,
        "a",
        "block b(x: [n, d], w: [d]) -> [n] {\n  return y[i] = x[i, a] / w[a]\n}\n");
  }

  @Test
  void twoTermsAreNotTwoFactors() {
    Checked.refused(
        Code.INDEX,
        "a",
        "block b(x: [n, d], w: [d]) -> [n] {\n  return y[i] = x[i, a] + w[a]\n}\n");
  }
}
