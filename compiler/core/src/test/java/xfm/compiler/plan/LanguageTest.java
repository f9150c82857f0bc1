package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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

  /** Over a grid of 2 × 3, of which the cell (1, i) is left out, and a row that is −∞ alone. */
  @Test
  void aSoftmaxOverAGrid() {
    double[] x = {1, 2, 3, 4, 5, 6, 0, -1, -2, -3, -4, -5};
    Written model =
        Written.of(
                """
                model m(x: [n, 2, 3]) -> [n, 2, 3] {
                  p[i, y, z] = softmax[y, z](if i == 2 then -inf else x[i, y, z] where y == 0 or z != i)
                  return q[i, y, z] = 2 * p[i, y, z]
                }
                """)
            .length("n", 3)
            .with("x", Arrays.copyOf(x, 18));
    double[] expected = new double[18];
    for (int i = 0; i < 2; i++) {
      double sum = 0;
      for (int c = 0; c < 6; c++) {
        expected[6 * i + c] = c == 3 + i ? 0 : Math.exp(x[6 * i + c]);
        sum += expected[6 * i + c];
      }
      for (int c = 0; c < 6; c++) {
        expected[6 * i + c] /= sum;
      }
    }
    assertArrayEquals(expected, model.see("p"), 1e-6);
    model.see("q");
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

  @Test
  void everyEarlierLayer() {
    int n = 2;
    int d = 3;
    Written model = Written.golden("denseformer").length("n", n);
    List<double[]> hs = new ArrayList<>(List.of(model.see("start")));
    double[] x = hs.getFirst();
    for (int l = 0; l < 3; l++) {
      double[] w = model.see("layer[" + l + "].layer.w");
      double[] alpha = model.see("layer[" + l + "].alpha");
      double[] h = x.clone();
      for (int i = 0; i < n; i++) {
        for (int b = 0; b < d; b++) {
          h[i * d + b] += Math.tanh(dot(x, i, w, 0, d, d, b));
        }
      }
      hs.add(h);
      double[] mixed = new double[n * d];
      for (int k = 0; k < l + 2; k++) {
        for (int p = 0; p < n * d; p++) {
          mixed[p] += alpha[k] * hs.get(k)[p];
        }
      }
      x = mixed;
    }
    assertArrayEquals(x, model.see("layer[2].mixed"), 1e-5);
  }

  @Test
  void latentsThatReadALongInput() {
    int n = 7;
    int c = 3;
    int d = 4;
    Written model = Written.golden("perceiver").length("n", n);
    double[] bytes = model.see("bytes");
    double[] x = model.see("z").clone();
    for (int l = 0; l < 2; l++) {
      String path = "layer[" + l + "].cross.";
      double[] y = x.clone();
      for (int i = 0; i < 2; i++) {
        for (int h = 0; h < 2; h++) {
          double[] e = new double[n];
          double sum = 0;
          for (int j = 0; j < n; j++) {
            double s = 0;
            for (int k = 2 * h; k < 2 * h + 2; k++) {
              s +=
                  dot(x, i, model.see(path + "query"), 0, d, d, k)
                      * dot(bytes, j, model.see(path + "key"), 0, c, d, k);
            }
            e[j] = Math.exp(s / Math.sqrt(2));
            sum += e[j];
          }
          for (int j = 0; j < n; j++) {
            for (int k = 2 * h; k < 2 * h + 2; k++) {
              double v = e[j] / sum * dot(bytes, j, model.see(path + "value"), 0, c, d, k);
              for (int b = 0; b < d; b++) {
                y[i * d + b] += v * model.see(path + "output")[k * d + b];
              }
            }
          }
        }
      }
      x = y;
    }
    assertArrayEquals(x, model.see("x"), 1e-5);
  }

  @Test
  void anImageInPatches() {
    Written model = Written.golden("patches");
    double[] image = model.see("image");
    double[] kernel = model.see("kernel");
    double[] y = model.see("place").clone();
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 3; column++) {
        for (int o = 0; o < 3; o++) {
          for (int c = 0; c < 2; c++) {
            for (int u = 0; u < 16; u++) {
              for (int v = 0; v < 16; v++) {
                y[(3 * row + column) * 3 + o] +=
                    image[(c * 32 + 16 * row + u) * 48 + 16 * column + v]
                        * kernel[((c * 16 + u) * 16 + v) * 3 + o];
              }
            }
          }
        }
      }
    }
    assertArrayEquals(y, model.see("y"), 1e-4);
  }

  private static double[] convolved(double[] x, double[] kernel, double[] bias, int stride) {
    int out = bias.length;
    int channels = kernel.length / out / 3;
    int n = x.length / channels;
    double[] y = new double[(n + stride - 1) / stride * out];
    for (int p = 0; p < y.length; p++) {
      y[p] = bias[p % out];
      for (int r = 0; r < 3; r++) {
        int at = stride * (p / out) + r - 1;
        for (int a = 0; a < channels && at >= 0 && at < n; a++) {
          y[p] += x[at * channels + a] * kernel[(r * channels + a) * out + p % out];
        }
      }
    }
    return y;
  }

  @Test
  void convolutionsWithStridesAndEdges() {
    for (int n : new int[] {6, 7, 1}) {
      Written model = Written.golden("strided").length("n", n);
      double[] x = convolved(model.see("x"), model.see("first.kernel"), model.see("first.bias"), 1);
      assertArrayEquals(x, model.see("h"), 1e-5);
      double[] y = convolved(x, model.see("second.kernel"), model.see("second.bias"), 2);
      int steps = y.length / 3;
      double[] z = y.clone();
      for (int t = 0; t < steps; t++) {
        int first = t / 2 * 2;
        int last = Math.min(first + 1, steps - 1);
        for (int a = 0; a < 3; a++) {
          z[3 * t + a] += (y[3 * first + a] + y[3 * last + a]) / 2;
        }
      }
      assertArrayEquals(z, model.see("stretched.y"), 1e-5);
    }
  }

  @Test
  void headsThatTalkWithWindowsAndSinks() {
    int n = 5;
    int d = 3;
    Written model = Written.golden("heads").length("n", n);
    double[] x = model.see("x");
    double[] before = model.see("talking.before");
    double[] after = model.see("talking.after");
    double[][][] s = new double[2][n][n];
    double[][][] p = new double[2][n][n];
    for (int g = 0; g < 2; g++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          for (int h = 0; h < 2; h++) {
            for (int e = 2 * h; e < 2 * h + 2; e++) {
              s[g][i][j] +=
                  dot(x, i, model.see("talking.query"), 0, d, 4, e)
                      * dot(x, j, model.see("talking.key"), 0, d, 4, e)
                      * before[2 * h + g]
                      / Math.sqrt(2);
            }
          }
        }
        double sum = 0;
        for (int j = Math.max(0, i - g); j <= i; j++) {
          sum += Math.exp(s[g][i][j]);
        }
        for (int j = Math.max(0, i - g); j <= i; j++) {
          p[g][i][j] = Math.exp(s[g][i][j]) / (sum + Math.exp(model.see("talking.sink")[g]));
        }
      }
    }
    double[] y = new double[n * d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int h = 0; h < 2; h++) {
          double mixed = p[0][i][j] * after[h] + p[1][i][j] * after[2 + h];
          for (int e = 2 * h; e < 2 * h + 2; e++) {
            double v = mixed * dot(x, j, model.see("talking.value"), 0, d, 4, e);
            for (int b = 0; b < d; b++) {
              y[i * d + b] += v * model.see("talking.output")[e * d + b];
            }
          }
        }
      }
    }
    assertArrayEquals(y, model.see("talking.y"), 1e-5);
  }
}
