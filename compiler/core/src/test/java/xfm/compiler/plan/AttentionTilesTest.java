package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** Which tiles attention computes: those in which its mask leaves something, and no other. */
class AttentionTilesTest {
  private static final int TILE = 64;

  private static Graph graph(String mask, String score) {
    String text =
        """
        model m(q: [n, 2, 3], k: [n, 3], v: [n, 3], document: [n] int < 11) -> {y: [n, 2, 3], seen: [n, n]} {
          pattern[h, i, j] = softmax[j](SCORE where MASK)
          y[i, h, e] = pattern[h, i, j] * v[j, e]
          seen[i: n, j: n] = if MASK then 1 else 0
          return {y: y, seen: seen}
        }
        """
            .replace("SCORE", score)
            .replace("MASK", mask);
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    Item.Declaration declaration = program.declaration("m").orElseThrow();
    return program.graph(declaration, Map.of(), declaration.span());
  }

  private static void check(String mask, int n) {
    Graph graph = graph(mask, "q[i, h, e] * k[j, e]");
    Plan plan = Plan.of(graph, Set.of());
    assertEquals(1, plan.steps().stream().filter(s -> s instanceof Step.Attention).count(), mask);
    Map<Symbol, Long> lengths = Models.lengths(graph, n);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
      Map<Value, Tensor> results = executor.run(plan, data, lengths, new Cancellation());
      float[] seen = results.get(graph.results().get("seen")).toFloats();
      assertEquals(2 * tiles(seen, n), executor.computedTiles(), () -> mask + ", n = " + n);
    }
  }

  /** By looking at every place. */
  private static long tiles(float[] seen, int n) {
    long tiles = 0;
    for (int i = 0; i < n; i += TILE) {
      for (int j = 0; j < n; j += TILE) {
        boolean some = false;
        for (int place = 0; place < TILE * TILE; place++) {
          int row = i + place / TILE;
          int key = j + place % TILE;
          some |= row < n && key < n && seen[row * n + key] != 0;
        }
        tiles += some ? 1 : 0;
      }
    }
    return tiles;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "j <= i",
        "j <= i and i - j < 70",
        "j <= i or j < 100",
        "j <= i and (j < 4 or i - j < 30)",
        "j <= i and i - j < 130 and (i - j) % 3 == 0",
        "j <= i and (i - j) % 97 == 0",
        "document[i] == document[j]",
        "j <= i and document[i] == document[j] and i - j < 80",
        "i // 50 == j // 50",
        "not (i - j < 65)",
        "if i < 100 then j < 10 else j > i"
      })
  void areThoseThatLookingAtEveryKeyFinds(String mask) {
    for (int n : new int[] {1, 64, 65, 300}) {
      check(mask, n);
    }
  }

  @Test
  void ofRandomMasksToo() {
    Random random = new Random(7);
    for (int round = 0; round < 25; round++) {
      check(mask(random, 3), 100 + random.nextInt(200));
    }
  }

  private static String mask(Random random, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      int w = 1 + random.nextInt(150);
      return switch (random.nextInt(7)) {
        case 0 -> "j <= i";
        case 1 -> "i - j < " + w;
        case 2 -> "j < " + w;
        case 3 -> "(i - j) % " + w + " == " + random.nextInt(w);
        case 4 -> "i // " + w + " == j // " + w;
        case 5 -> "document[i] <= document[j]";
        default -> "min(i, " + w + ") < j";
      };
    }
    String one = mask(random, depth - 1);
    return switch (random.nextInt(3)) {
      case 0 -> "(" + one + " and " + mask(random, depth - 1) + ")";
      case 1 -> "(" + one + " or " + mask(random, depth - 1) + ")";
      default -> "not (" + one + ")";
    };
  }

  /** A step repeats what the whole pass did: what comes later changes no bit. */
  @Test
  void aPrefixHasTheBitsOfTheWhole() {
    Graph graph = graph("j <= i and i - j < 90", "5 * tanh(q[i, h, e] * k[j, e])");
    Plan plan = Plan.of(graph, Set.of());
    Value y = graph.results().get("y");
    float[] whole = run(graph, plan, 300, 1).get(y).toFloats();
    for (int n : new int[] {1, 63, 64, 129, 200}) {
      float[] prefix = run(graph, plan, n, 1).get(y).toFloats();
      assertArrayEquals(java.util.Arrays.copyOf(whole, prefix.length), prefix, "n = " + n);
    }
  }

  @Test
  void extremeScoresGiveNoNaN() {
    for (String score : List.of("q[i, h, e] * k[j, e]", "q[i, h, e] * k[j, e] + 0 * j")) {
      Graph graph = graph("j <= i and i != 70 and (i < 80 or j < 70)", score);
      Plan plan = Plan.of(graph, Set.of());
      Value y = graph.results().get("y");
      for (float size : new float[] {1e4f, -1e4f, 1e18f}) {
        float[] result = run(graph, plan, 150, size).get(y).toFloats();
        for (int i = 0; i < result.length; i++) {
          assertTrue(Float.isFinite(result[i]), i + " is " + result[i]);
          assertTrue(i / 6 != 70 || result[i] == 0, "a query without a key gives 0");
        }
      }
    }
  }

  private static Map<Value, Tensor> run(Graph graph, Plan plan, long n, float size) {
    Map<Symbol, Long> lengths = Models.lengths(graph, n);
    Map<Value, Tensor> data = new IdentityHashMap<>(Models.data(graph, lengths));
    Value q = graph.inputs().getFirst().value();
    float[] queries = data.get(q).toFloats();
    for (int i = 0; i < queries.length; i++) {
      queries[i] *= size;
    }
    data.put(q, Tensor.ofFloats(queries, data.get(q).shape()));
    try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
      return executor.run(plan, data, lengths, new Cancellation());
    }
  }
}
