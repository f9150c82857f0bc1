package xfm.runtime.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static xfm.runtime.fuse.Build.add;
import static xfm.runtime.fuse.Build.axis;
import static xfm.runtime.fuse.Build.compare;
import static xfm.runtime.fuse.Build.fold;
import static xfm.runtime.fuse.Build.load;
import static xfm.runtime.fuse.Build.mul;
import static xfm.runtime.fuse.Build.nest;
import static xfm.runtime.fuse.Build.param;
import static xfm.runtime.fuse.Build.real;
import static xfm.runtime.fuse.Build.select;
import static xfm.runtime.fuse.Build.sub;
import static xfm.runtime.fuse.Build.unary;
import static xfm.runtime.fuse.Build.whole;

import com.sun.management.ThreadMXBean;
import java.lang.classfile.ClassFile;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import xfm.runtime.kernel.Kernels;

/** How nests are compiled: shared, cut to size, free of allocation. */
class FuseTest {
  private static Scalar at(Scalar column) {
    return load(1, add(mul(axis(0), param(1)), column));
  }

  private static Scalar softmax() {
    Scalar most = fold(FoldOp.MAX, param(1), at(axis(2)));
    Scalar mostInside = fold(FoldOp.MAX, param(1), at(axis(3)));
    Scalar sum = fold(FoldOp.SUM, param(1), unary(UnaryOp.EXP, sub(at(axis(2)), mostInside)));
    return Build.div(unary(UnaryOp.EXP, sub(at(axis(1)), most)), sum);
  }

  @Test
  void equalNestsShareOneKernel() {
    Fuse fuse = new Fuse(Kernels.select());
    LoopKernel kernel = fuse.compile(nest(2, 0, softmax()));
    assertSame(kernel, fuse.compile(nest(2, 0, softmax())));
    assertNotSame(kernel, fuse.compile(nest(2, 1, softmax())));
    assertNotSame(fuse.compile(nest(1, 0, real(0f))), fuse.compile(nest(1, 0, real(-0f))));
  }

  /** The greatest of a row is one loop, though it stands in the softmax at two depths. */
  @Test
  void equalPartsAreOneValue() {
    Graph graph = new Graph(nest(2, 0, softmax()));
    long folds = graph.nodes().stream().filter(n -> n.code instanceof Code.Reduce).count();
    assertEquals(2, folds);
  }

  /** Each level reads the one below twice: as a tree it would have 2^60 leaves. */
  @Test
  void sharedPartsAreVisitedOnce() {
    Scalar sum = load(1, axis(0));
    Scalar offset = axis(0);
    for (int level = 0; level < 60; level++) {
      sum = mul(add(sum, sum), real(0.5f));
      offset = sub(add(offset, offset), offset);
    }
    Fuse fuse = new Fuse(Kernels.select());
    LoopNest nest = nest(1, 0, add(sum, load(1, offset)));
    LoopKernel kernel = fuse.compile(nest);
    MemorySegment y = Memory.floats(2);
    kernel.run(new MemorySegment[] {y, Memory.floats(3f, 5f)}, new int[] {2}, 0, 2);
    assertArrayEquals(new float[] {6f, 10f}, Memory.toFloats(y, 2));
    assertSame(kernel, fuse.compile(nest));
  }

  @Test
  void largeBodiesAreCut() {
    List<Scalar> terms = new ArrayList<>();
    for (int k = 0; k < 1_500; k++) {
      Scalar term = mul(load(1, add(axis(0), whole(k % 50))), real(k));
      Scalar low = compare(CompareOp.LT, load(1, whole(k % 50)), real(k % 3));
      terms.add(k % 5 == 0 ? select(low, term, real(1f)) : term);
    }
    LoopNest nest = nest(1, 0, sum(terms));
    byte[] bytes = NestEmitter.emit(new Graph(nest), new VectorPlan(new Graph(nest), 1));
    assertTrue(ClassFile.of().parse(bytes).methods().size() > 3);
    assertTrue(NestEmitter.largestMethod(bytes) <= NestEmitter.LARGEST_METHOD);
    MemorySegment y = Memory.floats(9);
    MemorySegment[] slots = {y, Memory.randomFloats(60, new Random(1))};
    new LoopInterpreter(nest).run(slots, new int[] {9}, 0, 9);
    int[] want = Memory.bits(y, Elem.F32);
    Fuse.define(bytes).run(slots, new int[] {9}, 0, 9);
    assertArrayEquals(want, Memory.bits(y, Elem.F32));
  }

  /** In one method, values shared by branches that exclude each other would stand 2^40 times. */
  @Test
  void sharedPartsOfBranchesAreCut() {
    Scalar s = load(1, axis(0));
    for (int level = 0; level < 40; level++) {
      Scalar first = compare(CompareOp.LT, load(1, whole(2 * level)), real(0f));
      Scalar second = compare(CompareOp.LT, load(1, whole(2 * level + 1)), real(0f));
      s = select(first, add(s, real(level)), select(second, unary(UnaryOp.NEG, s), real(0f)));
    }
    LoopNest nest = nest(1, 0, s);
    MemorySegment y = Memory.floats(9);
    MemorySegment[] slots = {y, Memory.randomFloats(80, new Random(1))};
    Fuse.interpret(nest).run(slots, new int[] {9}, 0, 9);
    int[] want = Memory.bits(y, Elem.F32);
    new Fuse(Kernels.select()).compile(nest).run(slots, new int[] {9}, 0, 9);
    assertArrayEquals(want, Memory.bits(y, Elem.F32));
  }

  /** Without vectors, thousands of values alive at once leave no cut that is small enough. */
  @Test
  void whatCannotBeCutIsRefused() {
    List<Scalar> terms = new ArrayList<>();
    List<Scalar> squares = new ArrayList<>();
    for (int k = 0; k < 3_000; k++) {
      Scalar term = mul(load(1, add(axis(0), whole(k))), real(k));
      terms.add(term);
      squares.add(mul(term, term));
    }
    LoopNest nest = nest(1, 0, mul(sum(terms), sum(squares)));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new Fuse(Kernels.scalar()).compile(nest));
    assertTrue(e.getMessage().contains("too large for one kernel"), e::getMessage);
  }

  /** Each of them small enough for HotSpot. */
  @Test
  void largeBodiesAreVectorLoopsOfTheirOwn() {
    Graph graph = new Graph(nest(2, 0, RandomNests.large(600, 1)));
    NestEmitter.Emitted made = NestEmitter.emitted(graph, new VectorPlan(graph, 16));
    assertTrue(made.plan().stages().orElseThrow().stages().size() > 5);
    assertTrue(NestEmitter.largestMethod(made.bytes()) <= NestEmitter.LARGEST_METHOD);
  }

  @Test
  void hotKernelsAllocateNothing() {
    Scalar x = at(axis(1));
    Scalar cubed = mul(x, mul(x, x));
    Scalar bell = unary(UnaryOp.EXP, unary(UnaryOp.NEG, mul(x, x)));
    Scalar curves = add(unary(UnaryOp.ERF, x), unary(UnaryOp.TANH, add(x, cubed)));
    Scalar waves = add(unary(UnaryOp.SIN, x), unary(UnaryOp.LOG, mul(x, x)));
    for (Fuse fuse : List.of(new Fuse(Kernels.select()), new Fuse(Kernels.scalar()))) {
      assertAllocatesNothing(fuse.compile(nest(2, 0, softmax())), 4, 75);
      assertAllocatesNothing(fuse.compile(nest(2, 0, add(bell, mul(curves, waves)))), 4, 75);
      Scalar gathered = at(Build.binary(BinaryOp.FLOOR_MOD, mul(axis(1), axis(1)), whole(75)));
      assertAllocatesNothing(fuse.compile(nest(2, 0, mul(bell, gathered))), 4, 75);
    }
  }

  /** One after the other, since they share code that C2 compiles anew for the second. */
  @Test
  void hotRunningSumsAllocateNothing() {
    Scalar upTo = compare(CompareOp.LE, axis(2), axis(1));
    Scalar down = load(1, add(mul(axis(2), param(0)), axis(0)));
    for (Fuse fuse : List.of(new Fuse(Kernels.select()), new Fuse(Kernels.scalar()))) {
      for (FoldOp op : List.of(FoldOp.SUM, FoldOp.MEAN)) {
        Scalar alongRows = Build.foldWhere(op, param(1), at(axis(2)), upTo);
        assertAllocatesNothing(fuse.compile(nest(2, 0, alongRows)), 4, 75);
        Scalar downColumns = Build.foldWhere(op, param(1), down, upTo);
        assertAllocatesNothing(fuse.compile(Build.turned(2, 0, downColumns)), 75, 4);
      }
    }
  }

  private static void assertAllocatesNothing(LoopKernel kernel, int... params) {
    MemorySegment[] slots = {Memory.floats(300), Memory.randomFloats(300, new Random(1))};
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    long allocated = 1;
    // Until C2 has compiled it, every vector is an object.
    for (int round = 0; round < 5_000 && allocated > 0; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      long between = threads.getThreadAllocatedBytes(thread);
      for (int call = 0; call < 200; call++) {
        kernel.run(slots, params, 0, params[0]);
      }
      long after = threads.getThreadAllocatedBytes(thread);
      allocated = after - between - (between - before);
    }
    assertEquals(0, allocated);
  }

  /** Halved again and again: deep in the number of terms, it would need a stack to match. */
  private static Scalar sum(List<Scalar> terms) {
    int half = terms.size() / 2;
    return half == 0
        ? terms.getFirst()
        : add(sum(terms.subList(0, half)), sum(terms.subList(half, terms.size())));
  }
}
