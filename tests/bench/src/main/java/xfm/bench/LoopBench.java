package xfm.bench;

import static xfm.bench.Scalars.axis;
import static xfm.bench.Scalars.load;
import static xfm.bench.Scalars.minus;
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
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.fuse.BinaryOp;
import xfm.runtime.fuse.CompareOp;
import xfm.runtime.fuse.Elem;
import xfm.runtime.fuse.FoldOp;
import xfm.runtime.fuse.Fuse;
import xfm.runtime.fuse.Loop;
import xfm.runtime.fuse.LoopKernel;
import xfm.runtime.fuse.LoopNest;
import xfm.runtime.fuse.Scalar;
import xfm.runtime.fuse.Store;
import xfm.runtime.fuse.UnaryOp;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.Machine;

/**
 * Generated loops of common layers on one thread, with 128 rows of 256 floats, which stay in the
 * cache. The limit is the longer of two times: its vector instructions, counted by hand, at the
 * rate of multiply-adds of the peak, and its bytes at the rate of a generated copy. Both are
 * measured before every iteration, so that other load on the machine weighs on all.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 15, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class LoopBench {
  private static final int ROWS = 128;
  private static final int COLUMNS = 256;
  private static final int ELEMENTS = ROWS * COLUMNS;
  private static final int LARGE_OPERATIONS = 600;

  /** What a loop computes, the instructions of a vector, and the bytes of an element. */
  public enum Work {
    BIAS(1, 8),
    RESIDUAL(2, 12),
    GELU(41, 8),
    EXP(20, 8),
    TANH(25, 8),
    ERF(40, 8),
    LOG(44, 8),
    SIN(60, 8),
    NORMALISE(4, 8),
    MEAN(5, 4),
    VARIANCE(7, 4),
    GREATEST(5, 4),
    CAUSAL_EXP(24, 8),
    SUM_OF_EXP(25, 4),
    /** A float power: two logarithms and two powers in double. */
    POW(120, 12),
    CUBE(9, 8),
    /** Every second element of a row twice as long, and another row. */
    EVEN(5, 16),
    /** By a table of places: the instructions of sixteen scalar loads. */
    GATHER(34, 16),
    /** 600 sums and products, eight values alive at a time. */
    LARGE(604, 12),
    /** The place of each value of a row in their order: two passes of a byte each, four times. */
    RANK(16 * 24, 8),
    /** Down the columns: to each of two vectors of doubles a value and sixteen parts. */
    RUNNING_SUM(36, 8),
    RUNNING_MEAN(40, 8),
    /** Columns become rows: sixteen scalar stores. */
    TURNED(34, 8);

    private final int instructions;
    private final int bytes;

    Work(int instructions, int bytes) {
      this.instructions = instructions;
      this.bytes = bytes;
    }
  }

  /** The loop. */
  @Param public Work work;

  /** Which twin. */
  @Param({"simd", "scalar"})
  public String kernels;

  private final int[] parameters = {ROWS, COLUMNS};
  private Arena arena;
  private WorkerTeam team;
  private Kernels simd;
  private LoopKernel kernel;
  private LoopKernel copy;
  private int extent;
  private MemorySegment[] slots;
  private double peak;
  private double copied;
  private double best;
  private long started;
  private long calls;

  @Setup
  public void setUp() {
    arena = Arena.ofShared();
    team = new WorkerTeam(1);
    simd = Kernels.select();
    Fuse vectors = new Fuse(simd);
    Fuse fuse = kernels.equals("scalar") ? new Fuse(Kernels.scalar()) : vectors;
    LoopNest nest = nest();
    extent = parameters[nest.axes().getFirst().extent()];
    kernel = fuse.compile(nest);
    copy = vectors.compile(matrix(times(at(1), real(2))));
    slots = new MemorySegment[] {numbers(0), numbers(1), numbers(2), places()};
    best = Double.MAX_VALUE;
    copied = Double.MAX_VALUE;
  }

  @Setup(Level.Iteration)
  public void measureLimits() {
    peak = Math.max(peak, Machine.peak(simd.probe(), team, 1));
    for (int repeat = 0; repeat < 20; repeat++) {
      long start = System.nanoTime();
      for (int call = 0; call < 50; call++) {
        copy.run(slots, parameters, 0, ROWS);
      }
      copied = Math.min(copied, (System.nanoTime() - start) / 50.0);
    }
    calls = 0;
    started = System.nanoTime();
  }

  @TearDown(Level.Iteration)
  public void keepBest() {
    best = Math.min(best, (double) (System.nanoTime() - started) / calls);
  }

  @TearDown
  public void tearDown() {
    double compute = 2.0 * work.instructions * ELEMENTS / peak;
    double memory = copied * work.bytes / 8;
    System.out.printf(
        "%n| %s | %s | %.2f | %.2f | %.0f %% |%n",
        work.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
        kernels,
        ELEMENTS / best,
        ELEMENTS / Math.max(compute, memory),
        100 * Math.max(compute, memory) / best);
    team.close();
    arena.close();
  }

  @Benchmark
  public void loop() {
    calls++;
    kernel.run(slots, parameters, 0, extent);
  }

  private LoopNest nest() {
    Scalar x = at(1);
    Scalar perRow = load(2, axis(0));
    Scalar perColumn = load(2, axis(1));
    return switch (work) {
      case BIAS -> matrix(plus(x, perColumn));
      case RESIDUAL -> matrix(plus(plus(x, at(2)), perColumn));
      case GELU -> matrix(gelu(plus(x, perColumn)));
      case EXP -> matrix(unary(UnaryOp.EXP, x));
      case TANH -> matrix(unary(UnaryOp.TANH, x));
      case ERF -> matrix(unary(UnaryOp.ERF, x));
      case LOG -> matrix(unary(UnaryOp.LOG, x));
      case SIN -> matrix(unary(UnaryOp.SIN, x));
      case NORMALISE -> matrix(plus(times(times(minus(x, perRow), perRow), perColumn), perColumn));
      case MEAN -> rows(FoldOp.MEAN, x);
      case VARIANCE -> rows(FoldOp.MEAN, times(minus(x, perRow), minus(x, perRow)));
      case GREATEST -> rows(FoldOp.MAX, x);
      case CAUSAL_EXP ->
          matrix(
              new Scalar.Select(
                  new Scalar.Compare(CompareOp.LE, axis(1), axis(0)),
                  unary(UnaryOp.EXP, minus(x, perRow)),
                  real(0)));
      case SUM_OF_EXP -> rows(FoldOp.SUM, unary(UnaryOp.EXP, x));
      case POW -> matrix(new Scalar.Binary(BinaryOp.POW, unary(UnaryOp.ABS, x), at(2)));
      case CUBE -> matrix(new Scalar.Binary(BinaryOp.POW, x, real(3)));
      case EVEN -> matrix(plus(load(1, times(whole(2), place(axis(1)))), at(2)));
      case GATHER ->
          matrix(plus(load(1, place(new Scalar.Load(3, Elem.I32, place(axis(1))))), at(2)));
      case LARGE -> matrix(large());
      case RANK -> matrix(rank());
      case RUNNING_SUM -> columns(inRow(axis(1), axis(0)), upTo(FoldOp.SUM));
      case RUNNING_MEAN -> columns(inRow(axis(1), axis(0)), upTo(FoldOp.MEAN));
      case TURNED ->
          columns(
              plus(times(axis(0), whole(ROWS)), axis(1)),
              times(load(1, inRow(axis(1), axis(0))), real(2)));
    };
  }

  private static LoopNest columns(Scalar at, Scalar body) {
    return new LoopNest(List.of(new Loop(1), new Loop(0)), new Store(0, Elem.F32, at), body);
  }

  private static Scalar upTo(FoldOp op) {
    return new Scalar.Fold(
        op,
        whole(ROWS),
        load(1, inRow(axis(2), axis(0))),
        Optional.of(new Scalar.Compare(CompareOp.LE, axis(2), axis(1))),
        Optional.empty());
  }

  private static Scalar inRow(Scalar row, Scalar column) {
    return plus(times(row, whole(COLUMNS)), column);
  }

  private static Scalar large() {
    List<Scalar> alive = new ArrayList<>();
    for (int k = 0; k < 8; k++) {
      alive.add(plus(at(1 + k % 2), real(k)));
    }
    Random random = new Random(1);
    for (int k = 0; k < LARGE_OPERATIONS / 2; k++) {
      Scalar other = alive.get(random.nextInt(alive.size()));
      int chosen = random.nextInt(alive.size());
      alive.set(chosen, times(plus(alive.get(chosen), other), real(0.45f)));
    }
    return alive.stream().reduce(Scalars::plus).orElseThrow();
  }

  private static Scalar rank() {
    Scalar own = at(1);
    Scalar other = load(1, place(axis(2)));
    Scalar equal = new Scalar.Compare(CompareOp.EQ, own, other);
    Scalar lower = new Scalar.Compare(CompareOp.LT, axis(2), axis(1));
    Scalar before =
        new Scalar.Binary(
            BinaryOp.OR,
            new Scalar.Compare(CompareOp.LT, own, other),
            new Scalar.Binary(BinaryOp.AND, equal, lower));
    return new Scalar.Fold(
        FoldOp.SUM, whole(COLUMNS), real(1), Optional.of(before), Optional.empty());
  }

  private static Scalar gelu(Scalar z) {
    Scalar inner = times(real(0.7978846f), plus(z, times(real(0.044715f), times(z, times(z, z)))));
    Scalar half = new Scalar.Binary(BinaryOp.DIV, z, real(2));
    return times(half, plus(real(1), unary(UnaryOp.TANH, inner)));
  }

  private static LoopNest matrix(Scalar body) {
    return new LoopNest(
        List.of(new Loop(0), new Loop(1)), new Store(0, Elem.F32, place(axis(1))), body);
  }

  private static Scalar place(Scalar column) {
    return plus(times(axis(0), whole(COLUMNS)), column);
  }

  private static LoopNest rows(FoldOp op, Scalar body) {
    Scalar fold =
        new Scalar.Fold(
            op,
            whole(COLUMNS),
            body,
            Optional.empty(),
            op == FoldOp.MAX ? Optional.of(real(0)) : Optional.empty());
    return new LoopNest(List.of(new Loop(0)), new Store(0, Elem.F32, axis(0)), fold);
  }

  private static Scalar at(int slot) {
    return load(slot, place(axis(1)));
  }

  private MemorySegment numbers(int seed) {
    Random random = new Random(seed);
    MemorySegment memory = arena.allocate(2L * ELEMENTS * Float.BYTES, 64);
    for (long i = 0; i < 2 * ELEMENTS; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return memory;
  }

  /** A column for each element. */
  private MemorySegment places() {
    Random random = new Random(3);
    MemorySegment memory = arena.allocate((long) ELEMENTS * Integer.BYTES, 64);
    for (long i = 0; i < ELEMENTS; i++) {
      memory.setAtIndex(ValueLayout.JAVA_INT, i, random.nextInt(COLUMNS));
    }
    return memory;
  }
}
