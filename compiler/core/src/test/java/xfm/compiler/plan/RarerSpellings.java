package xfm.compiler.plan;

import java.util.List;
import org.junit.jupiter.params.provider.Arguments;

/** Attention as it is written when it is copied from elsewhere, or meant to be clever. */
final class RarerSpellings {
  private RarerSpellings() {}

  private static final String HEADER =
      """
      model m(
        x: [n, d], memory: [m, d], alive: [m] bool, pair: [n, n] bool, hidden: [n] int < 2,
        d: int = 12, heads: int = 3
      ) ->\
      """;

  private static final String HEADS =
      """
      weight query, key, value: [d, heads, 4]
      q[h, i, e] = x[i, a] * query[a, h, e]
      k[h, j, e] = x[j, a] * key[a, h, e]
      v[h, j, e] = x[j, a] * value[a, h, e]
      """;

  private static final String FLAT =
      """
      weight query, key, value: [d, d]
      q[i, c] = x[i, a] * query[a, c]
      k[j, c] = x[j, a] * key[a, c]
      v[j, c] = x[j, a] * value[a, c]
      """;

  /** What the scores are, and the values by the pattern that is made of them. */
  private static Arguments heads(String name, String body) {
    return of(name, "[n, heads, 4]", HEADS + body, 1);
  }

  private static Arguments flat(String name, String body) {
    return of(name, "[n, d]", FLAT + body, 1);
  }

  private static Arguments of(String name, String result, String body, int attentions) {
    return Arguments.of(name, HEADER + " " + result + " {\n" + body.indent(2) + "}\n", attentions);
  }

  static List<Arguments> all() {
    return List.of(
        heads(
            "powers of two",
            """
            s[h, i, j] = q[h, i, e] * k[h, j, e] * 0.5 / log(2.0)
            most[h, i] = max[j](s[h, i, j] where j <= i else 0)
            w[h, i, j] = if j <= i then 2.0 ** (s[h, i, j] - most[h, i]) else 0
            return y[i, h, e] = sum[j](w[h, i, j] * v[h, j, e]) / sum[j](w[h, i, j])
            """),
        heads(
            "the exponential of a logarithm",
            """
            s[h, i, j] = if j <= i then sum[e](q[h, i, e] * k[h, j, e]) / 2.0 else -inf
            shares[h, i, j] = s[h, i, j] - logsumexp[u](s[h, i, u])
            p[h, i, j] = exp(shares[h, i, j])
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        heads(
            "the logarithm of a sum, less the maximum",
            """
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
            most[h, i] = max[j](s[h, i, j] else 0)
            all[h, i] = most[h, i] + log(sum[j](exp(s[h, i, j] - most[h, i])))
            return y[i, h, e] = sum[j](exp(s[h, i, j] - all[h, i]) * v[h, j, e])
            """),
        heads(
            "above the logsumexp of nothing but −∞",
            """
            s[h, i, j] = if j < i then sum[e](q[h, i, e] * k[h, j, e]) / 2.0 else -inf
            all[h, i] = logsumexp[j](s[h, i, j])
            return y[i, h, e] = sum[j](exp(s[h, i, j] - all[h, i]) * v[h, j, e])
            """),
        of(
            "the same of what a condition leaves",
            "[n, heads, 4]",
            HEADS
                + """
                s[h, i, j] = if j < i then sum[e](q[h, i, e] * k[h, j, e]) / 2.0 else -inf
                all[h, i] = logsumexp[j](s[h, i, j] where j <= i)
                return y[i, h, e] = sum[j](exp(s[h, i, j] - all[h, i]) * v[h, j, e] where j <= i)
                """,
            0),
        heads(
            "a number in the power beside a divisor with a sink",
            """
            w[h, i, j] = if j <= i then exp(sum[e](q[h, i, e] * k[h, j, e]) / 2.0 - 3) else 0
            return y[i, h, e] = sum[j](w[h, i, j] * v[h, j, e]) / (1 + sum[j](w[h, i, j]))
            """),
        heads(
            "the same, the pattern by its name",
            """
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0 - 3
            p[h, i, j] = exp(s[h, i, j]) / (2 + sum[u](exp(s[h, i, u])))
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        heads(
            "a number in the score, less the greatest and a sink",
            """
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0 + 2
            most[h, i] = max(max[j](s[h, i, j] else 0), 0.5)
            w[h, i, j] = exp(s[h, i, j] - most[h, i])
            return y[i, h, e] = sum[j](w[h, i, j] * v[h, j, e]) / (sum[j](w[h, i, j]) + exp(0.5 - most[h, i]))
            """),
        heads(
            "a number in the power, and the logarithm of the sum",
            """
            w[h, i, j] = exp(sum[e](q[h, i, e] * k[h, j, e]) / 2.0 - 3)
            z[h, i] = sum[j](w[h, i, j])
            u[h, i, e] = w[h, i, j] * v[h, j, e]
            return y[i, h, e] = u[h, i, e] + log(z[h, i])
            """),
        heads(
            "a number in the score, and a sink in the logarithm",
            """
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0 - 1
            z[h, i] = log(exp(0.25) + sum[j](exp(s[h, i, j])))
            return y[i, h, e] = exp(s[h, i, j] - z[h, i]) * v[h, j, e]
            """),
        heads(
            "an inverse by its name",
            """
            w[h, i, j] = if j <= i then exp(sum[e](q[h, i, e] * k[h, j, e]) / 2.0 - 3) else 0
            inverse[h, i] = 1 / sum[j](w[h, i, j])
            return y[i, h, e] = inverse[h, i] * sum[j](w[h, i, j] * v[h, j, e])
            """),
        heads(
            "a sum to the power of −1, rows of nothing",
            """
            w[h, i, j] = if j < i then exp(sum[e](q[h, i, e] * k[h, j, e]) / 2.0) else 0
            p[h, i, j] = w[h, i, j] * sum[u](w[h, i, u]) ** -1
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        heads(
            "a mask of ones and zeros",
            """
            seen[i: n, j: n] = if j <= i then 1 else 0.0
            w[h, i, j] = exp(sum[e](q[h, i, e] * k[h, j, e]) / 2.0) * seen[i, j]
            total[h, i] = sum[j](w[h, i, j])
            return y[i, h, e] = w[h, i, j] / total[h, i] * v[h, j, e]
            """),
        heads(
            "ones and zeros, and a decay, in the product",
            """
            w[h, i, j] = (if j <= i then 1 else 0) * exp(sum[e](q[h, i, e] * k[h, j, e])) * 0.9 ** (i - j)
            return y[i, h, e] = sum[j](w[h, i, j] * v[h, j, e]) / sum[j](w[h, i, j])
            """),
        heads(
            "ones and zeros that an input has, and others",
            """
            seen[j] = 1 - float(hidden[j])
            mask[i: n, j: n] = (if j <= i then 1.0 else 0.0) * seen[j]
            w[h, i, j] = exp(sum[e](q[h, i, e] * k[h, j, e]) / 2.0) * mask[i, j]
            return y[i, h, e] = sum[j](w[h, i, j] * v[h, j, e]) / (sum[j](w[h, i, j]) + 1e-9)
            """),
        heads(
            "a mask of truths, and what is added",
            """
            bias[h: heads, i: n, j: n] = log(1.0 + abs(i - j)) / (h + 1)
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0 - bias[h, i, j]
            p[h, i, j] = softmax[j](if pair[i, j] and not j > i then s[h, i, j] else -inf)
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        of(
            "keys that are alive, of another text",
            "[n, d]",
            """
            p[i, j] = softmax[j](x[i, a] * memory[j, a] / sqrt(d) where alive[j] or j == i)
            return y[i, a] = p[i, j] * memory[j, a]
            """,
            1),
        of(
            "queries and keys that have no names",
            "[n, heads, 4]",
            """
            weight query, key, value: [d, heads, 4]
            p[h, i, j] = softmax[j](x[i, a] * query[a, h, e] * key[b, h, e] * x[j, b] / 2.0 where j <= i)
            return y[i, h, e] = p[h, i, j] * x[j, a] * value[a, h, e]
            """,
            1),
        of(
            "a form of two places",
            "[n, d]",
            """
            weight form: [heads, d, d]
            weight mix: [heads]
            p[h, i, j] = softmax[j](x[i, a] * form[h, a, b] * x[j, b] where j <= i)
            return y[i, a] = p[h, i, j] * x[j, a] * mix[h]
            """,
            1),
        of(
            "keys and values repeated for a group of heads",
            "[n, heads, 4]",
            """
            weight query: [d, heads, 4]
            weight key, value: [d, 1, 4]
            q[h, i, e] = x[i, a] * query[a, h, e]
            k[g, j, e] = x[j, a] * key[a, g, e]
            v[g, j, e] = x[j, a] * value[a, g, e]
            keys[h: heads, j, e] = k[h // 3, j, e]
            values[h: heads, j, e] = v[h // 3, j, e]
            p[h, i, j] = softmax[j](q[h, i, e] * keys[h, j, e] where j <= i)
            return y[i, h, e] = p[h, i, j] * values[h, j, e]
            """,
            1),
        heads(
            "divided under the mask",
            """
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
            most[h, i] = max[j](s[h, i, j] where j <= i else 0)
            total[h, i] = sum[j](exp(s[h, i, j] - most[h, i]) where j <= i)
            p[h, i, j] = if j <= i then exp(s[h, i, j] - most[h, i]) / total[h, i] else 0
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        heads(
            "divided and weighted under the mask, no row without a query",
            """
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
            part[h, i] = 1 / sum[j](exp(s[h, i, j]) where j < i)
            p[h, i, j, e] = if j < i then 2 * v[h, j, e] * exp(s[h, i, j]) * part[h, i] else 0
            return y[i, h, e] = sum[j](p[h, i, j, e])
            """),
        heads(
            "divided where it is summed",
            """
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
            total[h, i] = sum[j](exp(s[h, i, j]) where j <= i)
            return y[i, h, e] = sum[j](exp(s[h, i, j]) / total[h, i] * v[h, j, e] where j <= i)
            """),
        heads(
            "divided and gated where the mask does not hold",
            """
            weight gate: [d, heads]
            g[h, i] = sigmoid(x[i, a] * gate[a, h])
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
            total[h, i] = sum[j](exp(s[h, i, j]) where j < i)
            p[h, i, j] = if j >= i then 0 else g[h, i] * exp(s[h, i, j]) / total[h, i]
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        heads(
            "keys and values that are there always",
            """
            weight first: [2, heads, 4]
            weight zero: [2, heads, 4]
            keys[h, u, e] = concat[u](first[u, h, e], k[h, u, e])
            values[h, u, e] = concat[u](zero[u, h, e], v[h, u, e])
            p[h, i, u] = softmax[u](q[h, i, e] * keys[h, u, e] / 2.0 where u < 2 or u - 2 <= i)
            return y[i, h, e] = p[h, i, u] * values[h, u, e]
            """),
        heads(
            "a score of nothing, and a value",
            """
            weight nothing: [heads]
            weight heard: [1, 4]
            s[h, i, j] = q[h, i, e] * k[h, j, e] / 2.0
            masked[h, i, j] = if j <= i then s[h, i, j] else -inf
            sink[h, i: n, r: 1] = nothing[h]
            all[h, i, u] = concat[u](sink[h, i, u], masked[h, i, u])
            first[h: heads, r: 1, e] = heard[r, e]
            values[h, u, e] = concat[u](first[h, u, e], v[h, u, e])
            p[h, i, u] = softmax[u](all[h, i, u])
            return y[i, h, e] = p[h, i, u] * values[h, u, e]
            """),
        heads(
            "keys that are moved by a table of distances",
            """
            weight move: [9, 4]
            s[h, i, j] = q[h, i, e] * (k[h, j, e] + move[clamp(j - i, -4, 4) + 4, e]) / 2.0
            p[h, i, j] = softmax[j](s[h, i, j] where j <= i)
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        heads(
            "a table of distances that a moved query meets",
            """
            weight move: [9, heads, 4]
            weight first, second: [heads, 4]
            content[h, i, j] = (q[h, i, e] + first[h, e]) * k[h, j, e]
            position[h, i, j: n] = (q[h, i, e] + second[h, e]) * move[clamp(j - i, -4, 4) + 4, h, e]
            p[h, i, j] = softmax[j]((content[h, i, j] + position[h, i, j]) / 2.0)
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        heads(
            "keys that are moved by the kind of a pair",
            """
            weight kinds: [2, 4]
            p[h, i, j] = softmax[j](q[h, i, e] * (k[h, j, e] - kinds[(if pair[i, j] then 1 else 0), e]))
            return y[i, h, e] = p[h, i, j] * v[h, j, e]
            """),
        flat(
            "heads that lie side by side",
            """
            s[h: heads, i, j] = sum[e: 4](q[i, 4 * h + e] * k[j, 4 * h + e]) / 2.0
            p[h, i, j] = softmax[j](s[h, i, j] where j <= i)
            return y[i, c: d] = p[c // 4, i, j] * v[j, c]
            """),
        flat(
            "heads that lie between each other, with an output matrix",
            """
            weight output: [d, d]
            p[h: heads, i, j] = softmax[j](sum[e: 4](q[i, 3 * e + h] * k[j, 3 * e + h]) where j <= i)
            return y[i, b] = p[c % 3, i, j] * v[j, c] * output[c, b]
            """),
        flat(
            "heads cut out and put together",
            """
            q_[h: heads, i, e: 4] = q[i, 4 * h + e]
            k_[h: heads, j, e: 4] = k[j, 4 * h + e]
            v_[h: heads, j, e: 4] = v[j, 4 * h + e]
            p[h, i, j] = softmax[j](q_[h, i, e] * k_[h, j, e] / 2.0 where j <= i and i - j < 9 * (h + 1))
            o[h, i, e] = p[h, i, j] * v_[h, j, e]
            return y[i, c: d] = o[c // 4, i, c % 4]
            """),
        flat(
            "a quotient of columns, of heads in groups",
            """
            weight gain: [d]
            w[g: 2, h: 3, i, j] =
              if j < i then exp(sum[e: 2](q[i, 6 * g + 2 * h + e] * k[j, 6 * g + 2 * h + e])) else 0
            total[g, h, i] = sum[j](w[g, h, i, j])
            return y[i, c] = gain[c] * sum[j](w[c // 6, c // 2 % 3, i, j] * v[j, c]) / total[c // 6, c // 2 % 3, i]
            """));
  }
}
