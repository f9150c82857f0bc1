package xfm.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.plan.Executor;
import xfm.compiler.plan.Memory;
import xfm.compiler.plan.Plan;
import xfm.compiler.plan.Sequence;
import xfm.compiler.print.Print;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * Models against what {@code xfm dump --flat} prints of them, in one process: the same bits, and
 * the share of the model's speed that its flat twin reaches. Both run by turns until they have not
 * become quicker for some seconds (the JVM takes ten to compile all loops), and the best run of
 * each counts: other programs may be using the machine.
 *
 * <pre>{@code
 * java -cp tests/bench/target/benchmarks.jar --add-modules jdk.incubator.vector \
 *     xfm.bench.FlatBench [-n LENGTH] [-t THREADS] [-s SECONDS] NAME | FILE.xfm | FOLDER …
 * }</pre>
 *
 * A name is that of a model of the standard library, which is made in small; none means all of
 * them. Of a file it is the last model, made with what its settings are by default.
 */
public final class FlatBench {
  private static final Cancellation RUNS_ON = new Cancellation();

  private final int length;
  private final int threads;
  private final int seconds;

  private FlatBench(int length, int threads, int seconds) {
    this.length = length;
    this.threads = threads;
    this.seconds = seconds;
  }

  /** A model that is ready to run. */
  private static final class Twin {
    final Graph graph;
    final Plan plan;
    final Executor executor;
    List<Sequence> input = List.of();
    double best = Double.MAX_VALUE;

    Twin(Graph graph, int threads) {
      this.graph = graph;
      this.plan = Plan.of(graph, Set.of());
      this.executor = new Executor(Kernels.select(), threads, Memory.of(1L << 33));
    }

    List<Map<Value, Tensor>> run() {
      long before = System.nanoTime();
      List<Map<Value, Tensor>> results = executor.run(plan, input, RUNS_ON);
      best = Math.min(best, System.nanoTime() - before);
      return results;
    }

    Tensor result(List<Map<Value, Tensor>> results) {
      return results.getFirst().get(graph.results().firstEntry().getValue());
    }
  }

  private static Graph graph(Program program, Map<String, Object> settings) {
    Item.Declaration model = program.declaration(program.models().getLast()).orElseThrow();
    return program.graph(model, settings, model.span());
  }

  private static Graph graph(String text, Map<String, Object> settings) {
    return graph(
        Program.of(Parser.parse(new Source("bench.xfm", text)), Optional.empty()), settings);
  }

  private void compare(String name, Supplier<Graph> made) {
    try (Arena arena = Arena.ofShared()) {
      Twin model = new Twin(made.get(), threads);
      Twin flat = new Twin(graph(Print.flat(model.graph), Map.of()), threads);
      fill(model, flat, arena);
      boolean same = true;
      long end = Long.MAX_VALUE;
      for (double known = Double.MAX_VALUE; System.nanoTime() < end; ) {
        Tensor one = model.result(model.run());
        same &= one.data().mismatch(flat.result(flat.run()).data()) < 0;
        if (model.best + flat.best < 0.99 * known) {
          known = model.best + flat.best;
          end = System.nanoTime() + seconds * 1_000_000_000L;
        }
      }
      boolean alike = kernels(model.plan).equals(kernels(flat.plan));
      System.out.printf(
          Locale.ROOT,
          "| %s | %.0f | %.0f | %.1f %% | %s | %s |%n",
          name,
          model.best / 1e3,
          flat.best / 1e3,
          100 * model.best / flat.best,
          alike ? "same" : "OTHER",
          same ? "same" : "OTHER");
      model.executor.close();
      flat.executor.close();
    }
  }

  /** What the steps of a plan run, in their order. */
  private static List<String> kernels(Plan plan) {
    List<String> kernels = new ArrayList<>();
    for (String line : plan.toString().lines().toList()) {
      if (line.matches("\\d+ .*")) {
        kernels.add(line.replaceAll("  +", "\t").split("\t")[4].replaceAll("\\b[a-z]\\d*\\b", "n"));
      }
    }
    return kernels;
  }

  /** The same tensors for both. */
  private void fill(Twin model, Twin flat, Arena arena) {
    Random random = new Random(1);
    for (int w = 0; w < model.graph.weights().size(); w++) {
      Value weight = model.graph.weights().get(w).value();
      Tensor tensor = tensor(weight, 0, Map.of(), random, arena);
      model.executor.bind(weight, tensor);
      flat.executor.bind(flat.graph.weights().get(w).value(), tensor);
    }
    Map<Value, Tensor> inputs = new IdentityHashMap<>();
    Map<Value, Tensor> same = new IdentityHashMap<>();
    Map<Atom.Symbol, Long> lengths = lengths(model.graph);
    for (int i = 0; i < model.graph.inputs().size(); i++) {
      Graph.Input input = model.graph.inputs().get(i);
      long below =
          input.below().map(b -> b.evaluate(atom -> lengths.get((Atom.Symbol) atom))).orElse(2L);
      Tensor tensor = tensor(input.value(), below, lengths, random, arena);
      inputs.put(input.value(), tensor);
      same.put(flat.graph.inputs().get(i).value(), tensor);
    }
    model.input = List.of(new Sequence(inputs, lengths));
    flat.input = List.of(new Sequence(same, lengths(flat.graph)));
  }

  private Map<Atom.Symbol, Long> lengths(Graph graph) {
    Map<Atom.Symbol, Long> lengths = new IdentityHashMap<>();
    graph.lengths().forEach(symbol -> lengths.put(symbol, (long) length));
    return lengths;
  }

  private static Tensor tensor(
      Value value, long below, Map<Atom.Symbol, Long> lengths, Random random, Arena arena) {
    long[] shape =
        value.shape().stream()
            .mapToLong(size -> size.evaluate(atom -> lengths.get((Atom.Symbol) atom)))
            .toArray();
    long count = Shapes.elements(shape);
    if (value.kind() != Term.Kind.FLOAT) {
      return Tensor.ofInts(
          random.ints(Math.toIntExact(count), 0, Math.toIntExact(below)).toArray(), shape);
    }
    MemorySegment memory = arena.allocate(Math.max(1, count) * Float.BYTES, 64);
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.1f * (2 * random.nextFloat() - 1));
    }
    return new Tensor(DType.F32, shape, memory);
  }

  /** Small ones of the standard library's models; each takes the settings that it has. */
  private static final Map<String, Object> SMALL =
      Map.ofEntries(
          Map.entry("vocab", 2000L),
          Map.entry("context", 512L),
          Map.entry("layers", 3L),
          Map.entry("encoder_layers", 2L),
          Map.entry("decoder_layers", 2L),
          Map.entry("d", 256L),
          Map.entry("heads", 4L),
          Map.entry("kv_heads", 2L),
          Map.entry("d_k", 64L),
          Map.entry("hidden", 512L));

  private static final List<String> MODELS =
      List.of(
          "bart",
          "bert",
          "bloom",
          "distilbert",
          "gemma",
          "gemma2",
          "gpt2",
          "gpt_neox",
          "llama",
          "marian",
          "masked_bert",
          "mistral",
          "mixtral",
          "opt",
          "phi",
          "qwen2",
          "qwen3",
          "roberta",
          "t5");

  private void standard(String name) {
    Program program = Program.of(Parser.parse(new Source("bench.xfm", "")), Optional.empty());
    Item.Declaration model = program.declaration(name).orElseThrow();
    Map<String, Object> settings = new HashMap<>(SMALL);
    settings.keySet().retainAll(model.parameters().stream().map(p -> p.name().text()).toList());
    compare(name, () -> program.graph(model, settings, model.span()));
  }

  private void files(Path path) {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".xfm")).sorted().toList()) {
        compare(file.getFileName().toString(), () -> graph(Program.open(file), Map.of()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** See the class. */
  public static void main(String[] args) {
    int length = 256;
    int threads = 1;
    int seconds = 3;
    List<String> models = new ArrayList<>();
    for (int a = 0; a < args.length; a++) {
      switch (args[a]) {
        case "-n" -> length = Integer.parseInt(args[++a]);
        case "-t" -> threads = Integer.parseInt(args[++a]);
        case "-s" -> seconds = Integer.parseInt(args[++a]);
        default -> models.add(args[a]);
      }
    }
    FlatBench bench = new FlatBench(length, threads, seconds);
    System.out.printf(
        "%n| model, length %d, threads %d | µs | flat, µs | flat's speed | kernels | bits |%n",
        length, threads);
    System.out.println("|---|---|---|---|---|---|");
    for (String model : models.isEmpty() ? MODELS : models) {
      if (MODELS.contains(model)) {
        bench.standard(model);
      } else {
        bench.files(Path.of(model));
      }
    }
  }
}
