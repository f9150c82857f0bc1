package xfm.compiler.rewrite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Graph;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;

/** What a plan says of a softmax that no attention kernel computes. */
class UnfusedTest {
  private static final String NOT_FUSED = " is not fused into attention: ";
  private static final String NO_PRODUCT =
      "its scores are no function of one product of a query and a key";
  private static final String PATTERN =
      "p[h, i, j] = softmax[j](q[h, i, e] * k[h, j, e] where j <= i)\n";
  private static final String VALUES = "y[h, i, e] = p[h, i, j] * v[h, j, e]\n";

  private static List<String> remarks(String equations, String results) {
    String text =
        """
        model m(q: [2, n, 3], k: [2, n, 3], v: [2, n, 3]) -> %s {
        %s
        }
        """
            .formatted(results, equations);
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    assertEquals(List.of(), program.check());
    Item.Declaration declaration = program.declaration("m").orElseThrow();
    Graph graph = program.make(declaration, Map.of(), declaration.span()).graph();
    return Unfused.remarks(graph, Set.copyOf(graph.results().values()));
  }

  private static void says(String why, String equations) {
    assertEquals(
        List.of("`p`: the softmax over j" + NOT_FUSED + why),
        remarks(equations + "return y", "[2, n, 3]"));
  }

  @Test
  void nothingOfWhatIsFused() {
    assertEquals(List.of(), remarks(PATTERN + VALUES + "return y", "[2, n, 3]"));
    String byHand =
        """
        s[h, i, j] = exp(q[h, i, e] * k[h, j, e])
        y[h, i, e] = s[h, i, j] * v[h, j, e] / sum[t](s[h, i, t])
        return y
        """;
    assertEquals(List.of(), remarks(byHand, "[2, n, 3]"));
  }

  @Test
  void headsThatAreMixed() {
    String mix = "weight mix: [2, 2]\n";
    says(
        "`r` sums it over h",
        mix
            + PATTERN
            + """
            r[g, i, j] = mix[g, h] * p[h, i, j]
            y[h, i, e] = r[h, i, j] * v[h, j, e]
            """);
    says(
        NO_PRODUCT,
        mix
            + """
            s[h, i, j] = q[h, i, e] * k[h, j, e]
            r[g, i, j] = mix[g, h] * s[h, i, j]
            p[h, i, j] = softmax[j](r[h, i, j] where j <= i)
            """
            + VALUES);
  }

  @Test
  void whatElseReadsThePattern() {
    says(
        "`c` takes its cumsum along j",
        PATTERN + "c[h, i, j] = cumsum[j](p[h, i, j])\ny[h, i, e] = c[h, i, j] * v[h, j, e]\n");
    says(
        "`r` changes it before it weighs values",
        PATTERN + "r[h, i, j] = max(p[h, i, j] - 0.1, 0)\ny[h, i, e] = r[h, i, j] * v[h, j, e]\n");
    says(
        "`p` changes it before it weighs values",
        "p[h, i, j] = clamp(1.1 * softmax[j](q[h, i, e] * k[h, j, e]) - 0.05, 0.0, 1.0)\n"
            + VALUES);
    assertEquals(
        List.of("`p`: the softmax over j" + NOT_FUSED + "`seen` sums it over i"),
        remarks(
            PATTERN + VALUES + "seen[h, j] = sum[i](p[h, i, j])\nreturn {y: y, seen: seen}",
            "{y: [2, n, 3], seen: [2, n]}"));
    assertEquals(
        List.of("`p`: the softmax over j" + NOT_FUSED + "it is a result"),
        remarks(PATTERN + VALUES + "return {y: y, p: p}", "{y: [2, n, 3], p: [2, n, n]}"));
  }

  @Test
  void twoSoftmaxes() {
    assertEquals(
        List.of(
            "`p`: the softmax over j" + NOT_FUSED + "`r` takes its softmax along j",
            "`r`: the softmax over j" + NOT_FUSED + NO_PRODUCT),
        remarks(
            PATTERN
                + """
                r[h, i, j] = softmax[j](p[h, i, j])
                return y[h, i, e] = r[h, i, j] * v[h, j, e]
                """,
            "[2, n, 3]"));
  }

  @Test
  void scoresThatAreNoProducts() {
    says(
        NO_PRODUCT,
        "p[h, i, j] = softmax[j](sum[e](tanh(q[h, i, e] + k[h, j, e])) where j <= i)\n" + VALUES);
    assertEquals(
        List.of("`p`: the softmax over h and j" + NOT_FUSED + NO_PRODUCT),
        remarks(
            "p[h, i, j] = softmax[h, j](q[h, i, e] * k[h, j, e])\n" + VALUES + "return y",
            "[2, n, 3]"));
  }

  @Test
  void valuesAndKeysOfEachQuery() {
    says(
        "`y` multiplies it with values that each query has for itself",
        PATTERN
            + "r[h, i, j, e] = v[h, j, e] + tanh(q[h, i, e] * k[h, j, e])\n"
            + "y[h, i, e] = p[h, i, j] * r[h, i, j, e]\n");
    says(
        "which keys a query sees depends on the scores themselves",
        """
        s[h, i, j] = q[h, i, e] * k[h, j, e]
        p[h, i, j] = softmax[j](s[h, i, j] where s[h, i, j] > 0)
        """
            + VALUES);
  }

  @Test
  void numbersThatAreNoMask() {
    String weighted =
        """
        s[h, i, j] = exp(q[h, i, e] * k[h, j, e]) * %s
        y[h, i, e] = s[h, i, j] * v[h, j, e] / sum[t](s[h, i, t])
        """;
    String why = " multiplies its exponentials, and may be something else than 1 or 0: ";
    assertEquals(
        List.of(
            "`y`: the softmax over t"
                + NOT_FUSED
                + "`near`"
                + why
                + "leave out by `where` or `if`"),
        remarks(
            "near[i: n, j: n] = if j <= i then 1.0 / (1 + i - j) else 0\n"
                + weighted.formatted("near[i, j]")
                + "return y",
            "[2, n, 3]"));
    assertEquals(
        List.of(),
        remarks(
            "far[i: n, j: n] = if j <= i then 0 else 1\n"
                + weighted.formatted("(1 - far[i, j])")
                + "return y",
            "[2, n, 3]"));
  }

  @Test
  void aSoftmaxOverWhatIsNoPlaceIsNone() {
    String router =
        """
        weight w: [2, 3, 5]
        r[h, i, c] = softmax[c](q[h, i, e] * w[h, e, c])
        y[h, i, c] = max(r[h, i, c] - 0.1, 0)
        return y
        """;
    assertEquals(List.of(), remarks(router, "[2, n, 5]"));
    String pooled =
        """
        weight w: [2, 3]
        p[h, i] = softmax[i](q[h, i, e] * w[h, e])
        return y[h, e] = max(p[h, i] - 0.1, 0) * v[h, i, e]
        """;
    assertEquals(List.of(), remarks(pooled, "[2, 3]"));
  }

  @Test
  void aLogsumexpIsNoPatternUnlessItDivides() {
    String sink =
        """
        s[h, i] = exp(0 - logsumexp[j](q[h, i, e] * k[h, j, e]))
        return y[h, i, e] = s[h, i] * v[h, i, e]
        """;
    assertEquals(List.of(), remarks(sink, "[2, n, 3]"));
  }

  @Test
  void layersAreTakenTogether() {
    String layers =
        """
        block inner(x: [2, n, 3]) -> [2, n, 3] {
          p[h, i, j] = softmax[j](x[h, i, e] * x[h, j, e])
          r[h, i, j] = max(p[h, i, j] - 0.1, 0)
          return y[h, i, e] = r[h, i, j] * x[h, j, e]
        }
        model m(x: [2, n, 3]) -> [2, n, 3] {
          repeat 4 as layer[l] { x += inner(x) }
          return x
        }
        """;
    Program program = Program.of(Parser.parse(new Source("test.xfm", layers)), Optional.empty());
    Item.Declaration declaration = program.declaration("m").orElseThrow();
    Graph graph = program.make(declaration, Map.of(), declaration.span()).graph();
    assertEquals(
        List.of(
            "`layer[0].inner.p`: the softmax over j"
                + NOT_FUSED
                + "`layer[0].inner.r` changes it before it weighs values, and 3 more like it"),
        Unfused.remarks(graph, Set.of()));
  }
}
