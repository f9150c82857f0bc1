package xfm.runtime.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static xfm.runtime.fuse.Build.add;
import static xfm.runtime.fuse.Build.axis;
import static xfm.runtime.fuse.Build.binary;
import static xfm.runtime.fuse.Build.compare;
import static xfm.runtime.fuse.Build.fold;
import static xfm.runtime.fuse.Build.foldWhere;
import static xfm.runtime.fuse.Build.load;
import static xfm.runtime.fuse.Build.mul;
import static xfm.runtime.fuse.Build.nest;
import static xfm.runtime.fuse.Build.param;
import static xfm.runtime.fuse.Build.real;
import static xfm.runtime.fuse.Build.select;
import static xfm.runtime.fuse.Build.unary;
import static xfm.runtime.fuse.Build.whole;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import xfm.runtime.kernel.Kernels;

/** What a kernel promises at the edges; each case runs compiled and interpreted. */
class LoopKernelTest {
  private static final float NAN = Float.NaN;

  private static List<LoopKernel> kernels(LoopNest nest) {
    return List.of(new Fuse(Kernels.select()).compile(nest), Fuse.interpret(nest));
  }

  /** The floats that a body without axes or of one axis stores, {@code values} being slot 1. */
  private static float[] run(Scalar body, int extent, float... values) {
    LoopNest nest = nest(1, 0, body);
    float[][] results = new float[2][];
    for (int k = 0; k < 2; k++) {
      MemorySegment y = Memory.floats(extent);
      MemorySegment[] slots = {y, Memory.floats(values)};
      kernels(nest).get(k).run(slots, new int[] {extent, values.length}, 0, extent);
      results[k] = Memory.toFloats(y, extent);
    }
    assertArrayEquals(results[1], results[0]);
    return results[0];
  }

  private static float one(Scalar body, float... values) {
    return run(body, 1, values)[0];
  }

  private static Scalar toFloat(Scalar a) {
    return unary(UnaryOp.TO_FLOAT, a);
  }

  private static final Scalar ELEMENT = load(1, axis(1));

  @Test
  void foldsOverNothing() {
    assertEquals(0f, one(fold(FoldOp.SUM, param(1), ELEMENT)));
    assertEquals(0f, one(fold(FoldOp.MEAN, param(1), ELEMENT)));
    assertEquals(Float.NEGATIVE_INFINITY, one(fold(FoldOp.LOGSUMEXP, param(1), ELEMENT)));
    Scalar positive = compare(CompareOp.GT, ELEMENT, real(0f));
    assertEquals(5f, one(select(fold(FoldOp.ANY, param(1), positive), real(4f), real(5f))));
    assertEquals(4f, one(select(fold(FoldOp.ALL, param(1), positive), real(4f), real(5f))));
    assertEquals(0f, one(foldWhere(FoldOp.MEAN, param(1), ELEMENT, positive), -1f, -2f));
    Optional<Scalar> seven = Optional.of(real(7f));
    for (FoldOp op : List.of(FoldOp.MAX, FoldOp.MIN)) {
      Scalar.Fold all = new Scalar.Fold(op, param(1), ELEMENT, Optional.empty(), seven);
      Scalar.Fold some = new Scalar.Fold(op, param(1), ELEMENT, Optional.of(positive), seven);
      assertEquals(7f, one(all));
      assertEquals(7f, one(some, -1f, -2f));
      assertEquals(-1f, one(all, -1f));
    }
    Scalar argmax =
        new Scalar.Fold(
            FoldOp.ARGMAX, param(1), ELEMENT, Optional.of(positive), Optional.of(whole(-9)));
    assertEquals(-9f, one(toFloat(argmax), -1f, -2f));
    assertEquals(1f, one(toFloat(argmax), -1f, 2f));
  }

  @Test
  void anExtremeOfNothingWithoutAValueIsAnError() {
    for (FoldOp op : List.of(FoldOp.MAX, FoldOp.MIN)) {
      ArithmeticException e =
          assertThrows(ArithmeticException.class, () -> one(fold(op, param(1), ELEMENT)));
      assertEquals(op + " over nothing has no value", e.getMessage());
    }
    Scalar argmax = toFloat(fold(FoldOp.ARGMAX, param(1), ELEMENT));
    assertThrows(ArithmeticException.class, () -> one(argmax));
  }

  @Test
  void foldsAndNaN() {
    assertEquals(NAN, one(fold(FoldOp.MAX, param(1), ELEMENT), 1f, NAN, 2f));
    assertEquals(NAN, one(fold(FoldOp.LOGSUMEXP, param(1), ELEMENT), 1f, NAN));
    Scalar argmax = toFloat(fold(FoldOp.ARGMAX, param(1), ELEMENT));
    assertEquals(1f, one(argmax, 1f, NAN, 2f, NAN));
    assertEquals(1f, one(argmax, 1f, 3f, 3f, 2f));
    float low = Float.NEGATIVE_INFINITY;
    assertEquals(0f, one(argmax, low, low));
  }

  @Test
  void logSumExpOfInfinities() {
    float high = Float.POSITIVE_INFINITY;
    Scalar lse = fold(FoldOp.LOGSUMEXP, param(1), ELEMENT);
    assertEquals(-high, one(lse, -high, -high));
    assertEquals(high, one(lse, 1f, high, high));
    assertEquals(1000f, one(lse, 1000f, -high));
    assertEquals(1000.6931f, one(lse, 1000f, 1000f), 1e-4f);
  }

  /** 2^24 + 1 + 1 is lost in float and kept in the double sum. */
  @Test
  void sumsAreWide() {
    assertEquals(16777218f, one(fold(FoldOp.SUM, param(1), ELEMENT), 16777216f, 1f, 1f));
    assertEquals(2f, one(fold(FoldOp.MEAN, param(1), ELEMENT), 1e30f, 6f, -1e30f + 0f), 2f);
  }

  @Test
  void aBranchNotTakenIsNotLoaded() {
    Scalar before = add(axis(0), whole(-1));
    Scalar shifted = select(compare(CompareOp.GE, before, whole(0)), load(1, before), real(9f));
    assertArrayEquals(new float[] {9f, 1f, 2f}, run(shifted, 3, 1f, 2f, 3f));
    Scalar far = load(1, mul(param(1), whole(1000)));
    Scalar never = compare(CompareOp.LT, param(1), whole(0));
    assertArrayEquals(new float[] {0f, 0f}, run(select(never, far, real(0f)), 2, 1f));
    // … nor hoisted out of a condition or of a loop that does not run
    Scalar guarded = foldWhere(FoldOp.SUM, whole(3), far, never);
    assertArrayEquals(new float[] {0f, 0f}, run(guarded, 2, 1f));
    assertArrayEquals(new float[] {0f}, run(fold(FoldOp.SUM, param(1), load(1, whole(0))), 1));
    Scalar both = binary(BinaryOp.AND, never, compare(CompareOp.GT, far, real(0f)));
    assertArrayEquals(new float[] {2f}, run(select(both, real(1f), real(2f)), 1, 1f));
    Scalar quotient = binary(BinaryOp.FLOOR_DIV, whole(1), add(param(1), whole(-1)));
    Scalar divided = select(never, toFloat(quotient), real(3f));
    assertArrayEquals(new float[] {3f}, run(divided, 1, 1f));
  }

  /** An inner fold that takes over the number of an axis around it, on which it does not depend. */
  @Test
  void independentFoldsInsideEachOther() {
    Scalar inner = fold(FoldOp.SUM, whole(3), mul(load(1, axis(2)), load(1, axis(2))));
    Scalar big = compare(CompareOp.GT, mul(load(1, axis(1)), real(2f)), real(2f));
    Scalar guarded = select(big, inner, mul(load(1, axis(1)), real(2f)));
    assertEquals(2f + 14f + 14f, one(fold(FoldOp.SUM, param(1), guarded), 1f, 2f, 3f));
  }

  @Test
  void axesThatAreEmpty() {
    LoopNest nest = nest(2, 0, load(1, axis(0)));
    for (LoopKernel kernel : kernels(nest)) {
      MemorySegment[] slots = {Memory.floats(0), Memory.floats(0)};
      kernel.run(slots, new int[] {3, 0}, 0, 3);
      kernel.run(slots, new int[] {3, -1}, 1, 3);
      kernel.run(slots, new int[] {-2, 5}, 0, 0);
      kernel.run(slots, new int[] {0, 5}, 0, 0);
    }
  }

  @Test
  void rangesAndOffsetsAreChecked() {
    for (LoopKernel kernel : kernels(nest(1, 0, load(1, axis(0))))) {
      MemorySegment[] slots = {Memory.floats(4), Memory.floats(3)};
      int[] params = {4};
      assertThrows(IndexOutOfBoundsException.class, () -> kernel.run(slots, params, 0, 5));
      assertThrows(IndexOutOfBoundsException.class, () -> kernel.run(slots, params, -1, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> kernel.run(slots, params, 3, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> kernel.run(slots, params, 0, 4));
    }
    Scalar byZero = binary(BinaryOp.FLOOR_MOD, whole(1), param(1));
    assertThrows(ArithmeticException.class, () -> one(toFloat(byZero)));
  }

  @Test
  void offsetsPassTwoToThe31(@TempDir Path folder) throws IOException {
    long size = (3L << 30) + 2;
    Scalar offset = add(mul(axis(0), param(1)), whole(1));
    Scalar body = new Scalar.Load(1, Elem.BOOL, offset);
    try (FileChannel file =
            FileChannel.open(
                folder.resolve("sparse"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment big = file.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
      big.set(ValueLayout.JAVA_BYTE, size - 1, (byte) 1);
      for (LoopKernel kernel : kernels(nest(1, 0, body))) {
        MemorySegment y = Memory.floats(1);
        kernel.run(new MemorySegment[] {y, big}, new int[] {4, 1 << 30}, 0, 4);
        assertEquals(0x01000000, y.get(ValueLayout.JAVA_INT, 0));
      }
    }
  }

  @Test
  void illFormedScalarsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> add(real(1f), whole(1)));
    assertThrows(IllegalArgumentException.class, () -> unary(UnaryOp.EXP, whole(1)));
    assertThrows(IllegalArgumentException.class, () -> load(1, real(0f)));
    assertThrows(IllegalArgumentException.class, () -> fold(FoldOp.MEAN, whole(1), whole(1)));
    assertThrows(IllegalArgumentException.class, () -> select(whole(1), real(1f), real(2f)));
    LoopNest unbound = nest(1, 0, load(1, axis(1)));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> new Fuse(Kernels.select()).compile(unbound));
    assertEquals("axis 1 where 1 are in scope", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Fuse.interpret(unbound));
  }
}
