package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/** Functions as arguments: by name, lifted over `and`, `or`, `not`, `if`, given in part. */
class FunctionArgumentsTest {
  private static final String SEEN =
      """
      block seen(x: [n], mask: (h < 2, i < n, j < n) -> bool) -> [n] {
        return y[i] = sum[j](x[j] where mask(0, i, j))
      }
      fn causal(i: int, j: int) = j <= i
      fn window(w: int) = (i, j) -> i - j < w
      fn near(i: int, j: int, reach: int) = i - j < reach
      fn anything() = true
      """;

  private static String model(String mask) {
    return SEEN
        + "model m(x: [n], flags: [n] int < 2, w: int = 3) -> [n] {\n  return seen(x, mask = "
        + mask
        + ")\n}\n";
  }

  /** The sum of 1, 10, 100, 1000 over the places that a query sees. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          causal                              | 1 11 111 1111
          anything                            | 1111 1111 1111 1111
          (j) -> j < 2                        | 11 11 11 11
          (j, i) -> j == i                    | 1 10 100 1000
          () -> true                          | 1111 1111 1111 1111
          causal and window(2)                | 1 11 110 1100
          not causal                          | 1110 1100 1000 0
          causal or (i, j) -> j == 3          | 1001 1011 1111 1111
          not (not causal)                    | 1 11 111 1111
          causal and not window(1)            | 0 1 11 111
          near(reach = 2)                     | 1111 1111 1110 1100
          causal and near(reach = 1)          | 1 10 100 1000
          (i, j) -> causal(i, j) and j > 0    | 0 10 110 1110
          (i, j) -> flags[i] == flags[j]      | 101 1010 101 1010
          if true then causal else window(1)  | 1 11 111 1111
          if w < 4 then causal else anything  | 1 11 111 1111
          if w > 4 then causal else anything  | 1111 1111 1111 1111
          """)
  void masks(String mask, String expected) {
    assertArrayEquals(
        Arrays.stream(expected.split(" ")).mapToDouble(Double::parseDouble).toArray(),
        Checked.ok(model(mask))
            .length("n", 4)
            .with("x", 1, 10, 100, 1000)
            .with("flags", 1, 0, 1, 0)
            .see("seen.y"));
  }

  /** Layers take turns: as the block stands, both functions are looked at. */
  @ParameterizedTest
  @CsvSource({"0, 10", "1, 2"})
  void functionsOfVectorsAreChosen(int l, double expected) {
    assertArrayEquals(
        new double[] {expected, expected},
        Checked.ok(
                """
                fn same(v: [k]) -> [k] = v
                fn scaled(v: [k], by: float) -> [k] { return y[e] = v[e] * by }
                block apply(x: [n], f: (v: [k]) -> [k]) -> [n] {
                  return y[i] = f(x)[i]
                }
                block layer(x: [n], l: int, by: float) -> [n] {
                  let f = if l %% 2 == 0 then scaled(by = by) else same
                  return apply(x, f = f)
                }
                model m(x: [n]) -> [n] {
                  return layer(x, l = %d, by = 5)
                }
                """
                    .formatted(l))
            .length("n", 2)
            .with("x", 2, 2)
            .see("layer.apply.y"));
  }

  @Test
  void whatAFunctionNeedsMustBeOffered() {
    Diagnostic problem = Checked.refused(Code.CALL, "mask = near", model("near"));
    assertTrue(problem.message().contains("`reach`"), problem.message());
    Checked.refused(Code.CALL, "mask = causal and near", model("causal and near"));
    Checked.refused(Code.CALL, "mask = (q, k) -> k <= q", model("(q, k) -> k <= q"));
  }

  @Test
  void theResultIsOfTheDeclaredKind() {
    Diagnostic problem = Checked.problem(model("(i, j) -> i - j"));
    assertTrue(problem.code() == Code.TYPE, problem.message());
    assertTrue(
        problem.labels().stream().anyMatch(l -> l.span().text().equals("(i, j) -> i - j")),
        problem.toString());
  }

  @Test
  void aNumberIsNoFunction() {
    Checked.refused(Code.TYPE, "mask = true", model("true"));
  }

  @Test
  void wordsOfTheLanguageAreFunctions() {
    assertArrayEquals(
        new double[] {Math.tanh(2) + 2},
        Checked.ok(
                """
                block apply(x: [n], f: (float) -> float, g: (a: float, b: float) -> float) -> [n] {
                  return y[i] = f(x[i]) + g(x[i], 1)
                }
                model m(x: [n]) -> [n] {
                  return apply(x, f = tanh, g = max)
                }
                """)
            .length("n", 1)
            .with("x", 2)
            .see("apply.y"));
    Checked.refused(
        Code.CALL,
        "f(x[i])",
        """
        block apply(x: [n], f: (float) -> float) -> [n] {
          return y[i] = f(x[i])
        }
        model m(x: [n]) -> [n] {
          return apply(x, f = clamp)
        }
        """);
  }

  @Test
  void unnamedParametersAreTakenInOrder() {
    assertArrayEquals(
        new double[] {20},
        Checked.ok(
                """
                block apply(x: [n], f: (float) -> float) -> [n] {
                  return y[i] = f(x[i])
                }
                fn scaled(z: float, by: float) = z * by
                model m(x: [n]) -> [n] {
                  return apply(x, f = scaled(by = 10))
                }
                """)
            .length("n", 1)
            .with("x", 2)
            .see("apply.y"));
  }

  @Test
  void recipesMakeNewWeightsAtEachUse() {
    String text =
        """
        block linear(x: [n, d]) -> [n, d] {
          weight w: [d, d]
          return y[i, b] = x[i, a] * w[a, b]
        }
        block stack(x: [n, d], inner: block([n, d]) -> [n, d], layers: int) -> [n, d] {
          repeat layers as layer[l] {
            x = inner(x)
          }
          return x
        }
        model m(x: [n, 2]) -> [n, 2] {
          return stack(x, inner = linear(), layers = 3)
        }
        """;
    assertTrue(
        Checked.ok(text).graph().weights().stream()
            .map(weight -> weight.value().path())
            .toList()
            .equals(
                List.of(
                    "stack.layer[0].linear.w",
                    "stack.layer[1].linear.w",
                    "stack.layer[2].linear.w")),
        Checked.ok(text).graph().weights().toString());
  }
}
