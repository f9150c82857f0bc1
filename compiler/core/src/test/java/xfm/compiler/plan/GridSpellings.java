package xfm.compiler.plan;

import java.util.List;
import org.junit.jupiter.params.provider.Arguments;

/** Attention over the places of an image, of which each row is five wide, or of a film. */
final class GridSpellings {
  private GridSpellings() {}

  private static final String HEADER =
      "model m(x: [n, 5, d], text: [m, d], d: int = 12, heads: int = 3) -> ";

  private static final String ONE =
      """
      weight query, key, value: [d, 4]
      q[i, j, e] = x[i, j, a] * query[a, e]
      k[u, v, e] = x[u, v, a] * key[a, e]
      val[u, v, e] = x[u, v, a] * value[a, e]
      s[i, j, u, v] = q[i, j, e] * k[u, v, e] / 8.0
      """;

  private static final String MANY =
      """
      weight query, key, value: [d, heads, 4]
      q[h, i, j, e] = x[i, j, a] * query[a, h, e]
      k[h, u, v, e] = x[u, v, a] * key[a, h, e]
      val[h, u, v, e] = x[u, v, a] * value[a, h, e]
      """;

  private static Arguments one(String name, String body) {
    return of(name, "[n, 5, 4]", ONE + body, 1);
  }

  private static Arguments many(String name, String body) {
    return of(name, "[n, 5, heads, 4]", MANY + body, 1);
  }

  private static Arguments of(String name, String result, String body, int attentions) {
    return Arguments.of(name, HEADER + result + " {\n" + body.indent(2) + "}\n", attentions);
  }

  static List<Arguments> all() {
    return List.of(
        one(
            "an image",
            """
            p[i, j, u, v] = softmax[u, v](s[i, j, u, v])
            return y[i, j, f] = p[i, j, u, v] * val[u, v, f]
            """),
        one(
            "an image, in one line",
            """
            return y[i, j, f] = softmax[u, v](s[i, j, u, v] where u < i or u == i and v <= j) * val[u, v, f]
            """),
        one(
            "an image by hand",
            """
            most[i, j] = max[u, v](s[i, j, u, v] where u <= i else 0)
            e[i, j, u, v] = if u <= i then exp(s[i, j, u, v] - most[i, j]) else 0
            p[i, j, u, v] = e[i, j, u, v] / sum[u, v](e[i, j, u, v])
            return y[i, j, f] = p[i, j, u, v] * val[u, v, f]
            """),
        one(
            "an image by hand, divided at the end",
            """
            over[i, j, f] = sum[v, u](exp(s[i, j, u, v]) * val[u, v, f] where v <= j)
            under[i, j] = sum[v, u](exp(s[i, j, u, v]) where v <= j)
            return y[i, j, f] = over[i, j, f] / under[i, j]
            """),
        one(
            "an image above the logsumexp of all",
            """
            all[i, j] = logsumexp[v, u](s[i, j, u, v])
            return y[i, j, f] = exp(s[i, j, u, v] - all[i, j]) * val[u, v, f]
            """),
        many(
            "an image with heads, near places, a table of distances",
            """
            weight bias: [heads, 7, 9]
            s[h, i, j, u, v] = q[h, i, j, e] * k[h, u, v, e] / 2.0 + bias[h, clamp(i - u, -3, 3) + 3, j - v + 4]
            p[h, i, j, u, v] = softmax[u, v](s[h, i, j, u, v] where max(i - u, u - i) <= 3 and max(j - v, v - j) <= 2)
            return y[i, j, h, f] = p[h, i, j, u, v] * val[h, u, v, f]
            """),
        many(
            "an image, a table of distances added in the softmax",
            """
            bias[h: heads, r: 2 * n + 1, c: 9] = sin(float(7 * r + 3 * c + h))
            s[h, i, j, u, v] = q[h, i, j, e] * k[h, u, v, e] / 2.0
            p[h, i, j, u, v] = softmax[u, v](s[h, i, j, u, v] + bias[h, i - u + n, j - v + 4])
            return y[i, j, h, f] = p[h, i, j, u, v] * val[h, u, v, f]
            """),
        many(
            "an image, tables of rows and of columns",
            """
            weight rows: [heads, 5]
            weight columns: [9, heads]
            near[h: heads, i: n, j: 5, u: n, v: 5] =
              rows[h, clamp(u - i, -2, 2) + 2] - 0.3 * columns[v - j + 4, h]
            p[h, i, j, u, v] = softmax[u, v](sum[e](q[h, i, j, e] * k[h, u, v, e]) + near[h, i, j, u, v])
            return y[i, j, h, f] = p[h, i, j, u, v] * val[h, u, v, f]
            """),
        many(
            "an image whose places are counted by one index, a table of distances by a pick",
            """
            weight bias: [81, heads]
            pick[i: 5 * n, j: 5 * n] = (clamp(i // 5 - j // 5, -4, 4) + 4) * 9 + i % 5 - j % 5 + 4
            s[h, i, j] = sum[e](q[h, i // 5, i % 5, e] * k[h, j // 5, j % 5, e]) + bias[pick[i, j], h]
            p[h, i, j] = softmax[j](s[h, i, j] where j % 5 <= 3)
            each[i: 5 * n, h, f] = sum[j](p[h, i, j] * val[h, j // 5, j % 5, f])
            return y[i, j: 5, h, f] = each[5 * i + j, h, f]
            """),
        many(
            "an image, what depends on the distance along its rows and columns",
            """
            p[h, i, j, u, v] = softmax[u, v](q[h, i, j, e] * k[h, u, v, e] - log(1.0 + float(max(i - u, u - i) + 2 * max(j - v, v - j))))
            return y[i, j, h, f] = p[h, i, j, u, v] * val[h, u, v, f]
            """),
        many(
            "an image whose keys are moved by tables of rows and columns",
            """
            weight rows, columns: [9, 4]
            moved[h, i: n, j: 5, u, v, e] =
              k[h, u, v, e] + rows[clamp(i - u, -4, 4) + 4, e] + columns[j - v + 4, e]
            p[h, i, j, u, v] = softmax[u, v](q[h, i, j, e] * moved[h, i, j, u, v, e] / 2.0)
            return y[i, j, h, f] = p[h, i, j, u, v] * val[h, u, v, f]
            """),
        many(
            "an image with a sink in the divisor",
            """
            weight sink: [heads]
            s[h, i, j, u, v] = q[h, i, j, e] * k[h, u, v, e] / 2.0
            e[h, i, j, u, v] = if v <= j or u < i then exp(s[h, i, j, u, v]) else 0
            total[h, i, j] = sum[u, v](e[h, i, j, u, v]) + exp(sink[h])
            return y[i, j, h, f] = e[h, i, j, u, v] * val[h, u, v, f] / total[h, i, j]
            """),
        of(
            "an image with heads, gates and an output matrix",
            "[n, 5, d]",
            MANY
                + """
                weight gate, output: [heads, 4, d]
                g[i, j, h, f] = sigmoid(x[i, j, a] * gate[h, f, a])
                p[h, i, j, u, v] = softmax[u, v](if u <= i then sum[e](q[h, i, j, e] * k[h, u, v, e]) - 0.1 * h * float(i - u) else -inf)
                return y[i, j, b] = g[i, j, h, f] * p[h, i, j, u, v] * val[h, u, v, f] * output[h, f, b]
                """,
            1),
        of(
            "windows of an image",
            "[n, 2, 3, 2, 4]",
            """
            weight query, key, value: [d, 4]
            weight bias: [5, 3]
            image[r: 6, c: 4, z: n, a] = x[z, (r + c) % 5, a]
            q[r, c, z, e] = image[r, c, z, a] * query[a, e]
            k[r, c, z, e] = image[r, c, z, a] * key[a, e]
            val[r, c, z, e] = image[r, c, z, a] * value[a, e]
            s[z, a: 2, b: 2, i: 3, j: 2, u: 3, v: 2] =
              q[3 * a + i, 2 * b + j, z, e] * k[3 * a + u, 2 * b + v, z, e] + bias[i - u + 2, j - v + 1]
            p[z, a, b, i, j, u, v] = softmax[u, v](s[z, a, b, i, j, u, v])
            heard[z, a, b, i, j, f] = p[z, a, b, i, j, u, v] * val[3 * a + u, 2 * b + v, z, f]
            return y[z, a, i, j, f] = sum[b](heard[z, a, b, i, j, f])
            """,
            1),
        of(
            "a film, causal in time",
            "[n, 5, 4, 4]",
            """
            weight query, key, value: [d, 4, 4]
            q[t, i, j, e] = x[t, i, a] * query[a, j, e]
            k[t, i, j, e] = x[t, i, a] * key[a, j, e]
            val[t, i, j, e] = x[t, i, a] * value[a, j, e]
            p[t, i, j, o, u, v] = softmax[o, u, v](q[t, i, j, e] * k[o, u, v, e] where o <= t)
            return y[t, i, j, f] = p[t, i, j, o, u, v] * val[o, u, v, f]
            """,
            1),
        of(
            "a film, a table of distances",
            "[n, 5, 4, 4]",
            """
            weight query, key, value: [d, 4, 4]
            weight bias: [9, 9, 7]
            q[t, i, j, e] = x[t, i, a] * query[a, j, e]
            k[t, i, j, e] = x[t, i, a] * key[a, j, e]
            val[t, i, j, e] = x[t, i, a] * value[a, j, e]
            s[t, i, j, o, u, v] = q[t, i, j, e] * k[o, u, v, e] + bias[clamp(t - o, -4, 4) + 4, i - u + 4, j - v + 3]
            p[t, i, j, o, u, v] = softmax[o, u, v](s[t, i, j, o, u, v])
            return y[t, i, j, f] = p[t, i, j, o, u, v] * val[o, u, v, f]
            """,
            1),
        of(
            "words in lines of 3, the last not full, a table of distances",
            "[m, 4]",
            """
            weight query, key, value: [d, 4]
            weight bias: [5, 5]
            q[i, e] = text[i, a] * query[a, e]
            k[i, e] = text[i, a] * key[a, e]
            val[i, e] = text[i, a] * value[a, e]
            s[i, j] = q[i, e] * k[j, e] + bias[clamp(i // 3 - j // 3, -2, 2) + 2, i % 3 - j % 3 + 2]
            return y[i, f] = softmax[j](s[i, j]) * val[j, f]
            """,
            1),
        of(
            "words that look at an image",
            "[m, 4]",
            ONE
                + """
                w[t, e] = text[t, a] * query[a, e]
                p[t, u, v] = softmax[u, v](w[t, e] * k[u, v, e] where v <= t)
                return y[t, f] = p[t, u, v] * val[u, v, f]
                """,
            1),
        of(
            "an image that looks at words",
            "[n, 5, 4]",
            ONE
                + """
                w[t, e] = text[t, a] * key[a, e]
                p[i, j, t] = softmax[t](q[i, j, e] * w[t, e] where t <= i + j)
                return y[i, j, f] = p[i, j, t] * w[t, f]
                """,
            1),
        of(
            "a neighbourhood of each place",
            "[n, 5, 4]",
            ONE
                + """
                near[i, j, r: 3, t: 3] = sum[e](q[i, j, e] * (k[i + r - 1, j + t - 1, e] else 0))
                p[i, j, r, t] = softmax[r, t](near[i, j, r, t])
                return y[i, j, f] = sum[r, t](p[i, j, r, t] * (val[i + r - 1, j + t - 1, f] else 0))
                """,
            0),
        of(
            "a softmax along each axis of an image",
            "[n, 5, 4]",
            ONE
                + """
                p[i, j, u, v] = softmax[u](s[i, j, u, v]) * softmax[v](s[i, j, u, v])
                return y[i, j, f] = p[i, j, u, v] * val[u, v, f]
                """,
            0));
  }
}
