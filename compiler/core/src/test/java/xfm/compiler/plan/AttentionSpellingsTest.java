package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** Attention as people write it: one step, and what the equations say. What is more is no such. */
class AttentionSpellingsTest {
  private static final String HEADER =
      "model m(x: [n, d], memory: [m, d], document: [n] int < 3, d: int = 12, heads: int = 3) -> ";

  private static Arguments fused(String name, String result, String body) {
    return Arguments.of(name, HEADER + result + " {\n" + body.indent(2) + "}\n", 1);
  }

  private static Arguments fused(String name, int times, String result, String body) {
    return Arguments.of(name, HEADER + result + " {\n" + body.indent(2) + "}\n", times);
  }

  private static Arguments unfused(String name, String result, String body) {
    return Arguments.of(name, HEADER + result + " {\n" + body.indent(2) + "}\n", 0);
  }

  private static final String ONE =
      """
      weight query, key, value: [d, 4]
      q[i, e] = x[i, a] * query[a, e]
      k[j, e] = x[j, a] * key[a, e]
      v[j, e] = x[j, a] * value[a, e]
      """;

  private static final String MANY =
      """
      weight query, key, value: [d, heads, 4]
      weight output: [heads, 4, d]
      q[h, i, e] = x[i, a] * query[a, h, e]
      k[h, j, e] = x[j, a] * key[a, h, e]
      v[h, j, e] = x[j, a] * value[a, h, e]
      """;

  private static final String SINK =
      """
      weight sink: [heads]
      s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
      """;

  static List<Arguments> spellings() {
    return List.of(
        fused(
            "the tour",
            "[n, d]",
            ONE
                + """
                weight up: [4, d]
                pattern[i, j] = softmax[j](q[i, e] * k[j, e] / sqrt(4) where j <= i)
                return y[i, b] = pattern[i, j] * v[j, e] * up[e, b]
                """),
        fused(
            "the stdlib",
            "[n, d]",
            "return y = attention(x, heads = 3, kv_heads = 1, mask = causal, bias = true)\n"),
        fused(
            "window, soft cap, rotary",
            "[n, d]",
            """
            return y = attention(layer_norm(x), heads = 3, mask = causal and window(3),
                score = soft_cap(5), position = rotary(theta = 1e4))
            """),
        fused("cross", "[n, d]", "return y = attention(x, memory, heads = 3)\n"),
        fused(
            "documents",
            "[n, d]",
            """
            return y = attention(x, heads = 3, mask = (i, j) -> j <= i and document[i] == document[j])
            """),
        fused(
            "content and position apart, the keys of position shared by heads",
            "[n, heads, 4]",
            MANY
                + """
                weight turn: [d, heads, 3]
                weight place: [d, 3]
                t[h, i, f] = x[i, a] * turn[a, h, f]
                p[j, f] = x[j, a] * place[a, f]
                pattern[h, i, j] = softmax[j]((t[h, i, f] * p[j, f] + q[h, i, e] * k[h, j, e]) / sqrt(7.0) where j <= i)
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "turned inside the score, under a mask",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = rotary(q[h, i, :], i)[e] * rotary(k[h, j, :], j, interleaved = true)[e] / 2.0
                pattern[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "one softmax less another",
            2,
            "[n, heads, 4]",
            MANY
                + """
                weight lambda: [heads]
                first[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e] / 2.0 where j <= i)
                second[h, i, j] = softmax[j](k[h, i, e] * q[h, j, e] / 2.0 where j <= i)
                pattern[h, i, j] = first[h, i, j] - lambda[h] * second[h, i, j]
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "a mask of numbers as a factor, before the sum",
            "[n, heads, 4]",
            MANY
                + """
                open[i: n, j: n] = if j <= i and (i - j < 4 or j < 2) then 1 else 0
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                t[h, i] = max[j](s[h, i, j])
                w[h, i, j] = exp(s[h, i, j] - t[h, i]) * open[i, j]
                z[h, i] = sum[j](w[h, i, j])
                p[h, i, j] = w[h, i, j] / z[h, i]
                return y[i, h, e] = p[h, i, j] * v[h, j, e]
                """),
        fused(
            "masks of numbers, multiplied and taken from 1",
            "[n, heads, 4]",
            MANY
                + """
                late[i: n, j: n] = if j > i then 1 else 0
                same[i: n, j: n] = if document[i] == document[j] then 1.0 else 0.0
                first[j: n] = if j == 0 then 1 else 0
                w[h, i, j] = exp(q[h, i, e] * k[h, j, e] / 2.0) * (1 - late[i, j]) * max(same[i, j], first[j])
                return y[i, h, e] = w[h, i, j] * v[h, j, e] / sum[j](w[h, i, j])
                """),
        fused(
            "a mask of numbers that are compared, the greatest of nothing 0",
            "[n, heads, 4]",
            MANY
                + """
                open[i: n, j: n] = if j <= i then 1 else 0
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                t[h, i] = max[j](s[h, i, j] where open[i, j] > 0 else 0)
                z[h, i] = sum[j](exp(s[h, i, j] - t[h, i]) where open[i, j] > 0)
                p[h, i, j] = if open[i, j] > 0 then exp(s[h, i, j] - t[h, i]) / z[h, i] else 0
                return y[i, h, e] = p[h, i, j] * v[h, j, e]
                """),
        fused(
            "divided by what is not below a number",
            "[n, heads, 4]",
            MANY
                + """
                w[h, i, j] = if j <= i then exp(q[h, i, e] * k[h, j, e] / 2.0) else 0
                p[h, i, j] = w[h, i, j] / max(sum[t](w[h, i, t]), 1e-9)
                return y[i, h, e] = p[h, i, j] * v[h, j, e]
                """),
        fused(
            "divided where there is something, each by itself",
            "[n, heads, 4]",
            MANY
                + """
                w[h, i, j] = if j <= i then exp(q[h, i, e] * k[h, j, e] / 2.0) else 0
                z[h, i] = sum[j](w[h, i, j])
                p[h, i, j] = if z[h, i] > 0 then w[h, i, j] / z[h, i] else 0
                return y[i, h, e] = p[h, i, j] * v[h, j, e]
                """),
        fused(
            "divided by 1 where there is nothing",
            "[n, heads, 4]",
            MANY
                + """
                w[h, i, j] = if j <= i then exp(q[h, i, e] * k[h, j, e] / 2.0) else 0
                z[h, i] = sum[j](w[h, i, j])
                p[h, i, j] = w[h, i, j] / (if z[h, i] == 0 then 1 else z[h, i])
                return y[i, h, e] = p[h, i, j] * v[h, j, e]
                """),
        fused(
            "masked once more after the softmax",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                p[h, i, j] = softmax[j](if j > i or document[i] != document[j] then -inf else s[h, i, j])
                r[h, i, j] = if j > i then 0 else p[h, i, j]
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "a mask of numbers before and after the softmax",
            "[n, heads, 4]",
            MANY
                + """
                open[i: n, j: n] = if j <= i then 1.0 else 0.0
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                p[h, i, j] = softmax[j](s[h, i, j] where open[i, j] == 1)
                r[h, i, j] = p[h, i, j] * open[i, j]
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "masked after the softmax, and divided by what is left",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                p[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                w[h, i, j] = if i - j < 4 then p[h, i, j] else 0
                r[h, i, j] = w[h, i, j] / sum[j](w[h, i, j])
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "two masks after the softmax, divided by what is left",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                open[i: n, j: n] = if i - j < 4 then 1.0 else 0.0
                p[h, i, j] = softmax[j](s[h, i, j])
                w[h, i, j] = if j <= i then p[h, i, j] * open[i, j] else 0
                r[h, i, j] = w[h, i, j] / sum[j](w[h, i, j])
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "left out by the softmax and by the sum",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                p[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                return y[i, h, e] = sum[j](p[h, i, j] * v[h, j, e] where j <= i)
                """),
        fused(
            "a mask of ints that a clamp makes",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                open[i: n, j: n] = clamp(i - j + 1, 0, 1)
                w[h, i, j] = exp(s[h, i, j]) * open[i, j]
                return y[i, h, e] = w[h, i, j] * v[h, j, e] / sum[u](w[h, i, u])
                """),
        fused(
            "half of each of two",
            2,
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                near[h, i, j] = softmax[j](s[h, i, j] where j <= i and i - j < 4)
                far[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                r[h, i, j] = (near[h, i, j] + far[h, i, j]) / 2
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "queries that see nothing",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                p[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                r[h, i, j] = if document[i] == 0 then 0 else p[h, i, j]
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "a soft span that multiplies exponentials",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                soft[h: heads, i: n, j: n] = clamp((3 + 2 * float(h) - float(i - j)) / 3, 0.0, 1.0)
                w[h, i, j] = if j <= i then soft[h, i, j] * exp(s[h, i, j]) else 0
                r[h, i, j] = w[h, i, j] / (sum[u](w[h, i, u]) + 1e-8)
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "keys by a gate of their own",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                w[h, i, j] = if j <= i then sigmoid(k[h, j, 0]) * exp(s[h, i, j]) else 0
                r[h, i, j] = w[h, i, j] / sum[u](w[h, i, u])
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "keys that are hidden by a number of their own",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                pad[j] = if document[j] == 1 then -inf else 0
                r[h, i, j] = softmax[j](s[h, i, j] + pad[j] where j <= i)
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "the logarithm of two masks of numbers",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                early[i: n, j: n] = if j <= i then 1.0 else 0.0
                near[i: n, j: n] = if i - j < 7 then 1.0 else 0.0
                ok[i, j] = early[i, j] * near[i, j]
                r[h, i, j] = softmax[j](s[h, i, j] + log(ok[i, j]))
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "divided by its sum once more",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                p[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                r[h, i, j] = p[h, i, j] / sum[u](p[h, i, u])
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        fused(
            "over channels",
            "[n, heads, 4]",
            MANY
                + """
                w[h, e, f] = softmax[f](q[h, i, e] * k[h, i, f])
                return y[i, h, e] = w[h, e, f] * v[h, i, f]
                """),
        fused(
            "three products, one taken away",
            "[n, heads, 4]",
            MANY
                + """
                pattern[h, i, j] = softmax[j](
                  q[h, i, e] * k[h, j, e] - x[i, a] * x[j, a] / 3 + 0.5 * q[h, i, e] * v[h, j, e] + float(i - j) / 5)
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "a bias that is a product of pairs",
            "[n, heads, 4]",
            MANY
                + """
                weight latent: [7, d]
                weight bias: [d, heads]
                pair[i, j, a] = tanh(x[i, a] * latent[j, a])
                b[i, j, h] = pair[i, j, a] * bias[a, h]
                few[h, j, e] = latent[j, a] * key[a, h, e]
                pattern[h, i, j] = softmax[j](q[h, i, e] * few[h, j, e] + b[i, j, h])
                return y[i, h, e] = pattern[h, i, j] * few[h, j, e]
                """),
        fused(
            "above the logsumexp of all",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                all[h, i] = logsumexp[j](s[h, i, j] where j <= i)
                return y[i, h, e] = sum[j](exp(s[h, i, j] - all[h, i]) * v[h, j, e] where j <= i)
                """),
        fused(
            "sums that leave out, one over the other",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                return y[i, h, e] =
                  sum[j](exp(s[h, i, j]) * v[h, j, e] where j <= i) / sum[j](exp(s[h, i, j]) where j <= i)
                """),
        fused(
            "heads as an index, no output matrix",
            "[n, heads, 4]",
            MANY
                + """
                pattern[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e] / 2.0 where j <= i)
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "heads, with an output matrix",
            "[n, d]",
            MANY
                + """
                pattern[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e] / 2.0 where j <= i)
                return y[i, b] = pattern[h, i, j] * v[h, j, e] * output[h, e, b]
                """),
        fused(
            "all in one equation",
            "[n, 4]",
            ONE
                + """
                return y[i, f] = softmax[j](q[i, e] * k[j, e] / 2.0 where j <= i) * v[j, f]
                """),
        fused(
            "another order of indices",
            "[4, n]",
            ONE
                + """
                scores[j, i] = k[j, e] * q[i, e] * 0.5
                pattern[j, i] = softmax[j](scores[j, i] where j <= i)
                return y[e, i] = v[j, e] * pattern[j, i]
                """),
        fused(
            "operands turned",
            "[n, 4]",
            """
            weight query, key, value: [d, 4]
            q[e, i] = x[i, a] * query[a, e]
            k[e, j] = x[j, a] * key[a, e]
            v[e, j] = x[j, a] * value[a, e]
            pattern[i, j] = softmax[j](q[e, i] * k[e, j] where j <= i)
            return y[i, e] = v[e, j] * pattern[i, j]
            """),
        fused(
            "by hand, without the maximum",
            "[n, 4]",
            ONE
                + """
                e[i, j] = if j <= i then exp(sum[c](q[i, c] * k[j, c]) / 2.0) else 0
                total[i] = sum[j](e[i, j])
                pattern[i, j] = e[i, j] / total[i]
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "by hand, less the maximum",
            "[n, 4]",
            ONE
                + """
                s[i, j] = q[i, c] * k[j, c] / 2.0
                most[i] = max[j](s[i, j] where j <= i else 0)
                e[i, j] = if j <= i then exp(s[i, j] - most[i]) else 0
                pattern[i, j] = e[i, j] / sum[u](e[i, u])
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "by hand, divided at the end",
            "[n, 4]",
            ONE
                + """
                s[i, j] = if j <= i then sum[c](q[i, c] * k[j, c]) / 2.0 else -inf
                over[i, c] = exp(s[i, j]) * v[j, c]
                under[i] = sum[j](exp(s[i, j]))
                return y[i, c] = over[i, c] / under[i]
                """),
        fused(
            "by hand, in one line",
            "[n, 4]",
            ONE
                + """
                s[i, j] = q[i, c] * k[j, c] / 2.0
                return y[i, c] = sum[j](exp(s[i, j]) * v[j, c]) / sum[j](exp(s[i, j]))
                """),
        fused(
            "if else -inf",
            "[n, 4]",
            ONE
                + """
                s[i, j] = q[i, c] * k[j, c]
                masked[i, j] = if j <= i then s[i, j] / 2.0 else -inf
                pattern[i, j] = softmax[j](masked[i, j])
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "a mask that is added",
            "[n, 4]",
            ONE
                + """
                mask[i: n, j: n] = if j > i then -inf else 0
                pattern[i, j] = softmax[j](q[i, c] * k[j, c] * 0.5 + mask[i, j])
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "the scale on q",
            "[n, 4]",
            ONE
                + """
                scaled[i, e] = q[i, e] / sqrt(4)
                pattern[i, j] = softmax[j](scaled[i, e] * k[j, e] where j <= i)
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "the scale on k",
            "[n, 4]",
            ONE
                + """
                pattern[i, j] = softmax[j](q[i, e] * (k[j, e] * 0.5) where j <= i)
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "the scale inside",
            "[n, 4]",
            ONE
                + """
                pattern[i, j] = softmax[j](0.25 * sum[e](q[i, e] * 2.0 * k[j, e]) where not j > i)
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "a slope and a learned bias",
            "[n, heads, 4]",
            MANY
                + """
                weight bias: [heads, 9]
                pattern[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e] + bias[h, clamp(i - j, 0, 8)]
                    - 2.0 ** (-8 * (h + 1.0) / heads) * (i - j) where j <= i)
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "a table of the distances that the mask leaves",
            "[n, heads, 4]",
            MANY
                + """
                weight bias: [heads, 9]
                pattern[h, i, j] = softmax[j](tanh(q[h, i, e] * k[h, j, e] + bias[h, i - j])
                    where j <= i and i - j < 9)
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "a table of distances in buckets, and one more",
            "[n, heads, 4]",
            MANY
                + """
                weight bias: [heads, 9]
                weight slope: [50]
                pattern[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e]
                    + bias[h, min(max(i - j, j - i) // 3, 8)] * slope[h + 5]
                    - log(1.0 + abs(0.1 * (i - j))) * slope[min(max(j - i, i - j), 40) + h])
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "a gate outside",
            "[n, 4]",
            ONE
                + """
                weight gate: [d, 4]
                g[i, e] = x[i, a] * gate[a, e]
                pattern[i, j] = softmax[j](q[i, e] * k[j, e] where j <= i)
                return y[i, c] = g[i, c] * sum[j](pattern[i, j] * v[j, c])
                """),
        fused(
            "rows without a key",
            "[n, 4]",
            ONE
                + """
                pattern[i, j] = softmax[j](q[i, e] * k[j, e] where j < i and i != 3)
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "values that are not named",
            "[n, d]",
            """
            weight query, key: [d, 4]
            weight value: [d, d]
            q[i, e] = x[i, a] * query[a, e]
            k[j, e] = x[j, a] * key[a, e]
            return y[i, b] = softmax[j](q[i, e] * k[j, e] where j <= i) * x[j, a] * value[a, b]
            """),
        fused(
            "a sink, as what the softmax keeps",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                total[h, i] = logsumexp[j](s[h, i, j] where j <= i)
                pattern[h, i, j] = sigmoid(total[h, i] - sink[h]) * softmax[j](s[h, i, j] where j <= i)
                return y[i, h, e] = pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "a sink in the divisor",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                e[h, i, j] = if j <= i then exp(s[h, i, j]) else 0
                pattern[h, i, j] = e[h, i, j] / (sum[u](e[h, i, u]) + exp(sink[h]))
                return y[i, h, c] = pattern[h, i, j] * v[h, j, c]
                """),
        fused(
            "a sink in the divisor, at the end, no row without a query",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                over[h, i, c] = sum[j](exp(s[h, i, j]) * v[h, j, c] where j < i)
                under[h, i] = sum[j](exp(s[h, i, j]) where j < i)
                return y[i, h, c] = over[h, i, c] / (exp(sink[h]) + under[h, i])
                """),
        fused(
            "a sink, less the greatest of all",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                most[h, i] = max(max[j](s[h, i, j] where j <= i else -inf), sink[h])
                e[h, i, j] = if j <= i then exp(s[h, i, j] - most[h, i]) else 0
                total[h, i] = sum[j](e[h, i, j]) + exp(sink[h] - most[h, i])
                return y[i, h, c] = e[h, i, j] * v[h, j, c] / total[h, i]
                """),
        fused(
            "a sink as one more key, left out",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                masked[h, i, j] = if j <= i then s[h, i, j] else -inf
                more[h, z: 1] = sink[h]
                all[h, i, u] = concat[u](masked[h, i, u], more[h, u])
                shares[h, i, u] = softmax[u](all[h, i, u])
                return y[i, h, c] = sum[j: n](shares[h, i, j] * v[h, j, c])
                """),
        fused(
            "a sink before all keys, less the greatest",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                all[h, i: n, u: n + 1] = if u == 0 then sink[h] else s[h, i, u - 1]
                seen[i: n, u: n + 1] = u <= i + 1
                most[h, i] = max[u](all[h, i, u] where seen[i, u] else 0)
                e[h, i, u] = if seen[i, u] then exp(all[h, i, u] - most[h, i]) else 0
                shares[h, i, u] = e[h, i, u] / sum[z](e[h, i, z])
                return y[i, h, c] = sum[j: n](shares[h, i, j + 1] * v[h, j, c])
                """),
        fused(
            "a sink in the logarithm",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                total[h, i] = logsumexp[j](s[h, i, j])
                joint[h, i] = log(exp(total[h, i]) + exp(sink[h]))
                return y[i, h, c] = exp(s[h, i, j] - joint[h, i]) * v[h, j, c]
                """),
        fused(
            "a gate on what is heard",
            "[n, d]",
            MANY
                + SINK
                + """
                pattern[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                heard[h, i, e] = pattern[h, i, j] * v[h, j, e]
                kept[h, i] = 1 / (1 + exp(sink[h] - logsumexp[j](s[h, i, j] where j <= i)))
                return y[i, b] = kept[h, i] * heard[h, i, e] * output[h, e, b]
                """),
        fused(
            "a logsumexp by hand, and a sink",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                most[h, i] = max[j](s[h, i, j] where j <= i else -inf)
                total[h, i] = most[h, i] + log(sum[j](exp(s[h, i, j] - most[h, i]) where j <= i))
                pattern[h, i, j] = if j <= i then exp(s[h, i, j] - total[h, i]) else 0
                return y[i, h, e] = sigmoid(total[h, i] - sink[h]) * pattern[h, i, j] * v[h, j, e]
                """),
        fused(
            "off by one",
            "[n, 4]",
            ONE
                + """
                e[i, j] = exp(sum[c](q[i, c] * k[j, c]) / 2.0)
                return y[i, c] = e[i, j] / (1 + sum[u](e[i, u])) * v[j, c]
                """),
        fused(
            "off by one, less the greatest",
            "[n, 4]",
            ONE
                + """
                s[i, j] = q[i, c] * k[j, c] / 2.0
                g[i] = max(max[j](s[i, j] where j <= i else 0), 0)
                t[i] = exp(-g[i]) + sum[j](exp(s[i, j] - g[i]) where j <= i)
                e[i, j] = if j <= i then exp(s[i, j] - g[i]) else 0
                pattern[i, j] = e[i, j] / t[i]
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        fused(
            "near and far, merged by their logsumexps",
            2,
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                near[h, i, j] = softmax[j](s[h, i, j] where j <= i and i - j < 3)
                far[h, i, j] = softmax[j](s[h, i, j] where i - j >= 3)
                a[h, i, c] = near[h, i, j] * v[h, j, c]
                b[h, i, c] = far[h, i, j] * v[h, j, c]
                l[h, i] = logsumexp[j](s[h, i, j] where j <= i and i - j < 3)
                g[h, i] = logsumexp[j](s[h, i, j] where i - j >= 3)
                t[h, i] = log(exp(l[h, i]) + exp(g[h, i]))
                return y[i, h, c] = exp(l[h, i] - t[h, i]) * a[h, i, c] + exp(g[h, i] - t[h, i]) * b[h, i, c]
                """),
        fused(
            "blocks of a ring, with their greatest and their sums",
            2,
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                r[h, i, j] = k[h, i, e] * q[h, j, e] / 2.0
                m1[h, i] = max[j](s[h, i, j] where j <= i else -inf)
                m2[h, i] = max[j](r[h, i, j] where j > i else -inf)
                l1[h, i] = sum[j](exp(s[h, i, j] - m1[h, i]) where j <= i)
                l2[h, i] = sum[j](exp(r[h, i, j] - m2[h, i]) where j > i)
                o1[h, i, c] = sum[j](exp(s[h, i, j] - m1[h, i]) * v[h, j, c] where j <= i)
                o2[h, i, c] = sum[j](exp(r[h, i, j] - m2[h, i]) * v[h, j, c] where j > i)
                g[h, i] = max(m1[h, i], m2[h, i])
                a[h, i] = exp(m1[h, i] - g[h, i])
                b[h, i] = exp(m2[h, i] - g[h, i])
                return y[i, h, c] = (a[h, i] * o1[h, i, c] + b[h, i] * o2[h, i, c]) / (a[h, i] * l1[h, i] + b[h, i] * l2[h, i])
                """),
        fused(
            "one pattern, several values",
            "[n, heads, 4]",
            MANY
                + SINK
                + """
                weight other: [d, heads, 3]
                w[j, h, f] = x[j, a] * other[a, h, f]
                pattern[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                heard[h, i, e] = pattern[h, i, j] * v[h, j, e]
                again[i, f, h] = pattern[h, i, j] * w[j, h, f]
                third[i, h] = pattern[h, i, j] * x[j, 0]
                return y[i, h, e] = heard[h, i, e] * again[i, e // 2, h] + third[i, h]
                """),
        fused(
            "a pattern used twice, one after the other",
            2,
            "[n, 4]",
            ONE
                + """
                pattern[i, j] = softmax[j](q[i, e] * k[j, e] where j <= i)
                once[i, c] = pattern[i, j] * v[j, c]
                return y[i, c] = pattern[i, j] * once[j, c]
                """),
        unfused(
            "more is masked after the softmax",
            "[n, heads, 4]",
            MANY
                + """
                s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
                p[h, i, j] = softmax[j](s[h, i, j] where j <= i)
                r[h, i, j] = if i - j < 4 then p[h, i, j] else 0
                return y[i, h, e] = r[h, i, j] * v[h, j, e]
                """),
        unfused(
            "talking heads",
            "[n, heads, 4]",
            MANY
                + """
                weight mix: [heads, heads]
                pattern[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e] where j <= i)
                mixed[g, i, j] = pattern[h, i, j] * mix[h, g]
                return y[i, g, e] = mixed[g, i, j] * v[g, j, e]
                """),
        unfused(
            "heads that talk before the softmax",
            "[n, heads, 4]",
            MANY
                + """
                weight mix: [heads, heads]
                s[h, i, j] = q[h, i, e] * k[h, j, e]
                mixed[g, i, j] = s[h, i, j] * mix[h, g]
                pattern[h, i, j] = softmax[j](mixed[h, i, j] where j <= i)
                return y[i, g, e] = pattern[g, i, j] * v[g, j, e]
                """),
        unfused(
            "a second softmax",
            "[n, 4]",
            ONE
                + """
                first[i, j] = softmax[j](q[i, e] * k[j, e] where j <= i)
                pattern[i, j] = softmax[j](first[i, j] where j <= i)
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        unfused(
            "a softmax along each axis",
            "[n, 4]",
            ONE
                + """
                s[i, j] = q[i, e] * k[j, e]
                return y[i, c] = softmax[i](s[i, j]) * softmax[j](s[i, j]) * v[j, c]
                """),
        unfused(
            "a running sum along the row",
            "[n, 4]",
            ONE
                + """
                s[i, j] = cumsum[j](sum[e](q[i, e] * k[j, e]))
                pattern[i, j] = softmax[j](s[i, j] where j <= i)
                return y[i, c] = pattern[i, j] * v[j, c]
                """),
        unfused(
            "a divisor of other keys",
            "[n, 4]",
            ONE
                + """
                e[i, j] = exp(sum[c](q[i, c] * k[j, c]) / 2.0)
                return y[i, c] = e[i, j] / sum[u](e[i, u] where u <= i) * v[j, c]
                """),
        unfused(
            "values of a query's own",
            "[n, 4]",
            ONE
                + """
                weight shift: [9, 4]
                pattern[i, j] = softmax[j](q[i, e] * k[j, e] where j <= i)
                return y[i, c] = pattern[i, j] * (v[j, c] + shift[clamp(i - j, 0, 8), c])
                """));
  }

  static Stream<Arguments> all() {
    return Stream.concat(spellings().stream(), RarerSpellings.all().stream());
  }

  private static Graph graph(String text) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    Item.Declaration declaration = program.declaration("m").orElseThrow();
    return program.graph(declaration, Map.of(), declaration.span());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void isOneStepOrNone(String name, String text, int attentions) {
    assertOneStepOrNone(text, attentions, new long[][] {{0, 0}, {1, 3}, {66, 9}});
  }

  /** So many attentions, and nothing else that takes long; what the interpreter says. */
  static void assertOneStepOrNone(String text, int attentions, long[][] sizes) {
    Graph graph = graph(text);
    Plan plan = Plan.of(graph, Set.of());
    long found = plan.steps().stream().filter(s -> s instanceof Step.Attention).count();
    assertEquals(attentions, found, () -> text + plan);
    if (attentions > 0) {
      // The scores are made nowhere else, and the pattern is stored nowhere.
      plan.steps().stream()
          .filter(step -> !(step instanceof Step.Attention))
          .forEach(step ->
              assertTrue(degree(step.flops()) <= 1, () -> step.equation() + " of\n" + plan));
      plan.steps()
          .forEach(step ->
              assertTrue(
                  step.equation().target().shape().stream()
                          .filter(size -> size.constant().isEmpty())
                          .count()
                      <= 1,
                  () -> step.equation().target() + " of\n" + plan));
    }
    Compared compared = new Compared();
    for (long[] length : sizes) {
      Map<Symbol, Long> lengths = lengths(graph, length);
      Map<Value, Tensor> data = Models.data(graph, lengths);
      compared.check(graph, plan, run(graph, plan, data, lengths, 1), data, lengths);
    }
    compared.assertTight();
  }

  /** The highest power of lengths in a size. */
  private static int degree(Poly poly) {
    return poly.terms().keySet().stream()
        .mapToInt(term -> term.powers().values().stream().mapToInt(p -> p).sum())
        .max()
        .orElse(0);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void hasTheSameBitsWhereverItRuns(String name, String text, int attentions) {
    assertSameBits(text, 100, 67);
  }

  static void assertSameBits(String text, long... sizes) {
    Graph graph = graph(text);
    Plan plan = Plan.of(graph, Set.of());
    Plan seen = Plan.of(graph, Set.copyOf(graph.seen().values()));
    Value result = graph.results().values().iterator().next();
    Map<Symbol, Long> lengths = lengths(graph, sizes);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    Tensor one = run(graph, plan, data, lengths, 1).get(result);
    Tensor other = run(graph, plan, data, lengths, 3).get(result);
    assertEquals(-1, one.data().mismatch(other.data()), "three threads");
    Tensor shown = run(graph, seen, data, lengths, 2).get(result);
    assertEquals(-1, one.data().mismatch(shown.data()), "everything seen");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spellings")
  void hasTheSameBitsInABatch(String name, String text, int attentions) {
    Graph graph = graph(text);
    Plan plan = Plan.of(graph, Set.of());
    List<Sequence> batch = new ArrayList<>();
    for (long[] sizes : new long[][] {{5, 3}, {0, 0}, {70, 9}, {1, 1}, {2, 66}}) {
      Map<Symbol, Long> lengths = lengths(graph, sizes);
      batch.add(new Sequence(Models.data(graph, lengths), lengths));
    }
    try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
      Map<Value, Tensor> weights = batch.getFirst().inputs();
      graph.weights().forEach(w -> executor.bind(w.value(), weights.get(w.value())));
      List<Map<Value, Tensor>> together = executor.run(plan, batch, new Cancellation());
      for (int s = 0; s < batch.size(); s++) {
        Map<Value, Tensor> found = together.get(s);
        Sequence own = batch.get(s);
        executor
            .run(plan, own.inputs(), own.lengths(), new Cancellation())
            .forEach((value, alone) ->
                assertEquals(-1, alone.data().mismatch(found.get(value).data()), value.path()));
      }
    }
  }

  private static Map<Symbol, Long> lengths(Graph graph, long... sizes) {
    Map<Symbol, Long> lengths = new HashMap<>();
    for (int i = 0; i < graph.lengths().size(); i++) {
      lengths.put(graph.lengths().get(i), sizes[i]);
    }
    return lengths;
  }

  private static Map<Value, Tensor> run(
      Graph graph, Plan plan, Map<Value, Tensor> data, Map<Symbol, Long> lengths, int threads) {
    try (Executor executor = new Executor(Kernels.select(), threads, Memory.of(1L << 30))) {
      graph.weights().forEach(w -> executor.bind(w.value(), data.get(w.value())));
      return executor.run(plan, data, lengths, new Cancellation());
    }
  }
}
