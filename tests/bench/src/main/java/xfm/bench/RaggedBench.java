package xfm.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.plan.Executor;
import xfm.compiler.plan.Memory;
import xfm.compiler.plan.Plan;
import xfm.compiler.plan.Sequence;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * A batch of sequences, 512 tokens in all, as a share of the speed of one sequence of 512, which is
 * timed before every iteration.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 8, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx4g"})
public class RaggedBench {
  private static final int TOKENS = 512;

  /** The product alone, or a model of four layers in the manner of GPT-2. */
  @Param({"product", "model"})
  public String what;

  /** How many tokens the sequences have; "mixed" is lengths from 1 to 200. */
  @Param({"8", "64", "mixed"})
  public String length;

  @Param({"1", "2"})
  public int threads;

  private final Cancellation cancellation = new Cancellation();
  private Arena arena;
  private Executor executor;
  private Plan plan;
  private List<Sequence> batch;
  private List<Sequence> one;
  private double bestBatch;
  private double bestOne;

  private String text() {
    return switch (what) {
      case "product" ->
          """
          model m(x: [n, 768]) -> [n, 3072] {
            weight w: [768, 3072]
            return y[i, b] = x[i, a] * w[a, b]
          }
          """;
      case "model" ->
          """
          model m(tokens: [n <= 512] token(5000)) -> [n, 5000] {
            weight letter: [5000, 768]
            weight place: [512, 768]
            x[i: n, a] = letter[tokens[i], a] + place[i, a]
            repeat 4 as layer[l] {
              x += attention(ln_1: layer_norm(x), heads = 12, mask = causal)
              x += mlp(ln_2: layer_norm(x))
            }
            return logits[i, w] = x[i, a] * letter[w, a]
          }
          """;
      default -> throw new IllegalArgumentException(what);
    };
  }

  private int[] lengths() {
    return length.equals("mixed")
        ? new int[] {1, 200, 3, 40, 8, 100, 2, 17, 60, 30, 5, 46}
        : IntStream.range(0, TOKENS / Integer.parseInt(length))
            .map(_ -> Integer.parseInt(length))
            .toArray();
  }

  @Setup
  public void setUp() {
    Program program = Program.of(Parser.parse(new Source("bench.xfm", text())), Optional.empty());
    Item.Declaration model = program.declaration("m").orElseThrow();
    Graph graph = program.graph(model, Map.of(), model.span());
    plan = Plan.of(graph, Set.of());
    arena = Arena.ofShared();
    executor = new Executor(Kernels.select(), threads, Memory.of(1L << 33));
    Random random = new Random(1);
    for (Graph.Weight weight : graph.weights()) {
      long[] shape =
          weight.value().shape().stream().mapToLong(s -> s.constant().orElseThrow()).toArray();
      executor.bind(weight.value(), floats(random, shape));
    }
    batch = new ArrayList<>();
    for (int tokens : lengths()) {
      batch.add(sequence(graph, random, tokens));
    }
    one = List.of(sequence(graph, random, TOKENS));
    bestBatch = Double.MAX_VALUE;
    bestOne = Double.MAX_VALUE;
  }

  private Sequence sequence(Graph graph, Random random, int tokens) {
    Value input = graph.inputs().getFirst().value();
    Atom.Symbol n = graph.lengths().getFirst();
    Tensor given =
        input.kind() == Term.Kind.FLOAT
            ? floats(random, tokens, 768)
            : Tensor.ofInts(random.ints(tokens, 0, 5000).toArray(), tokens);
    return new Sequence(Map.of(input, given), Map.of(n, (long) tokens));
  }

  private Tensor floats(Random random, long... shape) {
    long count = Shapes.elements(shape);
    MemorySegment memory = arena.allocate(count * Float.BYTES, 64);
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.05f * (2 * random.nextFloat() - 1));
    }
    return new Tensor(DType.F32, shape, memory);
  }

  @Setup(Level.Iteration)
  public void measureOne() {
    for (int run = 0; run < 10; run++) {
      long before = System.nanoTime();
      executor.run(plan, one, cancellation);
      bestOne = Math.min(bestOne, System.nanoTime() - before);
    }
  }

  @TearDown
  public void tearDown() {
    System.out.printf(
        "%n| %s | %s | %d | %.0f | %.0f | %.0f %% |%n",
        what, length, threads, bestBatch / 1e3, bestOne / 1e3, 100 * bestOne / bestBatch);
    executor.close();
    arena.close();
  }

  /** The best single run counts: other programs may be using the machine. */
  @Benchmark
  public List<Map<Value, Tensor>> batch() {
    long before = System.nanoTime();
    List<Map<Value, Tensor>> results = executor.run(plan, batch, cancellation);
    bestBatch = Math.min(bestBatch, System.nanoTime() - before);
    return results;
  }
}
