package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Ranks and running sums, which loops carry along a row, where a row is not all that they see. */
class CarriedFoldsTest {
  private static final double[] ROWS = {3, 1, 2, 1, 0, 2, 5, -1, 4, 4, 4, 4};

  @Test
  void ranksOfSeveralRowsAreCounted() {
    Written model =
        Written.of(
                """
                model f(x: [m, n]) -> [n] {
                  return y[i] = sum[r, k](1.0 where x[r, i] < x[r, k] or x[r, i] == x[r, k] and k < i)
                }
                """)
            .length("m", 3)
            .length("n", 4)
            .with("x", ROWS);
    double[] expected = new double[4];
    for (int i = 0; i < 4; i++) {
      for (int r = 0; r < 3; r++) {
        for (int k = 0; k < 4; k++) {
          double own = ROWS[4 * r + i];
          double other = ROWS[4 * r + k];
          expected[i] += own < other || own == other && k < i ? 1 : 0;
        }
      }
    }
    assertArrayEquals(expected, model.see("y"));
  }

  @Test
  void sumsOfSeveralRowsRun() {
    Written model =
        Written.of(
                """
                model f(x: [m, n]) -> [n] {
                  return y[i] = sum[r](exp(sum[j](x[r, j] where j <= i))) + sum[r, j](x[r, j] where j <= i)
                }
                """)
            .length("m", 3)
            .length("n", 4)
            .with("x", ROWS);
    double[] expected = new double[4];
    for (int i = 0; i < 4; i++) {
      for (int r = 0; r < 3; r++) {
        double sum = 0;
        for (int j = 0; j <= i; j++) {
          sum += ROWS[4 * r + j];
        }
        expected[i] += Math.exp(sum) + sum;
      }
    }
    assertArrayEquals(expected, model.see("y"), 1e-3 * Math.exp(13));
  }

  /** Behind the end of x no place asks for the sum. */
  @Test
  void aSumRunsAsFarAsItIsAskedFor() {
    Written model =
        Written.of(
                """
                model f(x: [m], z: [n]) -> [n] {
                  return y[i] = if i < m then sum[j: n](x[j] where j <= i) else z[i]
                }
                """)
            .length("m", 2)
            .length("n", 4)
            .with("x", 1, 2)
            .with("z", 5, 6, 7, 8);
    assertArrayEquals(new double[] {1, 3, 7, 8}, model.see("y"));
  }
}
