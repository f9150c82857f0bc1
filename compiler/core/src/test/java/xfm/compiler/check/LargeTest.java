package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;

/**
 * Programs that are short and mean much, or long: each comes to an end, right or with one message.
 * Walked as trees, the first would take longer than the universe is old.
 */
class LargeTest {
  private static String nested(String function, String argument, int times) {
    return (function + "(").repeat(times) + argument + ")".repeat(times);
  }

  private static String lines(int count, String line) {
    return IntStream.range(0, count)
        .mapToObj(k -> line.formatted(k, k + 1))
        .collect(Collectors.joining("\n"));
  }

  private static String model(String result) {
    return "model m(x: [n]) -> [n] {\n  return y[i] = " + result + "\n}\n";
  }

  static Stream<String> doubling() {
    return Stream.of(
        "fn g(z: float) = floor(z * z) + floor(z / 2.0) * 1.5\n" + model(nested("g", "x[i]", 60)),
        "fn g(z: int) -> int = z // 2 + z % 3\n" + model("float(" + nested("g", "i", 60) + ")"),
        "fn g(z: int) -> int = min(z, 7) + max(z, 3)\n"
            + model("float(" + nested("g", "i", 60) + ")"),
        "fn g(z: int) -> int = if z > 3 then z // 2 else z + 1\n"
            + model("x[clamp(" + nested("g", "i", 60) + ", 0, n - 1)]"),
        "model m(x: [n]) -> [n] {\n  let g = (z) -> floor(z * z) + z\n  return y[i] = "
            + nested("g", "x[i]", 60)
            + "\n}\n",
        "fn g(x: [n]) -> [n] {\n" + lines(60, "  x = x * x + x") + "\n  return x\n}\n",
        "fn g(x: [n]) -> [n] {\n  return y[i] = x[clamp(floor(x[i]), 0, n - 1)] + x[i]\n}\n"
            + "model m(x: [n]) -> [n] {\n  z = "
            + nested("g", "x", 60)
            + "\n  return z\n}\n",
        "model m(x: [n]) -> [n] {\n  let a0 = x\n"
            + lines(60, "  let a%2$d = a%1$d * a%1$d")
            + "\n  return y[i] = a60[i]\n}\n",
        "fn g(z: float) {\n  return {a: z * z, b: z + z}\n}\nfn h(z: float) {\n  (a0, b0) = g(z)\n"
            + lines(60, "  (a%2$d, b%2$d) = g(a%1$d * b%1$d)")
            + "\n  return a60\n}\n"
            + model("h(x[i])"));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("doubling")
  void whatDoublesWithEachLevelIsRefused(String text) {
    Diagnostic problem = Checked.problem(text);
    assertEquals(Code.LIMIT, problem.code(), () -> Renderer.plain(List.of(problem)));
    assertTrue(Renderer.plain(List.of(problem)).length() < 3_000);
  }

  /** Choices in the conditions of choices: what bounds each is asked for once. */
  @Test
  void choicesInChoicesAreBounded() {
    String choice = nested("g", "t[i]", 4);
    Checked.ok(
        "fn g(z: int) -> int = if z > 3 then clamp(z - 1, 0, 8) else if z > 1 then 2 else z\n"
            + "model m(t: [n] token(9), x: [9]) -> [n] {\n  return y[i] = x["
            + choice
            + "]\n}\n");
  }

  @Test
  void fiveThousandEquations() {
    String text =
        "model m(a0: [n]) -> [n] {\n"
            + lines(5_000, "  a%2$d[i] = a%1$d[i] + 1")
            + "\n  return y[i] = a5000[i]\n}\n";
    assertArrayEquals(new double[] {5_001}, Checked.ok(text).length("n", 1).with("a0", 1).see("y"));
  }

  @Test
  void afterFiftyErrorsTheRestIsNotLookedAt() {
    List<Diagnostic> problems =
        Checked.problems(
            "model m(x: [n]) -> [n] {\n" + lines(5_000, "  a%d[i] = q%d[i]") + "\n  return x\n}\n");
    assertEquals(50, problems.size());
    assertTrue(problems.getLast().notes().getLast().contains("not looked at"));
  }
}
