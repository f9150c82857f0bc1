package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import xfm.compiler.diag.Code;

/** Ints are exact, or an error; `/` of two ints is whole; a float on either side makes floats. */
class NumbersTest {
  private static String model(String right) {
    return "model m(x: [1], k: int = 7, f: float = 0.5) -> [1] {\n  return y[i] = x[i] * 0 + float("
        + right
        + ")\n}\n";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          7 / 7                 | 1
          (k + 1) / 2           | 4
          k / 2.0               | 3.5
          k * f                 | 3.5
          k // 2                | 3
          -k // 2               | -4
          -k % 2                | 1
          k % -2                | -1
          2 ** 10               | 1024
          2 ** 3 ** 2           | 512
          -2 ** 2               | -4
          2.0 ** -1             | 0.5
          min(k, 3) + max(k, 9) | 12
          clamp(k, 0, 5)        | 5
          abs(-k)               | 7
          floor(-0.5)           | -1
          floor(pi)             | 3
          if k == 7 then 2 else 1 / (k - 7) | 2
          2 ** (k - 4)          | 8
          9223372036854775807 // 2 ** 60 | 7
          """)
  void worksOut(String right, double expected) {
    assertArrayEquals(new double[] {expected}, Checked.ok(model(right)).with("x", 1).see("y"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          k / 2                    | NUMBER | k / 2
          1 / (k - 7)              | NUMBER | (k - 7)
          1 // (k - 7)             | NUMBER | (k - 7)
          1 % 0                    | NUMBER | 0
          1.5 / 0                  | NUMBER | 0
          2 ** 40 * 2 ** 40        | NUMBER | 2 ** 40 * 2 ** 40
          9223372036854775807 + 1  | NUMBER | 9223372036854775807 + 1
          2 ** -1                  | NUMBER | -1
          1.5 // 2                 | TYPE   | 1.5 // 2
          true + 1                 | TYPE   | true
          -(k == 7)                | TYPE   | -(k == 7)
          if k then 1 else 2       | TYPE   | k
          if k > 1 and 2 then 1 else 2 | TYPE | 2
          not k                    | TYPE   | k
          """)
  void doesNot(String right, Code code, String at) {
    Checked.refused(code, at, model(right));
  }

  @Test
  void longChainsAreReadOnce() {
    // each operand was once looked at twice: 2 to the 400th
    Checked.ok("fn f(z: float) = " + "z + ".repeat(400) + "z\n");
    Checked.ok("fn f(z: float) = " + "-".repeat(1) + "(-".repeat(90) + "z" + ")".repeat(90) + "\n");
  }

  @Test
  void integersOfManyTermsAreStopped() {
    Checked.refused(
        Code.LIMIT,
        "(i + j + k + l + m + 1) ** 30",
        "fn f(i: int, j: int, k: int, l: int, m: int) = (i + j + k + l + m + 1) ** 30\n");
  }

  @Test
  void wholeTensorsOfBoolsAreNoNumbers() {
    Checked.refused(
        Code.TYPE,
        "y",
        """
        model m(x: [n]) -> [n] {
          y[i] = x[i] > 0
          return x + y
        }
        """);
    Checked.refused(
        Code.TYPE,
        "y[i] = x[i] > 0",
        """
        model m(x: [n]) -> [n] {
          return y[i] = x[i] > 0
        }
        """);
  }
}
