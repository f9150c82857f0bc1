package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;

/** Equations that read their own names, or each other. */
class RecurrencesTest {

  @Test
  void readsThePlaceBefore() {
    Checked sums =
        Checked.ok(
            """
            model m(x: [n, d], d: int = 2) -> [n, d] {
              return y[i, a] = 0.5 * (y[i - 1, a] else 0) + x[i, a]
            }
            """);
    assertArrayEquals(
        new double[] {1, 2, 3.5, 5, 6.75, 8.5},
        sums.length("n", 3).with("x", 1, 2, 3, 4, 5, 6).see("y"));
    assertArrayEquals(new double[0], sums.length("n", 0).with("x").see("y"));
  }

  @Test
  void runsFromTheEndAndBySeveralPlaces() {
    assertArrayEquals(
        new double[] {9, 12, 8, 10, 5, 6},
        Checked.ok(
                """
                model m(x: [n]) -> [n] {
                  y[i] = (y[i + 2] else 0) + x[i]
                  return y
                }
                """)
            .length("n", 6)
            .with("x", 1, 2, 3, 4, 5, 6)
            .see("y"));
    assertArrayEquals(
        new double[] {1, 1, 2, 3, 5, 8},
        Checked.ok(
                """
                model m(x: [n]) -> [n] {
                  y[i: n] = if i < 2 then 1 else y[i - 1] + y[i - 2]
                  return y
                }
                """)
            .length("n", 6)
            .see("y"));
  }

  @Test
  void equationsReadEachOtherInAnyOrderOfTheText() {
    String text =
        """
        model m(x: [n]) -> [n] {
          h[t] = tanh(c[t])
          weight w: [2]
          seen = x + h
          f[t] = w[0] * (h[t - 1] else 0) + x[t]
          c[t] = f[t] * (c[t - 1] else 1) + w[1]
          return seen
        }
        """;
    double[] x = {0.5, -0.25, 1};
    double[] expected = new double[3];
    double h = 0;
    double c = 1;
    for (int t = 0; t < 3; t++) {
      double f = 2 * h + x[t];
      c = f * c + 3;
      h = Math.tanh(c);
      expected[t] = x[t] + h;
    }
    assertArrayEquals(expected, Checked.ok(text).with("w", 2, 3).with("x", x).see("seen"), 1e-12);
  }

  @Test
  void sizesComeFromTheFirstThatKnowsThem() {
    assertArrayEquals(
        new double[] {0, 1, 1, 3},
        Checked.ok(
                """
                model m(x: [n]) -> [n + 1] {
                  sum[t: n + 1] = if t == 0 then 0 else sum[t - 1] + part[t - 1]
                  part[t: n] = x[t] - sum[t] * 0
                  return sum
                }
                """)
            .with("x", 1, 0, 2)
            .see("sum"));
  }

  @Test
  void functionsAndBranchesHoldThemToo() {
    String text =
        """
        fn smooth(x: [k, d], by: float) -> [k, d] {
          s[i, a] = by * (s[i - 1, a] else 0) + x[i, a]
          return y[i, a] = s[i, a] - x[i, a]
        }
        model m(x: [n, d], d: int = 1, on: bool = true) -> [n, d] {
          y = x
          if on {
            z[i, a] = (z[i - 1, a] else 0) + x[i, a]
            y = z
          }
          repeat 2 as layer[l] {
            y = smooth(y, 0.5)
          }
          return out[i, a] = y[i, a]
        }
        """;
    double[] y = {1, 3, 6};
    for (int l = 0; l < 2; l++) {
      double s = 0;
      double[] next = new double[3];
      for (int i = 0; i < 3; i++) {
        s = 0.5 * s + y[i];
        next[i] = s - y[i];
      }
      y = next;
    }
    assertArrayEquals(y, Checked.ok(text).with("x", 1, 2, 3).see("out"), 1e-12);
  }

  @Test
  void inAFunctionCalledByAnEquationThereIsOneForEachOfItsIndices() {
    String text =
        """
        fn total(row: [k]) {
          s[i] = (s[i - 1] else 0) + row[i]
          return y[i] = s[i] * 2
        }
        model m(x: [n, d], d: int = 3) -> [n, d] {
          return y[i, a] = if i > 0 then total(x[i - 1, :])[a] else 0
        }
        """;
    assertArrayEquals(
        new double[] {0, 0, 0, 2, 6, 12},
        Checked.ok(text).length("n", 2).with("x", 1, 2, 3, 4, 5, 6).see("y"));
  }

  @Test
  void refusedWithoutAStep() {
    assertEquals(
        "`y` is computed from itself at the same place",
        Checked.refused(
                Code.RECURRENCE,
                "y[i]",
                "model m(x: [n]) -> [n] {\n  return y[i] = y[i] + x[i]\n}\n")
            .message());
    Checked.refused(
        Code.RECURRENCE,
        "b[i]",
        """
        model m(x: [n]) -> [n] {
          a[i] = b[i] + (a[i - 1] else 0)
          b[i] = a[i] * x[i]
          return a
        }
        """);
  }

  @Test
  void refusedInTwoDirectionsAlongTwoIndicesOrByNoFixedStep() {
    Checked.refused(
        Code.RECURRENCE,
        "y[i - 1]",
        """
        model m(x: [n]) -> [n] {
          return y[i] = (y[i - 1] else 0) + (y[i + 1] else 0) + x[i]
        }
        """);
    Checked.refused(
        Code.RECURRENCE,
        "y[i - 1, j]",
        """
        model m(x: [n, k]) -> [n, k] {
          return y[i, j] = (y[i - 1, j] else 0) + (y[i, j - 1] else 0) + x[i, j]
        }
        """);
    Checked.refused(
        Code.RECURRENCE,
        "y[i // 2]",
        """
        model m(x: [n]) -> [n] {
          return y[i] = if i > 0 then y[i // 2] + x[i] else 0
        }
        """);
    Checked.refused(
        Code.RECURRENCE,
        "y[j]",
        """
        model m(x: [n]) -> [n] {
          return y[i] = x[i] + sum[j](y[j] where j < i)
        }
        """);
    Checked.refused(
        Code.RECURRENCE,
        "y[i - 1]",
        """
        model m(x: [n]) -> [n] {
          return y[i] = x[i] + softmax[i]((y[i - 1] else 0))
        }
        """);
  }

  @Test
  void refusedWithoutAnElse() {
    Checked.refused(
        Code.INDEX, "i - 1", "model m(x: [n]) -> [n] {\n  return y[i] = y[i - 1] + x[i]\n}\n");
  }

  @Test
  void refusedWholeOrWithoutSizes() {
    Checked.refused(
        Code.RECURRENCE,
        "y",
        """
        fn f(x: [k]) -> [k] = x
        model m(x: [n]) -> [n] {
          return y[i] = f(y)[i] + x[i]
        }
        """);
    Checked.refused(
        Code.INDEX,
        "i",
        """
        model m(x: [n]) -> [n] {
          y[i] = (y[i - 1] else 0) + 1
          return x
        }
        """);
  }

  @Test
  void aNameIsReadAboveItsEquationOnlyThere() {
    Checked.refused(
        Code.NAME,
        "b",
        """
        model m(x: [n]) -> [n] {
          a[i] = b[i] + (a[i - 1] else 0)
          b[i] = x[i]
          return a
        }
        """);
  }

  @Test
  void whatReadsThemMeanwhileIsNotBoundAnew() {
    Checked.refused(
        Code.NAME,
        "x = x + x",
        """
        model m(x: [n]) -> [n] {
          a[i] = (b[i - 1] else 0) + x[i]
          x = x + x
          b[i] = (a[i - 1] else 0)
          return a
        }
        """);
  }
}
