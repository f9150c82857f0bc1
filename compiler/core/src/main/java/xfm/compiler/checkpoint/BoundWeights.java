package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.io.Printable;
import xfm.runtime.tensor.Tensor;

/** Every weight with its tensor in the files, all shapes agreeing; nothing is read yet. */
public final class BoundWeights {
  private final Checkpoint files;
  private final Map<Route, List<String>> sources;

  BoundWeights(Checkpoint files, Map<Route, List<String>> sources) {
    this.files = files;
    this.sources = sources;
  }

  /**
   * Weights in memory, which the garbage collector frees.
   *
   * @param weights float32
   * @param warnings about weights that hold infinities or what is no number
   */
  public record Loaded(Map<Value, Tensor> weights, List<String> warnings) {}

  /** Which tensors of the files each weight comes from, by the path of the weight. */
  public Map<String, List<String>> names() {
    Map<String, List<String>> names = new LinkedHashMap<>();
    sources.forEach(
        (route, from) -> route.weights().forEach(weight -> names.put(weight.value().path(), from)));
    return names;
  }

  /**
   * Reads all weights, widened to float32.
   *
   * @throws xfm.runtime.io.FormatException if a file was changed meanwhile
   */
  public Loaded load() {
    Map<Value, Tensor> weights = new LinkedHashMap<>();
    List<String> warnings = new ArrayList<>();
    sources.forEach((route, from) -> {
      List<Tensor> parts = Widening.read(files, from, route.steps());
      for (int i = 0; i < parts.size(); i++) {
        Graph.Weight weight = route.weights().get(i);
        long odd = Widening.odd(parts.get(i));
        if (odd > 0) {
          warnings.add(
              "the weight "
                  + weight.value().path()
                  + " ("
                  + Printable.quote(from.getFirst())
                  + (from.size() > 1 ? ", …" : "")
                  + ") has "
                  + odd
                  + (odd == 1 ? " element that is" : " elements that are")
                  + " infinite or not a number");
        }
        weights.put(weight.value(), parts.get(i));
      }
    });
    return new Loaded(weights, warnings);
  }
}
