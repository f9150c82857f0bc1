package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Term;
import xfm.runtime.tensor.Tensor;

/** Tensors whose axes lie in memory in any order, and the way back. */
class CopiesTest {
  private final Random random = new Random(1);

  @Test
  void everyElementComesToItsPlaceAndBack() {
    for (int round = 0; round < 200; round++) {
      int rank = 1 + random.nextInt(4);
      long[] shape = IntStream.range(0, rank).mapToLong(_ -> size(rank)).toArray();
      List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
      Collections.shuffle(order, random);
      turned(shape, new Layout(order));
    }
    turned(new long[] {40, 0, 3}, new Layout(List.of(2, 0, 1)));
    turned(new long[] {70, 100}, new Layout(List.of(1, 0)));
  }

  private int size(int rank) {
    return random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(rank > 2 ? 20 : 50);
  }

  private static void turned(long[] shape, Layout layout) {
    String what =
        layout
            + " of "
            + List.of(IntStream.range(0, shape.length).mapToObj(a -> shape[a]).toArray());
    int elements =
        (int) IntStream.range(0, shape.length).mapToLong(a -> shape[a]).reduce(1, (a, b) -> a * b);
    float[] values = new float[elements];
    int[] truths = new int[elements];
    for (int k = 0; k < elements; k++) {
      values[k] = k + 0.5f;
      truths[k] = k * 7 / 3 % 2;
    }
    long[] strides = layout.strides(shape);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(4L * Math.max(1, elements), 64);
      Copies.in(Tensor.ofFloats(values, shape), Term.Kind.FLOAT, layout, memory);
      for (int k = 0; k < elements; k++) {
        assertEquals(
            values[k], memory.getAtIndex(ValueLayout.JAVA_FLOAT, place(k, shape, strides)), what);
      }
      Tensor back = Copies.out(arena, memory, layout, shape, Term.Kind.FLOAT);
      assertArrayEquals(values, back.toFloats(), what);
      Copies.in(Tensor.ofInts(truths, shape), Term.Kind.BOOL, layout, memory);
      Tensor same = Copies.out(arena, memory, layout, shape, Term.Kind.BOOL);
      for (int k = 0; k < elements; k++) {
        assertEquals(truths[k], same.integerAt(k), what);
      }
    }
  }

  /** Where the element lies that is the k-th in row-major order. */
  private static long place(int k, long[] shape, long[] strides) {
    long rest = k;
    long place = 0;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      place += rest % shape[axis] * strides[axis];
      rest /= shape[axis];
    }
    return place;
  }
}
