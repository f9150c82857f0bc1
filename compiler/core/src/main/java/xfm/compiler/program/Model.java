package xfm.compiler.program;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;
import xfm.runtime.text.Tokenizer;

/**
 * A model with its sizes known. Its weights are made, and its plan compiled, when they are first
 * needed. Not for use by several threads at once.
 */
public final class Model implements AutoCloseable {
  private static final long SEED = 0;

  private final Graph graph;
  private Map<Value, Tensor> weights;

  Model(Graph graph) {
    this.graph = graph;
  }

  public String name() {
    return graph.name();
  }

  public Graph graph() {
    return graph;
  }

  /** Whether the weights came from files; otherwise they are seeded initial values. */
  public boolean loaded() {
    return false;
  }

  public Optional<Tokenizer> tokenizer() {
    return Optional.empty();
  }

  /** The token that decoding begins with, where the checkpoint names one. */
  public OptionalInt start() {
    return OptionalInt.empty();
  }

  /** The token that ends a text, where the checkpoint names one. */
  public OptionalInt stop() {
    return OptionalInt.empty();
  }

  /**
   * One forward pass.
   *
   * @param inputs every input of the model by its name
   * @param see paths of other tensors to give back
   * @return the results by their names, and what was asked to be seen by its path
   */
  public Map<String, Tensor> run(
      Map<String, Tensor> inputs, Set<String> see, Cancellation cancellation) {
    Map<String, Value> wanted = new LinkedHashMap<>(graph.results());
    see.forEach(path -> wanted.put(path, find(path)));
    Inputs.Bound bound = Inputs.bind(graph, inputs);
    Map<Value, Tensor> given = new LinkedHashMap<>(bound.tensors());
    given.putAll(weights());
    cancellation.check();
    Map<Value, double[]> values = new Interp(graph).run(given, bound.lengths());
    Map<String, Tensor> found = new LinkedHashMap<>();
    wanted.forEach((name, value) -> found.put(name, tensor(value, values, given, bound)));
    return found;
  }

  private static Tensor tensor(
      Value value, Map<Value, double[]> values, Map<Value, Tensor> given, Inputs.Bound bound) {
    if (given.containsKey(value)) {
      return given.get(value);
    }
    double[] data = values.get(value);
    long[] shape =
        value.shape().stream()
            .mapToLong(size -> size.evaluate(atom -> bound.lengths().get(atom)))
            .toArray();
    if (value.kind() == Term.Kind.FLOAT) {
      float[] floats = new float[data.length];
      for (int i = 0; i < data.length; i++) {
        floats[i] = (float) data[i];
      }
      return Tensor.ofFloats(floats, shape);
    }
    int[] ints = new int[data.length];
    for (int i = 0; i < data.length; i++) {
      ints[i] = (int) data[i];
    }
    return Tensor.ofInts(ints, shape);
  }

  /** The weight under a path. */
  public Tensor weight(String path) {
    return weights().get(weightAt(path));
  }

  /** Puts another tensor of the same shape in a weight's place. */
  public void set(String path, Tensor tensor) {
    Value weight = weightAt(path);
    long[] shape = Initials.shape(weight);
    if (!Arrays.equals(shape, tensor.shape())) {
      throw Diagnostic.of(
              Code.SHAPE,
              "`" + path + "` is " + weight.shape() + ", and is given a tensor of shape "
                  + Arrays.toString(tensor.shape()))
          .raise();
    }
    weights().put(weight, tensor);
  }

  private Map<Value, Tensor> weights() {
    if (weights == null) {
      weights = Initials.all(graph, SEED);
    }
    return weights;
  }

  private Value weightAt(String path) {
    Value value = find(path);
    if (graph.weights().stream().noneMatch(w -> w.value() == value)) {
      throw Diagnostic.of(Code.PATH, "`" + path + "` is no weight").raise();
    }
    return value;
  }

  private Value find(String path) {
    Value value = graph.seen().get(path);
    if (value == null) {
      throw unknown(path, graph.seen().keySet());
    }
    return value;
  }

  private static XfmException unknown(String path, Set<String> known) {
    Diagnostic diagnostic = Diagnostic.of(Code.PATH, "nothing in the model is called `" + path + "`");
    return Nearest.suggest(path, known)
        .map(near -> diagnostic.help("did you mean `" + near + "`?"))
        .orElse(diagnostic)
        .raise();
  }

  public String dump(DumpKind kind) {
    return kind + " of " + name() + "\n";
  }

  public static Model find(java.nio.file.Path folder, Optional<java.nio.file.Path> xfm) {
    throw Diagnostic.of(Code.UNSUPPORTED, "not supported yet: finding a model").raise();
  }

  @Override
  public void close() {}
}
