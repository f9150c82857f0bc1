package xfm.compiler.program;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;
import xfm.runtime.text.Tokenizer;

/** Stub. */
public final class Model implements AutoCloseable {
  private final Graph graph;
  private final boolean loaded;
  private final Optional<Tokenizer> tokenizer;
  private Map<Value, Tensor> weights;

  Model(Graph graph, boolean loaded, Optional<Tokenizer> tokenizer) {
    this.graph = graph;
    this.loaded = loaded;
    this.tokenizer = tokenizer;
  }

  public String name() {
    return graph.name();
  }

  public Graph graph() {
    return graph;
  }

  public boolean loaded() {
    return loaded;
  }

  private Map<Value, Tensor> weights() {
    if (weights == null) {
      weights = Initials.all(graph, 0);
    }
    return weights;
  }

  public Map<String, Tensor> run(
      Map<String, Tensor> inputs, Set<String> see, Cancellation cancellation) {
    for (String path : see) {
      if (!graph.seen().containsKey(path)) {
        throw Diagnostic.of(Code.PATH, "nothing here is called `" + path + "`").raise();
      }
    }
    Inputs.Bound bound = Inputs.bind(graph, inputs);
    Map<Value, Tensor> all = new LinkedHashMap<>(bound.tensors());
    all.putAll(weights());
    cancellation.check();
    Map<Value, double[]> values = new Interp(graph).run(all, bound.lengths());
    cancellation.check();
    Map<String, Tensor> results = new LinkedHashMap<>();
    graph.results().forEach((name, value) -> results.put(name, tensor(value, values, bound)));
    see.forEach(path -> results.put(path, tensor(graph.seen().get(path), values, bound)));
    return results;
  }

  private static Tensor tensor(Value value, Map<Value, double[]> values, Inputs.Bound bound) {
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

  private Value find(String path) {
    return graph.weights().stream()
        .map(Graph.Weight::value)
        .filter(v -> v.path().equals(path))
        .findFirst()
        .orElseThrow(
            () -> Diagnostic.of(Code.PATH, "no weight is called `" + path + "`").raise());
  }

  public void set(String path, Tensor value) {
    weights().put(find(path), value);
  }

  public Tensor weight(String path) {
    return weights().get(find(path));
  }

  public Optional<Tokenizer> tokenizer() {
    return tokenizer;
  }

  public Account account() {
    return new Account(graph);
  }

  public String dump(DumpKind kind) {
    return kind + " of " + name() + "\n";
  }

  public OptionalInt start() {
    return OptionalInt.empty();
  }

  public OptionalInt stop() {
    return OptionalInt.empty();
  }

  @Override
  public void close() {}
}
