package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Graph;

/** Defining once, rebinding, `repeat`, `if`, `return`, and what can be seen afterwards. */
class StatementsTest {

  private static String model(String body) {
    return "model m(x: [n, 2], k: int = 3) -> [n, 2] {\n" + body.indent(2) + "}\n";
  }

  @Test
  void definingTwiceIsAnError() {
    Diagnostic problem =
        Checked.refused(
            Code.NAME, "y", model("y[i, a] = x[i, a]\ny[i, a] = 2 * x[i, a]\nreturn y"));
    assertEquals(
        2,
        problem
            .labels()
            .get(1)
            .span()
            .source()
            .place(problem.labels().get(1).span().start())
            .line());
    Checked.refused(Code.NAME, "k", model("let k = 4\nreturn x"));
  }

  @Test
  void rebindingIsCarriedThroughRepeat() {
    assertArrayEquals(
        new double[] {8, 16},
        Checked.ok(model("repeat k as layer[l] {\n  x += x\n}\nreturn y[i, a] = x[i, a]"))
            .length("n", 1)
            .with("x", 1, 2)
            .see("y"));
  }

  @Test
  void theNumberOfTheLayerIsANumber() {
    assertArrayEquals(
        new double[] {1 + 0 + 20 + 2, 2 + 0 + 20 + 2},
        Checked.ok(
                model(
                    """
                    repeat k as layer[l] {
                      if l == 1 {
                        z[i, a] = x[i, a] + 20
                        x = z
                      } else {
                        z[i, a] = x[i, a] + l
                        x = z
                      }
                    }
                    return y[i, a] = x[i, a]\
                    """))
            .length("n", 1)
            .with("x", 1, 2)
            .see("y"));
  }

  @Test
  void aShapeStaysTheSameInsideRepeat() {
    String grow = "block grow(x: [n, d]) -> [n, 2 * d] {\n  return y[i, a] = x[i, a // 2]\n}\n";
    Diagnostic problem =
        Checked.refused(
            Code.SHAPE,
            "x = grow(x)",
            grow
                + "model m(x: [n, 2]) -> [n, 8] {\n  repeat 2 {\n    x = grow(x)\n  }\n  return x\n}\n");
    assertTrue(problem.labels().get(1).text().contains("[n, 2]"), problem.toString());
    Checked.ok(grow + "model m(x: [n, 2]) -> [n, 4] {\n  x = grow(x)\n  return x\n}\n");
  }

  @Test
  void whatRepeatDefinesIsLocal() {
    Diagnostic problem =
        Checked.refused(Code.NAME, "z", model("repeat 2 {\n  z[i, a] = x[i, a]\n}\nreturn z"));
    assertTrue(problem.message().contains("inside braces"), problem.message());
  }

  @Test
  void howOftenIsAKnownNumber() {
    Checked.refused(Code.TYPE, "n", model("repeat n {\n  x += x\n}\nreturn x"));
    Checked.refused(
        Code.LIMIT, "1_000_000_000", model("repeat 1_000_000_000 {\n  x += x\n}\nreturn x"));
    Checked.refused(Code.LIMIT, "-1", model("repeat -1 {\n  x += x\n}\nreturn x"));
    Checked.refused(Code.TYPE, "1.5", model("repeat 1.5 {\n  x += x\n}\nreturn x"));
    Checked.ok(model("repeat 0 {\n  x += x\n}\nreturn x"));
  }

  @Test
  void aValueIsSeenUnderItsPathAndEachOfItsStates() {
    Graph graph =
        Checked.ok(
                model(
                    """
                    repeat 2 as layer[l] {
                      half[i, a] = x[i, a] / 2
                      x += half
                    }
                    return y[i, a] = x[i, a]\
                    """))
            .graph();
    Set<String> paths = graph.seen().keySet();
    assertTrue(
        paths.containsAll(
            Set.of("x", "layer[0].half", "layer[0].x", "layer[1].half", "layer[1].x", "y")),
        paths.toString());
    Graph twice = Checked.ok(model("x += x\nx += x\nreturn y[i, a] = x[i, a]")).graph();
    assertTrue(
        twice.seen().keySet().containsAll(Set.of("x@1", "x@2", "x@3", "x")),
        twice.seen().toString());
    assertEquals(twice.inputs().getFirst().value(), twice.seen().get("x@1"), "the input itself");
    assertEquals(twice.seen().get("x@3"), twice.seen().get("x"));
  }

  @Test
  void returns() {
    Checked.refused(Code.CALL, "m", model("y[i, a] = x[i, a]"));
    Checked.refused(Code.SYNTAX, "return x", model("repeat 2 {\n  return x\n}"));
    Checked.refused(Code.SHAPE, "return y", model("y[i, a, b: 2] = x[i, a]\nreturn y"));
    Checked.refused(Code.TYPE, "return 3", model("return 3"));
  }

  @Test
  void severalResultsAreNamed() {
    Graph graph =
        Checked.ok(
                """
                model m(x: [n, 2]) -> {all: [n, 2], pooled: [2]} {
                  pooled[a] = mean[i](x[i, a])
                  return {all: x, pooled: pooled}
                }
                """)
            .graph();
    assertEquals(Set.of("all", "pooled"), graph.results().keySet());
    assertEquals("[2]", graph.results().get("pooled").shape().toString());
  }

  @Test
  void aStaticListCarriesValuesAcrossLayers() {
    assertArrayEquals(
        new double[] {1 + 1, 2 + 2},
        Checked.ok(
                model(
                    """
                    hs = []
                    repeat k as layer[l] {
                      hs += [x]
                      if l >= 2 {
                        x += hs[l - 2]
                      } else {
                        x += x
                      }
                    }
                    first = hs[0]
                    second = hs[1]
                    return y[i, a] = first[i, a] * 0 + second[i, a]\
                    """))
            .length("n", 1)
            .with("x", 1, 2)
            .see("y"));
  }

  @Test
  void readAboveItsEquation() {
    Diagnostic below =
        Checked.refused(Code.NAME, "z", model("y[i, a] = z[i, a]\nz[i, a] = x[i, a]\nreturn y"));
    assertTrue(below.message().contains("further down"), below.message());
  }

  @Test
  void eachWrongStatementIsTold() {
    var problems =
        Checked.problems(
            """
            block b(x: [n, d], k: int) -> [n, d] {
              weight w: [d, kk]
              q[i, e] = x[i, a] * w[a, e]
              p[i, e] = x[i, a] * v[a, e]
              y[i: n, a] = x[i + 1, a]
              z[i, a] = q[i, a] + p[i, a] + y[i, a]
              return r[i, a] = z[i, a] + x[a, i]
            }
            """);
    assertEquals(
        java.util.List.of("kk", "v", "i + 1"),
        problems.stream().map(p -> p.labels().getFirst().span().text()).toList());
  }

  @Test
  void oneUnknownNameIsToldOnce() {
    Checked.refused(
        Code.NAME,
        "sclae",
        model("y[i, a] = x[i, a] * sclae\nz[i, a] = x[i, a] * sclae\nreturn x"));
  }
}
