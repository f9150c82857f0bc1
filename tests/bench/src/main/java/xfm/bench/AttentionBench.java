package xfm.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * Attention of 12 heads × 64 in several spellings, as a share of the multiply-add peak and against
 * plain attention over as many places, run by turns with it. What counts as work is what a causal
 * mask leaves of both products, where there is one. The peak is taken before every iteration, on
 * the same threads. Images are 32 wide.
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
  @Param({
    "where",
    "hand",
    "divided",
    "added",
    "soft cap",
    "bias",
    "relative",
    "sink",
    "all",
    "moved keys",
    "image",
    "image causal",
    "image distances",
    "image table",
    "image flat table",
    "image rows and columns"
  })
  public String spelling;

  @Param({"1", "2"})
  public int threads;

  private final Cancellation cancellation = new Cancellation();
  private Arena arena;
  private Kernels kernels;
  private WorkerTeam team;
  private Case written;
  private Case plain;
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

  /** What sees all that comes before it, or all there is. */
  private static boolean isCausal(String spelling) {
    return spelling.equals("image causal")
        || !spelling.startsWith("image")
            && !spelling.equals("all")
            && !spelling.equals("moved keys");
  }

  /**
   * The model: queries, keys and values are weights, that nothing but attention is timed, and one
   * is a length of the run, 1, without which all would be made once, beforehand.
   */
  private static String text(String spelling) {
    boolean image = spelling.startsWith("image");
    String shape = image ? "[ROWS, 32, 12, 64]" : "[SIZE, 12, 64]";
    String ends =
        image
            ? "return out[e] = y[ROWS - 1, 31, 0, e] + y[0, 0, 11, e]\n"
            : "return out[e] = y[SIZE - 1, 0, e] + y[0, 11, e]\n";
    return "model m(start: [one]) -> [64] {\n"
        + "weight q, k, v: SHAPE\n".replace("SHAPE", shape)
        + (image ? image(spelling) : row(spelling))
        + ends
        + "}\n";
  }

  private static String row(String spelling) {
    String scores = "s[h, i, j] = q[i, h, e] * k[j, h, e] / 8.0\n";
    String values = "y[i, h, e] = p[h, i, j] * v[j, h, e]\n";
    return switch (spelling) {
      case "where" -> scores + "p[h, i, j] = softmax[j](s[h, i, j] where j < i + one)\n" + values;
      case "hand" ->
          scores
              + "t[h, i, j] = if j < i + one then exp(s[h, i, j]) else 0\n"
              + "p[h, i, j] = t[h, i, j] / sum[u](t[h, i, u])\n"
              + values;
      case "divided" ->
          scores
              + "t[h, i, j] = if j < i + one then exp(s[h, i, j]) else 0\n"
              + "y[i, h, e] = sum[j](t[h, i, j] * v[j, h, e]) / sum[j](t[h, i, j])\n";
      case "added" ->
          scores
              + "m[i: 0 + SIZE, j: 0 + SIZE] = if j >= i + one then -inf else 0\n"
              + "p[h, i, j] = softmax[j](s[h, i, j] + m[i, j])\n"
              + values;
      case "soft cap" ->
          scores
              + "p[h, i, j] = softmax[j](50 * tanh(s[h, i, j] / 50) where j < i + one)\n"
              + values;
      case "bias" ->
          "weight b: [12, SIZE, SIZE]\n"
              + scores
              + "p[h, i, j] = softmax[j](s[h, i, j] + b[h, i, j] where j < i + one)\n"
              + values;
      case "relative" ->
          "weight b: [12, 128]\n"
              + scores
              + "p[h, i, j] = softmax[j](s[h, i, j] + b[h, clamp(i - j, 0, 127)] where j < i + one)\n"
              + values;
      case "sink" ->
          "weight b: [12]\n"
              + scores
              + "t[h, i] = logsumexp[j](s[h, i, j] where j < i + one)\n"
              + "p[h, i, j] = sigmoid(t[h, i] - b[h]) * softmax[j](s[h, i, j] where j < i + one)\n"
              + values;
      case "all" ->
          scores + "p[h, i, j] = softmax[j](s[h, i, j] where j < SIZE - 1 + one)\n" + values;
      case "moved keys" ->
          "weight b: [33, 64]\n"
              + "s[h, i, j] = q[i, h, e] * (k[j, h, e] + b[clamp(j - i, -16, 16) + 16, e]) / 8.0\n"
              + "p[h, i, j] = softmax[j](s[h, i, j] where j < SIZE - 1 + one)\n"
              + values;
      default -> throw new IllegalArgumentException(spelling);
    };
  }

  private static String image(String spelling) {
    String scores = "s[h, i, j, u, w] = q[i, j, h, e] * k[u, w, h, e] / 8.0\n";
    String values = "y[i, j, h, f] = p[h, i, j, u, w] * v[u, w, h, f]\n";
    return switch (spelling) {
      case "image" -> scores + pattern("") + values;
      case "image causal" -> scores + pattern("", "u < i or u == i and w < j + one") + values;
      case "image distances" ->
          scores + pattern(" - 0.1 * float(max(i - u, u - i) + max(j - w, w - j))") + values;
      case "image table" ->
          "weight b: [12, 2 * ROWS - 1, 63]\n"
              + scores
              + pattern(" + b[h, i - u + ROWS - 1, j - w + 31]")
              + values;
      case "image flat table" ->
          "weight b: [(2 * ROWS - 1) * 63, 12]\n"
              + "at[i: 0 + SIZE, j: 0 + SIZE] ="
              + " (i // 32 - j // 32 + ROWS - 1) * 63 + i % 32 - j % 32 + 31\n"
              + scores
              + pattern(" + b[at[32 * i + j, 32 * u + w], h]")
              + values;
      case "image rows and columns" ->
          "weight a: [2 * ROWS - 1, 64]\n"
              + "weight b: [63, 64]\n"
              + "t[h, i, j, u: ROWS] = q[i, j, h, e] * a[i - u + ROWS - 1, e]\n"
              + "c[h, i, j, w: 32] = q[i, j, h, e] * b[j - w + 31, e]\n"
              + scores
              + pattern(" + t[h, i, j, u] + c[h, i, j, w]")
              + values;
      default -> throw new IllegalArgumentException(spelling);
    };
  }

  private static String pattern(String more) {
    return pattern(more, "w < 31 + one");
  }

  private static String pattern(String more, String where) {
    return "p[h, i, j, u, w] = softmax[u, w](s[h, i, j, u, w]" + more + " where " + where + ")\n";
  }

  @Setup
  public void setUp() {
    arena = Arena.ofShared();
    kernels = Kernels.select();
    team = new WorkerTeam(threads);
    String base = isCausal(spelling) ? "where" : "all";
    written = ready(spelling);
    plain = spelling.equals(base) ? written : ready(base);
  }

  private Case ready(String spelling) {
    String text =
        text(spelling)
            .replace("SIZE", Integer.toString(n))
            .replace("ROWS", Integer.toString(n / 32));
    Program program = Program.of(Parser.parse(new Source("bench.xfm", text)), Optional.empty());
    Item.Declaration model = program.declaration("m").orElseThrow();
    Graph graph = program.graph(model, Map.of(), model.span());
    Plan plan = Plan.of(graph, Set.of());
    if (!plan.toString().contains("attention")) {
      throw new IllegalStateException("not fused:\n" + plan);
    }
    Executor executor = new Executor(kernels, threads, Memory.of(1L << 33));
    Random random = new Random(1);
    graph.weights().forEach(w -> executor.bind(w.value(), numbers(random, w.value())));
    Map<Value, Tensor> start =
        Map.of(graph.inputs().getFirst().value(), Tensor.ofFloats(new float[1], 1));
    Map<Symbol, Long> lengths = Map.of(graph.lengths().getFirst(), 1L);
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

  /** Both under the same conditions: other programs come and go. Plain attention runs alone. */
  @Setup(Level.Invocation)
  public void runPlain() {
    if (plain != written) {
      plain.run();
    }
  }

  @TearDown
  public void tearDown() {
    double nanos = written.best()[0];
    double places = isCausal(spelling) ? n * (n + 1.0) / 2 : (double) n * n;
    double rate = 4.0 * HEADS * E * places / nanos;
    System.out.printf(
        "%n| %s | %d | %s | %d | %.0f | %.0f | %.0f | %.0f %% | %.2f |%n",
        kernels.name(),
        n,
        spelling,
        threads,
        nanos / 1e3,
        rate,
        peak,
        100 * rate / peak,
        nanos / plain.best()[0]);
    if (plain != written) {
      plain.executor().close();
    }
    written.executor().close();
    team.close();
    arena.close();
  }

  @Benchmark
  public Map<Value, Tensor> attention() {
    return written.run();
  }
}
