package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Comparator;
import java.util.stream.IntStream;
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

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double silu(double z) {
    return z * sigmoid(z);
  }

  /**
   * {@code sum[a](x[row, a] * w[at, a, column])} of a weight of {@code inner * columns} a slice.
   */
  private static double dot(
      double[] x, int row, double[] w, int at, int inner, int columns, int column) {
    double sum = 0;
    for (int a = 0; a < inner; a++) {
      sum += x[row * inner + a] * w[(at * inner + a) * columns + column];
    }
    return sum;
  }

  /** The places of the greatest, in order; ties to the lower. */
  private static int[] greatest(double[] values, int k) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(e -> -values[e]))
        .mapToInt(e -> e)
        .limit(k)
        .toArray();
  }

  @Test
  void aMixtureOfExperts() {
    int n = 6;
    int d = 5;
    int hidden = 3;
    int many = 4;
    Written model = Written.golden("mixtral").length("n", n);
    double[] x = model.see("x");
    double[] y = new double[n * d];
    for (int i = 0; i < n; i++) {
      double[] scores = new double[many];
      for (int e = 0; e < many; e++) {
        scores[e] = dot(x, i, model.see("experts.router"), 0, d, many, e);
      }
      int[] picks = greatest(scores, 2);
      double first = 1 / (1 + Math.exp(scores[picks[1]] - scores[picks[0]]));
      for (int r = 0; r < 2; r++) {
        for (int f = 0; f < hidden; f++) {
          double h =
              silu(dot(x, i, model.see("experts.gate"), picks[r], d, hidden, f))
                  * dot(x, i, model.see("experts.up"), picks[r], d, hidden, f);
          for (int b = 0; b < d; b++) {
            y[i * d + b] +=
                (r == 0 ? first : 1 - first)
                    * h
                    * model.see("experts.down")[(picks[r] * hidden + f) * d + b];
          }
        }
      }
      double open = sigmoid(dot(x, i, model.see("shared_expert.gate"), 0, d, 1, 0));
      for (int f = 0; f < hidden; f++) {
        double h = open * silu(dot(x, i, model.see("shared_expert.up"), 0, d, hidden, f));
        for (int b = 0; b < d; b++) {
          y[i * d + b] += h * model.see("shared_expert.down")[f * d + b];
        }
      }
    }
    assertArrayEquals(y, model.see("y"), 1e-5);
    double[] z = y.clone();
    for (int i = 0; i < n; i++) {
      double[] s = new double[many];
      double[] lifted = new double[many];
      for (int e = 0; e < many; e++) {
        s[e] = sigmoid(dot(y, i, model.see("balanced.router"), 0, d, many, e));
        lifted[e] = s[e] + model.see("balanced.lift")[e];
      }
      int[] picks = greatest(lifted, 3);
      double whole = s[picks[0]] + s[picks[1]] + s[picks[2]];
      for (int pick : picks) {
        for (int f = 0; f < hidden; f++) {
          double h = silu(dot(y, i, model.see("balanced.up"), pick, d, hidden, f));
          for (int b = 0; b < d; b++) {
            z[i * d + b] +=
                s[pick] / whole * h * model.see("balanced.down")[(pick * hidden + f) * d + b];
          }
        }
      }
    }
    assertArrayEquals(z, model.see("z"), 1e-5);
  }

  @Test
  void sparseAttentionOverTheBestKeys() {
    Written model =
        Written.of(
                """
                model m(x: [n, 3]) -> [n, 3] {
                  (score[i, r], at[i, r]) = top[j](x[i, a] * x[j, a], 2 where j <= i)
                  pattern[i, r] = softmax[r](score[i, r])
                  return y[i, b] = pattern[i, r] * x[at[i, r], b] + 0 * (score[i, 1] else 5)
                }
                """)
            .length("n", 4);
    double[] x = model.see("x");
    double[] y = new double[12];
    for (int i = 0; i < 4; i++) {
      double[] scores = new double[i + 1];
      for (int j = 0; j <= i; j++) {
        for (int a = 0; a < 3; a++) {
          scores[j] += x[3 * i + a] * x[3 * j + a];
        }
      }
      double sum = 0;
      int[] best = greatest(scores, 2);
      for (int j : best) {
        sum += Math.exp(scores[j]);
      }
      for (int j : best) {
        for (int b = 0; b < 3; b++) {
          y[3 * i + b] += Math.exp(scores[j]) / sum * x[3 * j + b];
        }
      }
    }
    assertArrayEquals(y, model.see("y"), 1e-6);
  }
}
