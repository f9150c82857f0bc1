package xfm.bench;

import static xfm.bench.Scalars.axis;
import static xfm.bench.Scalars.load;
import static xfm.bench.Scalars.minus;
import static xfm.bench.Scalars.over;
import static xfm.bench.Scalars.plus;
import static xfm.bench.Scalars.real;
import static xfm.bench.Scalars.times;
import static xfm.bench.Scalars.unary;
import static xfm.bench.Scalars.whole;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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

/**
 * The loops of a layer norm on one thread, alone or with the sum before it: each over all rows, or
 * all of them on blocks of rows as chains run. Elements are counted once, whatever the loops.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 15, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class ChainBench {
  private static final int BLOCK_BYTES = 1 << 18;
  private static final int COLUMNS_AT = 1;
  private static final int FIRST_ROW = 2;

  /** Rows and columns: in L2, in L3, in memory. */
  @Param({"512x256", "512x768", "16384x768"})
  public String shape;

  /** What is computed. */
  @Param({"norm", "sum and norm"})
  public String what;

  /** How. */
  @Param({"loops", "blocks"})
  public String how;

  private int rows;
  private int columns;
  private int block;
  private int[] parameters;
  private Arena arena;
  private LoopKernel[] kernels;
  private MemorySegment[][] slots;

  @Setup
  public void setUp() {
    arena = Arena.ofShared();
    rows = Integer.parseInt(shape.split("x")[0]);
    columns = Integer.parseInt(shape.split("x")[1]);
    boolean sum = what.startsWith("sum");
    int values = sum ? 4 : 2;
    block = how.equals("blocks") ? BLOCK_BYTES / (values * columns * Float.BYTES) / 16 * 16 : rows;
    parameters = new int[] {rows, columns, 0};
    MemorySegment x = numbers((long) rows * columns);
    MemorySegment skip = numbers(sum ? (long) rows * columns : 1);
    MemorySegment z = sum ? numbers((long) rows * columns) : x;
    MemorySegment middle = numbers(block);
    MemorySegment spread = numbers(block);
    MemorySegment scale = numbers(block);
    MemorySegment out = numbers((long) rows * columns);
    MemorySegment gain = numbers(columns);
    Fuse fuse = new Fuse(Kernels.select());
    LoopKernel mean = fuse.compile(rows(mean(at(1))));
    LoopKernel variance = fuse.compile(rows(mean(square(minus(at(1), ofRow(2))))));
    LoopKernel inverse = fuse.compile(rows(over(real(1), root(plus(ofRow(1), real(1e-5f))))));
    LoopKernel norm =
        fuse.compile(matrix(times(times(minus(at(1), ofRow(2)), ofRow(3)), load(4, axis(1)))));
    LoopKernel add = fuse.compile(matrix(plus(at(1), at(2))));
    MemorySegment[][] all = {
      {z, x, skip}, {middle, z}, {spread, z, middle}, {scale, spread}, {out, z, middle, scale, gain}
    };
    LoopKernel[] each = {add, mean, variance, inverse, norm};
    int from = sum ? 0 : 1;
    slots = Arrays.copyOfRange(all, from, all.length);
    kernels = Arrays.copyOfRange(each, from, each.length);
  }

  @TearDown
  public void tearDown() {
    arena.close();
  }

  @Benchmark
  public void run() {
    for (int from = 0; from < rows; from += block) {
      int to = Math.min(rows, from + block);
      parameters[FIRST_ROW] = from;
      for (int k = 0; k < kernels.length; k++) {
        kernels[k].run(slots[k], parameters, from, to);
      }
    }
  }

  private LoopNest matrix(Scalar body) {
    Scalar at = plus(times(axis(0), whole(columns)), axis(1));
    return new LoopNest(
        List.of(new Loop(0), new Loop(COLUMNS_AT)), new Store(0, Elem.F32, at), body);
  }

  private static LoopNest rows(Scalar body) {
    return new LoopNest(List.of(new Loop(0)), new Store(0, Elem.F32, inBlock()), body);
  }

  private Scalar mean(Scalar body) {
    return new Scalar.Fold(FoldOp.MEAN, whole(columns), body, Optional.empty(), Optional.empty());
  }

  private Scalar at(int slot) {
    return load(slot, plus(times(axis(0), whole(columns)), axis(1)));
  }

  private static Scalar ofRow(int slot) {
    return load(slot, inBlock());
  }

  private static Scalar inBlock() {
    return minus(axis(0), new Scalar.Param(FIRST_ROW));
  }

  private static Scalar square(Scalar a) {
    return times(a, a);
  }

  private static Scalar root(Scalar a) {
    return unary(UnaryOp.SQRT, a);
  }

  private MemorySegment numbers(long elements) {
    Random random = new Random(1);
    MemorySegment memory = arena.allocate(elements * Float.BYTES, 64);
    for (long i = 0; i < elements; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
    }
    return memory;
  }
}
