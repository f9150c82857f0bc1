package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/** `top` gives the greatest values and where they are; what is left out by `where` is absent. */
class TopTest {
  private static final String PLAIN =
      """
      model m(x: [n, 4]) -> {gate: [n, 2], pick: [n, 2] int} {
        (gate[i, r], pick[i, r]) = top[e](x[i, e], 2)
        return {gate: gate, pick: pick}
      }
      """;

  @Test
  void theGreatestInOrderTiesToTheLower() {
    Checked top = Checked.ok(PLAIN).length("n", 2).with("x", 1, 5, 3, 5, 2, 2, 2, 2);
    assertArrayEquals(new double[] {5, 5, 2, 2}, top.see("gate"));
    assertArrayEquals(new double[] {1, 3, 0, 1}, top.see("pick"));
  }

  @Test
  void nanIsTheGreatestAndEveryPickIsAPlace() {
    double nan = Double.NaN;
    Checked top = Checked.ok(PLAIN).length("n", 1).with("x", nan, 9, nan, -0.0);
    assertArrayEquals(new double[] {0, 2}, top.see("pick"));
  }

  @Test
  void aPickIsBoundedByWhatItPicksFrom() {
    String text =
        """
        block moe(x: [n, d], experts: int, k: int = 2) -> [n, d] require k <= experts {
          weight router: [d, experts]
          weight up, down: [experts, d, d]
          (gate[i, r], pick[i, r]) = top[e](x[i, a] * router[a, e], k)
          part[i, r] = softmax[r](gate[i, r])
          return y[i, b] = part[i, r] * tanh(x[i, a] * up[pick[i, r], a, f]) * down[%s, f, b]
        }
        """;
    Checked.ok(text.formatted("pick[i, r]"));
    Checked.refused(Code.INDEX, "pick[i, r] + 1", text.formatted("pick[i, r] + 1"));
    Diagnostic problem =
        Checked.refused(
            Code.INDEX, "k", text.formatted("pick[i, r]").replace("require k <= experts", ""));
    assertTrue(problem.help().contains("require k <= experts"), problem.help());
  }

  @Test
  void oneOfTheTwoMayBeDiscarded() {
    String text =
        """
        model m(x: [n]) -> [2] {
          (%s) = top[i](x[i], 2 where x[i] < 9)
          return y[r] = sum[q: 2](%s where q == r)
        }
        """;
    assertArrayEquals(
        new double[] {8, 5},
        Checked.ok(text.formatted("best[q], _", "best[q]")).with("x", 8, 5, 9).see("y"));
    assertArrayEquals(
        new double[] {1, 0},
        Checked.ok(text.formatted("_, at[q]", "float(at[q])")).with("x", 9, 5, 9).see("y"));
    assertArrayEquals(
        new double[] {5, 0},
        Checked.ok(text.formatted("best[q], _[q]", "best[q]")).with("x", 9, 5, 9).see("y"));
  }

  private static final String ABSENT =
      """
      model m(x: [n, 3]) -> [n] {
        (gate[i, r], pick[i, r]) = top[e](x[i, e], 2 where e <= i and x[i, e] > 0)
        return y[i] = %s
      }
      """;

  /** Of the first row 1 is left, of the second none, of the third 3. */
  private static double[] absent(String right) {
    return Checked.ok(ABSENT.formatted(right))
        .length("n", 3)
        .with("x", 7, 8, 9, -1, -2, 5, 1, 2, 3)
        .see("y");
  }

  @Test
  void reductionsLeaveAbsentRanksOut() {
    assertArrayEquals(new double[] {7, 0, 5}, absent("sum[r](gate[i, r])"));
    assertArrayEquals(new double[] {7, 0, 2.5}, absent("mean[r](gate[i, r])"));
    assertArrayEquals(new double[] {7, -1, 2}, absent("min[r](gate[i, r] else -1)"));
    assertArrayEquals(new double[] {1, 0, 2}, absent("sum[r](1 where gate[i, r] > 0)"));
    assertArrayEquals(
        new double[] {7, 0, 5}, absent("gate[i, r] * (x[i, pick[i, r]] / x[i, pick[i, r]])"));
    assertArrayEquals(new double[] {1, 0, 1}, absent("if any[r](pick[i, r] >= 0) then 1 else 0"));
    assertArrayEquals(new double[] {1, 0, 1}, absent("sum[r](softmax[r](gate[i, r]))"));
    assertArrayEquals(new double[] {0, 0, 3}, absent("sum[r](pick[i, r])"));
  }

  @Test
  void aPlainReadOfOneNeedsAnElse() {
    assertArrayEquals(new double[] {-1, -1, 2}, absent("(gate[i, 1] else -1)"));
    assertArrayEquals(new double[] {7, 0, 3}, absent("(x[i, pick[i, 0]] else 0)"));
    assertArrayEquals(new double[] {9, 4, 5}, absent("sum[r]((gate[i, r] else 2))"));
    Checked.refused(Code.INDEX, "gate[i, 1]", ABSENT.formatted("gate[i, 1]"));
    Checked.refused(Code.INDEX, "min[r](gate[i, r])", ABSENT.formatted("min[r](gate[i, r])"));
    Checked.refused(Code.INDEX, "gate[i, 1]", ABSENT.formatted("sum[r](x[i, r] * gate[i, 1])"));
    Checked.refused(
        Code.INDEX,
        "gate",
        """
        block b(x: [n, 3]) -> [n, 2] {
          (gate[i, r], _) = top[e](x[i, e], 2 where e <= i)
          return gate + gate
        }
        """);
  }

  @Test
  void insideAFunctionAndThroughArguments() {
    assertArrayEquals(
        new double[] {3, 0, 5},
        Checked.ok(
                """
                fn total(v: [k]) = sum[r](v[r])
                fn picked(v: [k], least: float) -> [2] {
                  (gate[r], pick[r]) = top[e](v[e], 2 where v[e] > least)
                  return z[r] = softmax[r](gate[r]) * 0 + (v[pick[r]] else 0)
                }
                model m(x: [n, 3]) -> [n] {
                  (gate[i, r], _) = top[e](x[i, e], 3 where x[i, e] > 2)
                  return y[i] = total(gate[i, :]) - sum[r](picked(x[i, :], 3.5)[r])
                }
                """)
            .length("n", 3)
            .with("x", 1, 2, 3, 0, 0, 0, 5, 5, 10)
            .see("y"),
        1e-12);
  }

  @Test
  void severalLeadingAxesAndRankAnywhere() {
    assertArrayEquals(
        new double[] {4, 6, 3, 5},
        Checked.ok(
                """
                block best(x: [..., d]) -> [...] require d >= 1 {
                  (gate[..., r], _) = top[e](x[..., e], 1)
                  return y[...] = sum[r](gate[..., r])
                }
                model m(x: [n, 3]) -> [2, n] {
                  (gate[q, i], pick[q, i]) = top[e](x[i, e], 2)
                  z = best(x)
                  return y[q, i] = gate[q, i] + 0 * z[i]
                }
                """)
            .length("n", 2)
            .with("x", 1, 4, 3, 6, 5, 1)
            .see("y"));
  }

  @Test
  void whatIsRefused() {
    String text = "block b(x: [n, d]) -> [n, d] {\n  %s\n  return x\n}\n";
    Checked.refused(
        Code.INDEX, "top[e](x[i, e], 2)", text.formatted("g[i, r] = top[e](x[i, e], 2)"));
    Checked.refused(Code.INDEX, "2", text.formatted("(g[i, r], p[i, r]) = top[e](x[i, e], 2)"));
    Checked.refused(
        Code.INDEX,
        "p[r, i]",
        text.formatted("(g[i, r], p[r, i]) = top[e](x[i, e], 2 where e > 1)"));
    Checked.refused(
        Code.INDEX,
        "r",
        text.formatted("(g[i, q, r], p[i, q, r]) = top[e](x[i, e], 2 where e > 1)"));
    Checked.refused(
        Code.NAME,
        "g[i, r]",
        text.formatted("(g[i, r], g[i, r]) = top[e](x[i, e], 2 where e > 1)"));
    Checked.refused(
        Code.CALL, "top[e](x[i, e])", text.formatted("(g[i, r], p[i, r]) = top[e](x[i, e])"));
  }

  /** Of several indices a pick is the place in their row-major order. */
  @Test
  void overSeveralIndices() {
    String text =
        """
        model m(x: [n, rows, 3], rows: int = 2) -> [n, 2] require rows > 0 {
          (gate[i, r], pick[i, r]) = top[p, q](x[i, p, q], 2 where x[i, p, q] < 9)
          return y[i, r] = (x[i, pick[i, r] // 3, pick[i, r] % 3] else 0) + 10 * (pick[i, r] else 0)
        }
        """;
    Checked top = Checked.ok(text).length("n", 2).with("x", 1, 9, 3, 8, 2, 4, 9, 9, 9, 9, 9, 5);
    assertArrayEquals(new double[] {8, 4, 5, 0}, top.see("gate"));
    assertArrayEquals(new double[] {38, 54, 55, 0}, top.see("y"));
    Checked.refused(
        Code.INDEX,
        "7",
        """
        model m(x: [n, 2, 3]) -> [n, 7] {
          (gate[i, r], _) = top[p, q](x[i, p, q], 7)
          return gate
        }
        """);
  }
}
