package xfm.runtime.kernel.simd;

import static xfm.runtime.kernel.contract.PanelProduct.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of a product: R rows of A times two vectors' width of a panel, the sums in registers.
 *
 * <pre>
 *   c[r, j] = from[r, j] + Σ_k a[r, k] · p[k, j]     r &lt; R, j &lt; 2 · lanes
 * </pre>
 *
 * <p>Per k a tile loads two vectors of the panel (u, v) and R single values of A, each spread over a
 * vector (x), for 2·R fused multiply-adds: with R ≥ 4 it is bound by those. 10 rows take 20 + 2 + 1
 * of 32 registers; 11 and more spill. 5 rows take 10 + 2 + 1 of 16.
 *
 * <p>Every height is written out, since sums that are indexed would live in memory. The loops are
 * not unrolled by hand: C2 does it, and doing it here costs registers. Kept apart from the code
 * that chooses among them: vectors are boxed once a leaf is inlined into a large method. Places and
 * strides count bytes.
 */
final class Tiles {
  private static final VectorSpecies<Float> F = Lanes.FLOAT;
  private static final ByteOrder ORDER = Lanes.ORDER;
  private static final long BYTES = F.vectorByteSize();
  private static final long PANEL_ROW = WIDTH * (long) Float.BYTES;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Tiles() {}

  /** Computes one tile of a height for which {@link TileHeights} has a method. */
  static void run(
      int rows, int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    switch (rows) {
      case 10 ->
          rows10(inner, a, aAt, aRow, p, pAt, from, fromAt, fromRow, c, cAt, cRow);
      case 8 ->
          rows8(inner, a, aAt, aRow, p, pAt, from, fromAt, fromRow, c, cAt, cRow);
      case 6 ->
          rows6(inner, a, aAt, aRow, p, pAt, from, fromAt, fromRow, c, cAt, cRow);
      case 5 ->
          rows5(inner, a, aAt, aRow, p, pAt, from, fromAt, fromRow, c, cAt, cRow);
      case 4 ->
          rows4(inner, a, aAt, aRow, p, pAt, from, fromAt, fromRow, c, cAt, cRow);
      case 3 ->
          rows3(inner, a, aAt, aRow, p, pAt, from, fromAt, fromRow, c, cAt, cRow);
      case 2 ->
          rows2(inner, a, aAt, aRow, p, pAt, from, fromAt, fromRow, c, cAt, cRow);
      case 1 ->
          rows1(inner, a, aAt, aRow, p, pAt, from, fromAt, fromRow, c, cAt, cRow);
      default -> throw new AssertionError("no tile of " + rows + " rows");
    }
  }

  private static void rows10(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    FloatVector s0 = FloatVector.fromMemorySegment(F, from, fromAt, ORDER);
    FloatVector t0 = FloatVector.fromMemorySegment(F, from, fromAt + BYTES, ORDER);
    FloatVector s1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow, ORDER);
    FloatVector t1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow + BYTES, ORDER);
    FloatVector s2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow, ORDER);
    FloatVector t2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow + BYTES, ORDER);
    FloatVector s3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow, ORDER);
    FloatVector t3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow + BYTES, ORDER);
    FloatVector s4 = FloatVector.fromMemorySegment(F, from, fromAt + 4 * fromRow, ORDER);
    FloatVector t4 = FloatVector.fromMemorySegment(F, from, fromAt + 4 * fromRow + BYTES, ORDER);
    FloatVector s5 = FloatVector.fromMemorySegment(F, from, fromAt + 5 * fromRow, ORDER);
    FloatVector t5 = FloatVector.fromMemorySegment(F, from, fromAt + 5 * fromRow + BYTES, ORDER);
    FloatVector s6 = FloatVector.fromMemorySegment(F, from, fromAt + 6 * fromRow, ORDER);
    FloatVector t6 = FloatVector.fromMemorySegment(F, from, fromAt + 6 * fromRow + BYTES, ORDER);
    FloatVector s7 = FloatVector.fromMemorySegment(F, from, fromAt + 7 * fromRow, ORDER);
    FloatVector t7 = FloatVector.fromMemorySegment(F, from, fromAt + 7 * fromRow + BYTES, ORDER);
    FloatVector s8 = FloatVector.fromMemorySegment(F, from, fromAt + 8 * fromRow, ORDER);
    FloatVector t8 = FloatVector.fromMemorySegment(F, from, fromAt + 8 * fromRow + BYTES, ORDER);
    FloatVector s9 = FloatVector.fromMemorySegment(F, from, fromAt + 9 * fromRow, ORDER);
    FloatVector t9 = FloatVector.fromMemorySegment(F, from, fromAt + 9 * fromRow + BYTES, ORDER);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a.get(FLOAT, x + aRow));
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = FloatVector.broadcast(F, a.get(FLOAT, x + 2 * aRow));
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = FloatVector.broadcast(F, a.get(FLOAT, x + 3 * aRow));
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = FloatVector.broadcast(F, a.get(FLOAT, x + 4 * aRow));
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
      FloatVector x5 = FloatVector.broadcast(F, a.get(FLOAT, x + 5 * aRow));
      s5 = x5.fma(u, s5);
      t5 = x5.fma(v, t5);
      FloatVector x6 = FloatVector.broadcast(F, a.get(FLOAT, x + 6 * aRow));
      s6 = x6.fma(u, s6);
      t6 = x6.fma(v, t6);
      FloatVector x7 = FloatVector.broadcast(F, a.get(FLOAT, x + 7 * aRow));
      s7 = x7.fma(u, s7);
      t7 = x7.fma(v, t7);
      FloatVector x8 = FloatVector.broadcast(F, a.get(FLOAT, x + 8 * aRow));
      s8 = x8.fma(u, s8);
      t8 = x8.fma(v, t8);
      FloatVector x9 = FloatVector.broadcast(F, a.get(FLOAT, x + 9 * aRow));
      s9 = x9.fma(u, s9);
      t9 = x9.fma(v, t9);
    }
    s0.intoMemorySegment(c, cAt, ORDER);
    t0.intoMemorySegment(c, cAt + BYTES, ORDER);
    s1.intoMemorySegment(c, cAt + cRow, ORDER);
    t1.intoMemorySegment(c, cAt + cRow + BYTES, ORDER);
    s2.intoMemorySegment(c, cAt + 2 * cRow, ORDER);
    t2.intoMemorySegment(c, cAt + 2 * cRow + BYTES, ORDER);
    s3.intoMemorySegment(c, cAt + 3 * cRow, ORDER);
    t3.intoMemorySegment(c, cAt + 3 * cRow + BYTES, ORDER);
    s4.intoMemorySegment(c, cAt + 4 * cRow, ORDER);
    t4.intoMemorySegment(c, cAt + 4 * cRow + BYTES, ORDER);
    s5.intoMemorySegment(c, cAt + 5 * cRow, ORDER);
    t5.intoMemorySegment(c, cAt + 5 * cRow + BYTES, ORDER);
    s6.intoMemorySegment(c, cAt + 6 * cRow, ORDER);
    t6.intoMemorySegment(c, cAt + 6 * cRow + BYTES, ORDER);
    s7.intoMemorySegment(c, cAt + 7 * cRow, ORDER);
    t7.intoMemorySegment(c, cAt + 7 * cRow + BYTES, ORDER);
    s8.intoMemorySegment(c, cAt + 8 * cRow, ORDER);
    t8.intoMemorySegment(c, cAt + 8 * cRow + BYTES, ORDER);
    s9.intoMemorySegment(c, cAt + 9 * cRow, ORDER);
    t9.intoMemorySegment(c, cAt + 9 * cRow + BYTES, ORDER);
  }

  private static void rows8(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    FloatVector s0 = FloatVector.fromMemorySegment(F, from, fromAt, ORDER);
    FloatVector t0 = FloatVector.fromMemorySegment(F, from, fromAt + BYTES, ORDER);
    FloatVector s1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow, ORDER);
    FloatVector t1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow + BYTES, ORDER);
    FloatVector s2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow, ORDER);
    FloatVector t2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow + BYTES, ORDER);
    FloatVector s3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow, ORDER);
    FloatVector t3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow + BYTES, ORDER);
    FloatVector s4 = FloatVector.fromMemorySegment(F, from, fromAt + 4 * fromRow, ORDER);
    FloatVector t4 = FloatVector.fromMemorySegment(F, from, fromAt + 4 * fromRow + BYTES, ORDER);
    FloatVector s5 = FloatVector.fromMemorySegment(F, from, fromAt + 5 * fromRow, ORDER);
    FloatVector t5 = FloatVector.fromMemorySegment(F, from, fromAt + 5 * fromRow + BYTES, ORDER);
    FloatVector s6 = FloatVector.fromMemorySegment(F, from, fromAt + 6 * fromRow, ORDER);
    FloatVector t6 = FloatVector.fromMemorySegment(F, from, fromAt + 6 * fromRow + BYTES, ORDER);
    FloatVector s7 = FloatVector.fromMemorySegment(F, from, fromAt + 7 * fromRow, ORDER);
    FloatVector t7 = FloatVector.fromMemorySegment(F, from, fromAt + 7 * fromRow + BYTES, ORDER);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a.get(FLOAT, x + aRow));
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = FloatVector.broadcast(F, a.get(FLOAT, x + 2 * aRow));
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = FloatVector.broadcast(F, a.get(FLOAT, x + 3 * aRow));
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = FloatVector.broadcast(F, a.get(FLOAT, x + 4 * aRow));
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
      FloatVector x5 = FloatVector.broadcast(F, a.get(FLOAT, x + 5 * aRow));
      s5 = x5.fma(u, s5);
      t5 = x5.fma(v, t5);
      FloatVector x6 = FloatVector.broadcast(F, a.get(FLOAT, x + 6 * aRow));
      s6 = x6.fma(u, s6);
      t6 = x6.fma(v, t6);
      FloatVector x7 = FloatVector.broadcast(F, a.get(FLOAT, x + 7 * aRow));
      s7 = x7.fma(u, s7);
      t7 = x7.fma(v, t7);
    }
    s0.intoMemorySegment(c, cAt, ORDER);
    t0.intoMemorySegment(c, cAt + BYTES, ORDER);
    s1.intoMemorySegment(c, cAt + cRow, ORDER);
    t1.intoMemorySegment(c, cAt + cRow + BYTES, ORDER);
    s2.intoMemorySegment(c, cAt + 2 * cRow, ORDER);
    t2.intoMemorySegment(c, cAt + 2 * cRow + BYTES, ORDER);
    s3.intoMemorySegment(c, cAt + 3 * cRow, ORDER);
    t3.intoMemorySegment(c, cAt + 3 * cRow + BYTES, ORDER);
    s4.intoMemorySegment(c, cAt + 4 * cRow, ORDER);
    t4.intoMemorySegment(c, cAt + 4 * cRow + BYTES, ORDER);
    s5.intoMemorySegment(c, cAt + 5 * cRow, ORDER);
    t5.intoMemorySegment(c, cAt + 5 * cRow + BYTES, ORDER);
    s6.intoMemorySegment(c, cAt + 6 * cRow, ORDER);
    t6.intoMemorySegment(c, cAt + 6 * cRow + BYTES, ORDER);
    s7.intoMemorySegment(c, cAt + 7 * cRow, ORDER);
    t7.intoMemorySegment(c, cAt + 7 * cRow + BYTES, ORDER);
  }

  private static void rows6(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    FloatVector s0 = FloatVector.fromMemorySegment(F, from, fromAt, ORDER);
    FloatVector t0 = FloatVector.fromMemorySegment(F, from, fromAt + BYTES, ORDER);
    FloatVector s1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow, ORDER);
    FloatVector t1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow + BYTES, ORDER);
    FloatVector s2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow, ORDER);
    FloatVector t2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow + BYTES, ORDER);
    FloatVector s3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow, ORDER);
    FloatVector t3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow + BYTES, ORDER);
    FloatVector s4 = FloatVector.fromMemorySegment(F, from, fromAt + 4 * fromRow, ORDER);
    FloatVector t4 = FloatVector.fromMemorySegment(F, from, fromAt + 4 * fromRow + BYTES, ORDER);
    FloatVector s5 = FloatVector.fromMemorySegment(F, from, fromAt + 5 * fromRow, ORDER);
    FloatVector t5 = FloatVector.fromMemorySegment(F, from, fromAt + 5 * fromRow + BYTES, ORDER);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a.get(FLOAT, x + aRow));
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = FloatVector.broadcast(F, a.get(FLOAT, x + 2 * aRow));
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = FloatVector.broadcast(F, a.get(FLOAT, x + 3 * aRow));
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = FloatVector.broadcast(F, a.get(FLOAT, x + 4 * aRow));
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
      FloatVector x5 = FloatVector.broadcast(F, a.get(FLOAT, x + 5 * aRow));
      s5 = x5.fma(u, s5);
      t5 = x5.fma(v, t5);
    }
    s0.intoMemorySegment(c, cAt, ORDER);
    t0.intoMemorySegment(c, cAt + BYTES, ORDER);
    s1.intoMemorySegment(c, cAt + cRow, ORDER);
    t1.intoMemorySegment(c, cAt + cRow + BYTES, ORDER);
    s2.intoMemorySegment(c, cAt + 2 * cRow, ORDER);
    t2.intoMemorySegment(c, cAt + 2 * cRow + BYTES, ORDER);
    s3.intoMemorySegment(c, cAt + 3 * cRow, ORDER);
    t3.intoMemorySegment(c, cAt + 3 * cRow + BYTES, ORDER);
    s4.intoMemorySegment(c, cAt + 4 * cRow, ORDER);
    t4.intoMemorySegment(c, cAt + 4 * cRow + BYTES, ORDER);
    s5.intoMemorySegment(c, cAt + 5 * cRow, ORDER);
    t5.intoMemorySegment(c, cAt + 5 * cRow + BYTES, ORDER);
  }

  private static void rows5(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    FloatVector s0 = FloatVector.fromMemorySegment(F, from, fromAt, ORDER);
    FloatVector t0 = FloatVector.fromMemorySegment(F, from, fromAt + BYTES, ORDER);
    FloatVector s1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow, ORDER);
    FloatVector t1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow + BYTES, ORDER);
    FloatVector s2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow, ORDER);
    FloatVector t2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow + BYTES, ORDER);
    FloatVector s3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow, ORDER);
    FloatVector t3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow + BYTES, ORDER);
    FloatVector s4 = FloatVector.fromMemorySegment(F, from, fromAt + 4 * fromRow, ORDER);
    FloatVector t4 = FloatVector.fromMemorySegment(F, from, fromAt + 4 * fromRow + BYTES, ORDER);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a.get(FLOAT, x + aRow));
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = FloatVector.broadcast(F, a.get(FLOAT, x + 2 * aRow));
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = FloatVector.broadcast(F, a.get(FLOAT, x + 3 * aRow));
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = FloatVector.broadcast(F, a.get(FLOAT, x + 4 * aRow));
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
    }
    s0.intoMemorySegment(c, cAt, ORDER);
    t0.intoMemorySegment(c, cAt + BYTES, ORDER);
    s1.intoMemorySegment(c, cAt + cRow, ORDER);
    t1.intoMemorySegment(c, cAt + cRow + BYTES, ORDER);
    s2.intoMemorySegment(c, cAt + 2 * cRow, ORDER);
    t2.intoMemorySegment(c, cAt + 2 * cRow + BYTES, ORDER);
    s3.intoMemorySegment(c, cAt + 3 * cRow, ORDER);
    t3.intoMemorySegment(c, cAt + 3 * cRow + BYTES, ORDER);
    s4.intoMemorySegment(c, cAt + 4 * cRow, ORDER);
    t4.intoMemorySegment(c, cAt + 4 * cRow + BYTES, ORDER);
  }

  private static void rows4(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    FloatVector s0 = FloatVector.fromMemorySegment(F, from, fromAt, ORDER);
    FloatVector t0 = FloatVector.fromMemorySegment(F, from, fromAt + BYTES, ORDER);
    FloatVector s1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow, ORDER);
    FloatVector t1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow + BYTES, ORDER);
    FloatVector s2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow, ORDER);
    FloatVector t2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow + BYTES, ORDER);
    FloatVector s3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow, ORDER);
    FloatVector t3 = FloatVector.fromMemorySegment(F, from, fromAt + 3 * fromRow + BYTES, ORDER);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a.get(FLOAT, x + aRow));
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = FloatVector.broadcast(F, a.get(FLOAT, x + 2 * aRow));
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = FloatVector.broadcast(F, a.get(FLOAT, x + 3 * aRow));
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
    }
    s0.intoMemorySegment(c, cAt, ORDER);
    t0.intoMemorySegment(c, cAt + BYTES, ORDER);
    s1.intoMemorySegment(c, cAt + cRow, ORDER);
    t1.intoMemorySegment(c, cAt + cRow + BYTES, ORDER);
    s2.intoMemorySegment(c, cAt + 2 * cRow, ORDER);
    t2.intoMemorySegment(c, cAt + 2 * cRow + BYTES, ORDER);
    s3.intoMemorySegment(c, cAt + 3 * cRow, ORDER);
    t3.intoMemorySegment(c, cAt + 3 * cRow + BYTES, ORDER);
  }

  private static void rows3(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    FloatVector s0 = FloatVector.fromMemorySegment(F, from, fromAt, ORDER);
    FloatVector t0 = FloatVector.fromMemorySegment(F, from, fromAt + BYTES, ORDER);
    FloatVector s1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow, ORDER);
    FloatVector t1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow + BYTES, ORDER);
    FloatVector s2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow, ORDER);
    FloatVector t2 = FloatVector.fromMemorySegment(F, from, fromAt + 2 * fromRow + BYTES, ORDER);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a.get(FLOAT, x + aRow));
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = FloatVector.broadcast(F, a.get(FLOAT, x + 2 * aRow));
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
    }
    s0.intoMemorySegment(c, cAt, ORDER);
    t0.intoMemorySegment(c, cAt + BYTES, ORDER);
    s1.intoMemorySegment(c, cAt + cRow, ORDER);
    t1.intoMemorySegment(c, cAt + cRow + BYTES, ORDER);
    s2.intoMemorySegment(c, cAt + 2 * cRow, ORDER);
    t2.intoMemorySegment(c, cAt + 2 * cRow + BYTES, ORDER);
  }

  private static void rows2(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    FloatVector s0 = FloatVector.fromMemorySegment(F, from, fromAt, ORDER);
    FloatVector t0 = FloatVector.fromMemorySegment(F, from, fromAt + BYTES, ORDER);
    FloatVector s1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow, ORDER);
    FloatVector t1 = FloatVector.fromMemorySegment(F, from, fromAt + fromRow + BYTES, ORDER);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a.get(FLOAT, x + aRow));
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
    }
    s0.intoMemorySegment(c, cAt, ORDER);
    t0.intoMemorySegment(c, cAt + BYTES, ORDER);
    s1.intoMemorySegment(c, cAt + cRow, ORDER);
    t1.intoMemorySegment(c, cAt + cRow + BYTES, ORDER);
  }

  private static void rows1(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment from, long fromAt, long fromRow, MemorySegment c, long cAt, long cRow) {
    FloatVector s0 = FloatVector.fromMemorySegment(F, from, fromAt, ORDER);
    FloatVector t0 = FloatVector.fromMemorySegment(F, from, fromAt + BYTES, ORDER);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
    }
    s0.intoMemorySegment(c, cAt, ORDER);
    t0.intoMemorySegment(c, cAt + BYTES, ORDER);
  }
}
