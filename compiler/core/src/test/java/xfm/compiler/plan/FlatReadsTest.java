package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Axes that are read by the digits of one index lie one after another: nothing is divided. */
class FlatReadsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "k // 20, k // 5 % 4, k % 5",
        "k // 5 // 4, k // 5 % 4, k % 5",
        "(k + 20) // 20 - 1, k // 5 % 4, k % 5"
      })
  void readSideBySide(String digits) {
    String text =
        """
        model f(x: [n, 3, 4, 5]) -> [n, 60] {
          return y[i, k: 60] = x[i, %s] * 2
        }
        """
            .formatted(digits);
    String plan = Plan.of(Written.graph(text, Map.of()), Set.of()).toString();
    assertFalse(plan.contains("scalar"), plan);
    double[] x = new double[120];
    double[] expected = new double[120];
    for (int k = 0; k < 120; k++) {
      x[k] = k;
      expected[k] = 2 * k;
    }
    assertArrayEquals(expected, Written.of(text).length("n", 2).with("x", x).see("y"));
  }

  /** The guard asks for each axis on its own. */
  @ParameterizedTest
  @ValueSource(ints = {-7, 0, 9})
  void areAbsentWhereOneAxisEnds(int shift) {
    Written model =
        Written.of(
                """
                model f(x: [n, 3, 4]) -> [n, 12] {
                  return y[i, k: 12] = (x[i, (k + %d) // 4, (k + %d) %% 4 + k // 6] else -1)
                }
                """
                    .formatted(shift, shift))
            .length("n", 1)
            .with("x", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    double[] expected = new double[12];
    for (int k = 0; k < 12; k++) {
      int row = Math.floorDiv(k + shift, 4);
      int column = Math.floorMod(k + shift, 4) + k / 6;
      expected[k] = row >= 0 && row < 3 && column < 4 ? 4 * row + column : -1;
    }
    assertArrayEquals(expected, model.see("y"));
  }
}
