package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Graph;

/** Weights: where they exist, what they are called, how large they are. */
class WeightsTest {
  private static final String LINEAR =
      """
      block linear(x: [n, d], bias: bool = false) -> [n, d] {
        weight w: [d, d]
        weight b: [d] if bias else 0.5
        return y[i, o] = x[i, a] * w[a, o] + b[o]
      }
      """;

  private static List<String> paths(String body) {
    return Checked.ok(LINEAR + "model m(x: [n, 2]) -> [n, 2] {\n" + body + "}\n")
        .graph()
        .weights()
        .stream()
        .map(Graph.Weight::value)
        .map(Object::toString)
        .toList();
  }

  @Test
  void aCallTakesItsBlocksNameOrItsLabel() {
    assertEquals(List.of("linear.w"), paths("  return linear(x)\n"));
    assertEquals(
        List.of("first.w", "linear.w"), paths("  x = first: linear(x)\n  return linear(x)\n"));
    assertEquals(
        List.of("layer[0].linear.w", "layer[1].linear.w"),
        paths("  repeat 2 as layer[l] {\n    x = linear(x)\n  }\n  return x\n"));
  }

  @Test
  void twoOfOneNameShowBothCalls() {
    Diagnostic problem =
        Checked.refused(
            Code.PATH,
            "linear(linear(x))",
            LINEAR + "model m(x: [n, 2]) -> [n, 2] {\n  return linear(linear(x))\n}\n");
    assertEquals("linear(x)", problem.labels().get(1).span().text());
    assertTrue(problem.help().contains("label"), problem.help());
    Diagnostic deeper =
        Checked.refused(
            Code.PATH,
            "two(x)",
            LINEAR
                + """
                block two(x: [n, d]) -> [n, d] {
                  return linear(x)
                }
                model m(x: [n, 2]) -> [n, 2] {
                  x = two(x)
                  y = two(x)
                  return y
                }
                """);
    assertEquals(
        7 + 4,
        deeper.labels().get(0).span().source().place(deeper.labels().get(0).span().start()).line());
  }

  @Test
  void theBranchesOfAnIfMayNameTheSameWeight() {
    assertEquals(
        List.of("linear.w", "linear.b"),
        paths(
            """
              let deep = true
              if deep {
                x = linear(x, bias = true)
              } else {
                x = linear(x)
              }
              return x
            """));
    Checked.ok(
        LINEAR
            + """
            block either(x: [n, d], deep: bool) -> [n, d] {
              if deep {
                x = linear(x, bias = true)
              } else {
                x = linear(x)
              }
              return x
            }
            """);
  }

  @Test
  void anAbsentWeightIsItsConstant() {
    String text =
        LINEAR
            + "model m(x: [n, 2], bias: bool = false) -> [n, 2] {\n  return linear(x, bias)\n}\n";
    assertArrayEquals(
        new double[] {1.5, 2.5},
        Checked.ok(text)
            .length("n", 1)
            .with("x", 1, 2)
            .with("linear.w", 1, 0, 0, 1)
            .see("linear.y"));
    assertEquals(1, Checked.ok(text).graph().weights().size());
    assertEquals(2, Checked.ok(text).set("bias", true).graph().weights().size());
  }

  @Test
  void anAbsentWeightWithoutAConstantCannotBeRead() {
    Diagnostic problem =
        Checked.refused(
            Code.NAME,
            "b",
            """
            model m(x: [n, 8], bias: bool = false) -> [n, 8] {
              weight b: [8] if bias
              return y[i, a] = x[i, a] + b[a]
            }
            """);
    assertEquals("bias", problem.labels().get(1).span().text());
    Checked.ok(
        """
        model m(x: [n, 8], bias: bool = false) -> [n, 8] {
          weight b: [8] if bias
          y[i, a] = x[i, a]
          if bias {
            y += z(y)
          }
          return y
        }
        block z(x: [n, d]) -> [n, d] {
          return x
        }
        """);
  }

  @Test
  void aFunctionOwnsNone() {
    Checked.refused(
        Code.SYNTAX,
        "weight w: [d, d]",
        "fn linear(x: [n, d]) -> [n, d] {\n  weight w: [d, d]\n  return x\n}\n");
  }

  @Test
  void sizesAreNumbersThatMakeSense() {
    String text =
        "model m(x: [n, 2], k: int = 4) -> [n, 2] {\n  weight w: [2, %s]\n  return x\n}\n";
    Checked.ok(text.formatted("k - 4"));
    Checked.refused(Code.SHAPE, "k - 5", text.formatted("k - 5"));
    Checked.refused(Code.SHAPE, "n", text.formatted("n"));
    Checked.refused(Code.SHAPE, "w", text.formatted("2 ** 62"));
    Checked.refused(Code.NAME, "hidden", text.formatted("hidden"));
  }

  @Test
  void sharedWeightsAreOneInstance() {
    assertEquals(
        List.of("shared.w"),
        paths("  let shared = share linear()\n  x = shared(x)\n  return shared(x)\n"));
    Diagnostic problem =
        Checked.refused(
            Code.SHAPE,
            "shared(y)",
            LINEAR
                + """
                model m(x: [n, 2], y: [n, 3]) -> {a: [n, 2], b: [n, 3]} {
                  let shared = share linear()
                  let a = shared(x)
                  let b = shared(y)
                  return {a: a, b: b}
                }
                """);
    assertEquals("shared(x)", problem.labels().get(1).span().text());
  }
}
