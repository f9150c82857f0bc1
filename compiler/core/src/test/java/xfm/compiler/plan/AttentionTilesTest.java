package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
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
    return Written.graph(text, Map.of());
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
      assertEquals(2 * tiles(seen, n, n), executor.computedTiles(), () -> mask + ", n = " + n);
    }
  }

  /** By looking at every place. */
  private static long tiles(float[] seen, int queries, int keys) {
    long tiles = 0;
    for (int i = 0; i < queries; i += TILE) {
      for (int j = 0; j < keys; j += TILE) {
        boolean some = false;
        for (int place = 0; place < TILE * TILE; place++) {
          int row = i + place / TILE;
          int key = j + place % TILE;
          some |= row < queries && key < keys && seen[row * keys + key] != 0;
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

  /** Queries and keys of different lengths, masks of each head, of data, of truths; batches. */
  @Test
  void ofRandomMasksOfEverything() {
    Random random = new Random(11);
    int[] around = {1, 63, 64, 65, 127, 128, 129, 200};
    for (int round = 0; round < 20; round++) {
      String mask = anyMask(random, 3);
      Graph graph = cross(mask);
      Plan plan = Plan.of(graph, Set.of());
      assertEquals(1, plan.steps().stream().filter(s -> s instanceof Step.Attention).count(), mask);
      try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
        List<Sequence> batch = new ArrayList<>();
        long all = 0;
        for (int s = 0; s < 3; s++) {
          Map<Symbol, Long> lengths = new HashMap<>();
          graph
              .lengths()
              .forEach(n -> lengths.put(n, (long) around[random.nextInt(around.length)]));
          Map<Value, Tensor> data = Models.data(graph, lengths);
          Map<Value, Tensor> run = executor.run(plan, data, lengths, new Cancellation());
          Tensor seen = run.get(graph.results().get("seen"));
          long tiles = 0;
          int queries = (int) seen.shape()[1];
          int keys = (int) seen.shape()[2];
          float[] places = seen.toFloats();
          for (int h = 0; h < 2; h++) {
            int from = h * queries * keys;
            tiles += tiles(Arrays.copyOfRange(places, from, from + queries * keys), queries, keys);
          }
          assertEquals(tiles, executor.computedTiles(), () -> mask + ", " + queries + " × " + keys);
          all += tiles;
          batch.add(new Sequence(data, lengths));
        }
        executor.run(plan, batch, new Cancellation());
        assertEquals(all, executor.computedTiles(), () -> "a batch, " + mask);
      }
    }
  }

  private static Graph cross(String mask) {
    String text =
        """
        model m(
          q: [n, 2, 3], k: [m, 3], v: [m, 3], id: [n] int < 11, other: [m] int < 11, alive: [m] bool,
          pair: [n, m] bool, on: [2, n] bool, far: [m], w: int = 70
        ) -> {y: [2, n, 3], seen: [2, n, m]} {
          pattern[h, i, j] = softmax[j](q[i, h, e] * k[j, e] where MASK)
          y[h, i, e] = pattern[h, i, j] * v[j, e]
          seen[h: 2, i: n, j: m] = if MASK then 1 else 0
          return {y: y, seen: seen}
        }
        """
            .replace("MASK", mask);
    return Written.graph(text, Map.of());
  }

  private static String anyMask(Random random, int depth) {
    if (depth == 0 || random.nextInt(5) == 0) {
      return switch (random.nextInt(8)) {
        case 0 -> "j <= i";
        case 1 -> "alive[j]";
        case 2 -> "pair[i, j]";
        case 3 -> "on[h, i]";
        case 4 -> "far[j] < q[i, h, 0]";
        default ->
            place(random, 2)
                + List.of(" < ", " <= ", " == ", " != ", " > ", " >= ").get(random.nextInt(6))
                + place(random, 2);
      };
    }
    String one = anyMask(random, depth - 1);
    String other = anyMask(random, depth - 1);
    return switch (random.nextInt(6)) {
      case 0, 1 -> "(" + one + " and " + other + ")";
      case 2, 3 -> "(" + one + " or " + other + ")";
      case 4 -> "not (" + one + ")";
      default -> "(if " + anyMask(random, depth - 1) + " then " + one + " else " + other + ")";
    };
  }

  private static String place(Random random, int depth) {
    int w = 1 + random.nextInt(140);
    if (depth == 0 || random.nextInt(3) == 0) {
      return List.of("i", "i", "i", "j", "j", "j", "h", "id[i]", "other[j]", "n", "m", "w", "" + w)
          .get(random.nextInt(13));
    }
    String one = place(random, depth - 1);
    String other = place(random, depth - 1);
    return switch (random.nextInt(8)) {
      case 0 -> "(" + one + " + " + other + ")";
      case 1, 2 -> "(" + one + " - " + other + ")";
      case 3 -> "min(" + one + ", " + other + ")";
      case 4 -> "max(" + one + ", " + other + ")";
      case 5 -> one + " // " + w;
      case 6 -> "(" + one + ") % " + w;
      default -> "3 * " + one;
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
      assertArrayEquals(Arrays.copyOf(whole, prefix.length), prefix, "n = " + n);
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
