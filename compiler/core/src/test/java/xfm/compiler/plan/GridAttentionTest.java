package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Program;
import xfm.compiler.rewrite.Attention;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** Attention in a grid: all its places are the keys, and all its queries fill tiles together. */
class GridAttentionTest {
  private static Graph graph(String shape, String key, String score) {
    String text =
        """
        model m(q: [3, SHAPE, 4], k: [3, KEYS, 4]) -> [SHAPE, 3, 4] {
          s[h, i, j, PLACES] = sum[e](q[h, i, j, e] * k[h, PLACES, e])
          p[h, i, j, PLACES] = softmax[PLACES](SCORE)
          return y[i, j, h, f] = sum[PLACES](p[h, i, j, PLACES] * k[h, PLACES, f])
        }
        """
            .replace("SHAPE", shape)
            .replace("KEYS", key.equals("u, v") ? shape : "n")
            .replace("SCORE", score)
            .replace("PLACES", key);
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    Item.Declaration declaration = program.declaration("m").orElseThrow();
    return program.graph(declaration, Map.of(), declaration.span());
  }

  private static List<Attention> attentions(Plan plan) {
    return plan.steps().stream()
        .filter(step -> step instanceof Step.Attention)
        .map(step -> ((Step.Attention) step).attention())
        .toList();
  }

  static List<Arguments> spellings() {
    return GridSpellings.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spellings")
  void isOneStepOrNone(String name, String text, int attentions) {
    AttentionSpellingsTest.assertOneStepOrNone(
        text, attentions, new long[][] {{0, 0}, {1, 3}, {4, 9}});
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spellings")
  void hasTheSameBitsWhereverItRuns(String name, String text, int attentions) {
    AttentionSpellingsTest.assertSameBits(text, 27, 5);
  }

  /** Heads are apart; two lengths, or what does not fill a tile, are one; a length stays alone. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"height, width\" | \"u, v\" | height * width | height * width | 3",
        "\"7, 5\"          | \"u, v\" | 35             | 35             | 3",
        "\"rows, 80\"      | \"u, v\" | 80 * rows      | 80 * rows      | 3",
        "\"height, width\" | u        | height * width | n              | 3",
        "\"6, 4\"          | u        | 24             | n              | 3",
        "\"rows, 4\"       | u        | rows           | n              | 12"
      })
  void queriesAreOneIndex(String shape, String key, String rows, String keys, long patterns) {
    String score = key.equals("u") ? "s[h, i, j, u]" : "s[h, i, j, u, v]";
    List<Attention> found = attentions(Plan.of(graph(shape, key, score), Set.of()));
    assertEquals(1, found.size());
    assertEquals(rows, found.getFirst().row().size().toString());
    assertEquals(keys, found.getFirst().key().size().toString());
    assertEquals(
        patterns,
        found.getFirst().batch().stream()
            .mapToLong(i -> i.size().constant().getAsLong())
            .reduce(1, (a, b) -> a * b));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s[h, i, j, u, v]",
        "s[h, i, j, u, v] where u < i or u == i and v <= j",
        "s[h, i, j, u, v] - 0.1 * float(max(i - u, u - i) + max(j - v, v - j)) where v != 1 or u == j",
        "tanh(s[h, i, j, u, v] / 5) where (i - u) % 3 == h and v // 3 == j // 3",
        "if max(i - u, u - i) <= 1 then s[h, i, j, u, v] else -inf"
      })
  void ofTwoLengthsIsWhatTheEquationsSay(String score) {
    Graph graph = graph("height, width", "u, v", score);
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(1, attentions(plan).size());
    Compared compared = new Compared();
    for (long[] shape : new long[][] {{0, 3}, {3, 0}, {1, 1}, {1, 9}, {9, 1}, {7, 11}, {13, 6}}) {
      Map<Symbol, Long> lengths = lengths(graph, shape);
      Map<Value, Tensor> data = Models.data(graph, lengths);
      try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
        compared.check(
            graph, plan, executor.run(plan, data, lengths, new Cancellation()), data, lengths);
      }
    }
    compared.assertTight();
  }

  /**
   * A table of distances lies as scores read it: where in its row a query stands, how many rows
   * further the key's is, and where the key stands in it.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"height, width\" | \"[3, width, 2 * height, width]\"",
        "\"height, 7\"     | \"[3, 7, 2 * height, 7]\"",
        "\"7, 5\"          | \"[3, 5, 14, 5]\""
      })
  void tablesOfDistancesAreMadeBefore(String shape, String table) {
    String score =
        "s[h, i, j, u, v] + k[h, clamp(i - u, -1, 0) + HEIGHT - 1, clamp(j - v, -1, 0) + WIDTH - 1, 0]";
    String[] sizes = shape.split(", ");
    Graph graph =
        graph(shape, "u, v", score.replace("HEIGHT", sizes[0]).replace("WIDTH", sizes[1]));
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(1, attentions(plan).size());
    assertTrue(plan.toString().contains(table), plan.toString());
  }

  /** 32 wide: a tile has two rows of the image, and sees those beside it. */
  @Test
  void tilesThatNoPlaceIsNearAreNotComputed() {
    Graph graph = graph("height, width", "u, v", "s[h, i, j, u, v] where max(i - u, u - i) <= 2");
    Plan plan = Plan.of(graph, Set.of());
    Map<Symbol, Long> lengths = lengths(graph, 20, 32);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
      executor.run(plan, data, lengths, new Cancellation());
      // Ten tiles of queries; each sees itself and one on either side.
      assertEquals(3 * (10 + 9 + 9), executor.computedTiles());
    }
  }

  /** What each place's scores come to is a value beside it, and no walk of its own. */
  @Test
  void totalsAreComputedBeside() {
    String text =
        """
        model m(x: [height, width, 4]) -> {y: [height, width, 4], total: [height, width]} {
          s[i, j, u, v] = x[i, j, e] * x[u, v, e]
          total[i, j] = logsumexp[u, v](s[i, j, u, v])
          y[i, j, f] = softmax[u, v](s[i, j, u, v]) * x[u, v, f]
          return {y: y, total: total}
        }
        """;
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    Item.Declaration declaration = program.declaration("m").orElseThrow();
    Graph graph = program.graph(declaration, Map.of(), declaration.span());
    String plan = Plan.of(graph, Set.of()).toString();
    assertTrue(plan.contains("the scores' logsumexp"), plan);
  }

  private static Map<Symbol, Long> lengths(Graph graph, long... sizes) {
    Map<Symbol, Long> lengths = new HashMap<>();
    for (int i = 0; i < graph.lengths().size(); i++) {
      lengths.put(graph.lengths().get(i), sizes[i]);
    }
    return lengths;
  }
}
