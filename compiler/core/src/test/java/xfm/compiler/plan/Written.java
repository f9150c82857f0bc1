package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Renderer;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interp;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.print.Print;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

/**
 * A program with one model, run in every way there is: by the interpreter, by a plan that keeps
 * every value and one that keeps the results alone, and the same of its flat twin, of which the
 * plan must be the same. What was not given is drawn at random.
 */
public final class Written {
  private final String text;
  private final Map<String, Object> settings = new HashMap<>();
  private final Map<String, double[]> data = new HashMap<>();
  private final Map<String, Long> lengths = new HashMap<>();
  private final Map<String, double[]> seen = new HashMap<>();
  private boolean ran;

  private Written(String text) {
    this.text = text;
  }

  /** A text that must be without errors. */
  public static Written of(String text) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    assertEquals("", Renderer.plain(program.check()));
    return new Written(text);
  }

  /** A program of {@code tests/golden/programs}. */
  public static Written golden(String name) {
    try {
      return of(Files.readString(Path.of("../../tests/golden/programs", name + ".xfm")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Written set(String parameter, Object value) {
    settings.put(parameter, value);
    return this;
  }

  public Written length(String name, long value) {
    lengths.put(name, value);
    return this;
  }

  /** What an input or a weight holds. */
  public Written with(String name, double... values) {
    data.put(name, values);
    return this;
  }

  /** What the plan computed, or an input or a weight, by its path. */
  public double[] see(String path) {
    run();
    double[] values = seen.get(path);
    if (values == null) {
      throw new IllegalArgumentException("nothing is seen at " + path + ", but " + seen.keySet());
    }
    return values;
  }

  /** The last model of a text. */
  static Graph graph(String text, Map<String, Object> settings) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    Item.Declaration model = program.declaration(program.models().getLast()).orElseThrow();
    return program.graph(model, settings, model.span());
  }

  private void run() {
    if (ran) {
      return;
    }
    ran = true;
    Graph graph = graph(text, settings);
    Map<Symbol, Long> sizes = new IdentityHashMap<>();
    graph.lengths().forEach(s -> sizes.put(s, lengths.getOrDefault(s.name(), 5L)));
    Map<Value, Tensor> bound = new IdentityHashMap<>();
    Random random = new Random(3);
    graph.inputs().forEach(i -> bound.put(i.value(), tensor(i.value(), i.below(), sizes, random)));
    graph
        .weights()
        .forEach(w -> bound.put(w.value(), tensor(w.value(), Optional.empty(), sizes, random)));
    Plan plan = Plan.of(graph, Set.copyOf(graph.seen().values()));
    Map<Value, Tensor> all = execute(plan, bound, sizes);
    Map<Value, double[]> expected = new Interp(graph).run(bound, sizes);
    graph
        .seen()
        .forEach((path, value) -> {
          seen.put(path, doubles(all.get(value)));
          assertClose(path, expected.get(value), doubles(all.get(value)));
        });
    Plan results = Plan.of(graph, Set.of());
    Map<Value, Tensor> alone = execute(results, bound, sizes);
    graph
        .results()
        .forEach(
            (name, value) -> assertClose(name, expected.get(value), doubles(alone.get(value))));
    twin(graph, results, bound, alone, sizes);
  }

  private static void twin(
      Graph graph,
      Plan plan,
      Map<Value, Tensor> bound,
      Map<Value, Tensor> results,
      Map<Symbol, Long> sizes) {
    String text = Print.flat(graph);
    Program program = Program.of(Parser.parse(new Source("flat.xfm", text)), Optional.empty());
    assertEquals("", Renderer.plain(program.check()), text);
    Graph flat = graph(text, Map.of());
    assertEquals(text, Print.flat(flat));
    Plan twin = Plan.of(flat, Set.of());
    assertEquals(nameless(plan), nameless(twin));
    Map<Value, Tensor> same = new IdentityHashMap<>();
    for (int i = 0; i < graph.inputs().size(); i++) {
      same.put(flat.inputs().get(i).value(), bound.get(graph.inputs().get(i).value()));
    }
    for (int i = 0; i < graph.weights().size(); i++) {
      same.put(flat.weights().get(i).value(), bound.get(graph.weights().get(i).value()));
    }
    Map<Symbol, Long> flatSizes = new IdentityHashMap<>();
    for (int i = 0; i < graph.lengths().size(); i++) {
      flatSizes.put(flat.lengths().get(i), sizes.get(graph.lengths().get(i)));
    }
    Map<Value, Tensor> again = execute(twin, same, flatSizes);
    graph
        .results()
        .forEach((name, value) ->
            assertEquals(
                -1,
                results.get(value).data().mismatch(again.get(flat.results().get(name)).data()),
                name));
  }

  /** Without the names of values and lengths. */
  private static String nameless(Plan plan) {
    return plan.toString()
        .replaceAll("(?m)^(\\d+|weight|kept) +\\S+", "$1")
        .replaceAll("\\b(?!max|min)[a-z]\\d*\\b", "n")
        .replaceAll(" +", " ");
  }

  private static Map<Value, Tensor> execute(
      Plan plan, Map<Value, Tensor> bound, Map<Symbol, Long> sizes) {
    try (Executor executor = new Executor(Kernels.select(), 2, Memory.of(1L << 30))) {
      plan.lowered().weights().forEach(w -> executor.bind(w.value(), bound.get(w.value())));
      return executor.run(plan, bound, sizes, new Cancellation());
    }
  }

  private static void assertClose(String path, double[] expected, double[] actual) {
    double most = 1;
    for (double value : expected) {
      most = Double.isFinite(value) ? Math.max(most, Math.abs(value)) : most;
    }
    assertArrayEquals(expected, actual, 1e-5 * most, path);
  }

  private static double[] doubles(Tensor tensor) {
    if (tensor.dtype() == DType.I32) {
      int[] ints = tensor.toInts();
      double[] values = new double[ints.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = ints[i];
      }
      return values;
    }
    float[] floats = tensor.toFloats();
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  private Tensor tensor(Value value, Optional<Poly> below, Map<Symbol, Long> sizes, Random random) {
    long[] shape =
        value.shape().stream()
            .mapToLong(size -> size.evaluate(atom -> sizes.get((Symbol) atom)))
            .toArray();
    int elements = 1;
    for (long size : shape) {
      elements = Math.toIntExact(elements * size);
    }
    double[] values = data.get(value.path());
    if (values != null) {
      assertEquals(elements, values.length, value.path());
    } else {
      values = new double[elements];
      int most = (int) below.orElse(Poly.of(2)).evaluate(atom -> sizes.get((Symbol) atom));
      for (int i = 0; i < elements; i++) {
        values[i] =
            value.kind() == Term.Kind.FLOAT ? random.nextGaussian() * 0.5 : random.nextInt(most);
      }
    }
    if (value.kind() == Term.Kind.FLOAT) {
      float[] floats = new float[elements];
      for (int i = 0; i < elements; i++) {
        floats[i] = (float) values[i];
      }
      return Tensor.ofFloats(floats, shape);
    }
    int[] ints = new int[elements];
    for (int i = 0; i < elements; i++) {
      ints[i] = (int) values[i];
    }
    return Tensor.ofInts(ints, shape);
  }
}
