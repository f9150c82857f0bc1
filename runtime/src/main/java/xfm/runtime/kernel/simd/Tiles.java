package xfm.runtime.kernel.simd;

import static xfm.runtime.kernel.contract.PanelProduct.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Tiles of a product: R rows of A times two vectors' width of a panel, the sums in registers.
 *
 * <pre>
 *   c[r, j] (+)= Σ_k a[r, k] · p[k, j]     r &lt; R, j &lt; 2 · lanes, float32, one chain per output
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
  private static final long BYTES = Lanes.FLOAT.vectorByteSize();
  private static final long PANEL_ROW = WIDTH * (long) Float.BYTES;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Tiles() {}

  /** Computes one tile of a height for which {@link TileHeights} has a method. */
  static void run(
      int rows, int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    switch (rows) {
      case 10 -> rows10(inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
      case 8 -> rows8(inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
      case 6 -> rows6(inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
      case 5 -> rows5(inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
      case 4 -> rows4(inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
      case 3 -> rows3(inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
      case 2 -> rows2(inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
      case 1 -> rows1(inner, a, aAt, aRow, p, pAt, c, cAt, cRow, more);
      default -> throw new AssertionError("no tile of " + rows + " rows");
    }
  }

  private static FloatVector start(MemorySegment c, long at, boolean more) {
    return more ? load(c, at) : FloatVector.zero(Lanes.FLOAT);
  }

  private static FloatVector load(MemorySegment s, long at) {
    return FloatVector.fromMemorySegment(Lanes.FLOAT, s, at, Lanes.ORDER);
  }

  private static FloatVector spread(MemorySegment a, long at) {
    return FloatVector.broadcast(Lanes.FLOAT, a.get(FLOAT, at));
  }

  private static void store(FloatVector sum, MemorySegment c, long at) {
    sum.intoMemorySegment(c, at, Lanes.ORDER);
  }

  private static void rows10(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    FloatVector s0 = start(c, cAt, more);
    FloatVector t0 = start(c, cAt + BYTES, more);
    FloatVector s1 = start(c, cAt + cRow, more);
    FloatVector t1 = start(c, cAt + cRow + BYTES, more);
    FloatVector s2 = start(c, cAt + 2 * cRow, more);
    FloatVector t2 = start(c, cAt + 2 * cRow + BYTES, more);
    FloatVector s3 = start(c, cAt + 3 * cRow, more);
    FloatVector t3 = start(c, cAt + 3 * cRow + BYTES, more);
    FloatVector s4 = start(c, cAt + 4 * cRow, more);
    FloatVector t4 = start(c, cAt + 4 * cRow + BYTES, more);
    FloatVector s5 = start(c, cAt + 5 * cRow, more);
    FloatVector t5 = start(c, cAt + 5 * cRow + BYTES, more);
    FloatVector s6 = start(c, cAt + 6 * cRow, more);
    FloatVector t6 = start(c, cAt + 6 * cRow + BYTES, more);
    FloatVector s7 = start(c, cAt + 7 * cRow, more);
    FloatVector t7 = start(c, cAt + 7 * cRow + BYTES, more);
    FloatVector s8 = start(c, cAt + 8 * cRow, more);
    FloatVector t8 = start(c, cAt + 8 * cRow + BYTES, more);
    FloatVector s9 = start(c, cAt + 9 * cRow, more);
    FloatVector t9 = start(c, cAt + 9 * cRow + BYTES, more);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = load(p, row);
      FloatVector v = load(p, row + BYTES);
      long x = aAt + k * 4L;
      FloatVector x0 = spread(a, x);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = spread(a, x + aRow);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = spread(a, x + 2 * aRow);
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = spread(a, x + 3 * aRow);
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = spread(a, x + 4 * aRow);
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
      FloatVector x5 = spread(a, x + 5 * aRow);
      s5 = x5.fma(u, s5);
      t5 = x5.fma(v, t5);
      FloatVector x6 = spread(a, x + 6 * aRow);
      s6 = x6.fma(u, s6);
      t6 = x6.fma(v, t6);
      FloatVector x7 = spread(a, x + 7 * aRow);
      s7 = x7.fma(u, s7);
      t7 = x7.fma(v, t7);
      FloatVector x8 = spread(a, x + 8 * aRow);
      s8 = x8.fma(u, s8);
      t8 = x8.fma(v, t8);
      FloatVector x9 = spread(a, x + 9 * aRow);
      s9 = x9.fma(u, s9);
      t9 = x9.fma(v, t9);
    }
    store(s0, c, cAt);
    store(t0, c, cAt + BYTES);
    store(s1, c, cAt + cRow);
    store(t1, c, cAt + cRow + BYTES);
    store(s2, c, cAt + 2 * cRow);
    store(t2, c, cAt + 2 * cRow + BYTES);
    store(s3, c, cAt + 3 * cRow);
    store(t3, c, cAt + 3 * cRow + BYTES);
    store(s4, c, cAt + 4 * cRow);
    store(t4, c, cAt + 4 * cRow + BYTES);
    store(s5, c, cAt + 5 * cRow);
    store(t5, c, cAt + 5 * cRow + BYTES);
    store(s6, c, cAt + 6 * cRow);
    store(t6, c, cAt + 6 * cRow + BYTES);
    store(s7, c, cAt + 7 * cRow);
    store(t7, c, cAt + 7 * cRow + BYTES);
    store(s8, c, cAt + 8 * cRow);
    store(t8, c, cAt + 8 * cRow + BYTES);
    store(s9, c, cAt + 9 * cRow);
    store(t9, c, cAt + 9 * cRow + BYTES);
  }

  private static void rows8(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    FloatVector s0 = start(c, cAt, more);
    FloatVector t0 = start(c, cAt + BYTES, more);
    FloatVector s1 = start(c, cAt + cRow, more);
    FloatVector t1 = start(c, cAt + cRow + BYTES, more);
    FloatVector s2 = start(c, cAt + 2 * cRow, more);
    FloatVector t2 = start(c, cAt + 2 * cRow + BYTES, more);
    FloatVector s3 = start(c, cAt + 3 * cRow, more);
    FloatVector t3 = start(c, cAt + 3 * cRow + BYTES, more);
    FloatVector s4 = start(c, cAt + 4 * cRow, more);
    FloatVector t4 = start(c, cAt + 4 * cRow + BYTES, more);
    FloatVector s5 = start(c, cAt + 5 * cRow, more);
    FloatVector t5 = start(c, cAt + 5 * cRow + BYTES, more);
    FloatVector s6 = start(c, cAt + 6 * cRow, more);
    FloatVector t6 = start(c, cAt + 6 * cRow + BYTES, more);
    FloatVector s7 = start(c, cAt + 7 * cRow, more);
    FloatVector t7 = start(c, cAt + 7 * cRow + BYTES, more);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = load(p, row);
      FloatVector v = load(p, row + BYTES);
      long x = aAt + k * 4L;
      FloatVector x0 = spread(a, x);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = spread(a, x + aRow);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = spread(a, x + 2 * aRow);
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = spread(a, x + 3 * aRow);
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = spread(a, x + 4 * aRow);
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
      FloatVector x5 = spread(a, x + 5 * aRow);
      s5 = x5.fma(u, s5);
      t5 = x5.fma(v, t5);
      FloatVector x6 = spread(a, x + 6 * aRow);
      s6 = x6.fma(u, s6);
      t6 = x6.fma(v, t6);
      FloatVector x7 = spread(a, x + 7 * aRow);
      s7 = x7.fma(u, s7);
      t7 = x7.fma(v, t7);
    }
    store(s0, c, cAt);
    store(t0, c, cAt + BYTES);
    store(s1, c, cAt + cRow);
    store(t1, c, cAt + cRow + BYTES);
    store(s2, c, cAt + 2 * cRow);
    store(t2, c, cAt + 2 * cRow + BYTES);
    store(s3, c, cAt + 3 * cRow);
    store(t3, c, cAt + 3 * cRow + BYTES);
    store(s4, c, cAt + 4 * cRow);
    store(t4, c, cAt + 4 * cRow + BYTES);
    store(s5, c, cAt + 5 * cRow);
    store(t5, c, cAt + 5 * cRow + BYTES);
    store(s6, c, cAt + 6 * cRow);
    store(t6, c, cAt + 6 * cRow + BYTES);
    store(s7, c, cAt + 7 * cRow);
    store(t7, c, cAt + 7 * cRow + BYTES);
  }

  private static void rows6(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    FloatVector s0 = start(c, cAt, more);
    FloatVector t0 = start(c, cAt + BYTES, more);
    FloatVector s1 = start(c, cAt + cRow, more);
    FloatVector t1 = start(c, cAt + cRow + BYTES, more);
    FloatVector s2 = start(c, cAt + 2 * cRow, more);
    FloatVector t2 = start(c, cAt + 2 * cRow + BYTES, more);
    FloatVector s3 = start(c, cAt + 3 * cRow, more);
    FloatVector t3 = start(c, cAt + 3 * cRow + BYTES, more);
    FloatVector s4 = start(c, cAt + 4 * cRow, more);
    FloatVector t4 = start(c, cAt + 4 * cRow + BYTES, more);
    FloatVector s5 = start(c, cAt + 5 * cRow, more);
    FloatVector t5 = start(c, cAt + 5 * cRow + BYTES, more);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = load(p, row);
      FloatVector v = load(p, row + BYTES);
      long x = aAt + k * 4L;
      FloatVector x0 = spread(a, x);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = spread(a, x + aRow);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = spread(a, x + 2 * aRow);
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = spread(a, x + 3 * aRow);
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = spread(a, x + 4 * aRow);
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
      FloatVector x5 = spread(a, x + 5 * aRow);
      s5 = x5.fma(u, s5);
      t5 = x5.fma(v, t5);
    }
    store(s0, c, cAt);
    store(t0, c, cAt + BYTES);
    store(s1, c, cAt + cRow);
    store(t1, c, cAt + cRow + BYTES);
    store(s2, c, cAt + 2 * cRow);
    store(t2, c, cAt + 2 * cRow + BYTES);
    store(s3, c, cAt + 3 * cRow);
    store(t3, c, cAt + 3 * cRow + BYTES);
    store(s4, c, cAt + 4 * cRow);
    store(t4, c, cAt + 4 * cRow + BYTES);
    store(s5, c, cAt + 5 * cRow);
    store(t5, c, cAt + 5 * cRow + BYTES);
  }

  private static void rows5(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    FloatVector s0 = start(c, cAt, more);
    FloatVector t0 = start(c, cAt + BYTES, more);
    FloatVector s1 = start(c, cAt + cRow, more);
    FloatVector t1 = start(c, cAt + cRow + BYTES, more);
    FloatVector s2 = start(c, cAt + 2 * cRow, more);
    FloatVector t2 = start(c, cAt + 2 * cRow + BYTES, more);
    FloatVector s3 = start(c, cAt + 3 * cRow, more);
    FloatVector t3 = start(c, cAt + 3 * cRow + BYTES, more);
    FloatVector s4 = start(c, cAt + 4 * cRow, more);
    FloatVector t4 = start(c, cAt + 4 * cRow + BYTES, more);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = load(p, row);
      FloatVector v = load(p, row + BYTES);
      long x = aAt + k * 4L;
      FloatVector x0 = spread(a, x);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = spread(a, x + aRow);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = spread(a, x + 2 * aRow);
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = spread(a, x + 3 * aRow);
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = spread(a, x + 4 * aRow);
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
    }
    store(s0, c, cAt);
    store(t0, c, cAt + BYTES);
    store(s1, c, cAt + cRow);
    store(t1, c, cAt + cRow + BYTES);
    store(s2, c, cAt + 2 * cRow);
    store(t2, c, cAt + 2 * cRow + BYTES);
    store(s3, c, cAt + 3 * cRow);
    store(t3, c, cAt + 3 * cRow + BYTES);
    store(s4, c, cAt + 4 * cRow);
    store(t4, c, cAt + 4 * cRow + BYTES);
  }

  private static void rows4(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    FloatVector s0 = start(c, cAt, more);
    FloatVector t0 = start(c, cAt + BYTES, more);
    FloatVector s1 = start(c, cAt + cRow, more);
    FloatVector t1 = start(c, cAt + cRow + BYTES, more);
    FloatVector s2 = start(c, cAt + 2 * cRow, more);
    FloatVector t2 = start(c, cAt + 2 * cRow + BYTES, more);
    FloatVector s3 = start(c, cAt + 3 * cRow, more);
    FloatVector t3 = start(c, cAt + 3 * cRow + BYTES, more);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = load(p, row);
      FloatVector v = load(p, row + BYTES);
      long x = aAt + k * 4L;
      FloatVector x0 = spread(a, x);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = spread(a, x + aRow);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = spread(a, x + 2 * aRow);
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = spread(a, x + 3 * aRow);
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
    }
    store(s0, c, cAt);
    store(t0, c, cAt + BYTES);
    store(s1, c, cAt + cRow);
    store(t1, c, cAt + cRow + BYTES);
    store(s2, c, cAt + 2 * cRow);
    store(t2, c, cAt + 2 * cRow + BYTES);
    store(s3, c, cAt + 3 * cRow);
    store(t3, c, cAt + 3 * cRow + BYTES);
  }

  private static void rows3(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    FloatVector s0 = start(c, cAt, more);
    FloatVector t0 = start(c, cAt + BYTES, more);
    FloatVector s1 = start(c, cAt + cRow, more);
    FloatVector t1 = start(c, cAt + cRow + BYTES, more);
    FloatVector s2 = start(c, cAt + 2 * cRow, more);
    FloatVector t2 = start(c, cAt + 2 * cRow + BYTES, more);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = load(p, row);
      FloatVector v = load(p, row + BYTES);
      long x = aAt + k * 4L;
      FloatVector x0 = spread(a, x);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = spread(a, x + aRow);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = spread(a, x + 2 * aRow);
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
    }
    store(s0, c, cAt);
    store(t0, c, cAt + BYTES);
    store(s1, c, cAt + cRow);
    store(t1, c, cAt + cRow + BYTES);
    store(s2, c, cAt + 2 * cRow);
    store(t2, c, cAt + 2 * cRow + BYTES);
  }

  private static void rows2(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    FloatVector s0 = start(c, cAt, more);
    FloatVector t0 = start(c, cAt + BYTES, more);
    FloatVector s1 = start(c, cAt + cRow, more);
    FloatVector t1 = start(c, cAt + cRow + BYTES, more);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = load(p, row);
      FloatVector v = load(p, row + BYTES);
      long x = aAt + k * 4L;
      FloatVector x0 = spread(a, x);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = spread(a, x + aRow);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
    }
    store(s0, c, cAt);
    store(t0, c, cAt + BYTES);
    store(s1, c, cAt + cRow);
    store(t1, c, cAt + cRow + BYTES);
  }

  private static void rows1(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt,
      MemorySegment c, long cAt, long cRow, boolean more) {
    FloatVector s0 = start(c, cAt, more);
    FloatVector t0 = start(c, cAt + BYTES, more);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = load(p, row);
      FloatVector v = load(p, row + BYTES);
      long x = aAt + k * 4L;
      FloatVector x0 = spread(a, x);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
    }
    store(s0, c, cAt);
    store(t0, c, cAt + BYTES);
  }
}
