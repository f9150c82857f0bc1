package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products are found however they are written, read what they read in place, and are right. */
class ProductSpellingsTest {
  private static final Pattern STEP =
      Pattern.compile("(?m)^\\d+ +\\S+ +\\[.*?\\]  +(?:rows|each|once) +(.*?)  ");

  /** The body of a model of x: [n, 12], and what its steps are. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          weight w: [5, 12]; weight b: [5]; return y[i, o] = sum[a](w[o, a] * x[i, a] + b[o] / 12)                              | product
          weight v, w: [12, 5]; return y[i, o] = sum[a](x[i, a] * v[a, o] - w[a, o] * x[i, a])                                   | product and product
          return y[a, b] = mean[i](x[i, a] * x[i, b])                                                                           | product
          return y[i] = sum[j, a](x[i, a] * x[j, a])                                                                            | loop; loop
          weight w: [4, 12, 5]; pick[i] = argmax[a](x[i, a]); return y[i, o] = x[i, a] * w[pick[i] % 4, a, o]                     | loop; loop; product
          weight w: [12, 2, 12, 5]; p[i] = argmax[a](x[i, a]); q[i] = argmax[s: 2](x[i, s + 3]); return y[i, o] = x[i, a] * w[p[i], q[i], a, o] | loop; loop; loop; product
          weight w: [12, 15]; q[i, e: 5] = sum[a](x[i, a] * w[a, e]); k[i, e: 5] = sum[a](x[i, a] * w[a, 5 + e]); return y[i, e] = q[i, e] - k[i, e] | product and product
          weight w: [12, 10]; u[i, f] = x[i, a] * w[a, f]; return y[i, f: 5] = silu(u[i, f]) * u[i, f + 5]                        | product and product
          weight w: [2, 5, 12]; u[i, s, f] = x[i, a] * w[s, f, a]; return y[i, f] = silu(u[i, 0, f]) * u[i, 1, f]                 | product and product
          weight w: [12, 10]; weight b: [10]; u[i, f] = x[i, a] * w[a, f] + b[f]; return y[i, f: 5] = tanh(u[i, 2 * f]) * (u[i, 2 * f + 1] + 1) | product and product
          weight w: [3, 4, 5]; h[i, c: 3, e: 4] = x[i, c * 4 + e]; return y[i, c, f] = h[i, c, e] * w[c, e, f]                   | product
          weight w: [3, 4, 4]; return y[i, t: 12] = sum[e: 4](x[i, t // 4 * 4 + e] * w[t // 4, e, t % 4])                        | product; loop
          weight w: [2, 12, 5]; return y[t: 2 * n, o] = sum[a](x[t // 2, a] * w[t % 2, a, o])                                    | product; loop
          weight v: [12, 3, 4]; weight w: [12, 5]; h[i, c, e] = x[i, a] * v[a, c, e]; s[i, t: 12] = h[i, t // 4, t % 4]; return y[i, o] = s[i, t] * w[t, o] | product; product
          weight u: [12, 2]; weight v: [2, 5]; w[a, o] = u[a, r] * v[r, o] / 2; return y[i, o] = x[i, a] * w[a, o]                | product; product
          weight u, w: [12, 12]; v[i, b] = x[i, a] * u[a, b]; return y[i, b] = v[i, a] * w[a, b]                                 | product; product
          weight k: [12, 4]; q[i, r] = x[i, a] * k[a, r]; s[i, j] = q[i, r] * q[j, r]; return y[i, r: 4] = s[i, j] * q[j, r]      | product; product; product
          weight w: [3, 4, 5]; return y[i, o] = sum[c, e](x[i, c + 3 * e] * w[c, e, o])                                          | product
          weight w: [3, 12, 5]; return y[i: n, o] = sum[j, a](x[j, a] * (w[i - j, a, o] else 0))                                  | loop; product
          weight w: [3, 12, 5]; return y[i: n, o] = sum[j](sum[a](x[j, a] * w[clamp(i - j, 0, 2), a, o]) where i - j < 3 and j <= i) | loop; product
          weight w: [3, 12, 5]; return y[i: n, o] = sum[j, a](if abs(i - j) <= 1 then x[j, a] * w[j - i + 1, a, o] else 0) / 2     | loop; product
          weight w: [4, 12, 5]; k[i: n, j: n, a, o] = (w[2 * i - j + 1, a, o] else 0); return y[i, o] = x[j, a] * k[i, j, a, o]   | loop; product
          weight v, w: [3, 12, 5]; return y[i: n, o] = sum[j, a](x[j, a] * (w[j - i, a, o] else 0) - (v[i - j, a, o] else 0) * x[j, a]) | loop; loop; product and product
          weight w: [3, 2, 12, 5]; return y[i: n, o] = sum[j, k: 9, a](x[j, a] * (w[i - j, k - 3, a, o] else 0))                  | loop; loop; product
          weight w: [3, 12, 5]; return y[i: n, o] = sum[t, a](x[i - t, a] * w[t, a, o] where t <= i)                              | loop; product
          weight w: [3, 12, 5]; return y[i: n, o] = sum[j](if j > i then 0 else if i - j >= 3 then 0 else sum[a](x[j, a] * w[i - j, a, o])) | loop; product
          weight w: [3, 12, 6]; return y[i: n, o: 6] = sum[t, a]((x[i + t - 1, a] else 0) * w[t, a, o] where a // 4 == o // 2)    | loop; product; loop
          return y[i, j: n, h: 3] = sum[a](x[i, a] * x[j, a] where a // 4 == h)                                                   | product
          weight w: [12, 5]; return y[i, o] = sum[a](x[i, a] * w[a, o] where a < 5)                                              | product
          weight w: [40, 5]; pick[i] = argmax[a](x[i, a]); hot[i, v: 40] = if v == pick[i] then 1 else 0; return y[i, o] = hot[i, v] * w[v, o] | loop; loop
          p[i, j: n] = x[i, a] * x[j, a]; return y[i, o: 12] = sum[j](p[i, j] * x[j, o] where j <= i)                            | product; product
          weight w: [24, 40]; return y[i, o: 5] = sum[a](x[i, a] * w[2 * a + 1, 3 * o + 7])                                      | product
          """)
  void products(String body, String steps) {
    String text =
        "model m(x: [n, 12]) -> %s {\n  %s\n}\n".formatted(shape(body), body.replace("; ", "\n  "));
    for (int length : new int[] {1, 7}) {
      Written model = Written.of(text).length("n", length);
      model.see("x");
    }
    assertEquals(steps, String.join("; ", steps(text)), text);
  }

  /** The declared shape of the result, from the indices of its equation. */
  private static String shape(String body) {
    Matcher result = Pattern.compile("return y\\[(.*?)\\] =").matcher(body);
    result.find();
    List<String> sizes = new ArrayList<>();
    for (String index : result.group(1).split(", ")) {
      String[] sized = index.split(": ");
      sizes.add(
          sized.length == 2
              ? sized[1]
              : switch (index) {
                case "i" -> "n";
                case "c" -> "3";
                case "o", "e", "f" -> "5";
                default -> "12";
              });
    }
    return sizes.toString();
  }

  private static List<String> steps(String text) {
    return STEP.matcher(Plan.of(Written.graph(text, Map.of()), Set.of()).toString())
        .results()
        .map(step -> step.group(1).replaceAll(", then a loop.*", ""))
        .map(kernel -> kernel.replaceAll("(?:chained )?(product|loop)(?:(?! and ).)*", "$1"))
        .toList();
  }
}
