package xfm.bench;

import static xfm.bench.Scalars.axis;
import static xfm.bench.Scalars.load;
import static xfm.bench.Scalars.over;
import static xfm.bench.Scalars.plus;
import static xfm.bench.Scalars.real;
import static xfm.bench.Scalars.times;
import static xfm.bench.Scalars.unary;
import static xfm.bench.Scalars.whole;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import xfm.runtime.fuse.Elem;
import xfm.runtime.fuse.Fuse;
import xfm.runtime.fuse.Loop;
import xfm.runtime.fuse.LoopKernel;
import xfm.runtime.fuse.LoopNest;
import xfm.runtime.fuse.Scalar;
import xfm.runtime.fuse.Store;
import xfm.runtime.fuse.UnaryOp;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.Machine;
import xfm.runtime.kernel.contract.Contract;
import xfm.runtime.kernel.contract.ContractShape;
import xfm.runtime.kernel.contract.Epilogue;
import xfm.runtime.kernel.contract.LoopEpilogue;
import xfm.runtime.kernel.contract.Operands;
import xfm.runtime.kernel.contract.Output;
import xfm.runtime.kernel.contract.PackedMatrix;

/**
 * A product and what follows it element by element, on its blocks in the cache or in a loop of its
 * own afterwards, as a share of the multiply-add peak (work is the products' alone). The peak is
 * taken before every iteration, on the same threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class EpilogueBench {
  /** Rows × inner × outputs. */
  @Param({"512x768x3072", "512x3072x768", "16x768x3072", "1x768x3072"})
  public String shape;

  /** What follows. */
  @Param({"residual", "gelu", "gate"})
  public String epilogue;

  /** Whether it is done on the blocks. */
  @Param({"false", "true"})
  public boolean fused;

  /** Threads of the team. */
  @Param({"1", "2"})
  public int threads;

  private final WorkerTeam.Task piece = this::runPiece;
  private Arena arena;
  private WorkerTeam team;
  private Scratch scratch;
  private Contract contract;
  private Kernels kernels;
  private LoopKernel loop;
  private Output[] outputs;
  private MemorySegment[] slots;
  private int[] parameters;
  private int m;
  private int n;
  private double gflop;
  private double peak;
  private double bestNanos = Double.MAX_VALUE;
  private long started;
  private long calls;

  @Setup
  public void setUp() {
    String[] sizes = shape.split("x");
    m = Integer.parseInt(sizes[0]);
    int k = Integer.parseInt(sizes[1]);
    n = Integer.parseInt(sizes[2]);
    arena = Arena.ofShared();
    team = new WorkerTeam(threads);
    scratch = new Scratch(threads);
    kernels = Kernels.select();
    contract = new Contract(kernels);
    Random random = new Random(1);
    ContractShape axes = new ContractShape().row(m, k, n).col(n, 1, 1).inner(k, 1, n);
    MemorySegment a = numbers(random, (long) m * k);
    MemorySegment other = numbers(random, (long) m * n);
    MemorySegment target = numbers(random, (long) m * n);
    int count = epilogue.equals("gate") ? 2 : 1;
    List<Operands> operands = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      PackedMatrix b =
          PackedMatrix.pack(arena, kernels.moves(), numbers(random, (long) k * n), 0, axes);
      operands.add(Operands.packed(a, 0, b, 0, axes));
    }
    Fuse fuse = new Fuse(kernels);
    if (fused) {
      loop = fuse.compile(onBlocks());
      int[] none = {};
      outputs =
          new Output[] {
            Output.consumed(
                operands,
                new LoopEpilogue(
                    loop,
                    false,
                    none,
                    new int[] {m},
                    new int[] {n},
                    target,
                    List.of(other),
                    none,
                    Optional.empty(),
                    threads))
          };
    } else {
      loop = fuse.compile(afterwards());
      MemorySegment sums = numbers(random, (long) count * m * n);
      outputs = new Output[count];
      for (int p = 0; p < count; p++) {
        outputs[p] = Output.stored(operands.get(p), sums, (long) p * m * n);
      }
      slots = new MemorySegment[] {target, sums, other};
      parameters = new int[] {m, n};
    }
    gflop = 2e-9 * count * m * n * k;
  }

  private LoopNest onBlocks() {
    Scalar row = plus(new Scalar.Param(LoopEpilogue.INDEX), axis(0));
    Scalar column = plus(new Scalar.Param(LoopEpilogue.INDEX + 1), axis(1));
    Scalar inBlock = plus(scaled(axis(0), Epilogue.ROW), axis(1));
    Scalar first = plus(new Scalar.Param(LoopEpilogue.AT), inBlock);
    Scalar second = plus(first, whole(Epilogue.TILE));
    Scalar place = plus(scaled(row, n), column);
    return new LoopNest(
        List.of(new Loop(LoopEpilogue.HEIGHT), new Loop(LoopEpilogue.WIDTH)),
        new Store(0, Elem.F32, place),
        body(load(1, first), load(1, second), load(2, place)));
  }

  private LoopNest afterwards() {
    Scalar place = plus(scaled(axis(0), n), axis(1));
    Scalar second = plus(place, whole(m * n));
    return new LoopNest(
        List.of(new Loop(0), new Loop(1)),
        new Store(0, Elem.F32, place),
        body(load(1, place), load(1, second), load(2, place)));
  }

  private Scalar body(Scalar first, Scalar second, Scalar other) {
    Scalar one = real(1);
    return switch (epilogue) {
      case "residual" -> plus(first, other);
      case "gelu" -> {
        Scalar scaled = times(first, real(0.70710677f));
        Scalar erf = plus(one, unary(UnaryOp.ERF, scaled));
        yield times(times(first, real(0.5f)), erf);
      }
      case "gate" -> {
        Scalar exp = unary(UnaryOp.EXP, unary(UnaryOp.NEG, first));
        yield times(over(first, plus(one, exp)), second);
      }
      default -> throw new IllegalArgumentException(epilogue);
    };
  }

  private static Scalar scaled(Scalar a, int by) {
    return times(a, whole(by));
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
        "%n| %s | %s | %s | %d | %.1f | %.0f | %.0f | %.0f %% |%n",
        shape,
        epilogue,
        fused ? "on its blocks" : "afterwards",
        threads,
        bestNanos / 1e3,
        rate,
        peak,
        100 * rate / peak);
    team.close();
    scratch.close();
    arena.close();
  }

  @Benchmark
  public void layer() {
    calls++;
    contract.run(team, scratch, outputs);
    if (!fused) {
      int pieces = pieces();
      if (pieces == 1) {
        loop.run(slots, parameters, 0, m);
      } else {
        team.run(pieces, piece);
      }
    }
  }

  private int pieces() {
    return m == 1 ? 1 : Math.min(m, 4 * threads);
  }

  private void runPiece(int number, int worker) {
    loop.run(slots, parameters, m * number / pieces(), m * (number + 1) / pieces());
  }

  private MemorySegment numbers(Random random, long count) {
    MemorySegment memory = arena.allocate(count * Float.BYTES, 64);
    for (long i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
    }
    return memory;
  }
}
