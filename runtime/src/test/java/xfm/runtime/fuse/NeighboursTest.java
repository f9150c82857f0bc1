package xfm.runtime.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static xfm.runtime.fuse.Build.add;
import static xfm.runtime.fuse.Build.axis;
import static xfm.runtime.fuse.Build.binary;
import static xfm.runtime.fuse.Build.load;
import static xfm.runtime.fuse.Build.mul;
import static xfm.runtime.fuse.Build.nest;
import static xfm.runtime.fuse.Build.sub;
import static xfm.runtime.fuse.Build.unary;
import static xfm.runtime.fuse.Build.whole;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.runtime.kernel.Kernels;

/** What is loaded from places that may be neighbours: rising, falling, all the same, or neither. */
@Tag("lanes")
class NeighboursTest {
  private static final int ROWS = 3;
  private static final int SIZE = 4_096;

  /** By what they do from lane to lane; {@code axis(1)} goes to the lanes. */
  private static final Map<String, Scalar> PLACES =
      Map.of(
          "a distance within bounds",
          add(clamp(sub(axis(1), mul(axis(0), whole(20))), -16, 16), whole(16)),
          "a distance from the end, within bounds",
          add(clamp(sub(mul(axis(0), whole(20)), axis(1)), -40, 7), whole(40)),
          "a distance, whichever way",
          unary(UnaryOp.ABS, sub(axis(1), whole(20))),
          "rows of rows of 32, and their columns from the last on",
          sub(
              add(mul(binary(BinaryOp.FLOOR_DIV, axis(1), whole(32)), whole(70)), whole(31)),
              binary(BinaryOp.FLOOR_MOD, axis(1), whole(32))),
          "the same",
          binary(BinaryOp.FLOOR_DIV, axis(1), whole(64)),
          "two rows that go apart",
          mul(binary(BinaryOp.MIN, axis(1), whole(90)), add(axis(0), whole(1))),
          "a table of places",
          new Scalar.Load(2, Elem.I32, axis(1)));

  /** 60 places, each made of the one before in two ways: as a tree they are 2⁶⁰. */
  @Test
  void placesMadeOfSharedPartsAreLookedAtOnceEach() {
    Scalar place = axis(1);
    for (int k = 0; k < 60; k++) {
      Scalar above = binary(BinaryOp.MAX, place, whole(k));
      place = binary(BinaryOp.MIN, above, binary(BinaryOp.MIN, place, whole(1_000 + k)));
    }
    MemorySegment floats = Memory.randomFloats(100, new Random(1));
    MemorySegment[] slots = {Memory.floats(100), floats};
    LoopNest nest = nest(2, 0, unary(UnaryOp.NEG, load(1, place)));
    new Fuse(Kernels.select()).compile(nest).run(slots, new int[] {1, 100}, 0, 1);
    for (int k = 0; k < 100; k++) {
      float one = floats.getAtIndex(ValueLayout.JAVA_FLOAT, k);
      assertEquals(-one, slots[0].getAtIndex(ValueLayout.JAVA_FLOAT, k));
    }
  }

  private static Scalar clamp(Scalar a, int low, int high) {
    return binary(BinaryOp.MIN, binary(BinaryOp.MAX, a, whole(low)), whole(high));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 16, 17, 33, 64, 100, 131})
  void areLoadedAsOneByOne(int columns) {
    Random random = new Random(columns);
    MemorySegment floats = Memory.randomFloats(SIZE, random);
    MemorySegment places = Memory.floats(columns);
    for (int i = 0; i < columns; i++) {
      places.setAtIndex(ValueLayout.JAVA_INT, i, i / 20 * 30 + i % 20);
    }
    MemorySegment result = Memory.floats(ROWS * columns);
    MemorySegment[] slots = {result, floats, places};
    int[] params = {ROWS, columns};
    PLACES.forEach((name, place) -> {
      Scalar body = unary(UnaryOp.EXP, unary(UnaryOp.TANH, load(1, add(place, axis(0)))));
      LoopNest nest = nest(2, 0, body);
      Graph graph = new Graph(nest);
      int lanes = Kernels.select().lanes();
      assertTrue(lanes == 1 || new VectorPlan(graph, lanes).isNest(), name);
      Fuse.interpret(nest).run(slots, params, 0, ROWS);
      int[] bits = Memory.bits(result, Elem.F32);
      result.fill((byte) 0);
      new Fuse(Kernels.select()).compile(nest).run(slots, params, 0, ROWS);
      assertArrayEquals(bits, Memory.bits(result, Elem.F32), name);
    });
  }
}
