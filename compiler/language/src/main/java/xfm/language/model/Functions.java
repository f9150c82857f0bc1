package xfm.language.model;

import com.oracle.truffle.api.nodes.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.value.Axes;
import xfm.language.value.TensorValue;
import xfm.language.value.XfmRecord;
import xfm.runtime.tensor.Tensor;

/** What one equation or function was made into, for the shapes and numbers that it met last. */
final class Functions {
  /** A loop over lengths makes a function for each: older ones are dropped. */
  private static final int KEPT = 16;

  private final Map<List<Object>, Model> made = new LinkedHashMap<>();

  /** The function for a key, made where there is none. */
  Model get(List<Object> key, XfmContext context, Supplier<Model> make) {
    Model known = made.remove(key);
    Model model = known == null ? context.own(make.get()) : known;
    made.put(key, model);
    if (made.size() > KEPT) {
      List<Object> oldest = made.keySet().iterator().next();
      context.release(made.remove(oldest));
    }
    return model;
  }

  /** Its results for these inputs: one alone, or a record. */
  static Object run(Model model, Map<String, Tensor> inputs, Node location) {
    Map<String, Tensor> results = model.run(inputs, Set.of(), Runs.cancellation(location));
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    results.forEach((name, tensor) -> {
      Axes axes = SeenAxes.of(model, model.graph().results().get(name), Map.of());
      fields.put(name, TensorValue.of(tensor, Optional.of(axes)));
    });
    return fields.size() == 1 ? fields.firstEntry().getValue() : new XfmRecord(fields);
  }

  /** Whether a value can be read by an equation: a number, a tensor, nested lists of numbers. */
  static Optional<Object> operand(Object value, String name) {
    return switch (value) {
      case Long _, Double _, Boolean _ -> Optional.of(value);
      case TensorValue tensor -> Optional.of(tensor.tensor());
      default ->
          xfm.language.value.Values.sequence(value)
              .map(_ -> Nested.tensor(value, "`" + name + "`"));
    };
  }
}
