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
 *   s[r, j] += Σ_k a[r, k] · p[k, j]     r &lt; R, j &lt; 2 · lanes, float32, one fma chain per output
 * </pre>
 *
 * <p>Per k a tile loads two vectors of the panel (u, v) and R single values of A, each spread over
 * a vector (x), for 2·R multiply-adds (into s and t). Two units with a latency of 4 cycles need 8
 * sums in flight, so the floor is R cycles a k from 4 rows on, and 4 cycles below. 10 rows take 20
 * + 2 + 1 of 32 registers, and 11 spill; 5 rows take 10 + 2 + 1 of 16. Measured: 10 and 8 rows run
 * at 85 to 93 % of the multiply-add peak, 4 rows at 53 %, 2 at 41 %, 1 at 21 % (from cache, where
 * 112 GB/s of panel bound it; from memory the memory does).
 *
 * <p>What looks odd is there for the compilers:
 *
 * <ul>
 *   <li>Every height is written out: sums that are indexed would live in memory. The loop is not
 *       unrolled by hand, which costs registers.
 *   <li>The Vector API is called directly: through small methods of this class C2 reaches its limit
 *       on nodes before all are inlined, and boxes every vector (240 GFLOP/s become 16).
 *   <li>The sums come and go through an array, dense: with 40 accesses to segments in their place
 *       C1 runs out of virtual registers, and HotSpot may then keep the tile in tier 2 for good.
 * </ul>
 *
 * <p>Places and strides count bytes.
 */
final class Tiles {
  private static final VectorSpecies<Float> F = Lanes.FLOAT;
  private static final ByteOrder ORDER = Lanes.ORDER;
  private static final int LANES = F.length();
  private static final long BYTES = F.vectorByteSize();
  private static final long PANEL_ROW = WIDTH * (long) Float.BYTES;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Tiles() {}

  /** Computes one tile of a height for which {@link TileHeights} has a method. */
  static void run(
      int rows,
      int inner,
      MemorySegment a,
      long aAt,
      long aRow,
      MemorySegment p,
      long pAt,
      float[] sums) {
    switch (rows) {
      case 10 -> rows10(inner, a, aAt, aRow, p, pAt, sums);
      case 8 -> rows8(inner, a, aAt, aRow, p, pAt, sums);
      case 6 -> rows6(inner, a, aAt, aRow, p, pAt, sums);
      case 5 -> rows5(inner, a, aAt, aRow, p, pAt, sums);
      case 4 -> rows4(inner, a, aAt, aRow, p, pAt, sums);
      case 3 -> rows3(inner, a, aAt, aRow, p, pAt, sums);
      case 2 -> rows2(inner, a, aAt, aRow, p, pAt, sums);
      case 1 -> rows1(inner, a, aAt, aRow, p, pAt, sums);
      default -> throw new AssertionError("no tile of " + rows + " rows");
    }
  }

  private static void rows10(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(F, sums, 0);
    FloatVector t0 = FloatVector.fromArray(F, sums, LANES);
    FloatVector s1 = FloatVector.fromArray(F, sums, 2 * LANES);
    FloatVector t1 = FloatVector.fromArray(F, sums, 3 * LANES);
    FloatVector s2 = FloatVector.fromArray(F, sums, 4 * LANES);
    FloatVector t2 = FloatVector.fromArray(F, sums, 5 * LANES);
    FloatVector s3 = FloatVector.fromArray(F, sums, 6 * LANES);
    FloatVector t3 = FloatVector.fromArray(F, sums, 7 * LANES);
    FloatVector s4 = FloatVector.fromArray(F, sums, 8 * LANES);
    FloatVector t4 = FloatVector.fromArray(F, sums, 9 * LANES);
    FloatVector s5 = FloatVector.fromArray(F, sums, 10 * LANES);
    FloatVector t5 = FloatVector.fromArray(F, sums, 11 * LANES);
    FloatVector s6 = FloatVector.fromArray(F, sums, 12 * LANES);
    FloatVector t6 = FloatVector.fromArray(F, sums, 13 * LANES);
    FloatVector s7 = FloatVector.fromArray(F, sums, 14 * LANES);
    FloatVector t7 = FloatVector.fromArray(F, sums, 15 * LANES);
    FloatVector s8 = FloatVector.fromArray(F, sums, 16 * LANES);
    FloatVector t8 = FloatVector.fromArray(F, sums, 17 * LANES);
    FloatVector s9 = FloatVector.fromArray(F, sums, 18 * LANES);
    FloatVector t9 = FloatVector.fromArray(F, sums, 19 * LANES);
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
    s0.intoArray(sums, 0);
    t0.intoArray(sums, LANES);
    s1.intoArray(sums, 2 * LANES);
    t1.intoArray(sums, 3 * LANES);
    s2.intoArray(sums, 4 * LANES);
    t2.intoArray(sums, 5 * LANES);
    s3.intoArray(sums, 6 * LANES);
    t3.intoArray(sums, 7 * LANES);
    s4.intoArray(sums, 8 * LANES);
    t4.intoArray(sums, 9 * LANES);
    s5.intoArray(sums, 10 * LANES);
    t5.intoArray(sums, 11 * LANES);
    s6.intoArray(sums, 12 * LANES);
    t6.intoArray(sums, 13 * LANES);
    s7.intoArray(sums, 14 * LANES);
    t7.intoArray(sums, 15 * LANES);
    s8.intoArray(sums, 16 * LANES);
    t8.intoArray(sums, 17 * LANES);
    s9.intoArray(sums, 18 * LANES);
    t9.intoArray(sums, 19 * LANES);
  }

  private static void rows8(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(F, sums, 0);
    FloatVector t0 = FloatVector.fromArray(F, sums, LANES);
    FloatVector s1 = FloatVector.fromArray(F, sums, 2 * LANES);
    FloatVector t1 = FloatVector.fromArray(F, sums, 3 * LANES);
    FloatVector s2 = FloatVector.fromArray(F, sums, 4 * LANES);
    FloatVector t2 = FloatVector.fromArray(F, sums, 5 * LANES);
    FloatVector s3 = FloatVector.fromArray(F, sums, 6 * LANES);
    FloatVector t3 = FloatVector.fromArray(F, sums, 7 * LANES);
    FloatVector s4 = FloatVector.fromArray(F, sums, 8 * LANES);
    FloatVector t4 = FloatVector.fromArray(F, sums, 9 * LANES);
    FloatVector s5 = FloatVector.fromArray(F, sums, 10 * LANES);
    FloatVector t5 = FloatVector.fromArray(F, sums, 11 * LANES);
    FloatVector s6 = FloatVector.fromArray(F, sums, 12 * LANES);
    FloatVector t6 = FloatVector.fromArray(F, sums, 13 * LANES);
    FloatVector s7 = FloatVector.fromArray(F, sums, 14 * LANES);
    FloatVector t7 = FloatVector.fromArray(F, sums, 15 * LANES);
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
    s0.intoArray(sums, 0);
    t0.intoArray(sums, LANES);
    s1.intoArray(sums, 2 * LANES);
    t1.intoArray(sums, 3 * LANES);
    s2.intoArray(sums, 4 * LANES);
    t2.intoArray(sums, 5 * LANES);
    s3.intoArray(sums, 6 * LANES);
    t3.intoArray(sums, 7 * LANES);
    s4.intoArray(sums, 8 * LANES);
    t4.intoArray(sums, 9 * LANES);
    s5.intoArray(sums, 10 * LANES);
    t5.intoArray(sums, 11 * LANES);
    s6.intoArray(sums, 12 * LANES);
    t6.intoArray(sums, 13 * LANES);
    s7.intoArray(sums, 14 * LANES);
    t7.intoArray(sums, 15 * LANES);
  }

  private static void rows6(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(F, sums, 0);
    FloatVector t0 = FloatVector.fromArray(F, sums, LANES);
    FloatVector s1 = FloatVector.fromArray(F, sums, 2 * LANES);
    FloatVector t1 = FloatVector.fromArray(F, sums, 3 * LANES);
    FloatVector s2 = FloatVector.fromArray(F, sums, 4 * LANES);
    FloatVector t2 = FloatVector.fromArray(F, sums, 5 * LANES);
    FloatVector s3 = FloatVector.fromArray(F, sums, 6 * LANES);
    FloatVector t3 = FloatVector.fromArray(F, sums, 7 * LANES);
    FloatVector s4 = FloatVector.fromArray(F, sums, 8 * LANES);
    FloatVector t4 = FloatVector.fromArray(F, sums, 9 * LANES);
    FloatVector s5 = FloatVector.fromArray(F, sums, 10 * LANES);
    FloatVector t5 = FloatVector.fromArray(F, sums, 11 * LANES);
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
    s0.intoArray(sums, 0);
    t0.intoArray(sums, LANES);
    s1.intoArray(sums, 2 * LANES);
    t1.intoArray(sums, 3 * LANES);
    s2.intoArray(sums, 4 * LANES);
    t2.intoArray(sums, 5 * LANES);
    s3.intoArray(sums, 6 * LANES);
    t3.intoArray(sums, 7 * LANES);
    s4.intoArray(sums, 8 * LANES);
    t4.intoArray(sums, 9 * LANES);
    s5.intoArray(sums, 10 * LANES);
    t5.intoArray(sums, 11 * LANES);
  }

  private static void rows5(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(F, sums, 0);
    FloatVector t0 = FloatVector.fromArray(F, sums, LANES);
    FloatVector s1 = FloatVector.fromArray(F, sums, 2 * LANES);
    FloatVector t1 = FloatVector.fromArray(F, sums, 3 * LANES);
    FloatVector s2 = FloatVector.fromArray(F, sums, 4 * LANES);
    FloatVector t2 = FloatVector.fromArray(F, sums, 5 * LANES);
    FloatVector s3 = FloatVector.fromArray(F, sums, 6 * LANES);
    FloatVector t3 = FloatVector.fromArray(F, sums, 7 * LANES);
    FloatVector s4 = FloatVector.fromArray(F, sums, 8 * LANES);
    FloatVector t4 = FloatVector.fromArray(F, sums, 9 * LANES);
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
    s0.intoArray(sums, 0);
    t0.intoArray(sums, LANES);
    s1.intoArray(sums, 2 * LANES);
    t1.intoArray(sums, 3 * LANES);
    s2.intoArray(sums, 4 * LANES);
    t2.intoArray(sums, 5 * LANES);
    s3.intoArray(sums, 6 * LANES);
    t3.intoArray(sums, 7 * LANES);
    s4.intoArray(sums, 8 * LANES);
    t4.intoArray(sums, 9 * LANES);
  }

  private static void rows4(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(F, sums, 0);
    FloatVector t0 = FloatVector.fromArray(F, sums, LANES);
    FloatVector s1 = FloatVector.fromArray(F, sums, 2 * LANES);
    FloatVector t1 = FloatVector.fromArray(F, sums, 3 * LANES);
    FloatVector s2 = FloatVector.fromArray(F, sums, 4 * LANES);
    FloatVector t2 = FloatVector.fromArray(F, sums, 5 * LANES);
    FloatVector s3 = FloatVector.fromArray(F, sums, 6 * LANES);
    FloatVector t3 = FloatVector.fromArray(F, sums, 7 * LANES);
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
    s0.intoArray(sums, 0);
    t0.intoArray(sums, LANES);
    s1.intoArray(sums, 2 * LANES);
    t1.intoArray(sums, 3 * LANES);
    s2.intoArray(sums, 4 * LANES);
    t2.intoArray(sums, 5 * LANES);
    s3.intoArray(sums, 6 * LANES);
    t3.intoArray(sums, 7 * LANES);
  }

  private static void rows3(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(F, sums, 0);
    FloatVector t0 = FloatVector.fromArray(F, sums, LANES);
    FloatVector s1 = FloatVector.fromArray(F, sums, 2 * LANES);
    FloatVector t1 = FloatVector.fromArray(F, sums, 3 * LANES);
    FloatVector s2 = FloatVector.fromArray(F, sums, 4 * LANES);
    FloatVector t2 = FloatVector.fromArray(F, sums, 5 * LANES);
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
    s0.intoArray(sums, 0);
    t0.intoArray(sums, LANES);
    s1.intoArray(sums, 2 * LANES);
    t1.intoArray(sums, 3 * LANES);
    s2.intoArray(sums, 4 * LANES);
    t2.intoArray(sums, 5 * LANES);
  }

  private static void rows2(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(F, sums, 0);
    FloatVector t0 = FloatVector.fromArray(F, sums, LANES);
    FloatVector s1 = FloatVector.fromArray(F, sums, 2 * LANES);
    FloatVector t1 = FloatVector.fromArray(F, sums, 3 * LANES);
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
    s0.intoArray(sums, 0);
    t0.intoArray(sums, LANES);
    s1.intoArray(sums, 2 * LANES);
    t1.intoArray(sums, 3 * LANES);
  }

  private static void rows1(
      int inner, MemorySegment a, long aAt, long aRow, MemorySegment p, long pAt, float[] sums) {
    FloatVector s0 = FloatVector.fromArray(F, sums, 0);
    FloatVector t0 = FloatVector.fromArray(F, sums, LANES);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      long x = aAt + k * 4L;
      FloatVector x0 = FloatVector.broadcast(F, a.get(FLOAT, x));
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
    }
    s0.intoArray(sums, 0);
    t0.intoArray(sums, LANES);
  }
}
