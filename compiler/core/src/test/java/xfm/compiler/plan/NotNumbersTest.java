package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes of NaN and of infinities is what the equations say, whatever kernel computes them. */
class NotNumbersTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  /** So many ordinary numbers, then these at some places. */
  private static double[] numbers(int count, double... placed) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i * 7 % 11 * 0.25 - 1;
    }
    for (int i = 0; i < placed.length; i += 2) {
      numbers[(int) placed[i]] = placed[i + 1];
    }
    return numbers;
  }

  private static final int KEYS = 70;

  /** Keys that are none, or infinite, in the first tile and in the second. */
  private static List<double[]> keys() {
    return List.of(
        numbers(KEYS, 3, NAN),
        numbers(KEYS, 65, NAN),
        numbers(KEYS, 3, INF),
        numbers(KEYS, 65, -INF),
        numbers(KEYS, 3, INF, 65, NAN),
        numbers(KEYS, 3, NAN, 65, INF),
        numbers(KEYS, 3, NAN, 4, -INF));
  }

  @Test
  void attentionAndWhatItsScoresComeTo() {
    for (double[] k : keys()) {
      Written.of(
              """
              model f(q: [n, d], k: [n, d], v: [n], d: int = 1) -> [n] {
                s[i, j] = q[i, e] * k[j, e]
                most[i] = max[j](s[i, j] where j <= i else 0)
                total[i] = logsumexp[j](s[i, j] where j <= i)
                y[i] = softmax[j](s[i, j] where j <= i) * v[j]
                plain[i] = softmax[j](s[i, j]) * v[j]
                power[i, j] = exp(s[i, j] - most[i])
                byhand[i] = sum[j](if j <= i then power[i, j] * v[j] else 0) / sum[j](if j <= i then power[i, j] else 0)
                low[i] = if y[i] == y[i] then y[i] else -1
                return z[i] = low[i] + most[i] + total[i] + plain[i]
              }
              """)
          .length("n", KEYS)
          .with("k", k)
          .see("z");
    }
  }

  @Test
  void reductions() {
    for (double[] x : keys()) {
      Written.of(
              """
              model f(x: [n]) -> [n] {
                a = max[i](x[i] where i != 5 else 0)
                b = min[i](x[i] else 0)
                c = logsumexp[i](x[i])
                d = mean[i](x[i] where i > 3)
                e = float(argmax[i](x[i] else 0))
                f[i: n] = max[j](x[j] where j <= i else 0)
                g[i: n] = sum[j](x[j] where j <= i)
                h[i: n] = float(argmax[j](x[j] where j >= i else 0))
                p[i] = softmax[i](x[i])
                r[i] = if any[j](x[j] > x[i]) and not all[j](x[j] >= x[i]) then 1.0 else 0
                return y[i] = a + b + c + d + e + f[i] + g[i] + h[i] + p[i] + r[i]
              }
              """)
          .length("n", KEYS)
          .with("x", x)
          .see("y");
    }
  }

  @Test
  void reductionsOverSeveralIndices() {
    for (int rows : new int[] {10, 0}) {
      for (double[] x : keys()) {
        Written.of(
                """
                model f(x: [n, 7]) -> [3] {
                  a = max[i, j](x[i, j] else 0.25)
                  b = min[i, j](x[i, j] else 0.5)
                  c = mean[i, j](x[i, j])
                  return y[r: 3] = if r == 0 then a else if r == 1 then b else c
                }
                """)
            .length("n", rows)
            .with("x", Arrays.copyOf(x, rows * 7))
            .see("y");
      }
    }
  }

  @Test
  void theGreatestAndTheirMatrices() {
    double[] x = numbers(140, 3, NAN, 4, INF, 65, NAN, 66, -INF);
    Written model =
        Written.of(
                """
                model f(x: [n, 7], z: [n, d], d: int = 3) -> [n, d] {
                  weight up: [7, d, d]
                  (gate[i, r], pick[i, r]) = top[e](x[i, e], 2)
                  ranks[i, e] = float(rank[e](x[i, e]))
                  part[i, r] = if gate[i, r] == gate[i, r] then tanh(gate[i, r]) else 0.5
                  return y[i, b] = part[i, r] * z[i, a] * up[pick[i, r], a, b] + 0 * sum[e](ranks[i, e])
                }
                """)
            .length("n", 20)
            .with("x", x);
    assertArrayEquals(new double[] {3, 4}, Arrays.copyOf(model.see("pick"), 2));
  }
}
