package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.RandomGraphs;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** Plans of random graphs against the interpreter, and against themselves. */
@Tag("lanes")
class RandomPlansTest {
  private static final long MEMORY = 1L << 30;

  @Test
  void plansComputeWhatTheEquationsSay() {
    RandomGraphs random = new RandomGraphs(4);
    Compared compared = new Compared();
    Map<String, Integer> kernels = new TreeMap<>();
    for (int round = 0; round < 160; round++) {
      Graph graph = random.graph();
      Plan all = Plan.of(graph, Set.copyOf(graph.seen().values()));
      Plan results = Plan.of(graph, Set.of());
      PlanVerifier.verify(all);
      PlanVerifier.verify(results);
      Plan unchained = Plan.unchained(graph, Set.copyOf(graph.seen().values()));
      for (Step step : all.steps()) {
        kernels.merge(step.getClass().getSimpleName(), 1, Integer::sum);
        if (step instanceof Step.Scan scan) {
          scan.body()
              .forEach(
                  m -> kernels.merge("scanned " + m.getClass().getSimpleName(), 1, Integer::sum));
        }
      }
      count(results, kernels);
      // One plan, one executor, many lengths; the buffers of one run hold another's rests.
      try (Executor one = new Executor(Kernels.select(), 1, Memory.of(MEMORY));
          Executor three = new Executor(Kernels.select(), 3, Memory.of(MEMORY));
          Executor scalar = new Executor(Kernels.scalar(), 2, Memory.of(MEMORY))) {
        List<Sequence> batch = new ArrayList<>();
        List<Map<Value, Tensor>> alone = new ArrayList<>();
        for (int length = 0; length < 4; length++) {
          Map<Atom.Symbol, Long> lengths =
              length == 3 ? Models.lengths(graph, 1) : random.lengths(graph);
          Map<Value, Tensor> data = random.data(graph, lengths);
          if (!batch.isEmpty()) {
            graph
                .weights()
                .forEach(w -> data.put(w.value(), batch.getFirst().inputs().get(w.value())));
          }
          Map<Value, Tensor> seen = run(one, all, data, lengths);
          compared.check(graph, all, seen, data, lengths);
          Compared.assertSameBits(seen, run(one, unchained, data, lengths), "chains");
          Compared.assertSameBits(seen, run(three, all, data, lengths), "three threads");
          Compared.assertSameBits(seen, run(scalar, all, data, lengths), "scalar kernels");
          Compared.assertSameBits(seen, run(one, all, data, lengths), "the second run");
          Compared.assertSameBits(run(three, results, data, lengths), seen, "nothing seen");
          batch.add(new Sequence(data, lengths));
          alone.add(seen);
        }
        for (Step step : all.steps()) {
          kernels.merge("batch: " + all.times(step), 1, Integer::sum);
        }
        all.before()
            .ifPresent(before -> kernels.merge("batch: ONCE", before.steps().size(), Integer::sum));
        assertSameBits(alone, one.run(all, batch, new Cancellation()), "a batch");
        assertSameBits(alone, three.run(all, batch, new Cancellation()), "a batch, three threads");
        assertSameBits(alone, scalar.run(all, batch, new Cancellation()), "a batch, scalar");
        batch.addFirst(batch.get(2));
        alone.addFirst(alone.get(2));
        List<Map<Value, Tensor>> few = three.run(results, batch, new Cancellation());
        for (int s = 0; s < few.size(); s++) {
          Compared.assertSameBits(few.get(s), alone.get(s), "a batch, nothing seen");
        }
      }
    }
    System.out.println("drawn: " + random.counts + "; steps: " + kernels);
    for (String construct :
        Set.of(
            "product of 2",
            "product of 3",
            "product of 4",
            "gate",
            "residual",
            "three of the same rows",
            "product in halves",
            "product of groups",
            "picked matrices",
            "picked matrices, summed",
            "activation",
            "softmax",
            "causal mask",
            "empty rows",
            "mask of data",
            "soft cap",
            "softmax inside a sum",
            "softmax over a grid",
            "two values by one pattern",
            "the scores' logsumexp",
            "the scores' greatest",
            "a sink in the divisor",
            "norm",
            "gather",
            "shifted read",
            "convolution",
            "convolution where",
            "convolution by definition",
            "convolution by definition where",
            "choose",
            "guarded reduction",
            "guarded softmax",
            "grouped read",
            "joined",
            "rank",
            "cumsum",
            "prefix mean",
            "recurrence",
            "recurrence from the end",
            "recurrence of another",
            "recurrence read at its place",
            "delta rule",
            "cell",
            "sum",
            "mean",
            "max",
            "min",
            "argmax",
            "logsumexp",
            "any",
            "all",
            "reduction over several",
            "no number")) {
      assertTrue(random.counts.getOrDefault(construct, 0) > 0, construct + " never came up");
    }
    assertTrue(kernels.get("Multiply") > 50, "too few products: " + kernels);
    assertTrue(kernels.getOrDefault("Chain", 0) > 5, "too few chains: " + kernels);
    for (Times times : Times.values()) {
      assertTrue(kernels.getOrDefault("batch: " + times, 0) > 20, times + " in " + kernels);
    }
    assertTrue(kernels.get("scanned Multiply") > 10, "too few products in scans: " + kernels);
    for (String fused : List.of("epilogue of 1", "epilogue of 2", "outputs: 3", "routed")) {
      assertTrue(kernels.getOrDefault(fused, 0) > 5, "too few of one " + fused + ": " + kernels);
    }
    compared.assertTight();
  }

  /** Counts what is computed on the blocks of products. */
  private static void count(Plan plan, Map<String, Integer> kernels) {
    for (Step step : plan.steps()) {
      if (step instanceof Step.Chain chain) {
        kernels.merge("chained loops", chain.loops().size(), Integer::sum);
        kernels.merge("inside chains", chain.inside().size(), Integer::sum);
        kernels.merge("chain of rows of " + chain.axes(), 1, Integer::sum);
      }
      if (step instanceof Step.Multiply(List<Step.Output> outputs)) {
        kernels.merge("outputs: " + outputs.size(), 1, Integer::sum);
        for (Step.Output output : outputs) {
          if (output.products().getFirst().product().route().isPresent()) {
            kernels.merge("routed", 1, Integer::sum);
          }
          output
              .epilogue()
              .ifPresent(
                  _ -> kernels.merge("epilogue of " + output.products().size(), 1, Integer::sum));
        }
      }
    }
  }

  private static Map<Value, Tensor> run(
      Executor executor, Plan plan, Map<Value, Tensor> data, Map<Atom.Symbol, Long> lengths) {
    plan.lowered().weights().forEach(w -> executor.bind(w.value(), data.get(w.value())));
    return executor.run(plan, data, lengths, new Cancellation());
  }

  private static void assertSameBits(
      List<Map<Value, Tensor>> some, List<Map<Value, Tensor>> all, String what) {
    assertEquals(some.size(), all.size());
    for (int s = 0; s < some.size(); s++) {
      Compared.assertSameBits(some.get(s), all.get(s), what);
    }
  }
}
