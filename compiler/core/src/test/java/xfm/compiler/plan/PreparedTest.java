package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.exec.CancelledException;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** What depends on weights alone is computed once, and kept. */
class PreparedTest {
  private static final String MODEL =
      """
      block normed(x: [n, d], out: int) -> [n, out] {
        weight v: [d, out]
        weight g: [out]
        w[a, b] = v[a, b] / sqrt(sum[c](v[c, b] ** 2)) * g[b]
        return y[i, b] = x[i, a] * w[a, b]
      }
      block merged(x: [n, d], out: int, r: int) -> [n, out] {
        weight w: [d, out]
        weight down: [d, r]
        weight up: [r, out]
        m[a, b] = w[a, b] + sum[k](down[a, k] * up[k, b])
        return y[i, b] = x[i, a] * m[a, b]
      }
      model prepared(tokens: [n <= 400] token(11), d: int = 32) -> [n, 11] {
        weight letter: [11, d]
        weight place: [400, d]
        near[p, a] = place[p, a] / sqrt(mean[c](place[p, c] ** 2) + 1e-6)
        x[i: n, a] = letter[tokens[i], a] + near[i, a]
        repeat 2 as layer[l] {
          x += attention(x, heads = 4, mask = causal, score = alibi(heads = 4))
          x += normed(x, out = d)
          x += merged(x, out = d, r = 4)
        }
        return logits[i, w] = x[i, a] * letter[w, a]
      }
      """;

  private final Graph graph = graph();
  private final Plan plan = Plan.of(graph, Set.of());
  private final Map<Symbol, Long> lengths = Models.lengths(graph, 7);
  private final Map<Value, Tensor> data = Models.data(graph, lengths);
  private final Value logits = graph.results().get("logits");

  /** Weight-normalised and merged matrices, slopes, a normalised table of places. */
  static Graph graph() {
    return Written.graph(MODEL, Map.of());
  }

  private Executor executor(Map<Value, Tensor> weights) {
    Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30));
    graph.weights().forEach(w -> executor.bind(w.value(), weights.get(w.value())));
    return executor;
  }

  private Map<Value, Tensor> run(Executor executor, Plan of, Cancellation cancellation) {
    return executor.run(of, data, lengths, cancellation);
  }

  @Test
  void noRunComputesIt() {
    assertTrue(plan.steps().stream().noneMatch(step -> plan.times(step) == Times.ONCE));
    String text = plan.toString();
    assertTrue(
        text.contains("kept layer[1].normed.w [32, 32]: packed inner [0], columns [1]\n"), text);
    assertTrue(
        text.contains("kept layer[0].merged.m [32, 32]: packed inner [0], columns [1]\n"), text);
    assertTrue(text.matches("(?s).*layer\\[0].normed.w +\\[32, 32] +once .* kept\n.*"), text);
  }

  /** What a run is refused for is the larger of what it takes and what precedes the first. */
  @Test
  void thePlanSaysWhatIsTakenBeforeTheFirstRun() {
    String text =
        """
        model m(x: [n <= 4, 8]) -> [n, 8] {
          weight a: [8, 100]
          weight b: [100, 8]
          large[i, j] = tanh(a[i, j])
          w[i, c] = large[i, j] * b[j, c]
          return y[i, c] = x[i, k] * w[k, c]
        }
        """;
    String plan = Plan.of(Written.graph(text, Map.of()), Set.of()).toString();
    assertEquals(
        """
        at most, n = 4: values 256 bytes, packed weights 0, kept 1,024, results 128; besides, scratch of kernels
        before the first run: values 3,456 bytes, packed weights 12,800, kept 1,024, results 0; besides, scratch of kernels
        """,
        plan.substring(plan.indexOf("at most")));
  }

  @Test
  void itIsMadeAnewWhenAWeightIsReplaced() {
    Value up = graph.seen().get("layer[1].merged.up");
    Tensor other = Tensor.ofFloats(new float[4 * 32], 4, 32);
    Map<Value, Tensor> changed = new IdentityHashMap<>(data);
    changed.put(up, other);
    try (Executor executor = executor(data);
        Executor fresh = executor(changed)) {
      float[] before = run(executor, plan, new Cancellation()).get(logits).toFloats();
      executor.bind(up, other);
      float[] after = run(executor, plan, new Cancellation()).get(logits).toFloats();
      assertFalse(Arrays.equals(before, after));
      assertArrayEquals(run(fresh, plan, new Cancellation()).get(logits).toFloats(), after);
    }
  }

  @Test
  void whatIsSeenOfItOutlivesTheExecutor() {
    Value matrix = graph.seen().get("layer[0].merged.m");
    Plan seen = Plan.of(graph, Set.of(matrix));
    Tensor first;
    try (Executor executor = executor(data)) {
      Plan all = Plan.of(graph, Set.copyOf(graph.seen().values()));
      Map<Value, Tensor> every = run(executor, all, new Cancellation());
      Compared compared = new Compared();
      compared.each(graph, all, every, data, lengths);
      compared.assertTight();
      Map<Value, Tensor> found = run(executor, seen, new Cancellation());
      found.forEach((value, tensor) ->
          assertArrayEquals(every.get(value).toFloats(), tensor.toFloats(), value.path()));
      first = found.get(matrix);
      // Two plans in turn, each with what it has prepared.
      for (int round = 0; round < 3; round++) {
        assertArrayEquals(
            found.get(logits).toFloats(),
            run(executor, plan, new Cancellation()).get(logits).toFloats());
        List<Map<Value, Tensor>> both =
            executor.run(
                seen,
                List.of(new Sequence(data, lengths), new Sequence(data, lengths)),
                new Cancellation());
        assertArrayEquals(first.toFloats(), both.get(1).get(matrix).toFloats());
      }
    }
    assertEquals(32 * 32, first.toFloats().length);
  }

  @Test
  void aRunThatWasCancelledWhileItWasMadeLeavesNothingHalf() {
    try (Executor executor = executor(data);
        Executor other = executor(data)) {
      float[] whole = run(other, plan, new Cancellation()).get(logits).toFloats();
      for (int stop = 2; stop < 12; stop++) {
        AtomicInteger polls = new AtomicInteger();
        int last = stop;
        Cancellation cancellation =
            new Cancellation(() -> {
              if (polls.incrementAndGet() == last) {
                throw new CancelledException();
              }
            });
        assertThrows(CancelledException.class, () -> run(executor, plan, cancellation));
      }
      assertArrayEquals(whole, run(executor, plan, new Cancellation()).get(logits).toFloats());
    }
  }
}
