package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Bounds;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Text;
import xfm.runtime.tensor.Tensor;

/** Runs of plans held against the interpreter. */
final class Compared {
  private long elements;
  private long tight;

  /** Every value of a run within the bounds of float32 of what the interpreter says. */
  void check(
      Graph graph,
      Plan plan,
      Map<Value, Tensor> actual,
      Map<Value, Tensor> data,
      Map<Atom.Symbol, Long> lengths) {
    Map<Value, double[]> expected = new Interp(graph).run(data, lengths);
    Map<Value, double[]> given = new IdentityHashMap<>();
    data.keySet().forEach(value -> given.put(value, expected.get(value)));
    Map<Value, Bounds.Array> bounds = new Bounds(graph).evaluate(given, lengths);
    for (Value value : actual.keySet()) {
      double[] values = expected.get(value);
      double[] errors = bounds.get(value).errors();
      float[] floats = actual.get(value).toFloats();
      assertArrayEquals(values, bounds.get(value).values(), 1e-9, "the bounds' own values");
      for (int i = 0; i < values.length; i++) {
        elements++;
        tight += errors[i] < 1e-3 * (1 + Math.abs(values[i])) ? 1 : 0;
        int place = i;
        assertTrue(
            (float) values[i] == floats[i] || Math.abs(values[i] - floats[i]) <= errors[i],
            () ->
                "%s at %d is %s and must be %s, within %s, for %s\n%s\n%s"
                    .formatted(
                        value,
                        place,
                        floats[place],
                        values[place],
                        errors[place],
                        lengths,
                        plan,
                        Text.of(plan.lowered())));
      }
    }
  }

  /**
   * Every equation by itself, from what the run gave it to read: so a deep model is held as tightly
   * as one equation, and what is decided on values is decided on the same ones.
   *
   * @param actual every value that an equation defines
   */
  void each(
      Graph graph,
      Plan plan,
      Map<Value, Tensor> actual,
      Map<Value, Tensor> data,
      Map<Atom.Symbol, Long> lengths) {
    Map<Value, Tensor> read = new IdentityHashMap<>(data);
    read.putAll(actual);
    for (Stage stage : Stages.of(graph.equations())) {
      List<Equation> equations = stage.equations();
      Graph part =
          new Graph(
              graph.name(),
              graph.lengths(),
              List.of(),
              List.of(),
              equations,
              new LinkedHashMap<>(),
              Map.of());
      Map<Value, Tensor> own = new IdentityHashMap<>();
      equations.forEach(e -> own.put(e.target(), read.remove(e.target())));
      check(part, plan, own, read, lengths);
      read.putAll(own);
    }
  }

  /** A bound that allows anything would test nothing. */
  void assertTight() {
    assertTrue(tight > 0.99 * elements, tight + " of " + elements + " bounds are tight");
  }
}
