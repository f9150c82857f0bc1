package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Variants of attention and of its surroundings, written from their papers. */
class VariantsTest {
  private static final int N = 5;

  private static double dot(double[] a, int from, double[] b, int to, int size) {
    double sum = 0;
    for (int e = 0; e < size; e++) {
      sum += a[from + e] * b[to + e];
    }
    return sum;
  }

  /** Rows of softmax over the places up to the row's own. */
  private static double[] causal(double[] scores, int n) {
    double[] shares = new double[n * n];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j <= i; j++) {
        sum += Math.exp(scores[i * n + j]);
      }
      for (int j = 0; j <= i; j++) {
        shares[i * n + j] = Math.exp(scores[i * n + j]) / sum;
      }
    }
    return shares;
  }

  /** Press et al. 2022, with slopes that are learned, in the standard library's attention. */
  @Test
  void learnedSlopesInTheScores() {
    Written model =
        Written.of(
            """
            block slopes(s: float, h: int < heads, i: int, j: int, heads: int) -> float {
              weight rate: [heads]
              return s - rate[h] * abs(i - j)
            }
            model m(x: [n, d], d: int = 4) -> [n, d] {
              return attention(x, heads = 2, mask = causal, score = slopes(heads = 2))
            }
            """);
    double[] q = model.see("attention.q");
    double[] k = model.see("attention.k");
    double[] rate = model.see("attention.slopes.rate");
    double[] pattern = model.see("attention.pattern");
    for (int h = 0; h < 2; h++) {
      double[] scores = new double[N * N];
      for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
          int a = (h * N + i) * 2;
          int b = (h * N + j) * 2;
          scores[i * N + j] = dot(q, a, k, b, 2) / Math.sqrt(2) - rate[h] * Math.abs(i - j);
        }
      }
      double[] own = new double[N * N];
      System.arraycopy(pattern, h * N * N, own, 0, N * N);
      assertArrayEquals(causal(scores, N), own, 1e-5);
    }
  }

  /** Raffel et al. 2020: buckets of distances, one table for all layers of a stack. */
  @Test
  void relativeBiasOfEncoderAndDecoder() {
    Written model =
        Written.of(
                """
                fn distance_bucket(i: int, j: int, both: bool, buckets: int = 8, far: int = 16) -> int < buckets
                  require buckets % 4 == 0 and buckets >= 4 and far > buckets
                {
                  let side = if both then buckets / 2 else buckets
                  let exact = side // 2
                  let gap = if both then abs(j - i) else max(i - j, 0)
                  let wide = exact + floor(log(float(max(gap, 1)) / exact) / log(float(far) / exact) * (side - exact))
                  return (if both and j > i then side else 0) + (if gap < exact then gap else clamp(wide, exact, side - 1))
                }
                block bias(s: float, h: int < heads, i: int, j: int, heads: int, both: bool) -> float {
                  weight table: [8, heads]
                  return s + table[distance_bucket(i, j, both), h]
                }
                model t5(source: [m, d], x: [n, d], d: int = 4) -> [n, d] {
                  let near_source = share bias(heads = 2, both = true)
                  let near_target = share bias(heads = 2, both = false)
                  e = source
                  repeat 2 as encoder[l] {
                    e += attention(e, heads = 2, scale = 1, score = near_source)
                  }
                  repeat 2 as decoder[l] {
                    x += self: attention(x, heads = 2, scale = 1, mask = causal, score = near_target)
                    x += cross: attention(x, e, heads = 2, scale = 1)
                  }
                  return y[i, a] = x[i, a]
                }
                """)
            .length("n", 12)
            .length("m", 7);
    double[] table = model.see("near_source.table");
    double[] q = model.see("encoder[1].attention.q");
    double[] k = model.see("encoder[1].attention.k");
    double[] pattern = model.see("encoder[1].attention.pattern");
    int[] bucket = {0, 1, 2, 2, 2, 2, 3, 3, 3};
    for (int i = 0; i < 7; i++) {
      double sum = 0;
      double[] row = new double[7];
      for (int j = 0; j < 7; j++) {
        int b = bucket[Math.abs(i - j)] + (j > i ? 4 : 0);
        row[j] = Math.exp(dot(q, i * 2, k, j * 2, 2) + table[b * 2]);
        sum += row[j];
      }
      for (int j = 0; j < 7; j++) {
        row[j] /= sum;
      }
      double[] own = new double[7];
      System.arraycopy(pattern, i * 7, own, 0, 7);
      assertArrayEquals(row, own, 1e-5);
    }
    assertThrows(IllegalArgumentException.class, () -> model.see("encoder[1].near_source.table"));
  }

  /** Ye et al. 2024: the difference of two patterns. */
  @Test
  void differentialAttention() {
    Written model =
        Written.of(
            """
            block differential(x: [n, d], heads: int, first: float = 0.8) -> [n, d] require d % heads == 0 {
              let k = d / heads
              weight query, key: [2, d, heads, k]
              weight value: [d, heads, k]
              weight lambda_q, lambda_k: [2, k]
              weight gain: [k] = ones
              q[s, h, i, e] = x[i, a] * query[s, a, h, e]
              k_[s, h, i, e] = x[i, a] * key[s, a, h, e]
              v[h, i, e] = x[i, a] * value[a, h, e]
              pattern[s, h, i, j] = softmax[j](q[s, h, i, e] * k_[s, h, j, e] / sqrt(k) where j <= i)
              strength[s] = exp(lambda_q[s, e] * lambda_k[s, e])
              let mixed = strength[0] - strength[1] + first
              difference[h, i, j] = pattern[0, h, i, j] - mixed * pattern[1, h, i, j]
              heard[h, i, e] = difference[h, i, j] * v[h, j, e]
              calm[h, i, e] = heard[h, i, e] / sqrt(mean[c](heard[h, i, c] ** 2) + 1e-5) * gain[e] * (1 - first)
              return y[i, b] = calm[b // k, i, b % k]
            }
            model m(x: [n, 4]) -> [n, 4] {
              return differential(x, heads = 2)
            }
            """);
    double[] pattern = model.see("differential.pattern");
    double[] strength = model.see("differential.strength");
    double[] v = model.see("differential.v");
    double[] y = new double[N * 4];
    for (int h = 0; h < 2; h++) {
      for (int i = 0; i < N; i++) {
        double[] heard = new double[2];
        for (int j = 0; j < N; j++) {
          double share = strength[0] - strength[1] + 0.8;
          double p = pattern[(h * N + i) * N + j] - share * pattern[((2 + h) * N + i) * N + j];
          heard[0] += p * v[(h * N + j) * 2];
          heard[1] += p * v[(h * N + j) * 2 + 1];
        }
        double norm = Math.sqrt((heard[0] * heard[0] + heard[1] * heard[1]) / 2 + 1e-5);
        for (int e = 0; e < 2; e++) {
          y[i * 4 + h * 2 + e] = heard[e] / norm * model.see("differential.gain")[e] * 0.2;
        }
      }
    }
    assertArrayEquals(y, model.see("differential.y"), 1e-4);
  }

  /** DeepSeek-V2: keys and values come from a latent, which alone is kept; positions beside it. */
  @Test
  void latentAttention() {
    Written model =
        Written.of(
            """
            block latent(x: [n, d], heads: int, k: int, rank: int, turned: int) -> [n, d] require turned % 2 == 0 {
              weight down: [d, rank]
              weight up_key, up_value: [rank, heads, k]
              weight query: [d, heads, k]
              weight query_turned: [d, heads, turned]
              weight key_turned: [d, turned]
              weight output: [heads, k, d]
              keep c[j, r] = x[j, a] * down[a, r]
              keys[h, j, e] = c[j, r] * up_key[r, h, e]
              values[h, j, e] = c[j, r] * up_value[r, h, e]
              plain[h, i, e] = x[i, a] * query[a, h, e]
              there[h, i, f] = x[i, a] * query_turned[a, h, f]
              here[j, f] = x[j, a] * key_turned[a, f]
              q[h, i, f] = rotary(there[h, i, :], i)[f]
              keep at[j, f] = rotary(here[j, :], j)[f]
              pattern[h, i, j] = softmax[j]((plain[h, i, e] * keys[h, j, e] + q[h, i, f] * at[j, f]) / sqrt(k + turned)
                where j <= i)
              return y[i, b] = pattern[h, i, j] * values[h, j, e] * output[h, e, b]
            }
            model m(x: [n, 4]) -> [n, 4] {
              return latent(x, heads = 2, k = 3, rank = 2, turned = 2)
            }
            """);
    double[] plain = model.see("latent.plain");
    double[] there = model.see("latent.there");
    double[] here = model.see("latent.here");
    double[] keys = model.see("latent.keys");
    double[] pattern = model.see("latent.pattern");
    double[] scores = new double[N * N];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        // The first of two pairs turns by one radian a place: only the difference counts.
        double cos = Math.cos(i - j);
        double sin = Math.sin(i - j);
        double turned =
            cos * dot(there, i * 2, here, j * 2, 2)
                + sin * (there[i * 2] * here[j * 2 + 1] - there[i * 2 + 1] * here[j * 2]);
        scores[i * N + j] = (dot(plain, i * 3, keys, j * 3, 3) + turned) / Math.sqrt(5);
      }
    }
    double[] own = new double[N * N];
    System.arraycopy(pattern, 0, own, 0, N * N);
    assertArrayEquals(causal(scores, N), own, 1e-5);
  }

  /** Dehghani et al. 2019: one layer, again and again. */
  @Test
  void universalTransformer() {
    String one =
        """
        block layer(x: [n, d], heads: int, norm: block([n, d]) -> [n, d]) -> [n, d] require d % heads == 0 {
          x += attention(before: norm(x), heads, mask = causal)
          x += mlp(after: norm(x), hidden = 2 * d)
          return y[i, a] = x[i, a]
        }
        model m(x: [n, d], d: int = 4) -> [n, d] {
          let step = share layer(heads = 2, norm = rms_norm(eps = 1e-5))
          REPEAT
          return y[i, a] = x[i, a]
        }
        """;
    Written thrice =
        Written.of(one.replace("REPEAT", "repeat 3 as time[t] {\n    x = step(x)\n  }"));
    Written written = Written.of(one.replace("REPEAT", "x = step(step(step(x)))"));
    assertArrayEquals(written.see("y"), thrice.see("y"), 0);
    assertArrayEquals(thrice.see("step.attention.query"), written.see("step.attention.query"), 0);
    assertThrows(IllegalArgumentException.class, () -> thrice.see("time[1].layer.attention.query"));
  }

  /**
   * Sun et al. 2024: the upper half of the layers attends to one memory, made by the lower half.
   */
  @Test
  void oneCacheForTheUpperLayers() {
    Written model =
        Written.of(
            """
            block upper(x: [n, d], keys: [h, n, k], values: [h, n, k]) -> [n, d] {
              weight query: [d, h, k]
              weight output: [h, k, d]
              q[g, i, e] = x[i, a] * query[a, g, e]
              pattern[g, i, j] = softmax[j](q[g, i, e] * keys[g, j, e] / sqrt(k) where j <= i)
              return y[i, b] = pattern[g, i, j] * values[g, j, e] * output[g, e, b]
            }
            model yoco(x: [n, d], d: int = 4, layers: int = 4) -> [n, d] require layers % 2 == 0 {
              weight key, value: [d, 2, 2]
              repeat layers // 2 as lower[l] {
                x += attention(x, heads = 2, mask = causal and window(3))
              }
              keep keys[g, j, e] = x[j, a] * key[a, g, e]
              keep values[g, j, e] = x[j, a] * value[a, g, e]
              repeat layers // 2 as higher[l] {
                x += upper(x, keys, values)
              }
              return y[i, a] = x[i, a]
            }
            """);
    double[] q = model.see("higher[1].upper.q");
    double[] keys = model.see("keys");
    double[] scores = new double[N * N];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        scores[i * N + j] = dot(q, i * 2, keys, j * 2, 2) / Math.sqrt(2);
      }
    }
    double[] own = new double[N * N];
    System.arraycopy(model.see("higher[1].upper.pattern"), 0, own, 0, N * N);
    assertArrayEquals(causal(scores, N), own, 1e-5);
  }

  /** Shaw et al. 2018: a vector for each distance, met by the query; a table inside the hook. */
  @Test
  void distancesWithVectors() {
    Written model =
        Written.of(
            """
            block shaw(x: [n, d], heads: int, far: int = 2) -> [n, d] require d % heads == 0 and far >= 0 {
              let k = d / heads
              weight query, key, value: [d, heads, k]
              let place = share places(far)
              q[h, i, e] = x[i, a] * query[a, h, e]
              k_[h, i, e] = x[i, a] * key[a, h, e]
              v[h, i, e] = x[i, a] * value[a, h, e]
              pattern[h, i, j] = softmax[j]((q[h, i, e] * k_[h, j, e] + q[h, i, e] * place(q[h, i, :], i, j)[e]) / sqrt(k)
                where j <= i)
              heard[h, i, e] = pattern[h, i, j] * v[h, j, e]
              return y[i, b] = heard[b // k, i, b % k]
            }
            block places(vector: [k], i: int, j: int, far: int) -> [k] require far >= 0 {
              weight table: [2 * far + 1, k]
              return r[e] = table[clamp(j - i, -far, far) + far, e]
            }
            model m(x: [n, 4]) -> [n, 4] {
              return shaw(x, heads = 2)
            }
            """);
    double[] q = model.see("shaw.q");
    double[] k = model.see("shaw.k_");
    double[] table = model.see("shaw.place.table");
    double[] scores = new double[N * N];
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        int row = Math.max(-2, Math.min(2, j - i)) + 2;
        scores[i * N + j] =
            (dot(q, i * 2, k, j * 2, 2) + dot(q, i * 2, table, row * 2, 2)) / Math.sqrt(2);
      }
    }
    double[] own = new double[N * N];
    System.arraycopy(model.see("shaw.pattern"), 0, own, 0, N * N);
    assertArrayEquals(causal(scores, N), own, 1e-5);
  }
}
