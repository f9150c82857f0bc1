package xfm.compiler.program;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.runtime.random.CounterRandom;
import xfm.runtime.tensor.Tensor;

/**
 * What weights are when no file gives them. The numbers depend on the seed and on a weight's place
 * among the graph's weights, not on its name.
 */
final class Initials {
  private Initials() {}

  /** The initial values of those weights that are wanted. */
  static Map<Value, Tensor> of(Graph graph, long seed, Predicate<Graph.Weight> wanted) {
    Map<Value, Tensor> weights = new IdentityHashMap<>();
    int place = 0;
    for (Graph.Weight weight : graph.weights()) {
      if (wanted.test(weight)) {
        weights.put(weight.value(), one(weight, seed, place));
      }
      place++;
    }
    return weights;
  }

  private static Tensor one(Graph.Weight weight, long seed, int place) {
    long[] shape = shape(weight.value());
    int elements = Math.toIntExact(product(shape));
    float[] values = new float[elements];
    switch (weight.initial()) {
      case Graph.Initial.Normal(double deviation) -> normal(values, seed, place, deviation);
      case Graph.Initial.Xavier() -> {
        long in = shape.length == 0 ? 1 : shape[0];
        long out = in == 0 ? 0 : elements / in;
        normal(values, seed, place, Math.sqrt(2.0 / Math.max(1, in + out)));
      }
      case Graph.Initial.Uniform(double from, double to) -> {
        for (int i = 0; i < elements; i++) {
          values[i] = (float) (from + (to - from) * CounterRandom.uniform(seed, place, i));
        }
      }
      case Graph.Initial.Formula(List<Atom.Index> left, Term body) ->
          formula(values, weight, left, body);
    }
    return Tensor.ofFloats(values, shape);
  }

  private static void normal(float[] values, long seed, int place, double deviation) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * CounterRandom.normal(seed, place, i));
    }
  }

  private static void formula(
      float[] values, Graph.Weight weight, List<Atom.Index> left, Term body) {
    if (body instanceof Term.Number(double value)) {
      Arrays.fill(values, (float) value);
      return;
    }
    Value target = new Value(weight.value().path(), body.kind(), weight.value().shape());
    Graph graph =
        new Graph(
            "initial",
            List.of(),
            List.of(),
            List.of(),
            List.of(new Equation(target, left, body, weight.span())),
            new LinkedHashMap<>(),
            Map.of());
    double[] computed = new Interp(graph).run(Map.of(), Map.of()).get(target);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) computed[i];
    }
  }

  /** What those weights take; the greatest long if it is more. */
  static long bytes(Graph graph, Predicate<Graph.Weight> wanted) {
    try {
      long sum = 0;
      for (Graph.Weight weight : graph.weights()) {
        if (wanted.test(weight)) {
          long elements = product(shape(weight.value()));
          sum = Math.addExact(sum, Math.multiplyExact(elements, Float.BYTES));
        }
      }
      return sum;
    } catch (ArithmeticException _) {
      return Long.MAX_VALUE;
    }
  }

  /** The sizes of a weight: all numbers. */
  static long[] shape(Value value) {
    return value.shape().stream().mapToLong(size -> size.constant().orElseThrow()).toArray();
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }
}
