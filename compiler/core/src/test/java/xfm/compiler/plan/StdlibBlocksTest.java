package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no published model of the standard library uses, beside the same written out in Java. */
class StdlibBlocksTest {
  private static final int N = 5;
  private static final double NEAR = 1e-5;

  /** A vector through a matrix [from, to] that begins at an element. */
  private static double[] through(double[] x, int row, double[] matrix, int at, int from, int to) {
    double[] y = new double[to];
    for (int b = 0; b < to; b++) {
      for (int a = 0; a < from; a++) {
        y[b] += x[row * from + a] * matrix[at + a * to + b];
      }
    }
    return y;
  }

  private static double[] softmax(double[] scores) {
    double[] shares = Arrays.stream(scores).map(Math::exp).toArray();
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  private static double silu(double z) {
    return z / (1 + Math.exp(-z));
  }

  @Test
  void relativePositionsInKeysAndValues() {
    Written model =
        Written.of(
            """
            model m(x: [n, d], d: int = 6) -> [n, d] {
              return relative_attention(x, heads = 2, reach = 2, mask = causal)
            }
            """);
    double[] q = model.see("relative_attention.q");
    double[] k = model.see("relative_attention.k");
    double[] v = model.see("relative_attention.v");
    double[] nearKey = model.see("relative_attention.near_key");
    double[] nearValue = model.see("relative_attention.near_value");
    double[] heard = model.see("relative_attention.heard");
    for (int h = 0; h < 2; h++) {
      for (int i = 0; i < N; i++) {
        double[] scores = new double[i + 1];
        for (int j = 0; j <= i; j++) {
          int near = Math.max(j - i, -2) + 2;
          for (int e = 0; e < 3; e++) {
            double key = k[(h * N + j) * 3 + e] + nearKey[near * 3 + e];
            scores[j] += q[(h * N + i) * 3 + e] * key / Math.sqrt(3);
          }
        }
        double[] shares = softmax(scores);
        for (int e = 0; e < 3; e++) {
          double sum = 0;
          for (int j = 0; j <= i; j++) {
            int near = Math.max(j - i, -2) + 2;
            sum += shares[j] * (v[(h * N + j) * 3 + e] + nearValue[near * 3 + e]);
          }
          assertEquals(sum, heard[(h * N + i) * 3 + e], NEAR);
        }
      }
    }
  }

  /** x * w in place of attention, and a norm that divides by the largest: easy to write out. */
  private static Written wired(String statement) {
    return Written.of(
        """
        block part(x: [n, d], times: float) -> [n, d] {
          return y[i, a] = times * x[i, a]
        }
        block largest(x: [n, d]) -> [n, d] {
          weight gain: [d]
          return y[i, a] = x[i, a] / (1 + max[c](abs(x[i, c]) else 0)) * gain[a]
        }
        model m(x: [n, d], d: int = 4) -> [n, d] {
          return y = %s
        }
        """
            .formatted(statement));
  }

  private static double[] normed(double[] x, double[] gain) {
    double[] y = new double[x.length];
    for (int i = 0; i < N; i++) {
      double largest = 0;
      for (int a = 0; a < 4; a++) {
        largest = Math.max(largest, Math.abs(x[i * 4 + a]));
      }
      for (int a = 0; a < 4; a++) {
        y[i * 4 + a] = x[i * 4 + a] / (1 + largest) * gain[a];
      }
    }
    return y;
  }

  private static double[] plus(double[] x, double factor, double[] y) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[i] + factor * y[i]).toArray();
  }

  @Test
  void normsStandBeforeOrAfterAPartOrBoth() {
    Written pre = wired("pre_norm(x, inner = part(times = 3), norm = largest)");
    double[] x = pre.see("x");
    assertArrayEquals(plus(x, 3, normed(x, pre.see("pre_norm.before.gain"))), pre.see("y"), NEAR);
    Written post = wired("post_norm(x, inner = part(times = 3), norm = largest)");
    x = post.see("x");
    assertArrayEquals(normed(plus(x, 3, x), post.see("post_norm.after.gain")), post.see("y"), NEAR);
    Written both = wired("sandwich_norm(x, inner = part(times = 3), norm = largest)");
    x = both.see("x");
    double[] inner = normed(x, both.see("sandwich_norm.before.gain"));
    double[] outer = normed(plus(inner, 2, inner), both.see("sandwich_norm.after.gain"));
    assertArrayEquals(plus(x, 1, outer), both.see("y"), NEAR);
    Written side =
        wired("parallel(x, first = part(times = 3), second = part(times = 0.5), norm = largest)");
    x = side.see("x");
    assertArrayEquals(
        plus(x, 3.5, normed(x, side.see("parallel.largest.gain"))), side.see("y"), NEAR);
  }

  /** Layer by layer, as pre_norm and post_norm say of each part. */
  @Test
  void stacksAreTheirLayers() {
    String same =
        """
        block same(x: [n, d], memory: [m, d], before: bool) -> [n, d] {
          repeat 2 as layer[l] {
            if before {
              x = one: pre_norm(x, inner = part(times = 2), norm = largest)
              x = two: pre_norm(x, inner = (y) -> mix(y, memory), norm = largest)
              x = three: pre_norm(x, inner = part(times = 3), norm = largest)
            } else {
              x = one: post_norm(x, inner = part(times = 2), norm = largest)
              x = two: post_norm(x, inner = (y) -> mix(y, memory), norm = largest)
              x = three: post_norm(x, inner = part(times = 3), norm = largest)
            }
          }
          return x
        }
        block mix(x: [n, d], memory: [m, d]) -> [n, d] {
          return y[i, a] = x[i, a] + mean[j](memory[j, a])
        }
        block part(x: [n, d], times: float) -> [n, d] {
          return y[i, a] = times * x[i, a]
        }
        block largest(x: [n, d]) -> [n, d] {
          return y[i, a] = x[i, a] / (1 + max[c](abs(x[i, c]) else 0))
        }
        """;
    for (boolean before : new boolean[] {true, false}) {
      Written model =
          Written.of(
              same
                  + """
                  model m(x: [n, d], memory: [m, d], d: int = 4) -> {stack: [n, d], same: [n, d]} {
                    stack = decoder_stack(
                      x, memory, layers = 2, attend = part(times = 2), hear = mix, feed = part(times = 3),
                      norm = largest, before = %s
                    )
                    plain = same(x, memory, before = %s)
                    return {stack: stack, same: plain}
                  }
                  """
                      .formatted(before, before));
      assertArrayEquals(model.see("plain"), model.see("stack"), NEAR);
      Written alone =
          Written.of(
              same
                  + """
                  model m(x: [n, d], d: int = 4) -> {stack: [n, d], first: [n, d]} {
                    stack = encoder_stack(
                      x, layers = 1, attend = part(times = 2), feed = part(times = 3), norm = largest,
                      before = %s
                    )
                    y = %s(x, inner = part(times = 2), norm = largest)
                    y = again: %s(y, inner = part(times = 3), norm = largest)
                    return {stack: stack, first: y}
                  }
                  """
                      .formatted(
                          before,
                          before ? "pre_norm" : "post_norm",
                          before ? "pre_norm" : "post_norm"));
      assertArrayEquals(alone.see("y"), alone.see("stack"), NEAR);
    }
  }

  /** Mixtral's order, DeepSeek-V2's and DeepSeek-V3's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rate = softmaxes, weigh = unmoved",
        "rate = softmaxes, weigh = normalised",
        "rate = sigmoids, weigh = normalised, lift = true, scale = 2.5"
      })
  void mixturesHearTheExpertsThatAreRatedHighest(String routing) {
    Written model =
        Written.of(
            """
            model m(x: [n, d], d: int = 4) -> [n, d] {
              return y = mixture(x, hidden = 3, experts = 5, chosen = 2, %s)
            }
            """
                .formatted(routing));
    double[] x = model.see("x");
    double[] gate = model.see("mixture.gate");
    double[] up = model.see("mixture.up");
    double[] down = model.see("mixture.down");
    boolean lifted = routing.contains("lift");
    for (int i = 0; i < N; i++) {
      double[] rating = through(x, i, model.see("mixture.router"), 0, 4, 5);
      if (routing.contains("softmaxes")) {
        rating = softmax(rating);
      } else if (lifted) {
        rating = Arrays.stream(rating).map(z -> 1 / (1 + Math.exp(-z))).toArray();
      }
      double[] chooses =
          lifted ? plus(rating, 1, model.see("mixture.router_lift")) : rating.clone();
      int[] order =
          IntStream.range(0, 5)
              .boxed()
              .sorted((a, b) -> Double.compare(chooses[b], chooses[a]))
              .mapToInt(z -> z)
              .toArray();
      double[] parts = {rating[order[0]], rating[order[1]]};
      if (routing.isEmpty()) {
        parts = softmax(parts);
      } else if (routing.contains("normalised")) {
        double sum = parts[0] + parts[1];
        parts = Arrays.stream(parts).map(p -> p / sum).toArray();
      }
      double[] y = new double[4];
      for (int r = 0; r < 2; r++) {
        double[] opened = through(x, i, gate, order[r] * 12, 4, 3);
        double[] raised = through(x, i, up, order[r] * 12, 4, 3);
        double[] h = new double[3];
        Arrays.setAll(h, f -> silu(opened[f]) * raised[f]);
        y = plus(y, parts[r] * (lifted ? 2.5 : 1), through(h, 0, down, order[r] * 12, 3, 4));
      }
      assertArrayEquals(y, Arrays.copyOfRange(model.see("y"), i * 4, i * 4 + 4), NEAR);
    }
  }

  /** GPT-J's pairs, on a part of each vector. */
  @Test
  void rotaryPositionsInterleaved() {
    Written model =
        Written.of(
            """
            model m(x: [n, d], d: int = 6) -> [n, d] {
              return y[i, e] = rotary(x[i, :], i, theta = 50, dims = 4, interleaved = true)[e]
            }
            """);
    double[] x = model.see("x");
    double[] expected = x.clone();
    for (int i = 0; i < N; i++) {
      for (int f = 0; f < 2; f++) {
        double angle = i * Math.pow(50, -2.0 * f / 4);
        int at = i * 6 + 2 * f;
        expected[at] = x[at] * Math.cos(angle) - x[at + 1] * Math.sin(angle);
        expected[at + 1] = x[at + 1] * Math.cos(angle) + x[at] * Math.sin(angle);
      }
    }
    assertArrayEquals(expected, model.see("y"), NEAR);
  }

  @Test
  void sinusoidsInTurn() {
    Written model =
        Written.of(
            "model m(x: [n, d], d: int = 6) -> [n, d] {"
                + " return y[i: n, a: d] = x[i, a] + sinusoid(i, a, d) }");
    for (int i = 0; i < N; i++) {
      for (int f = 0; f < 3; f++) {
        double angle = i / Math.pow(10_000, 2.0 * f / 6);
        int at = i * 6 + 2 * f;
        assertEquals(model.see("x")[at] + Math.sin(angle), model.see("y")[at], NEAR);
        assertEquals(model.see("x")[at + 1] + Math.cos(angle), model.see("y")[at + 1], NEAR);
      }
    }
  }

  private static void activation(String name, DoubleUnaryOperator plain) {
    double[] points = {-30, -3, -1, -0.5, -0.01, 0, 0.25, 1, 2.5, 30};
    double[] found =
        Written.of("model m(x: [n]) -> [n] { return y[i] = " + name + "(x[i]) }")
            .length("n", points.length)
            .with("x", points)
            .see("y");
    for (int i = 0; i < points.length; i++) {
      double expected = plain.applyAsDouble((float) points[i]);
      assertEquals(expected, found[i], 2e-6 * Math.max(1, Math.abs(expected)), name);
    }
  }

  @Test
  void activations() {
    activation("relu", z -> z > 0 ? z : 0);
    activation("leaky_relu", z -> z > 0 ? z : 0.01 * z);
    activation("squared_relu", z -> z > 0 ? z * z : 0);
    activation("sigmoid", z -> 1 / (1 + Math.exp(-z)));
    activation("silu", StdlibBlocksTest::silu);
    activation("softplus", z -> Math.log1p(Math.exp(z)));
    activation("mish", z -> z * Math.tanh(Math.log1p(Math.exp(z))));
    activation("elu", z -> z > 0 ? z : Math.expm1(z));
    activation("gelu_quick", z -> z / (1 + Math.exp(-1.702 * z)));
    activation(
        "gelu_tanh",
        z -> z / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z))));
    activation("gelu", z -> z / 2 * (1 + erf(z / Math.sqrt(2))));
  }

  /** By its series, which is exact where it is used. */
  private static double erf(double z) {
    if (Math.abs(z) > 5) {
      return Math.signum(z);
    }
    double sum = 0;
    double term = z;
    for (int k = 0; k < 200; k++) {
      sum += term / (2 * k + 1);
      term *= -z * z / (k + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  @Test
  void gatedNetworksWithBiases() {
    Written model =
        Written.of(
            """
            model m(x: [n, d], d: int = 4) -> [n, d] {
              return y = gated_mlp(x, hidden = 3, activation = relu, bias = true)
            }
            """);
    for (int i = 0; i < N; i++) {
      double[] gate = through(model.see("x"), i, model.see("gated_mlp.gate"), 0, 4, 3);
      double[] up = through(model.see("x"), i, model.see("gated_mlp.up"), 0, 4, 3);
      double[] opened = plus(gate, 1, model.see("gated_mlp.gate_bias"));
      double[] raised = plus(up, 1, model.see("gated_mlp.up_bias"));
      double[] h = new double[3];
      Arrays.setAll(h, f -> Math.max(opened[f], 0) * raised[f]);
      double[] y = through(h, 0, model.see("gated_mlp.down"), 0, 3, 4);
      assertArrayEquals(
          plus(y, 1, model.see("gated_mlp.down_bias")),
          Arrays.copyOfRange(model.see("y"), i * 4, i * 4 + 4),
          NEAR);
    }
  }
}
