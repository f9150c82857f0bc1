package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.compiler.print.Print;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** Models as they are written, from text to numbers. */
class StdlibPlanTest {

  private static Graph graph(String text, String model, Map<String, Object> settings) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    Item.Declaration declaration = program.declaration(model).orElseThrow();
    return program.graph(declaration, settings, declaration.span());
  }

  private static Graph gpt2(long layers) {
    return graph(
        "",
        "gpt2",
        Map.of(
            "vocab", (long) Models.VOCAB, "context", 32L, "d", 12L, "layers", layers, "heads", 3L));
  }

  private static Map<Value, Tensor> run(
      Graph graph, Plan plan, Map<Value, Tensor> data, Map<Symbol, Long> lengths) {
    try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
      graph.weights().forEach(w -> executor.bind(w.value(), data.get(w.value())));
      return executor.run(plan, data, lengths, new Cancellation());
    }
  }

  /** Whatever stands between them: positions, rotations, masks. */
  @Test
  void everyProductWithAWeightSeesTheRowsOfAWholeBatch() {
    String positions =
        """
        model m(x: [n, 8]) -> [n, 8] {
          weight w: [8, 8]
          return y[i, b] = x[i, a] * w[a, b] + float(i)
        }
        """;
    Map<String, Object> sizes =
        Map.of("vocab", 11L, "d", 12L, "layers", 2L, "heads", 3L, "kv_heads", 1L, "hidden", 8L);
    for (Graph graph :
        List.of(gpt2(2), graph("", "llama", sizes), graph(positions, "m", Map.of()))) {
      Plan plan = Plan.of(graph, Set.of());
      assertTrue(plan.steps().stream().anyMatch(step -> step instanceof Step.Multiply));
      for (Step step : plan.steps()) {
        if (step instanceof Step.Multiply) {
          assertEquals(Times.ALL_ROWS, plan.times(step), plan.toString());
        }
      }
    }
  }

  /** One layer: the bounds of deeper models are too wide to say anything. */
  @Test
  void everyValueOfGpt2() {
    Graph graph = gpt2(1);
    Plan plan = Plan.of(graph, Set.copyOf(graph.seen().values()));
    PlanVerifier.verify(plan);
    PlanVerifier.verify(Plan.of(graph, Set.of()));
    Compared compared = new Compared();
    for (long n : new long[] {1, 9, 0}) {
      Map<Symbol, Long> lengths = Models.lengths(graph, n);
      Map<Value, Tensor> data = Models.data(graph, lengths);
      compared.check(graph, plan, run(graph, plan, data, lengths), data, lengths);
    }
    compared.assertTight();
  }

  /** Every name replaced, every block inlined: the plan, and the bits, stay. */
  @Test
  void aFlatTwinHasTheSamePlanAndTheSameBits() {
    Graph graph = gpt2(2);
    Graph flat = graph(Print.flat(graph), "m", Map.of());
    Plan plan = Plan.of(graph, Set.of());
    Plan twin = Plan.of(flat, Set.of());
    assertEquals(nameless(plan), nameless(twin));
    Map<Symbol, Long> lengths = Models.lengths(graph, 9);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    Map<Value, Tensor> same = new IdentityHashMap<>();
    pair(
        graph.inputs().stream().map(Graph.Input::value).toList(),
        flat.inputs().stream().map(Graph.Input::value).toList(),
        data,
        same);
    pair(
        graph.weights().stream().map(Graph.Weight::value).toList(),
        flat.weights().stream().map(Graph.Weight::value).toList(),
        data,
        same);
    Tensor one = run(graph, plan, data, lengths).values().iterator().next();
    Tensor other = run(flat, twin, same, Models.lengths(flat, 9)).values().iterator().next();
    assertEquals(-1, one.data().mismatch(other.data()));
  }

  private static void pair(
      List<Value> from, List<Value> to, Map<Value, Tensor> data, Map<Value, Tensor> paired) {
    assertEquals(from.size(), to.size());
    for (int i = 0; i < from.size(); i++) {
      paired.put(to.get(i), data.get(from.get(i)));
    }
  }

  /** Without the paths, which stand second in each line; the length is called n0 there. */
  private static String nameless(Plan plan) {
    return plan.toString()
        .replaceAll("(?m)^(\\d+|weight|kept) +\\S+", "$1")
        .replaceAll(" +", " ")
        .replaceAll("\\bn0\\b", "n");
  }
}
