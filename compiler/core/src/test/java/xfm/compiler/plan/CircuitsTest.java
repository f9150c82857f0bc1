package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attention through products of its weights, or with values that are as wide as the result: keys
 * and values are of least width nevertheless, whoever sees the wide ones.
 */
class CircuitsTest {
  private static final String HEADER =
      """
      model m(x: [n, d], d: int = 12, heads: int = 3) -> [n, d] {
        weight query, key, value: [d, heads, 4]
        weight output: [heads, 4, d]
        q[h, i, e] = x[i, a] * query[a, h, e]
        k[h, j, e] = x[j, a] * key[a, h, e]
        v[h, j, e] = x[j, a] * value[a, h, e]
        qk[h, a, b] = query[a, h, e] * key[b, h, e] / 2
        vo[h, a, b] = value[a, h, e] * output[h, e, b] / 3
        ov[h, j, b] = v[h, j, e] * output[h, e, b]
        s[h, i, j] = q[h, i, e] * k[h, j, e] / 2
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p[h, i, j] = softmax[j](s[h, i, j] where j <= i); return y[i, b] = p[h, i, j] * ov[h, j, b]",
        "p[h, i, j] = softmax[j](s[h, i, j]); return y[i, b] = p[h, i, j] * x[j, a] * vo[h, a, b]",
        "p[h, i, j] = softmax[j](x[i, a] * qk[h, a, b] * x[j, b]); return y[i, b] = p[h, i, j] * v[h, j, e] * output[h, e, b]",
        "t[h, i, j] = x[i, a] * qk[h, a, b] * x[j, b]; p[h, i, j] = softmax[j](t[h, i, j] where j <= i); return y[i, b] = p[h, i, j] * x[j, a] * vo[h, a, b]",
      })
  void keysAndValuesAreNarrow(String equations) {
    String text = HEADER + equations.replace("; ", "\n").indent(2) + "}\n";
    String plan = Plan.of(Written.graph(text, Map.of()), Set.of()).toString();
    assertTrue(plan.contains("attention (3) of n × (4) × n × (4)"), () -> text + plan);
    AttentionSpellingsTest.assertOneStepOrNone(text, 1, new long[][] {{0}, {1}, {66}});
    AttentionSpellingsTest.assertSameBits(text, 100);
  }
}
