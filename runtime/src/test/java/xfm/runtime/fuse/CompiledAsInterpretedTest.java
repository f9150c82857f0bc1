package xfm.runtime.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.ClassFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import xfm.runtime.kernel.Kernels;

/**
 * Compiled kernels, of scalars and of vectors, give the bits of the interpreter, over nests drawn
 * from a seed.
 */
@Tag("lanes")
class CompiledAsInterpretedTest {
  private static final int[][] PARAMS = {
    {3, 5, 2, 4, 3},
    {1, 1, 1, 1, 1},
    {7, 1, 3, 2, 0},
    {2, 0, 3, 5, 4},
    {0, 2, 2, 3, -1},
    {5, 3, 4, -3, 7}
  };

  /** Longer than a vector, and not by a multiple: on the last axis, or on the first. */
  private static final int[][] LONG = {{2, 2, 37, 4, 19}, {1, 2, 16, 17, 2}, {35, 3, 2, 2, 18}};

  private static final int CELLS = 35 * 3 * 2;
  private static final Fuse SCALAR = new Fuse(Kernels.scalar());
  private static final Fuse VECTOR = new Fuse(Kernels.simd());

  private static MemorySegment[] slots(Random random) {
    int[] ints = new int[RandomNests.SIZE];
    MemorySegment bools = Memory.floats(RandomNests.SIZE);
    for (int k = 0; k < ints.length; k++) {
      ints[k] = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(20) - 10;
      bools.set(ValueLayout.JAVA_BYTE, k, (byte) random.nextInt(3));
    }
    MemorySegment floats = Memory.randomFloats(RandomNests.SIZE, random);
    floats.setAtIndex(ValueLayout.JAVA_FLOAT, 3, Float.NaN);
    floats.setAtIndex(ValueLayout.JAVA_FLOAT, 17, Float.NEGATIVE_INFINITY);
    return new MemorySegment[] {Memory.floats(CELLS), floats, Memory.ints(ints), bools};
  }

  private static int extent(LoopNest nest, int[] params) {
    return nest.axes().isEmpty() ? 1 : params[0];
  }

  private static int[] run(LoopKernel kernel, LoopNest nest, MemorySegment[] slots, int[] params) {
    slots[0].fill((byte) 0x55);
    kernel.run(slots, params, 0, extent(nest, params));
    return Memory.bits(slots[0], nest.store().elem());
  }

  private static void same(LoopNest nest, int seed, int[]... all) {
    MemorySegment[] slots = slots(new Random(seed));
    LoopKernel scalar = SCALAR.compile(nest);
    LoopKernel vector = VECTOR.compile(nest);
    LoopKernel interpreted = Fuse.interpret(nest);
    for (int[] params : all) {
      int[] want = run(interpreted, nest, slots, params);
      assertArrayEquals(
          want, run(scalar, nest, slots, params), () -> "scalar nest " + seed + ": " + nest);
      assertArrayEquals(
          want, run(vector, nest, slots, params), () -> "vector nest " + seed + ": " + nest);
    }
  }

  @Test
  void sameBits() {
    int carried = 0;
    for (int seed = 0; seed < 300; seed++) {
      LoopNest nest = new RandomNests(seed).next();
      same(nest, seed, PARAMS);
      Graph graph = new Graph(nest);
      carried += RunningSums.all(graph).size() + Ranks.all(graph).size();
    }
    assertTrue(carried > 10, "only " + carried + " folds are carried along a row");
  }

  @Test
  void sameBitsOfLongAxes() {
    int vectors = 0;
    for (int seed = 10_000; seed < 10_080; seed++) {
      LoopNest nest = new RandomNests(seed).next(3);
      same(nest, seed, LONG);
      VectorPlan plan = new VectorPlan(new Graph(nest), Kernels.simd().lanes());
      vectors += plan.isNest() ? 1 : 0;
    }
    assertTrue(vectors > 25, "only " + vectors + " nests used vectors");
  }

  /**
   * Of which each place adds its own value: over rows, split anywhere, under a condition, twice.
   */
  @Test
  void sameBitsOfRunningSums() {
    Scalar zero = new Scalar.IntConst(0);
    for (int axes = 1; axes <= 2; axes++) {
      Scalar last = new Scalar.Axis(axes - 1);
      Scalar own = new Scalar.Axis(axes);
      Scalar row = axes == 1 ? zero : new Scalar.Axis(0);
      Scalar at = plus(new Scalar.Binary(BinaryOp.MUL, row, new Scalar.Param(1)), last);
      Scalar upTo = new Scalar.Compare(CompareOp.LE, own, last);
      Scalar value = new Scalar.Load(1, Elem.F32, plus(row, own));
      Scalar some = new Scalar.Compare(CompareOp.LT, value, new Scalar.FloatConst(0.2f));
      Scalar both = new Scalar.Binary(BinaryOp.AND, upTo, some);
      Scalar squared = new Scalar.Binary(BinaryOp.MUL, value, value);
      for (Scalar extent : List.of(new Scalar.Param(1), new Scalar.IntConst(13))) {
        Scalar body = plus(sum(extent, value, upTo), sum(extent, squared, both));
        List<Loop> loops = axes == 1 ? List.of(new Loop(1)) : List.of(new Loop(0), new Loop(1));
        LoopNest nest = new LoopNest(loops, new Store(0, Elem.F32, at), body);
        assertEquals(2, RunningSums.all(new Graph(nest)).size());
        assertTrue(Fuse.carries(nest));
        for (int[] params : new int[][] {{3, 37}, {1, 16}, {2, 1}, {4, 50}}) {
          sameInTwoPieces(nest, params, axes == 1 ? params[1] : params[0]);
        }
      }
    }
  }

  /**
   * The lanes are another axis than the one along which is summed: each has sums of its own, of all
   * places, under a condition, of few places; one sum is the same for all.
   */
  @Test
  void sameBitsOfRunningSumsInLanes() {
    Scalar a = new Scalar.Axis(0);
    Scalar i = new Scalar.Axis(1);
    Scalar own = new Scalar.Axis(2);
    Scalar upTo = new Scalar.Compare(CompareOp.LE, own, i);
    Scalar value = Build.load(1, plus(own, a));
    Scalar some = new Scalar.Compare(CompareOp.LT, value, new Scalar.FloatConst(0.2f));
    Scalar both = new Scalar.Binary(BinaryOp.AND, upTo, some);
    Scalar all = new Scalar.Param(1);
    Scalar same = sum(all, Build.load(1, own), upTo);
    Scalar few = sum(Build.whole(13), Build.mul(value, value), both);
    Scalar mean = Build.foldWhere(FoldOp.MEAN, all, value, upTo);
    Scalar meanOfSome = Build.foldWhere(FoldOp.MEAN, Build.whole(20), value, both);
    Scalar sums = plus(plus(sum(all, value, upTo), few), plus(mean, meanOfSome));
    LoopNest nest = Build.turned(2, 0, Build.mul(same, sums));
    assertEquals(5, RunningSums.all(new Graph(nest)).size());
    assertEquals(LoopForm.INNERMOST, Fuse.form(nest, 16));
    for (int[] params : new int[][] {{37, 5}, {16, 13}, {3, 50}, {100, 1}, {8, 26}, {10, 21}}) {
      sameInTwoPieces(nest, params, params[0]);
    }
  }

  /** Rows that are sorted: with equals, NaN and both zeros, under a condition, in a branch. */
  @Test
  void sameBitsOfRanks() {
    Scalar own = new Scalar.Axis(2);
    Scalar row = new Scalar.Binary(BinaryOp.MUL, new Scalar.Axis(0), new Scalar.Param(1));
    Scalar at = plus(row, new Scalar.Axis(1));
    Scalar x = new Scalar.Load(1, Elem.F32, at);
    Scalar y = new Scalar.Load(1, Elem.F32, plus(row, own));
    Scalar equal = new Scalar.Compare(CompareOp.EQ, x, y);
    Scalar lower = new Scalar.Compare(CompareOp.LT, own, new Scalar.Axis(1));
    Scalar before =
        new Scalar.Binary(
            BinaryOp.OR,
            new Scalar.Compare(CompareOp.LT, x, y),
            new Scalar.Binary(BinaryOp.AND, equal, lower));
    Scalar some =
        new Scalar.Compare(
            CompareOp.LE,
            own,
            new Scalar.Binary(BinaryOp.MUL, new Scalar.Axis(0), new Scalar.IntConst(20)));
    Scalar here = new Scalar.Compare(CompareOp.LE, new Scalar.Axis(1), new Scalar.Param(2));
    Scalar one = new Scalar.FloatConst(1);
    Scalar all = sum(new Scalar.Param(1), one, before);
    Scalar left = sum(new Scalar.Param(1), one, new Scalar.Binary(BinaryOp.AND, some, before));
    Scalar chosen = new Scalar.Select(here, left, new Scalar.FloatConst(-1));
    LoopNest nest =
        new LoopNest(
            List.of(new Loop(0), new Loop(1)), new Store(0, Elem.F32, at), plus(all, chosen));
    assertEquals(2, Ranks.all(new Graph(nest)).size());
    assertTrue(Fuse.carries(nest));
    for (int[] params : new int[][] {{3, 50, 30}, {1, 1, 0}, {2, 7, -1}, {1, 200, 200}}) {
      MemorySegment[] slots = slots(new Random(params[1]));
      float[] values = {Float.NaN, 0f, -0f, 1e-40f, Float.POSITIVE_INFINITY, -3f, 2f, 2f};
      for (int k = 0; k < 200; k++) {
        float v = k % 3 == 0 ? values[k / 3 % values.length] : (k * 37 % 101 - 50) * 0.5f;
        slots[1].setAtIndex(ValueLayout.JAVA_FLOAT, k, v);
      }
      int[] want = run(Fuse.interpret(nest), nest, slots, params);
      assertArrayEquals(want, run(SCALAR.compile(nest), nest, slots, params));
      assertArrayEquals(want, run(VECTOR.compile(nest), nest, slots, params));
    }
  }

  /**
   * Of another row at each step of the fold around them: what is kept from place to place is not
   * theirs.
   */
  @Test
  void sameBitsOfRanksAndRunningSumsWithinFolds() {
    Scalar i = new Scalar.Axis(1);
    Scalar outer = new Scalar.Axis(2);
    Scalar own = new Scalar.Axis(3);
    Scalar row =
        plus(new Scalar.Axis(0), new Scalar.Binary(BinaryOp.MUL, outer, new Scalar.IntConst(5)));
    Scalar x = new Scalar.Load(1, Elem.F32, plus(row, i));
    Scalar y = new Scalar.Load(1, Elem.F32, plus(row, own));
    Scalar upTo = new Scalar.Compare(CompareOp.LE, own, i);
    Scalar before =
        new Scalar.Binary(
            BinaryOp.OR,
            new Scalar.Compare(CompareOp.LT, x, y),
            new Scalar.Binary(
                BinaryOp.AND,
                new Scalar.Compare(CompareOp.EQ, x, y),
                new Scalar.Compare(CompareOp.LT, own, i)));
    Scalar some = new Scalar.Compare(CompareOp.LE, own, plus(outer, new Scalar.IntConst(20)));
    Scalar few = plus(outer, new Scalar.IntConst(20));
    Scalar all = new Scalar.Param(1);
    Scalar one = new Scalar.FloatConst(1);
    for (Scalar inner :
        List.of(
            sum(all, y, upTo),
            sum(all, one, before),
            sum(few, y, upTo),
            sum(few, one, before),
            sum(all, one, new Scalar.Binary(BinaryOp.AND, some, upTo)),
            sum(all, one, new Scalar.Binary(BinaryOp.AND, some, before)))) {
      Scalar around =
          new Scalar.Fold(
              FoldOp.SUM, new Scalar.Param(2), inner, Optional.empty(), Optional.empty());
      LoopNest nest = Build.nest(2, 0, around);
      assertFalse(Fuse.carries(nest));
      for (int[] params : new int[][] {{3, 50, 3}, {1, 150, 2}}) {
        MemorySegment[] slots = slots(new Random(params[1]));
        slots[1] = Memory.randomFloats(RandomNests.SIZE, new Random(params[1]));
        int[] want = run(Fuse.interpret(nest), nest, slots, params);
        assertArrayEquals(want, run(SCALAR.compile(nest), nest, slots, params), nest::toString);
        assertArrayEquals(want, run(VECTOR.compile(nest), nest, slots, params), nest::toString);
      }
    }
  }

  /**
   * A lane of a value that has no vector form is the sum of another such value over the same
   * places: both pass through arrays.
   */
  @Test
  void sameBitsOfLanesWithinLanes() {
    Scalar m = new Scalar.Axis(0);
    Scalar k = new Scalar.Axis(1);
    Scalar one = new Scalar.Load(2, Elem.I32, k);
    Scalar picked = Build.load(1, Build.binary(BinaryOp.FLOOR_MOD, one, Build.whole(251)));
    Scalar power = Build.unary(UnaryOp.EXP, Build.load(1, k));
    Scalar inner =
        Build.fold(
            FoldOp.SUM, new Scalar.Param(1), Build.mul(power, Build.unary(UnaryOp.TANH, picked)));
    Scalar other = new Scalar.Load(2, Elem.I32, m);
    Scalar some = new Scalar.Compare(CompareOp.LT, other, Build.whole(3));
    Scalar place = Build.select(some, Build.unary(UnaryOp.FLOOR, inner), other);
    Scalar there = Build.load(1, Build.binary(BinaryOp.FLOOR_MOD, place, Build.whole(251)));
    Scalar value = Build.unary(UnaryOp.EXP, Build.unary(UnaryOp.SIN, Build.load(1, m)));
    Scalar outer =
        Build.fold(
            FoldOp.SUM, new Scalar.Param(1), Build.mul(Build.unary(UnaryOp.TANH, value), there));
    LoopNest nest = Build.nest(0, 0, outer);
    assertEquals(LoopForm.FOLDS, Fuse.form(nest, 16));
    int[] params = {2, 100};
    MemorySegment[] slots = slots(new Random(2));
    slots[1] = Memory.randomFloats(RandomNests.SIZE, new Random(2));
    int[] want = run(Fuse.interpret(nest), nest, slots, params);
    assertArrayEquals(want, run(SCALAR.compile(nest), nest, slots, params));
    assertArrayEquals(want, run(VECTOR.compile(nest), nest, slots, params));
  }

  /**
   * Loaded from a place that is looked up, and moved by a sum of what lies at the same places: the
   * lanes of both pass through arrays, where only some of them are needed.
   */
  @Test
  void sameBitsOfPlacesMovedByASumOverTheSamePlaces() {
    Scalar m = new Scalar.Axis(0);
    Scalar k = new Scalar.Axis(1);
    Scalar inner = Build.fold(FoldOp.SUM, new Scalar.Param(1), curve(Build.load(1, place(k))));
    Scalar move =
        Build.binary(BinaryOp.FLOOR_MOD, Build.unary(UnaryOp.FLOOR, inner), Build.whole(50));
    Scalar some =
        new Scalar.Compare(
            CompareOp.LT, Build.unary(UnaryOp.SIN, Build.load(1, m)), Build.real(0.3f));
    Scalar value = curve(Build.load(1, plus(place(m), move)));
    Scalar outer =
        Build.fold(FoldOp.SUM, new Scalar.Param(1), Build.select(some, value, Build.real(0)));
    LoopNest nest = Build.nest(0, 0, outer);
    assertEquals(LoopForm.FOLDS, Fuse.form(nest, 16));
    for (int extent : new int[] {5, 37, 200}) {
      int[] params = {2, extent};
      MemorySegment[] slots = slots(new Random(extent));
      slots[1] = Memory.randomFloats(RandomNests.SIZE, new Random(extent));
      int[] want = run(Fuse.interpret(nest), nest, slots, params);
      assertArrayEquals(want, run(SCALAR.compile(nest), nest, slots, params));
      assertArrayEquals(want, run(VECTOR.compile(nest), nest, slots, params));
    }
  }

  private static Scalar place(Scalar axis) {
    return Build.binary(BinaryOp.FLOOR_MOD, new Scalar.Load(2, Elem.I32, axis), Build.whole(97));
  }

  private static Scalar curve(Scalar a) {
    return Build.unary(UnaryOp.TANH, Build.unary(UnaryOp.EXP, a));
  }

  private static void sameInTwoPieces(LoopNest nest, int[] params, int extent) {
    MemorySegment[] slots = slots(new Random(extent));
    slots[1] = Memory.randomFloats(RandomNests.SIZE, new Random(extent));
    slots[0].fill((byte) 0);
    Fuse.interpret(nest).run(slots, params, 0, extent);
    int[] want = Memory.bits(slots[0], Elem.F32);
    for (Fuse fuse : List.of(SCALAR, VECTOR)) {
      slots[0].fill((byte) 0);
      LoopKernel kernel = fuse.compile(nest);
      kernel.run(slots, params, extent / 2, extent);
      kernel.run(slots, params, 0, extent / 2);
      assertArrayEquals(want, Memory.bits(slots[0], Elem.F32), nest::toString);
    }
  }

  private static Scalar plus(Scalar a, Scalar b) {
    return new Scalar.Binary(BinaryOp.ADD, a, b);
  }

  private static Scalar sum(Scalar extent, Scalar body, Scalar where) {
    return new Scalar.Fold(FoldOp.SUM, extent, body, Optional.of(where), Optional.empty());
  }

  /** A place that does not ask for its sum need not be able to compute it. */
  @Test
  void aRunningSumGoesNoFurtherThanItIsAskedFor() {
    Scalar i = new Scalar.Axis(0);
    Scalar own = new Scalar.Axis(1);
    Scalar upTo = new Scalar.Compare(CompareOp.LE, own, i);
    Scalar sum = sum(new Scalar.Param(0), new Scalar.Load(1, Elem.F32, own), upTo);
    Scalar there = new Scalar.Compare(CompareOp.LT, i, new Scalar.Param(1));
    LoopNest nest = Build.nest(1, 0, new Scalar.Select(there, sum, new Scalar.FloatConst(-1)));
    assertEquals(1, RunningSums.all(new Graph(nest)).size());
    MemorySegment[] slots = {Memory.floats(8), Memory.floats(1, 2, 3)};
    for (Fuse fuse : List.of(SCALAR, VECTOR)) {
      fuse.compile(nest).run(slots, new int[] {8, 3}, 0, 8);
      float[] sums = Memory.toFloats(slots[0], 8);
      assertArrayEquals(new float[] {1, 3, 6, -1, -1, -1, -1, -1}, sums);
    }
  }

  /** In place, and the last axis as long as is usual, or not. */
  @Test
  void sameBitsOnATileInAnArray() {
    int tiles = 0;
    for (int seed = 20_000; seed < 20_060; seed++) {
      LoopNest nest = new RandomNests(seed).next(3);
      if (nest.store().elem() == Elem.F32) {
        tiles++;
        Scalar before = new Scalar.Load(0, Elem.F32, nest.store().offset());
        List<Loop> axes = new ArrayList<>(nest.axes());
        axes.add(new Loop(axes.removeLast().extent(), 32));
        Scalar body = new Scalar.Binary(BinaryOp.ADD, nest.body(), before);
        LoopNest tile = new LoopNest(axes, nest.store(), body);
        for (int[] params : new int[][] {LONG[0], LONG[2], {3, 2, 32, 4, 5}, {1, 1, 32, 3, 1}}) {
          sameTile(tile, seed, params);
        }
      }
    }
    assertTrue(tiles > 10, "only " + tiles + " nests store floats");
  }

  private static void sameTile(LoopNest nest, int seed, int[] params) {
    MemorySegment[] slots = slots(new Random(seed));
    float[] tile = Memory.toFloats(Memory.randomFloats(CELLS, new Random(seed)), CELLS);
    slots[0] = Memory.floats(tile);
    Fuse.interpret(nest).run(slots, params, 0, params[0]);
    int[] want = Memory.bits(slots[0], Elem.F32);
    slots[0] = MemorySegment.NULL;
    for (Fuse fuse : List.of(SCALAR, VECTOR)) {
      float[] got = tile.clone();
      fuse.compileTile(nest).run(got, slots, params, 0, params[0]);
      assertArrayEquals(want, Memory.bits(Memory.floats(got), Elem.F32), nest::toString);
    }
  }

  @Test
  void aTileHoldsTheFloatsThatItsNestStores() {
    Scalar ints =
        new Scalar.Unary(UnaryOp.TO_FLOAT, new Scalar.Load(0, Elem.I32, new Scalar.Axis(0)));
    List<Loop> axes = List.of(new Loop(0));
    for (LoopNest nest :
        List.of(
            new LoopNest(axes, new Store(0, Elem.F32, new Scalar.Axis(0)), ints),
            new LoopNest(axes, new Store(0, Elem.I32, new Scalar.Axis(0)), new Scalar.IntConst(1)),
            new LoopNest(
                axes, new Store(1, Elem.F32, new Scalar.Axis(0)), new Scalar.FloatConst(1)))) {
      assertThrows(IllegalArgumentException.class, () -> VECTOR.compileTile(nest), nest::toString);
    }
  }

  @Test
  void sameBitsCutIntoManyMethods() {
    int cut = 0;
    for (int seed = 5_000; seed < 5_200; seed++) {
      LoopNest nest = new RandomNests(seed).next();
      MemorySegment[] slots = slots(new Random(seed));
      Graph graph = new Graph(nest);
      VectorPlan plan = new VectorPlan(graph, seed % 4 < 2 ? 1 : Kernels.simd().lanes());
      byte[] bytes = NestEmitter.emit(graph, plan, seed % 2 == 0 ? 8 : 40);
      cut += ClassFile.of().parse(bytes).methods().size() > 2 ? 1 : 0;
      LoopKernel compiled = Fuse.define(bytes);
      for (int[] params : PARAMS) {
        int[] want = run(Fuse.interpret(nest), nest, slots, params);
        assertArrayEquals(want, run(compiled, nest, slots, params), nest::toString);
      }
    }
    assertTrue(cut > 100, "only " + cut + " nests were cut");
  }

  /** Each loop as small as can be, so that most values pass through rows. */
  @Test
  void sameBitsCutIntoManyLoops() {
    int cut = 0;
    for (int seed = 30_000; seed < 30_300; seed++) {
      LoopNest nest = new RandomNests(seed).next(3);
      Graph graph = new Graph(nest);
      VectorPlan plan = new VectorPlan(graph, Kernels.simd().lanes(), 5 + seed % 20);
      if (plan.stages().isPresent()) {
        cut++;
        int limit = seed % 2 == 0 ? Integer.MAX_VALUE : 30;
        LoopKernel kernel = Fuse.define(NestEmitter.emit(graph, plan, limit));
        MemorySegment[] slots = slots(new Random(seed));
        for (int[] params : LONG) {
          int[] want = run(Fuse.interpret(nest), nest, slots, params);
          assertArrayEquals(want, run(kernel, nest, slots, params), nest::toString);
        }
      }
    }
    assertTrue(cut > 10, "only " + cut + " nests were cut");
  }

  /** Longer than a block, in pieces, and on a tile. */
  @Test
  void sameBitsOfLargeBodies() {
    for (int operations : new int[] {300, 1_000}) {
      Scalar body = RandomNests.large(operations, operations);
      int[] params = {2, 300};
      LoopNest nest = Build.nest(2, 0, body);
      assertEquals(LoopForm.INNERMOST, Fuse.form(nest, 16));
      MemorySegment[] slots = {
        Memory.floats(600),
        Memory.randomFloats(600, new Random(1)),
        Memory.randomFloats(600, new Random(2))
      };
      int[] want = run(Fuse.interpret(nest), nest, slots, params);
      assertArrayEquals(want, run(VECTOR.compile(nest), nest, slots, params));
      float[] tile = new float[600];
      VECTOR.compileTile(nest).run(tile, slots, params, 0, 2);
      assertArrayEquals(want, Memory.bits(Memory.floats(tile), Elem.F32));
    }
  }

  @Test
  void aSplitRangeIsTheWhole() {
    int[] params = PARAMS[0].clone();
    params[0] = 7;
    for (int seed = 2_000; seed < 2_200; seed++) {
      LoopNest nest = new RandomNests(seed).next();
      MemorySegment[] slots = slots(new Random(seed));
      LoopKernel kernel = VECTOR.compile(nest);
      int[] whole = run(kernel, nest, slots, params);
      slots[0].fill((byte) 0x55);
      int extent = extent(nest, params);
      int cut = Math.min(3, extent);
      kernel.run(slots, params, cut, extent);
      kernel.run(slots, params, cut, cut);
      kernel.run(slots, params, 0, cut);
      assertArrayEquals(whole, Memory.bits(slots[0], nest.store().elem()), nest::toString);
    }
  }

  @Test
  void theFirstCallIsAsTheLast() {
    for (int seed = 3_000; seed < 3_012; seed++) {
      LoopNest nest = new RandomNests(seed).next();
      MemorySegment[] slots = slots(new Random(seed));
      LoopKernel kernel = VECTOR.compile(nest);
      int[] first = run(kernel, nest, slots, PARAMS[0]);
      for (int call = 0; call < 20_000; call++) {
        kernel.run(slots, PARAMS[0], 0, extent(nest, PARAMS[0]));
      }
      assertArrayEquals(first, run(kernel, nest, slots, PARAMS[0]), nest::toString);
    }
  }
}
