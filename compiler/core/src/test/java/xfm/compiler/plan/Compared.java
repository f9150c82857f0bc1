package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Bounds;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Text;
import xfm.runtime.tensor.DType;
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
        tight += isTight(values[i], errors[i]) ? 1 : 0;
        int place = i;
        assertTrue(
            isNear(values[i], floats[i], errors[i]),
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

  /** How many equations in a row a plan computes at one go, from what the first of them reads. */
  private static final int FUSED = 3;

  /**
   * Every equation by itself, from what the run gave it to read: so a deep model is held as tightly
   * as one equation, and what is decided on values is decided on the same ones. A step that takes
   * several equations at one go rounds on its own what is between them; so what is not within the
   * bound of its equation is allowed the same errors in what it reads.
   *
   * @param actual every value that an equation defines
   */
  void each(
      Graph graph,
      Plan plan,
      Map<Value, Tensor> actual,
      Map<Value, Tensor> data,
      Map<Atom.Symbol, Long> lengths) {
    List<Graph> parts =
        Stages.of(graph.equations()).stream().map(stage -> part(graph, stage)).toList();
    Map<Value, double[]> read = new IdentityHashMap<>();
    data.forEach((value, tensor) -> read.put(value, doubles(tensor)));
    actual.forEach((value, tensor) -> read.put(value, doubles(tensor)));
    Map<Value, double[]> expected = new IdentityHashMap<>();
    for (Graph part : parts) {
      Map<Value, double[]> values = new Interp(part).evaluate(others(part, read), lengths);
      targets(part).forEach(target -> expected.put(target, values.get(target)));
    }
    Map<Value, double[]> errors = new IdentityHashMap<>();
    List<Value> off = parts.stream().flatMap(part -> targets(part).stream()).toList();
    for (int fused = 1; fused <= FUSED && !off.isEmpty(); fused++) {
      errors = errors(parts, read, errors, lengths);
      if (fused == 1) {
        errors.forEach((value, own) -> count(expected.get(value), own));
      }
      Map<Value, double[]> allowed = errors;
      off =
          off.stream()
              .filter(v -> tooFar(expected.get(v), read.get(v), allowed.get(v)) >= 0)
              .toList();
    }
    for (Value value : off) {
      int place = tooFar(expected.get(value), read.get(value), errors.get(value));
      fail(
          "%s at %d is %s and must be %s, within %s, for %s\n%s"
              .formatted(
                  value,
                  place,
                  read.get(value)[place],
                  expected.get(value)[place],
                  errors.get(value)[place],
                  lengths,
                  plan));
    }
  }

  /** The errors of each part alone, where what it reads has some already. */
  private static Map<Value, double[]> errors(
      List<Graph> parts,
      Map<Value, double[]> read,
      Map<Value, double[]> before,
      Map<Atom.Symbol, Long> lengths) {
    Map<Value, double[]> errors = new IdentityHashMap<>();
    for (Graph part : parts) {
      Map<Value, Bounds.Array> given = new IdentityHashMap<>();
      others(part, read)
          .forEach((value, values) ->
              given.put(
                  value,
                  new Bounds.Array(values, before.getOrDefault(value, new double[values.length]))));
      Map<Value, Bounds.Array> bounds;
      try {
        bounds = new Bounds(part).evaluateWithin(given, lengths);
      } catch (Bounds.Undecided e) {
        // What is decided, the plan decides on the values that it shows.
        targets(part)
            .forEach(target ->
                errors.put(target, Optional.ofNullable(before.get(target)).orElseThrow(() -> e)));
        continue;
      }
      targets(part).forEach(target -> errors.put(target, bounds.get(target).errors()));
    }
    return errors;
  }

  private void count(double[] expected, double[] errors) {
    for (int i = 0; i < expected.length; i++) {
      elements++;
      tight += isTight(expected[i], errors[i]) ? 1 : 0;
    }
  }

  /** The first place where a value is too far off; −1 if none is. */
  private static int tooFar(double[] expected, double[] actual, double[] errors) {
    for (int i = 0; i < expected.length; i++) {
      if (!isNear(expected[i], actual[i], errors[i])) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isTight(double value, double error) {
    return Double.isNaN(value) || error < 1e-3 * (1 + Math.abs(value));
  }

  /** What is no number must be none. */
  private static boolean isNear(double expected, double actual, double error) {
    return Double.isNaN(expected)
        ? Double.isNaN(actual)
        : (float) expected == (float) actual || Math.abs(expected - actual) <= error;
  }

  private static Graph part(Graph graph, Stage stage) {
    return new Graph(
        graph.name(),
        graph.lengths(),
        List.of(),
        List.of(),
        stage.equations(),
        new LinkedHashMap<>(),
        Map.of());
  }

  private static List<Value> targets(Graph part) {
    return part.equations().stream().map(Equation::target).toList();
  }

  /** All values but those that the part defines. */
  private static Map<Value, double[]> others(Graph part, Map<Value, double[]> values) {
    Map<Value, double[]> others = new IdentityHashMap<>(values);
    targets(part).forEach(others::remove);
    return others;
  }

  private static double[] doubles(Tensor tensor) {
    float[] floats = tensor.toFloats();
    double[] doubles = new double[floats.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }

  /**
   * @param found of which each value must be just what the other run says
   * @param what may have changed it
   */
  static void assertSameBits(Map<Value, Tensor> found, Map<Value, Tensor> expected, Object what) {
    found.forEach((value, tensor) -> {
      Tensor other = expected.get(value);
      assertEquals(other.dtype(), tensor.dtype());
      assertArrayEquals(other.shape(), tensor.shape(), value.path());
      if (tensor.dtype() == DType.F32) {
        // Of NaNs only that they are NaN.
        assertArrayEquals(other.toFloats(), tensor.toFloats(), () -> value + " changes: " + what);
      } else {
        assertEquals(-1, other.data().mismatch(tensor.data()), () -> value + " changes: " + what);
      }
    });
  }

  /** A bound that allows anything would test nothing. */
  void assertTight() {
    assertTrue(tight > 0.99 * elements, tight + " of " + elements + " bounds are tight");
  }
}
