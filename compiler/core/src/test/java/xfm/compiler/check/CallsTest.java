package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/** Which argument is which parameter; defaults; requirements; circles. */
class CallsTest {
  private static final String PAIR =
      """
      block pair(x: [n, d], y: [m, d] = x, scale: float = 1 / float(d), count: int) -> [n, d] {
        return z[i, a] = scale * x[i, a] + count * mean[j](y[j, a])
      }
      """;

  private static String tiny(String call) {
    return PAIR
        + "model tiny(x: [n, 2], w: [k, 2], v: [n, 3]) -> [n, 2] {\n  return "
        + call
        + "\n}\n";
  }

  private static double[] result(String call) {
    return Checked.ok(tiny(call))
        .length("n", 1)
        .length("k", 1)
        .with("x", 2, 4)
        .with("w", 10, 20)
        .see("pair.z");
  }

  @Test
  void tensorsInOrderAllElseByName() {
    assertArrayEquals(new double[] {1 + 3 * 10, 2 + 3 * 20}, result("pair(x, w, count = 3)"));
    assertArrayEquals(new double[] {1 + 3 * 10, 2 + 3 * 20}, result("pair(x, count = 3, y = w)"));
  }

  @Test
  void defaultsReferToOtherParameters() {
    assertArrayEquals(new double[] {1 + 2, 2 + 4}, result("pair(x, count = 1)"));
    assertArrayEquals(new double[] {2 * 5 + 2, 4 * 5 + 4}, result("pair(x, scale = 5, count = 1)"));
  }

  @Test
  void aBareNameIsAnArgumentOfThatName() {
    assertArrayEquals(
        new double[] {1 + 2 * 7, 2 + 4 * 7},
        Checked.ok(
                PAIR
                    + "model tiny(x: [n, 2], count: int = 7) -> [n, 2] {\n  return pair(x, count)\n}\n")
            .length("n", 1)
            .with("x", 2, 4)
            .see("pair.z"));
  }

  @Test
  void aCallWithoutAllArgumentsIsAFunctionOfTheRest() {
    assertArrayEquals(
        new double[] {1 + 3 * 10, 2 + 3 * 20},
        Checked.ok(
                PAIR
                    + """
                    model tiny(x: [n, 2], w: [k, 2]) -> [n, 2] {
                      let three = pair(count = 3)
                      return three(x, w)
                    }
                    """)
            .length("n", 1)
            .length("k", 1)
            .with("x", 2, 4)
            .with("w", 10, 20)
            .see("pair.z"));
  }

  @Test
  void missing() {
    Diagnostic problem = Checked.refused(Code.CALL, "return pair(x)", tiny("pair(x)"));
    assertTrue(problem.message().contains("lacks `count`"), problem.message());
  }

  @Test
  void tooMany() {
    Checked.refused(Code.CALL, "v", tiny("pair(x, w, v, count = 1)"));
    Checked.refused(Code.CALL, "3", "fn f(z: float) = z\nfn g(z: float) = f(z, 3)\n");
  }

  @Test
  void misnamedOrTwiceOrWithoutAName() {
    Diagnostic problem = Checked.refused(Code.CALL, "cuont = 1", tiny("pair(x, cuont = 1)"));
    assertEquals("did you mean `count`?", problem.help());
    Checked.refused(Code.CALL, "count = 2", tiny("pair(x, count = 1, count = 2)"));
    Checked.refused(Code.CALL, "3", tiny("pair(x, 3)"));
  }

  @Test
  void theWrongKindIsShownAtTheArgument() {
    Checked.refused(Code.TYPE, "count = 2.5", tiny("pair(x, count = 2.5)"));
    Checked.refused(Code.TYPE, "scale = true", tiny("pair(x, count = 1, scale = true)"));
    Checked.refused(Code.TYPE, "y = 3", tiny("pair(x, count = 1, y = 3)"));
  }

  @Test
  void sizesThatDisagreeShowBothArguments() {
    Diagnostic problem = Checked.refused(Code.SHAPE, "v", tiny("pair(x, v, count = 1)"));
    assertEquals("this axis is 3: `v: [n, 3]`", problem.labels().get(0).text());
    assertEquals("and it must be 2 here", problem.labels().get(1).text());
    assertEquals("d = 2: `x: [n, 2]`", problem.labels().get(2).text());
  }

  @Test
  void theNumberOfAxes() {
    Diagnostic problem =
        Checked.refused(
            Code.SHAPE,
            "x",
            "block b(x: [d]) -> [d] {\n  return x\n}\n"
                + "model m(x: [n, 2]) -> [n, 2] {\n  return b(x)\n}\n");
    assertEquals("`x` has 1 axis, and is given a tensor with 2 axes", problem.message());
  }

  @Test
  void aRequirementIsCheckedAtEachCall() {
    String text =
        """
        block halves(x: [n, d]) -> [n, d] require d %% 2 == 0 {
          return y[i, a] = x[i, a // 2]
        }
        model m(x: [n, %d]) -> [n, %d] {
          return halves(x)
        }
        """;
    Checked.ok(text.formatted(4, 4));
    Diagnostic problem = Checked.refused(Code.REQUIRE, "halves(x)", text.formatted(5, 5));
    assertEquals("in this call: d = 5", problem.labels().getFirst().text());
    assertEquals("d % 2 == 0", problem.labels().get(1).span().text());
  }

  @Test
  void aDefaultThatHasNoValueIsTheCallsError() {
    Diagnostic problem =
        Checked.refused(
            Code.REQUIRE,
            "heads(x, count = 3)",
            """
            block heads(x: [n, d], count: int, size: int = d / count) -> [n, d] {
              return x
            }
            model m(x: [n, 8]) -> [n, 8] {
              return heads(x, count = 3)
            }
            """);
    assertEquals("in this call: d = 8, count = 3", problem.labels().getFirst().text());
    assertEquals("d / count", problem.labels().get(1).span().text());
  }

  @Test
  void defaultsAreCheckedWhereTheyStand() {
    Checked.refused(Code.NAME, "hedas", "fn f(z: float, k: int = hedas) = z * k\n");
    Checked.refused(Code.TYPE, "true", "fn f(z: float, k: int = true) = z * k\n");
    Checked.refused(Code.NAME, "k + 1", "fn f(z: float, l: int = k + 1, k: int = 2) = z * k * l\n");
  }

  @Test
  void aCircleOfCallsIsNamed() {
    Diagnostic problem = Checked.refused(Code.CALL, "f(z)", "fn f(z: float) = 2 * f(z)\n");
    assertEquals("`f` calls itself, without end", problem.message());
    Diagnostic two =
        Checked.refused(Code.CALL, "g(z)", "fn f(z: float) = g(z)\nfn g(z: float) = f(z)\n");
    assertEquals("these call each other, without end: f → g → f", two.message());
  }

  @Test
  void aFunctionMayBeOpenTwiceWithoutACircle() {
    assertArrayEquals(
        new double[] {16},
        Checked.ok(
                """
                fn twice(f: (float) -> float, z: float) = f(f(z))
                fn four(z: float) = twice((y) -> twice((v) -> 2 * v, y), z)
                model m(x: [1]) -> [1] {
                  return y[i] = four(x[i])
                }
                """)
            .with("x", 1)
            .see("y"));
  }

  @Test
  void functionsThatDoubleAreStopped() {
    StringBuilder text = new StringBuilder("fn f0(z: float) = z + z\n");
    for (int i = 1; i < 60; i++) {
      text.append("fn f%d(z: float) = f%d(z) + f%d(z)\n".formatted(i, i - 1, i - 1));
    }
    assertEquals(Code.LIMIT, Checked.problem(text.toString()).code());
  }
}
