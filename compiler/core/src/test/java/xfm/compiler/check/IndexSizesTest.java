package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/** How far an index runs: stated, from the axes it subscripts bare, or from a declared type. */
class IndexSizesTest {

  private static String shape(String text) {
    return Checked.ok(text).graph().results().firstEntry().getValue().shape().toString();
  }

  @Test
  void aBareSubscriptGivesTheSize() {
    assertEquals(
        "[n, 4]", shape("model m(x: [n, 4]) -> [n, 4] {\n  return y[i, a] = x[i, a]\n}\n"));
  }

  @Test
  void theDeclaredResultGivesTheSize() {
    assertEquals(
        "[n, 2]", shape("model m(x: [n, 4]) -> [n, 2] {\n  return y[i, a] = x[i, 2 * a]\n}\n"));
    assertEquals("[n, 3]", shape("model m(x: [n, 4]) -> [n, 3] {\n  return y[i, a] = 1\n}\n"));
  }

  @Test
  void aStatedSizeComesFirstAndIsProved() {
    assertEquals(
        "[2, n]", shape("model m(x: [n, 4]) -> [2, n] {\n  return y[a: 2, i] = x[i, a]\n}\n"));
    Checked.refused(
        Code.INDEX, "a", "model m(x: [n, 4]) -> [5, n] {\n  return y[a: 5, i] = x[i, a]\n}\n");
  }

  @Test
  void sizesThatMeetMustAgree() {
    Diagnostic problem =
        Checked.refused(
            Code.SHAPE,
            "e",
            """
            block b(x: [n, d], k: int, l: int) -> [n, d] {
              weight down: [d, k]
              weight up: [l, d]
              return y[i, c] = x[i, a] * down[a, e] * up[e, c]
            }
            """);
    List<String> said = problem.labels().stream().map(Diagnostic.Label::text).toList();
    assertEquals("here `e` runs over l: `up: [l, d]`", said.get(0));
    assertEquals("here `e` runs over k: `down: [d, k]`", said.get(1));
  }

  @Test
  void underAnIfTheSubscriptIsOnlyProved() {
    // y is longer than x: the size of `a` is stated by the type, not by x
    assertArrayEquals(
        new double[] {1, 2, 0, 0},
        Checked.ok("model m(x: [2]) -> [4] {\n  return y[a] = if a < 2 then x[a] else 0\n}\n")
            .with("x", 1, 2)
            .see("y"));
  }

  @Test
  void underAnIfAloneItStillGivesTheSize() {
    assertEquals(
        "[4]",
        shape(
            "model m(x: [4]) -> [4] {\n  y[a] = if a % 2 == 0 then x[a] else 0\n  return y\n}\n"));
  }

  @Test
  void nothingSaysHowFar() {
    Diagnostic problem =
        Checked.refused(
            Code.INDEX, "i", "model m(x: [n]) -> [n] {\n  y[i] = 2 * i\n  return x\n}\n");
    assertEquals("state its size: `i: size`", problem.help());
  }

  /** A size may be multiplied, no index may: it runs over less, and what is added to it too. */
  @Test
  void whatIsSomeWayFurtherMayBeOfTheAxis() {
    String text = "model m(x: [n], k: int = 2) -> [n] {\n  y[i] = (x[%s] else 0)\n  return x\n}\n";
    assertEquals(
        "state its size, as in `i: n`",
        Checked.refused(Code.INDEX, "i", text.formatted("(i + 2 * k) - 1")).help());
    assertEquals(
        "state its size: `i: size`",
        Checked.refused(Code.INDEX, "i", text.formatted("2 * i + k")).help());
    assertEquals(
        "state its size: `i: size`",
        Checked.refused(
                Code.INDEX,
                "i",
                "model m(x: [n]) -> [n] {\n  y[i, g: 2] = (x[i + 3 * g] else 0)\n  return x\n}\n")
            .help());
  }

  @Test
  void anUnknownNameIsSaidBeforeWhatFollowsFromIt() {
    Checked.refused(Code.NAME, "z", "model m(x: [n]) -> [n] {\n  y[i] = z[i]\n  return x\n}\n");
  }

  @Test
  void aSizeDependsOnNoOtherIndex() {
    Checked.refused(
        Code.INDEX,
        "i + 1",
        "model m(x: [n, n]) -> [n] {\n  return y[i] = sum[j: i + 1](x[i, j])\n}\n");
  }

  @Test
  void anIndexHasANameOfItsOwn() {
    Checked.refused(
        Code.INDEX,
        "a",
        "block b(x: [n, d]) -> [n, d] {\n  let a = 2\n  return y[i, a] = x[i, a]\n}\n");
    Checked.refused(
        Code.INDEX, "d", "block b(x: [n, d]) -> [n, d] {\n  return y[i, d] = x[i, d]\n}\n");
    Checked.refused(
        Code.INDEX, "d", "block b(x: [n, d]) -> [n] {\n  return y[i] = sum[d](x[i, d])\n}\n");
    Checked.refused(
        Code.INDEX, "i", "block b(x: [n, n]) -> [n, n] {\n  return y[i, i] = x[i, i]\n}\n");
  }

  @Test
  void insideAReductionItsIndexIsItsOwn() {
    String text =
        "model m(x: [n, 2]) -> [n, 2] {\n  return y[i, a] = x[i, a] - mean[a](x[i, a])\n}\n";
    assertArrayEquals(
        new double[] {-1, 1, -2, 2},
        Checked.ok(text).length("n", 2).with("x", 1, 3, 5, 9).see("y"));
    Checked.refused(
        Code.SHAPE, "a", "block b(x: [n, d]) -> [n] {\n  return y[a] = sum[a](x[a, a])\n}\n");
  }

  /** A function's name hides nothing: no function is a subscript. */
  @Test
  void aLetterMayBeAFunctionsNameToo() {
    String text =
        """
        fn a(z: float) = 2 * z
        model m(x: [n, 2], w: [2]) -> [n] {
          return y[i] = a(x[i, a] * w[a])
        }
        """;
    assertArrayEquals(
        new double[] {14, 46},
        Checked.ok(text).length("n", 2).with("x", 1, 3, 5, 9).with("w", 1, 2).see("y"));
  }

  @Test
  void ellipsisStandsForAllLeadingAxes() {
    assertArrayEquals(
        new double[] {3, 7, 11, 15},
        Checked.ok(
                """
                block total(x: [..., d]) -> [...] {
                  return y[...] = sum[a](x[..., a])
                }
                model m(x: [n, 2, 2]) -> [n, 2] {
                  return total(x)
                }
                """)
            .length("n", 2)
            .with("x", 1, 2, 3, 4, 5, 6, 7, 8)
            .see("total.y"));
  }

  @Test
  void ellipsisNeedsSomethingOnTheRight() {
    Checked.refused(
        Code.INDEX,
        "...",
        "block b(x: [..., d]) -> [..., d] {\n  y[..., a: d] = 1\n  return x\n}\n");
  }

  @Test
  void theNumberOfSubscriptsIsThatOfTheAxes() {
    Checked.refused(Code.INDEX, "x[i]", "block b(x: [n, d]) -> [n] {\n  return y[i] = x[i]\n}\n");
    Checked.refused(
        Code.INDEX,
        "x[i, a, 0]",
        "block b(x: [n, d]) -> [n, d] {\n  return y[i, a] = x[i, a, 0]\n}\n");
  }

  @Test
  void aSliceGoesToAFunction() {
    assertArrayEquals(
        new double[] {2, 1, 4, 3},
        Checked.ok(
                """
                fn turned(v: [k]) -> [k] {
                  return w[e] = v[k - 1 - e]
                }
                model m(x: [n, 2]) -> [n, 2] {
                  return y[i, a] = turned(x[i, :])[a]
                }
                """)
            .length("n", 2)
            .with("x", 1, 2, 3, 4)
            .see("y"));
  }
}
