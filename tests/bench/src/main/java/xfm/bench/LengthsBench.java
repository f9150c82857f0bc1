package xfm.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
import xfm.compiler.ir.Graph;
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
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * Whole models, small ones: what a run of a length that was seen just before costs and allocates
 * ({@code -prof gc}), and a run of another length, whose steps are made ready anew.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 2)
@Measurement(iterations = 8, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx4g"})
public class LengthsBench {
  private static final int TOKENS = 64;

  @Param({"gpt2", "llama", "mixtral", "gemma2"})
  public String model;

  @Param({"1", "2"})
  public int threads;

  private final Cancellation cancellation = new Cancellation();
  private Executor executor;
  private Plan plan;
  private List<Sequence> one;
  private List<Sequence> other;
  private boolean turn;

  private Map<String, Object> sizes() {
    Map<String, Object> sizes = new HashMap<>();
    sizes.putAll(Map.of("vocab", 1000L, "context", 128L, "d", 192L, "layers", 4L, "heads", 6L));
    if (!model.equals("gpt2")) {
      sizes.putAll(Map.of("kv_heads", 2L, "hidden", 512L));
    }
    return sizes;
  }

  @Setup
  public void setUp() {
    Program program = Program.of(Parser.parse(new Source("bench.xfm", "")), Optional.empty());
    Item.Declaration declaration = program.declaration(model).orElseThrow();
    Graph graph = program.graph(declaration, sizes(), declaration.span());
    plan = Plan.of(graph, Set.of());
    executor = new Executor(Kernels.select(), threads, Memory.of(1L << 33));
    Random random = new Random(1);
    for (Graph.Weight weight : graph.weights()) {
      long[] shape =
          weight.value().shape().stream().mapToLong(s -> s.constant().orElseThrow()).toArray();
      float[] values = new float[Math.toIntExact(Shapes.elements(shape))];
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.05f * (2 * random.nextFloat() - 1);
      }
      executor.bind(weight.value(), Tensor.ofFloats(values, shape));
    }
    one = List.of(sequence(graph, random, TOKENS));
    other = List.of(sequence(graph, random, TOKENS - 1));
  }

  private static Sequence sequence(Graph graph, Random random, int tokens) {
    Tensor given = Tensor.ofInts(random.ints(tokens, 0, 1000).toArray(), tokens);
    return new Sequence(
        Map.of(graph.inputs().getFirst().value(), given),
        Map.of(graph.lengths().getFirst(), (long) tokens));
  }

  @TearDown
  public void tearDown() {
    executor.close();
  }

  @Benchmark
  public List<Map<Value, Tensor>> sameLength() {
    return executor.run(plan, one, cancellation);
  }

  @Benchmark
  public List<Map<Value, Tensor>> anotherLength() {
    turn = !turn;
    return executor.run(plan, turn ? one : other, cancellation);
  }
}
