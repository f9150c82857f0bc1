package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Models whose layers carry a state along the sequence, written from their papers. */
class SequencesTest {
  private static final int N = 5;

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double softplus(double z) {
    return Math.log(1 + Math.exp(z));
  }

  /** {@code x · w}, x of {@code rows} rows. */
  private static double[][] times(double[] x, int rows, double[] w, int inner, int columns) {
    double[][] y = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int a = 0; a < inner; a++) {
        for (int b = 0; b < columns; b++) {
          y[i][b] += x[i * inner + a] * w[a * columns + b];
        }
      }
    }
    return y;
  }

  private static void check(double[][] expected, double[] actual) {
    double[] flat = new double[actual.length];
    int at = 0;
    for (double[] row : expected) {
      for (double value : row) {
        flat[at++] = value;
      }
    }
    assertArrayEquals(flat, actual, 2e-5);
  }

  /** Hochreiter and Schmidhuber 1997, with forget gates. */
  @Test
  void longShortTermMemory() {
    Written model =
        Written.of(
            """
            block lstm(x: [n, d], units: int) -> [n, units] {
              weight in_f, in_i, in_o, in_g: [d, units]
              weight back_f, back_i, back_o, back_g: [units, units]
              weight bias_f: [units] = ones
              before[t: n, u] = (h[t - 1, u] else 0)
              f[t, u] = sigmoid(x[t, a] * in_f[a, u] + before[t, v] * back_f[v, u] + bias_f[u])
              i[t, u] = sigmoid(x[t, a] * in_i[a, u] + before[t, v] * back_i[v, u])
              o[t, u] = sigmoid(x[t, a] * in_o[a, u] + before[t, v] * back_o[v, u])
              g[t, u] = tanh(x[t, a] * in_g[a, u] + before[t, v] * back_g[v, u])
              c[t, u] = f[t, u] * (c[t - 1, u] else 0) + i[t, u] * g[t, u]
              return h[t, u] = o[t, u] * tanh(c[t, u])
            }
            model m(x: [n, 3]) -> [n, 4] {
              return y[t, u] = lstm(x, units = 4)[t, u]
            }
            """);
    double[] x = model.see("x");
    double[][][] in = new double[4][][];
    String gates = "fiog";
    for (int k = 0; k < 4; k++) {
      in[k] = times(x, N, model.see("lstm.in_" + gates.charAt(k)), 3, 4);
    }
    double[] bias = model.see("lstm.bias_f");
    double[][] y = new double[N][4];
    double[] h = new double[4];
    double[] c = new double[4];
    for (int t = 0; t < N; t++) {
      double[][] z = new double[4][];
      for (int k = 0; k < 4; k++) {
        z[k] = times(h, 1, model.see("lstm.back_" + gates.charAt(k)), 4, 4)[0];
        for (int u = 0; u < 4; u++) {
          z[k][u] += in[k][t][u] + (k == 0 ? bias[u] : 0);
        }
      }
      for (int u = 0; u < 4; u++) {
        c[u] = sigmoid(z[0][u]) * c[u] + sigmoid(z[1][u]) * Math.tanh(z[3][u]);
        h[u] = sigmoid(z[2][u]) * Math.tanh(c[u]);
        y[t][u] = h[u];
      }
    }
    check(y, model.see("y"));
  }

  /** Sun et al. 2023; gated: Yang et al. 2023, where the decay is of the data. */
  @Test
  void retentionAndGatedLinearAttention() {
    Written model =
        Written.of(
            """
            block retention(x: [n, d], heads: int) -> [n, d] require d % heads == 0 {
              let k = d / heads
              weight query, key, value: [d, heads, k]
              q[i, h, a] = x[i, c] * query[c, h, a]
              k_[i, h, a] = x[i, c] * key[c, h, a]
              v[i, h, b] = x[i, c] * value[c, h, b]
              state[i, h, a, b] = (1 - 2.0 ** (-5 - h)) * (state[i - 1, h, a, b] else 0) + k_[i, h, a] * v[i, h, b]
              heard[i, h, b] = q[i, h, a] * state[i, h, a, b]
              return y[i, e] = heard[i, e // k, e % k]
            }
            block gated(x: [n, d]) -> [n, d] {
              weight query, key, value, decay: [d, d]
              q[i, a] = x[i, c] * query[c, a]
              k[i, a] = x[i, c] * key[c, a]
              v[i, b] = x[i, c] * value[c, b]
              g[i, a] = sigmoid(x[i, c] * decay[c, a]) ** 0.5
              state[i, a, b] = g[i, a] * (state[i - 1, a, b] else 0) + k[i, a] * v[i, b]
              return y[i, b] = q[i, a] * state[i, a, b]
            }
            model m(x: [n, 4]) -> [n, 4] {
              return y[i, a] = retention(x, heads = 2)[i, a] + gated(x)[i, a]
            }
            """);
    double[] x = model.see("x");
    double[][] q = times(x, N, model.see("retention.query"), 4, 4);
    double[][] k = times(x, N, model.see("retention.key"), 4, 4);
    double[][] v = times(x, N, model.see("retention.value"), 4, 4);
    double[][] y = new double[N][4];
    for (int h = 0; h < 2; h++) {
      double decay = 1 - Math.pow(2, -5 - h);
      for (int i = 0; i < N; i++) {
        for (int j = 0; j <= i; j++) {
          double s = 0;
          for (int a = 0; a < 2; a++) {
            s += q[i][2 * h + a] * k[j][2 * h + a];
          }
          for (int b = 0; b < 2; b++) {
            y[i][2 * h + b] += s * Math.pow(decay, i - j) * v[j][2 * h + b];
          }
        }
      }
    }
    double[][] gq = times(x, N, model.see("gated.query"), 4, 4);
    double[][] gk = times(x, N, model.see("gated.key"), 4, 4);
    double[][] gv = times(x, N, model.see("gated.value"), 4, 4);
    double[][] gd = times(x, N, model.see("gated.decay"), 4, 4);
    double[][] state = new double[4][4];
    for (int i = 0; i < N; i++) {
      for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
          state[a][b] = Math.sqrt(sigmoid(gd[i][a])) * state[a][b] + gk[i][a] * gv[i][b];
          y[i][b] += gq[i][a] * state[a][b];
        }
      }
    }
    check(y, model.see("y"));
  }

  /** Schlag et al. 2021: the state is multiplied by I − β k kᵀ before it learns. */
  @Test
  void theDeltaRule() {
    Written model =
        Written.of(
            """
            block delta(x: [n, d]) -> [n, d] {
              weight query, key, value: [d, d]
              weight rate: [d]
              q[i, a] = x[i, c] * query[c, a]
              raw[i, a] = x[i, c] * key[c, a]
              k[i, a] = raw[i, a] / sqrt(sum[c](raw[i, c] ** 2) + 1e-6)
              v[i, b] = x[i, c] * value[c, b]
              beta[i] = sigmoid(x[i, c] * rate[c])
              told[i, b] = (state[i - 1, a, b] else 0) * k[i, a]
              state[i, a, b] = (state[i - 1, a, b] else 0) + beta[i] * k[i, a] * (v[i, b] - told[i, b])
              return y[i, b] = q[i, a] * state[i, a, b]
            }
            model m(x: [n, 3]) -> [n, 3] {
              return y[i, a] = delta(x)[i, a]
            }
            """);
    double[] x = model.see("x");
    double[][] q = times(x, N, model.see("delta.query"), 3, 3);
    double[][] k = times(x, N, model.see("delta.key"), 3, 3);
    double[][] v = times(x, N, model.see("delta.value"), 3, 3);
    double[][] rate = times(x, N, model.see("delta.rate"), 3, 1);
    double[][] y = new double[N][3];
    double[][] s = new double[3][3];
    for (int i = 0; i < N; i++) {
      double norm = Math.sqrt(k[i][0] * k[i][0] + k[i][1] * k[i][1] + k[i][2] * k[i][2] + 1e-6);
      double beta = sigmoid(rate[i][0]);
      double[][] next = new double[3][3];
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          next[a][b] = beta * k[i][a] / norm * v[i][b];
          for (int c = 0; c < 3; c++) {
            double eye = a == c ? 1 : 0;
            next[a][b] += (eye - beta * k[i][a] * k[i][c] / (norm * norm)) * s[c][b];
          }
        }
      }
      s = next;
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          y[i][b] += q[i][a] * s[a][b];
        }
      }
    }
    check(y, model.see("y"));
  }

  /** Peng et al. 2023, RWKV-4: the sums are kept below overflow by the greatest exponent so far. */
  @Test
  void timeMixing() {
    Written model =
        Written.of(
            """
            block time_mixing(x: [n, d]) -> [n, d] {
              weight mix_r, mix_k, mix_v, decay, bonus: [d]
              weight receptance, key, value, output: [d, d]
              past[t: n, a] = (x[t - 1, a] else 0)
              r[t, b] = sigmoid(sum[a]((mix_r[a] * x[t, a] + (1 - mix_r[a]) * past[t, a]) * receptance[a, b]))
              k[t, b] = sum[a]((mix_k[a] * x[t, a] + (1 - mix_k[a]) * past[t, a]) * key[a, b])
              v[t, b] = sum[a]((mix_v[a] * x[t, a] + (1 - mix_v[a]) * past[t, a]) * value[a, b])
              most[t, a] = max((most[t - 1, a] else -1e30) - exp(decay[a]), k[t, a])
              fade[t, a] = exp((most[t - 1, a] else -1e30) - exp(decay[a]) - most[t, a])
              above[t, a] = fade[t, a] * (above[t - 1, a] else 0) + exp(k[t, a] - most[t, a]) * v[t, a]
              below[t, a] = fade[t, a] * (below[t - 1, a] else 0) + exp(k[t, a] - most[t, a])
              top[t, a] = max((most[t - 1, a] else -1e30), bonus[a] + k[t, a])
              old[t, a] = exp((most[t - 1, a] else -1e30) - top[t, a])
              own[t, a] = exp(bonus[a] + k[t, a] - top[t, a])
              wkv[t, a] = (old[t, a] * (above[t - 1, a] else 0) + own[t, a] * v[t, a])
                  / (old[t, a] * (below[t - 1, a] else 0) + own[t, a])
              return y[t, b] = r[t, a] * wkv[t, a] * output[a, b]
            }
            model m(x: [n, 3]) -> [n, 3] {
              return y[i, a] = time_mixing(x)[i, a]
            }
            """);
    double[] x = model.see("x");
    double[] decay = model.see("time_mixing.decay");
    double[] bonus = model.see("time_mixing.bonus");
    double[][][] mixed = new double[3][][];
    String[] of = {"r", "k", "v"};
    String[] by = {"receptance", "key", "value"};
    for (int g = 0; g < 3; g++) {
      double[] mix = model.see("time_mixing.mix_" + of[g]);
      double[] z = new double[x.length];
      for (int p = 0; p < x.length; p++) {
        z[p] = mix[p % 3] * x[p] + (1 - mix[p % 3]) * (p < 3 ? 0 : x[p - 3]);
      }
      mixed[g] = times(z, N, model.see("time_mixing." + by[g]), 3, 3);
    }
    double[] rwkv = new double[N * 3];
    for (int t = 0; t < N; t++) {
      for (int a = 0; a < 3; a++) {
        double above = Math.exp(bonus[a] + mixed[1][t][a]) * mixed[2][t][a];
        double below = Math.exp(bonus[a] + mixed[1][t][a]);
        for (int j = 0; j < t; j++) {
          double share = Math.exp(-(t - 1 - j) * Math.exp(decay[a]) + mixed[1][j][a]);
          above += share * mixed[2][j][a];
          below += share;
        }
        rwkv[t * 3 + a] = sigmoid(mixed[0][t][a]) * above / below;
      }
    }
    check(times(rwkv, N, model.see("time_mixing.output"), 3, 3), model.see("y"));
  }

  /** Gu and Dao 2023: step, input and output matrices are of the data; a convolution before. */
  @Test
  void selectiveScan() {
    Written model =
        Written.of(
            """
            block mamba(x: [n, d], states: int, width: int = 3) -> [n, d] {
              weight kernel: [width, d]
              weight log_a: [d, states]
              weight to_b, to_c: [d, states]
              weight step: [d, d]
              weight skip, gate: [d]
              u[t: n, c] = silu(sum[r](kernel[r, c] * (x[t + r - width + 1, c] else 0)))
              delta[t, c] = log(1 + exp(u[t, e] * step[e, c]))
              b[t, s] = u[t, c] * to_b[c, s]
              out[t, s] = u[t, c] * to_c[c, s]
              h[t, c, s] = exp(-delta[t, c] * exp(log_a[c, s])) * (h[t - 1, c, s] else 0)
                  + delta[t, c] * b[t, s] * u[t, c]
              return y[t, c] = (h[t, c, s] * out[t, s] + skip[c] * u[t, c]) * silu(x[t, c] * gate[c])
            }
            model m(x: [n, 3]) -> [n, 3] {
              return y[i, a] = mamba(x, states = 2)[i, a]
            }
            """);
    double[] x = model.see("x");
    double[] kernel = model.see("mamba.kernel");
    double[] logA = model.see("mamba.log_a");
    double[] u = new double[N * 3];
    for (int t = 0; t < N; t++) {
      for (int c = 0; c < 3; c++) {
        double z = 0;
        for (int r = 0; r < 3; r++) {
          z += t + r - 2 < 0 ? 0 : kernel[r * 3 + c] * x[(t + r - 2) * 3 + c];
        }
        u[t * 3 + c] = z * sigmoid(z);
      }
    }
    double[][] step = times(u, N, model.see("mamba.step"), 3, 3);
    double[][] b = times(u, N, model.see("mamba.to_b"), 3, 2);
    double[][] out = times(u, N, model.see("mamba.to_c"), 3, 2);
    double[][] y = new double[N][3];
    double[][] h = new double[3][2];
    for (int t = 0; t < N; t++) {
      for (int c = 0; c < 3; c++) {
        double delta = softplus(step[t][c]);
        double z = model.see("mamba.skip")[c] * u[t * 3 + c];
        for (int s = 0; s < 2; s++) {
          h[c][s] =
              Math.exp(-delta * Math.exp(logA[c * 2 + s])) * h[c][s]
                  + delta * b[t][s] * u[t * 3 + c];
          z += h[c][s] * out[t][s];
        }
        double gate = x[t * 3 + c] * model.see("mamba.gate")[c];
        y[t][c] = z * gate * sigmoid(gate);
      }
    }
    check(y, model.see("y"));
  }

  /** Beck et al. 2024, mLSTM: a matrix memory with exponential gates, stabilised. */
  @Test
  void matrixMemoryWithExponentialGates() {
    Written model =
        Written.of(
            """
            block mlstm(x: [n, d]) -> [n, d] {
              weight query, key, value: [d, d]
              weight for_i, for_f: [d]
              q[t, a] = x[t, c] * query[c, a]
              k[t, a] = x[t, c] * key[c, a] / sqrt(d)
              v[t, b] = x[t, c] * value[c, b]
              in_[t] = x[t, c] * for_i[c]
              keeps[t] = -log(1 + exp(-(x[t, c] * for_f[c])))
              m[t] = max(keeps[t] + (m[t - 1] else 0), in_[t])
              i[t] = exp(in_[t] - m[t])
              f[t] = exp(keeps[t] + (m[t - 1] else 0) - m[t])
              memory[t, a, b] = f[t] * (memory[t - 1, a, b] else 0) + i[t] * k[t, a] * v[t, b]
              total[t, a] = f[t] * (total[t - 1, a] else 0) + i[t] * k[t, a]
              below[t] = max(abs(q[t, a] * total[t, a]), exp(-m[t]))
              return y[t, b] = q[t, a] * memory[t, a, b] / below[t]
            }
            model m(x: [n, 4]) -> [n, 4] {
              return y[i, a] = mlstm(x)[i, a]
            }
            """);
    double[] x = model.see("x");
    double[][] q = times(x, N, model.see("mlstm.query"), 4, 4);
    double[][] k = times(x, N, model.see("mlstm.key"), 4, 4);
    double[][] v = times(x, N, model.see("mlstm.value"), 4, 4);
    double[][] in = times(x, N, model.see("mlstm.for_i"), 4, 1);
    double[][] keep = times(x, N, model.see("mlstm.for_f"), 4, 1);
    double[][] y = new double[N][4];
    double[][] memory = new double[4][4];
    double[] total = new double[4];
    for (int t = 0; t < N; t++) {
      double f = sigmoid(keep[t][0]);
      double i = Math.exp(in[t][0]);
      double qn = 0;
      double[] heard = new double[4];
      for (int a = 0; a < 4; a++) {
        total[a] = f * total[a] + i * k[t][a] / 2;
        qn += q[t][a] * total[a];
        for (int b = 0; b < 4; b++) {
          memory[a][b] = f * memory[a][b] + i * k[t][a] / 2 * v[t][b];
          heard[b] += q[t][a] * memory[a][b];
        }
      }
      for (int b = 0; b < 4; b++) {
        y[t][b] = heard[b] / Math.max(Math.abs(qn), 1);
      }
    }
    check(y, model.see("y"));
  }
}
