package xfm.runtime.kernel.simd;

import static xfm.runtime.kernel.attention.AttentionTile.WIDTH;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Tiles of short products: R rows of an array times two vectors' width of a panel, added to an
 * array, the sums in registers.
 *
 * <p>The same as {@link Tiles}, for sums over about 64, where what a tile does before and after its
 * loop counts: with rows and sums in arrays 8 rows over 64 take 592 cycles of at least 512; with
 * rows in a segment, whose bounds are checked one by one, 763; 10 rows take 835 of 640 and 965.
 *
 * <p>Places in the panel count bytes.
 */
final class ArrayTiles {
  private static final VectorSpecies<Float> F = Lanes.FLOAT;
  private static final ByteOrder ORDER = Lanes.ORDER;
  private static final int LANES = F.length();
  private static final long BYTES = F.vectorByteSize();
  private static final long PANEL_ROW = WIDTH * (long) Float.BYTES;

  private ArrayTiles() {}

  /** Computes one tile of 8, 4, 2 or 1 rows. */
  static void run(
      int rows,
      int inner,
      float[] a,
      int aAt,
      int aRow,
      MemorySegment p,
      long pAt,
      float[] c,
      int cAt,
      int cRow) {
    switch (rows) {
      case 8 -> rows8(inner, a, aAt, aRow, p, pAt, c, cAt, cRow);
      case 4 -> rows4(inner, a, aAt, aRow, p, pAt, c, cAt, cRow);
      case 2 -> rows2(inner, a, aAt, aRow, p, pAt, c, cAt, cRow);
      case 1 -> rows1(inner, a, aAt, aRow, p, pAt, c, cAt, cRow);
      default -> throw new AssertionError("no tile of " + rows + " rows");
    }
  }

  private static void rows8(
      int inner,
      float[] a,
      int aAt,
      int aRow,
      MemorySegment p,
      long pAt,
      float[] c,
      int cAt,
      int cRow) {
    int c0 = cAt;
    FloatVector s0 = FloatVector.fromArray(F, c, c0);
    FloatVector t0 = FloatVector.fromArray(F, c, c0 + LANES);
    int c1 = cAt + cRow;
    FloatVector s1 = FloatVector.fromArray(F, c, c1);
    FloatVector t1 = FloatVector.fromArray(F, c, c1 + LANES);
    int c2 = cAt + 2 * cRow;
    FloatVector s2 = FloatVector.fromArray(F, c, c2);
    FloatVector t2 = FloatVector.fromArray(F, c, c2 + LANES);
    int c3 = cAt + 3 * cRow;
    FloatVector s3 = FloatVector.fromArray(F, c, c3);
    FloatVector t3 = FloatVector.fromArray(F, c, c3 + LANES);
    int c4 = cAt + 4 * cRow;
    FloatVector s4 = FloatVector.fromArray(F, c, c4);
    FloatVector t4 = FloatVector.fromArray(F, c, c4 + LANES);
    int c5 = cAt + 5 * cRow;
    FloatVector s5 = FloatVector.fromArray(F, c, c5);
    FloatVector t5 = FloatVector.fromArray(F, c, c5 + LANES);
    int c6 = cAt + 6 * cRow;
    FloatVector s6 = FloatVector.fromArray(F, c, c6);
    FloatVector t6 = FloatVector.fromArray(F, c, c6 + LANES);
    int c7 = cAt + 7 * cRow;
    FloatVector s7 = FloatVector.fromArray(F, c, c7);
    FloatVector t7 = FloatVector.fromArray(F, c, c7 + LANES);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt + k]);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + k + aRow]);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = FloatVector.broadcast(F, a[aAt + k + 2 * aRow]);
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = FloatVector.broadcast(F, a[aAt + k + 3 * aRow]);
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
      FloatVector x4 = FloatVector.broadcast(F, a[aAt + k + 4 * aRow]);
      s4 = x4.fma(u, s4);
      t4 = x4.fma(v, t4);
      FloatVector x5 = FloatVector.broadcast(F, a[aAt + k + 5 * aRow]);
      s5 = x5.fma(u, s5);
      t5 = x5.fma(v, t5);
      FloatVector x6 = FloatVector.broadcast(F, a[aAt + k + 6 * aRow]);
      s6 = x6.fma(u, s6);
      t6 = x6.fma(v, t6);
      FloatVector x7 = FloatVector.broadcast(F, a[aAt + k + 7 * aRow]);
      s7 = x7.fma(u, s7);
      t7 = x7.fma(v, t7);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + LANES);
    s4.intoArray(c, c4);
    t4.intoArray(c, c4 + LANES);
    s5.intoArray(c, c5);
    t5.intoArray(c, c5 + LANES);
    s6.intoArray(c, c6);
    t6.intoArray(c, c6 + LANES);
    s7.intoArray(c, c7);
    t7.intoArray(c, c7 + LANES);
  }

  private static void rows4(
      int inner,
      float[] a,
      int aAt,
      int aRow,
      MemorySegment p,
      long pAt,
      float[] c,
      int cAt,
      int cRow) {
    int c0 = cAt;
    FloatVector s0 = FloatVector.fromArray(F, c, c0);
    FloatVector t0 = FloatVector.fromArray(F, c, c0 + LANES);
    int c1 = cAt + cRow;
    FloatVector s1 = FloatVector.fromArray(F, c, c1);
    FloatVector t1 = FloatVector.fromArray(F, c, c1 + LANES);
    int c2 = cAt + 2 * cRow;
    FloatVector s2 = FloatVector.fromArray(F, c, c2);
    FloatVector t2 = FloatVector.fromArray(F, c, c2 + LANES);
    int c3 = cAt + 3 * cRow;
    FloatVector s3 = FloatVector.fromArray(F, c, c3);
    FloatVector t3 = FloatVector.fromArray(F, c, c3 + LANES);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt + k]);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + k + aRow]);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
      FloatVector x2 = FloatVector.broadcast(F, a[aAt + k + 2 * aRow]);
      s2 = x2.fma(u, s2);
      t2 = x2.fma(v, t2);
      FloatVector x3 = FloatVector.broadcast(F, a[aAt + k + 3 * aRow]);
      s3 = x3.fma(u, s3);
      t3 = x3.fma(v, t3);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
    s2.intoArray(c, c2);
    t2.intoArray(c, c2 + LANES);
    s3.intoArray(c, c3);
    t3.intoArray(c, c3 + LANES);
  }

  private static void rows2(
      int inner,
      float[] a,
      int aAt,
      int aRow,
      MemorySegment p,
      long pAt,
      float[] c,
      int cAt,
      int cRow) {
    int c0 = cAt;
    FloatVector s0 = FloatVector.fromArray(F, c, c0);
    FloatVector t0 = FloatVector.fromArray(F, c, c0 + LANES);
    int c1 = cAt + cRow;
    FloatVector s1 = FloatVector.fromArray(F, c, c1);
    FloatVector t1 = FloatVector.fromArray(F, c, c1 + LANES);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt + k]);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
      FloatVector x1 = FloatVector.broadcast(F, a[aAt + k + aRow]);
      s1 = x1.fma(u, s1);
      t1 = x1.fma(v, t1);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
    s1.intoArray(c, c1);
    t1.intoArray(c, c1 + LANES);
  }

  private static void rows1(
      int inner,
      float[] a,
      int aAt,
      int aRow,
      MemorySegment p,
      long pAt,
      float[] c,
      int cAt,
      int cRow) {
    int c0 = cAt;
    FloatVector s0 = FloatVector.fromArray(F, c, c0);
    FloatVector t0 = FloatVector.fromArray(F, c, c0 + LANES);
    for (int k = 0; k < inner; k++) {
      long row = pAt + k * PANEL_ROW;
      FloatVector u = FloatVector.fromMemorySegment(F, p, row, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, p, row + BYTES, ORDER);
      FloatVector x0 = FloatVector.broadcast(F, a[aAt + k]);
      s0 = x0.fma(u, s0);
      t0 = x0.fma(v, t0);
    }
    s0.intoArray(c, c0);
    t0.intoArray(c, c0 + LANES);
  }
}
