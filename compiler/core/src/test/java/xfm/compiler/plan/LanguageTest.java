package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Programs in the words of the language, from text to numbers, against plain Java. */
class LanguageTest {

  @Test
  void registersBeforeASequence() {
    double[] x = {1, 2, 3, 4, 5, 6};
    double[] r = {-1, -2, -3, -4};
    double[] w = {1, 0.5, -1, 2};
    Written model =
        Written.of(
                """
                model m(x: [n, 2]) -> [n, 2] {
                  weight registers: [2, 2]
                  weight w: [2, 2]
                  joined[i, a] = concat[i](registers[i, a], x[i, a])
                  pattern[i, j] = softmax[j](joined[i, a] * joined[j, a])
                  heard[i, b] = pattern[i, j] * joined[j, a] * w[a, b]
                  return y[i: n, b] = heard[i + 2, b] + x[i, b]
                }
                """)
            .length("n", 3)
            .with("x", x)
            .with("registers", r)
            .with("w", w);
    double[] all = new double[10];
    System.arraycopy(r, 0, all, 0, 4);
    System.arraycopy(x, 0, all, 4, 6);
    assertArrayEquals(all, model.see("joined"));
    double[] y = new double[6];
    for (int i = 0; i < 3; i++) {
      double sum = 0;
      double[] heard = new double[2];
      for (int j = 0; j < 5; j++) {
        double s = 0;
        for (int a = 0; a < 2; a++) {
          s += all[2 * (i + 2) + a] * all[2 * j + a];
        }
        double e = Math.exp(s - 61);
        sum += e;
        for (int a = 0; a < 2; a++) {
          for (int b = 0; b < 2; b++) {
            heard[b] += e * all[2 * j + a] * w[2 * a + b];
          }
        }
      }
      for (int b = 0; b < 2; b++) {
        y[2 * i + b] = heard[b] / sum + x[2 * i + b];
      }
    }
    assertArrayEquals(y, model.see("y"), 1e-4);
  }

  @Test
  void aJoinedAxisInsideAProduct() {
    Written.of(
            """
            model m(x: [n, d], z: [m, d], d: int = 3) -> [n + m, d] {
              weight w: [d, d]
              tail[i: n - 2, a] = x[i + 2, a]
              t[i, a] = concat[i](tail[i, a], z[i, c] * w[c, a])
              y[i, b] = concat[i](x[i, c] * w[c, b], tanh(z[i, b]))
              return s[i, b] = concat[i](x[i, a], z[i, a]) * w[a, b] + y[i, b]
            }
            """)
        .length("n", 1)
        .length("m", 4)
        .see("s");
  }
}
