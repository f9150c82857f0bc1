package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Program;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/**
 * The models of {@code examples/variants}, with weights that are drawn: each equation of each plan
 * against the interpreter.
 */
class ExampleVariantsTest {
  private static final Path FOLDER = Path.of("../../examples/variants");
  private static final Compared COMPARED = new Compared();

  /** A model of a file. */
  record Case(Path file, String model) {
    @Override
    public String toString() {
      return FOLDER.relativize(file) + "#" + model;
    }
  }

  static List<Case> cases() {
    return programs().stream()
        .flatMap(file -> Program.open(file).models().stream().map(model -> new Case(file, model)))
        .toList();
  }

  private static List<Path> programs() {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".xfm")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void everyEquationIsWithinItsBound(Case of) {
    Program program = Program.open(of.file());
    Item.Declaration model = program.declaration(of.model()).orElseThrow();
    Graph graph = program.graph(model, settings(of), model.span());
    Set<Value> all = graph.equations().stream().map(Equation::target).collect(Collectors.toSet());
    Plan seen = Plan.of(graph, all);
    Plan results = Plan.of(graph, Set.of());
    for (long length : new long[] {14, 1}) {
      Map<Symbol, Long> lengths = new IdentityHashMap<>();
      graph.lengths().forEach(symbol -> lengths.put(symbol, length));
      Map<Value, Tensor> given = given(graph, lengths);
      Map<Value, Tensor> values = run(seen, given, lengths, Kernels.select(), 2);
      COMPARED.each(graph, seen, values, given, lengths);
      same(run(results, given, lengths, Kernels.select(), 3), values, "nothing is seen");
      same(run(results, given, lengths, Kernels.scalar(), 1), values, "scalar kernels");
    }
  }

  @AfterAll
  static void theBoundsSaySomething() {
    COMPARED.assertTight();
  }

  /** Two layers of a variant say what its four say. */
  private static Map<String, Object> settings(Case of) {
    return of.file().getParent().equals(FOLDER) ? Map.of("layers", 2L) : Map.of();
  }

  private static Map<Value, Tensor> run(
      Plan plan,
      Map<Value, Tensor> given,
      Map<Symbol, Long> lengths,
      Kernels kernels,
      int threads) {
    try (Executor executor = new Executor(kernels, threads, Memory.of(1L << 30))) {
      plan.lowered().weights().forEach(w -> executor.bind(w.value(), given.get(w.value())));
      return executor.run(plan, given, lengths, new Cancellation());
    }
  }

  private static void same(Map<Value, Tensor> some, Map<Value, Tensor> all, String what) {
    some.forEach((value, tensor) -> {
      assertArrayEquals(tensor.shape(), all.get(value).shape(), what);
      assertEquals(-1, tensor.data().mismatch(all.get(value).data()), what + ": " + value);
    });
  }

  private static Map<Value, Tensor> given(Graph graph, Map<Symbol, Long> lengths) {
    Random random = new Random(6);
    Map<Value, Tensor> given = new IdentityHashMap<>();
    graph.inputs().forEach(i -> given.put(i.value(), drawn(i.value(), i.below(), lengths, random)));
    graph
        .weights()
        .forEach(w -> given.put(w.value(), drawn(w.value(), Optional.empty(), lengths, random)));
    return given;
  }

  /** Floats around 0, with a deviation of 0.3; ints below what is declared, or 2. */
  private static Tensor drawn(
      Value value, Optional<Poly> below, Map<Symbol, Long> lengths, Random random) {
    long[] shape = value.shape().stream().mapToLong(size -> number(size, lengths)).toArray();
    int elements = 1;
    for (long size : shape) {
      elements = Math.toIntExact(elements * size);
    }
    if (value.kind() == Term.Kind.FLOAT) {
      float[] floats = new float[elements];
      for (int i = 0; i < elements; i++) {
        floats[i] = (float) (0.3 * random.nextGaussian());
      }
      return Tensor.ofFloats(floats, shape);
    }
    int most = Math.toIntExact(number(below.orElse(Poly.of(2)), lengths));
    return Tensor.ofInts(random.ints(elements, 0, most).toArray(), shape);
  }

  private static long number(Poly size, Map<Symbol, Long> lengths) {
    return size.evaluate(atom -> lengths.get((Symbol) atom));
  }
}
