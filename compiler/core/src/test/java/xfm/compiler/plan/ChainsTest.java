package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.exec.CancelledException;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** Loops over the same rows run block by block; those that look at another row do not. */
class ChainsTest {
  private static final String NORM =
      """
      model m(x: [n, 300]) -> [n, 300] {
        weight gain: [300]
        middle[i] = mean[a](x[i, a])
        spread[i] = mean[a]((x[i, a] - middle[i]) ** 2)
        return y[i, a] = (x[i, a] - middle[i]) / sqrt(spread[i] + 1e-5) * gain[a]
      }
      """;

  private static final String SHIFTED =
      """
      model m(x: [n, 40]) -> [n, 40] {
        weight gain: [40]
        twice[i, a] = sin(x[i, a]) * gain[a] + x[i, a]
        most[i] = max[a](twice[i, a])
        scaled[i, a] = twice[i, a] / (most[i] + 4)
        return step[i: n, a] = (scaled[i - 1, a] else 0) - scaled[i, a] * most[i]
      }
      """;

  /** A softmax that no attention takes: its sums are used again. */
  private static final String HEADS =
      """
      model m(x: [3, n, 5000]) -> [3, n, 5000] {
        sums[h, i] = sum[j](exp(x[h, i, j]))
        part[h, i, j] = exp(x[h, i, j]) / sums[h, i]
        return y[h, i, j] = part[h, i, j] + (h + 1) * sums[h, i]
      }
      """;

  private static Graph graph(String text) {
    return Written.graph(text, Map.of());
  }

  private static Set<Value> named(Graph graph, String... names) {
    return Set.of(names).stream().map(graph.seen()::get).collect(Collectors.toSet());
  }

  private static List<Integer> lengths(Plan plan) {
    return plan.steps().stream().map(step -> step.equations().size()).toList();
  }

  private static List<Map<Value, Tensor>> run(
      Plan plan, List<Sequence> batch, int threads, Cancellation cancellation) {
    try (Executor executor = new Executor(Kernels.select(), threads, Memory.of(1L << 30))) {
      plan.lowered()
          .weights()
          .forEach(w -> executor.bind(w.value(), batch.getFirst().inputs().get(w.value())));
      return executor.run(plan, batch, cancellation);
    }
  }

  /** Alone and in a batch, at any number of threads, what single loops make. */
  private static void assertSameBits(String text, long... lengths) {
    Graph graph = graph(text);
    List<Sequence> batch = new ArrayList<>();
    for (long length : lengths) {
      Map<Symbol, Long> own = Models.lengths(graph, length);
      batch.add(new Sequence(Models.data(graph, own), own));
    }
    Plan chained = Plan.of(graph, Set.of());
    Plan seen = Plan.of(graph, Set.copyOf(graph.seen().values()));
    PlanVerifier.verify(chained);
    PlanVerifier.verify(seen);
    assertTrue(chained.steps().stream().anyMatch(Step.Chain.class::isInstance), chained.toString());
    Plan single = Plan.unchained(graph, Set.copyOf(graph.seen().values()));
    List<Map<Value, Tensor>> expected = run(single, batch, 1, new Cancellation());
    for (int threads = 1; threads <= 3; threads++) {
      for (Plan plan : List.of(chained, seen)) {
        List<Map<Value, Tensor>> together = run(plan, batch, threads, new Cancellation());
        for (int s = 0; s < batch.size(); s++) {
          Compared.assertSameBits(together.get(s), expected.get(s), plan);
          List<Sequence> one = List.of(batch.get(s));
          Compared.assertSameBits(
              run(plan, one, threads, new Cancellation()).getFirst(), expected.get(s), plan);
        }
      }
    }
  }

  @Test
  void aNormIsOneStepThatReadsItsRowsOnce() {
    Plan plan = Plan.of(graph(NORM), Set.of());
    assertEquals(List.of(4), lengths(plan), plan.toString());
    assertEquals(
        """
        step value in memory batch kernel FLOPs bytes buffer
        1 middle [n] rows chained loop of 1, folds on vectors 300 * n 1200 * n inside
        1 spread [n] rows chained loop of 1, folds on vectors 1200 * n 0 inside
        1 y~1 [n] rows chained loop of 1 on vectors 2 * n 0 inside
        1 y [n, 300] rows chained loop of 2 on vectors 900 * n 1200 * n + 1200 0
        """,
        plan.toString().split("\nFLOPs in all")[0].replaceAll(" +", " "));
    assertEquals(1, plan.buffers().size(), plan.toString());
  }

  @Test
  void aNormHasTheBitsOfItsLoops() {
    assertSameBits(NORM, 1000, 1, 0, 217, 5);
  }

  @Test
  void aRowOfAnotherPlaceEndsAChain() {
    Plan plan = Plan.of(graph(SHIFTED), Set.of());
    assertEquals(List.of(3, 1), lengths(plan), plan.toString());
    // Once for all sequences, and once for each: the first row of each has none before it.
    assertSameBits(SHIFTED, 700, 3, 1, 0, 2000, 64);
  }

  @Test
  void whatSomebodySeesHasMemoryOfItsOwn() {
    Graph graph = graph(NORM);
    Plan plan = Plan.of(graph, named(graph, "spread"));
    assertEquals(List.of(4), lengths(plan));
    assertTrue(plan.steps().getFirst() instanceof Step.Chain chain && chain.inside().size() == 2);
    Map<Symbol, Long> lengths = Models.lengths(graph, 500);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
      graph.weights().forEach(w -> executor.bind(w.value(), data.get(w.value())));
      Compared compared = new Compared();
      compared.check(
          graph, plan, executor.run(plan, data, lengths, new Cancellation()), data, lengths);
      compared.assertTight();
    }
  }

  /** A row of 3 × 5000 is more than one wants of a block; rows of 5000 are shared out better. */
  @Test
  void largeRowsAreSplitAlongTheNextAxis() {
    Graph graph = graph(HEADS);
    Plan plan = Plan.of(graph, Set.of());
    assertTrue(
        plan.steps().stream().anyMatch(s -> s instanceof Step.Chain chain && chain.axes() == 2),
        plan.toString());
    assertSameBits(HEADS, 9, 1, 40);
  }

  /** Too few rows for the workers along the first axis, not along the first two. */
  @Test
  void shortAxesAreSharedOutTogether() {
    String text =
        """
        model m(x: [2, 5, 3000]) -> [2, 5, 3000] {
          weight shift: [5]
          return y[h, i, a] = sin(x[h, i, a]) * (h + 2 * i) + shift[i] + x[1 - h, i, 2999 - a]
        }
        """;
    Graph graph = graph(text);
    Plan plan = Plan.of(graph, Set.of());
    PlanVerifier.verify(plan);
    assertTrue(
        plan.steps().getFirst() instanceof Step.Loop loop && loop.nest().axes().size() == 2,
        plan.toString());
    Map<Symbol, Long> none = Map.of();
    List<Sequence> batch = List.of(new Sequence(Models.data(graph, none), none));
    Plan single = Plan.unchained(graph, Set.of());
    for (int threads = 1; threads <= 3; threads++) {
      Compared.assertSameBits(
          run(plan, batch, threads, new Cancellation()).getFirst(),
          run(single, batch, 1, new Cancellation()).getFirst(),
          plan);
    }
  }

  /** The product stands between the loops, needs the first and is not needed by the second. */
  @Test
  void loopsMeetAcrossStepsThatTheyDoNotNeed() {
    String text =
        """
        model m(x: [n, 30]) -> [n, 30] {
          weight up, down: [30, 30]
          weight gain: [30]
          size[i] = mean[a](x[i, a] ** 2)
          y[i, a] = x[i, a] / sqrt(size[i] + 1e-5)
          q[i, b] = y[i, a] * up[a, b]
          w[i] = max[a](x[i, a] * gain[a])
          u[i, a] = exp(x[i, a] - w[i])
          return z[i, b] = u[i, a] * down[a, b] + q[i, b]
        }
        """;
    Plan plan = Plan.of(graph(text), Set.of());
    assertTrue(plan.steps().getFirst() instanceof Step.Chain, plan.toString());
    assertTrue(
        plan.steps().stream().skip(1).allMatch(Step.Multiply.class::isInstance), plan.toString());
    assertSameBits(text, 300, 2, 33);
  }

  @Test
  void theVerifierSeesValuesThatShareABlock() {
    Plan plan = Plan.of(graph(NORM), Set.of());
    PlanVerifier.verify(plan);
    assertThrows(
        AssertionError.class,
        () -> PlanVerifier.verify(plan, plan::buffer, (_, v) -> v.path().equals("y") ? null : 0));
  }

  @Test
  void chainsAllocateNothing() {
    Graph graph = graph(NORM);
    Plan plan = Plan.of(graph, Set.of());
    Map<Symbol, Long> lengths = Models.lengths(graph, 50);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // On one thread: that whose allocations are counted.
    try (Executor executor = new Executor(Kernels.select(), 1, Memory.of(1L << 30))) {
      graph.weights().forEach(w -> executor.bind(w.value(), data.get(w.value())));
      long allocated = Long.MAX_VALUE;
      // Until C2 has compiled the loops, every vector is an object. The result takes some.
      for (int run = 0; run < 20_000 && allocated >= 3_000; run++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        executor.run(plan, data, lengths, new Cancellation());
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertTrue(allocated < 3_000, allocated + " bytes");
    }
  }

  @Test
  void aChainCanBeCancelled() {
    Graph graph = graph(NORM);
    Plan plan = Plan.of(graph, Set.of());
    Map<Symbol, Long> lengths = Models.lengths(graph, 20_000);
    List<Sequence> batch = List.of(new Sequence(Models.data(graph, lengths), lengths));
    for (int threads = 1; threads <= 2; threads++) {
      int[] polls = {0};
      Cancellation afterSome =
          new Cancellation(() -> {
            if (++polls[0] > 4) {
              throw new CancelledException();
            }
          });
      int own = threads;
      assertThrows(CancelledException.class, () -> run(plan, batch, own, afterSome));
    }
  }

  @Test
  void whatFailsIsNamed() {
    String text =
        """
        model m(x: [n, 3], by: [n] int) -> [n, 3] {
          most[i] = max[a](x[i, a])
          which[i] = 7 // by[i]
          return y[i, a] = x[i, a] - most[i] + which[i] * which[i]
        }
        """;
    Graph graph = graph(text);
    Plan plan = Plan.of(graph, named(graph, "which"));
    assertTrue(plan.steps().getFirst() instanceof Step.Chain, plan.toString());
    Map<Symbol, Long> lengths = Models.lengths(graph, 4);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    data.put(graph.inputs().getLast().value(), Tensor.ofInts(new int[] {1, 2, 0, 3}, 4));
    XfmException e =
        assertThrows(
            XfmException.class,
            () -> run(plan, List.of(new Sequence(data, lengths)), 2, new Cancellation()));
    assertTrue(e.getMessage().startsWith("in which"), e.getMessage());
  }
}
