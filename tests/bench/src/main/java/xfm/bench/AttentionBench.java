package xfm.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Value;
import xfm.compiler.plan.Executor;
import xfm.compiler.plan.Memory;
import xfm.compiler.plan.Plan;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.Machine;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

/**
 * Causal attention of 12 heads × 64 in several spellings, as a share of the multiply-add peak; what
 * counts as work is the unmasked half of both products. The peak is taken before every iteration,
 * on the same threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xmx4g"})
public class AttentionBench {
  private static final int HEADS = 12;
  private static final int E = 64;

  @Param({"512", "2048"})
  public int n;

  /** How it is written, or what is done to a score. */
  @Param({"where", "hand", "divided", "added", "soft cap", "bias", "relative", "sink"})
  public String spelling;

  @Param({"1", "2"})
  public int threads;

  private final Cancellation cancellation = new Cancellation();
  private Arena arena;
  private Kernels kernels;
  private WorkerTeam team;
  private Case written;
  private double peak;

  /** One spelling, ready to run. */
  private record Case(
      Executor executor,
      Plan plan,
      Map<Value, Tensor> start,
      Map<Symbol, Long> lengths,
      Cancellation cancellation,
      double[] best) {
    /** The best single run counts: other programs may be using the machine. */
    Map<Value, Tensor> run() {
      long before = System.nanoTime();
      Map<Value, Tensor> result = executor.run(plan, start, lengths, cancellation);
      best[0] = Math.min(best[0], System.nanoTime() - before);
      return result;
    }
  }

  private static String equations(String spelling) {
    String scores = "s[h, i, j] = q[i, h, e] * k[j, h, e] / 8.0\n";
    String values = "y[i, h, e] = p[h, i, j] * v[j, h, e]\n";
    return switch (spelling) {
      case "where" -> scores + "p[h, i, j] = softmax[j](s[h, i, j] where j <= i)\n" + values;
      case "hand" ->
          scores
              + "t[h, i, j] = if j <= i then exp(s[h, i, j]) else 0\n"
              + "p[h, i, j] = t[h, i, j] / sum[u](t[h, i, u])\n"
              + values;
      case "divided" ->
          scores
              + "t[h, i, j] = if j <= i then exp(s[h, i, j]) else 0\n"
              + "y[i, h, e] = sum[j](t[h, i, j] * v[j, h, e]) / sum[j](t[h, i, j])\n";
      case "added" ->
          scores
              + "m[i: 0 + SIZE, j: 0 + SIZE] = if j > i then -inf else 0\n"
              + "p[h, i, j] = softmax[j](s[h, i, j] + m[i, j])\n"
              + values;
      case "soft cap" ->
          scores + "p[h, i, j] = softmax[j](50 * tanh(s[h, i, j] / 50) where j <= i)\n" + values;
      case "bias" ->
          "weight b: [12, SIZE, SIZE]\n"
              + scores
              + "p[h, i, j] = softmax[j](s[h, i, j] + b[h, i, j] where j <= i)\n"
              + values;
      case "relative" ->
          "weight b: [12, 128]\n"
              + scores
              + "p[h, i, j] = softmax[j](s[h, i, j] + b[h, clamp(i - j, 0, 127)] where j <= i)\n"
              + values;
      case "sink" ->
          "weight b: [12]\n"
              + scores
              + "t[h, i] = logsumexp[j](s[h, i, j] where j <= i)\n"
              + "p[h, i, j] = sigmoid(t[h, i] - b[h]) * softmax[j](s[h, i, j] where j <= i)\n"
              + values;
      default -> throw new IllegalArgumentException(spelling);
    };
  }

  /** With a length of the run in the mask, 1: what depends on weights alone is made before. */
  private static String inRun(String equations) {
    return equations.replace("j <= i", "j < i + f").replace("j > i", "j >= i + f");
  }

  @Setup
  public void setUp() {
    arena = Arena.ofShared();
    kernels = Kernels.select();
    team = new WorkerTeam(threads);
    written = ready(spelling);
  }

  private Case ready(String spelling) {
    String text =
        "model m(start: [f]) -> [64] {\n"
            + "weight q, k, v: [SIZE, 12, 64]\n"
            + inRun(equations(spelling))
            + "return out[e] = y[SIZE - 1, 0, e] + y[0, 11, e]\n}\n";
    Program program =
        Program.of(
            Parser.parse(new Source("bench.xfm", text.replace("SIZE", Integer.toString(n)))),
            Optional.empty());
    Item.Declaration model = program.declaration("m").orElseThrow();
    Graph graph = program.graph(model, Map.of(), model.span());
    Plan plan = Plan.of(graph, Set.of());
    if (!plan.toString().contains("attention")) {
      throw new IllegalStateException("not fused:\n" + plan);
    }
    Executor executor = new Executor(kernels, threads, Memory.of(1L << 33));
    Random random = new Random(1);
    graph.weights().forEach(w -> executor.bind(w.value(), numbers(random, w.value())));
    Map<Symbol, Long> lengths = new IdentityHashMap<>();
    graph.lengths().forEach(length -> lengths.put(length, 1L));
    Map<Value, Tensor> start =
        Map.of(graph.inputs().getFirst().value(), Tensor.ofFloats(new float[1], 1));
    double[] best = {Double.MAX_VALUE};
    return new Case(executor, plan, start, lengths, cancellation, best);
  }

  private Tensor numbers(Random random, Value value) {
    long[] shape = value.shape().stream().mapToLong(s -> s.constant().orElseThrow()).toArray();
    long count = Shapes.elements(shape);
    MemorySegment memory = arena.allocate(count * Float.BYTES, 64);
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, 2 * random.nextFloat() - 1);
    }
    return new Tensor(DType.F32, shape, memory);
  }

  @Setup(Level.Iteration)
  public void measurePeak() {
    peak = Math.max(peak, Machine.peak(kernels.probe(), team, threads));
  }

  @TearDown
  public void tearDown() {
    double nanos = written.best()[0];
    double rate = 4.0 * HEADS * E * n * (n + 1.0) / 2 / nanos;
    System.out.printf(
        "%n| %s | %d | %s | %d | %.0f | %.0f | %.0f | %.0f %% |%n",
        kernels.name(), n, spelling, threads, nanos / 1e3, rate, peak, 100 * rate / peak);
    written.executor().close();
    team.close();
    arena.close();
  }

  @Benchmark
  public Map<Value, Tensor> attention() {
    return written.run();
  }
}
