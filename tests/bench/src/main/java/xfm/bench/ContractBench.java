package xfm.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
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
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.Machine;
import xfm.runtime.kernel.contract.Contract;
import xfm.runtime.kernel.contract.ContractShape;
import xfm.runtime.kernel.contract.Operands;
import xfm.runtime.kernel.contract.Output;
import xfm.runtime.kernel.contract.PackedMatrix;

/**
 * Products of common layers, as a share of the multiply-add peak. The peak is taken before every
 * iteration, on the same threads, so that other load on the machine weighs on both.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class ContractBench {
  /** Batch entries × rows × inner × outputs. */
  @Param({
    "1x512x768x3072",
    "1x512x3072x768",
    "1x512x768x768",
    "1x128x256x1024",
    "1x16x768x3072",
    "1x1x768x3072",
    "8x128x32x128"
  })
  public String shape;

  /** Where B comes from: packed before, or packed in the run with B[k, n] dense along n or k. */
  @Param({"packed", "dense-n", "dense-k"})
  public String operand;

  /** Threads of the team. */
  @Param({"1", "2"})
  public int threads;

  private final ContractShape axes = new ContractShape();
  private Arena arena;
  private WorkerTeam team;
  private Scratch scratch;
  private Contract contract;
  private Kernels kernels;
  private Output output;
  private double gflop;
  private double peak;
  private double bestNanos;
  private long started;
  private long calls;

  @Setup
  public void setUp() {
    String[] sizes = shape.split("x");
    long batch = Long.parseLong(sizes[0]);
    long m = Long.parseLong(sizes[1]);
    long k = Long.parseLong(sizes[2]);
    long n = Long.parseLong(sizes[3]);
    boolean denseN = operand.equals("dense-n");
    axes.batch(batch, m * k, k * n, m * n).row(m, k, n);
    axes.col(n, denseN ? 1 : k, 1).inner(k, 1, denseN ? n : 1);
    arena = Arena.ofShared();
    team = new WorkerTeam(threads);
    scratch = new Scratch(threads);
    kernels = Kernels.select();
    contract = new Contract(kernels);
    Random random = new Random(1);
    MemorySegment a = numbers(random, batch * m * k);
    MemorySegment b = numbers(random, batch * k * n);
    MemorySegment c = numbers(random, batch * m * n);
    Operands operands =
        operand.equals("packed")
            ? Operands.packed(a, 0, PackedMatrix.pack(arena, kernels.moves(), b, 0, axes), 0, axes)
            : Operands.strided(a, 0, b, 0, axes);
    output = Output.stored(operands, c, 0);
    gflop = 2e-9 * batch * m * n * k;
    bestNanos = Double.MAX_VALUE;
  }

  @Setup(Level.Iteration)
  public void measurePeak() {
    peak = Math.max(peak, Machine.peak(kernels.probe(), team, threads));
    calls = 0;
    started = System.nanoTime();
  }

  @TearDown(Level.Iteration)
  public void keepBest() {
    bestNanos = Math.min(bestNanos, (double) (System.nanoTime() - started) / calls);
  }

  @TearDown
  public void tearDown() {
    double rate = gflop / (bestNanos * 1e-9);
    System.out.printf(
        "%n| %s | %s | %s | %d | %.0f | %.0f | %.0f %% |%n",
        kernels.name(), shape, operand, threads, rate, peak, 100 * rate / peak);
    team.close();
    scratch.close();
    arena.close();
  }

  @Benchmark
  public void product() {
    calls++;
    contract.run(team, scratch, output);
  }

  private MemorySegment numbers(Random random, long count) {
    MemorySegment memory = arena.allocate(count * Float.BYTES, 64);
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
    }
    return memory;
  }
}
