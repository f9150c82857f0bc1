package xfm.compiler.rewrite;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Bounds;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.RandomGraphs;
import xfm.compiler.ir.Value;

/** Each pass keeps a graph legal and every value what it was. */
class PassesTest {
  /** From float32's roundings, which the bounds are of, to double's; twice, for both sides. */
  private static final double TO_DOUBLE = 0x1p-28;

  @Test
  void everyPassKeepsEveryValue() {
    RandomGraphs random = new RandomGraphs(20261121);
    for (int round = 0; round < 150; round++) {
      Graph graph = random.graph();
      Map<Atom.Symbol, Long> lengths = random.lengths(graph);
      Map<Value, double[]> data = new IdentityHashMap<>();
      var tensors = random.data(graph, lengths);
      Map<Value, double[]> expected = new Interp(graph).run(tensors, lengths);
      tensors.keySet().forEach(value -> data.put(value, expected.get(value)));
      Map<Value, Bounds.Array> bounds = new Bounds(graph).evaluate(data, lengths);
      check(graph, Set.copyOf(graph.seen().values()), data, lengths, expected, bounds);
      check(graph, Set.of(), data, lengths, expected, bounds);
    }
  }

  private static void check(
      Graph graph,
      Set<Value> keep,
      Map<Value, double[]> data,
      Map<Atom.Symbol, Long> lengths,
      Map<Value, double[]> expected,
      Map<Value, Bounds.Array> bounds) {
    Set<Value> wanted = new HashSet<>(keep);
    wanted.addAll(graph.results().values());
    Passes.stages(graph, keep)
        .forEach((name, stage) -> {
          Verifier.check(stage);
          Map<Value, double[]> actual = new Interp(stage).evaluate(data, lengths);
          for (Value value : wanted) {
            check(name, value, actual.get(value), expected.get(value), bounds.get(value), stage);
          }
        });
  }

  private static void check(
      String pass, Value value, double[] actual, double[] expected, Bounds.Array bounds, Graph at) {
    for (int i = 0; i < expected.length; i++) {
      double error = bounds.errors()[i] * TO_DOUBLE;
      boolean fits =
          actual[i] == expected[i]
              || Math.abs(actual[i] - expected[i]) <= error + 1e-300
              || Double.isNaN(actual[i]) && Double.isNaN(expected[i]);
      int place = i;
      assertTrue(
          fits,
          () ->
              "after %s, %s at %d is %s and was %s (within %s)\n%s"
                  .formatted(
                      pass, value, place, actual[place], expected[place], error, Text.of(at)));
    }
  }
}
