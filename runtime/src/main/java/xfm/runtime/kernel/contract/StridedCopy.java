package xfm.runtime.kernel.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import xfm.runtime.kernel.Moves;

/**
 * Moves float32 matrices between strided tensors and the dense blocks that the kernels read and
 * write. Places and strides count elements.
 */
final class StridedCopy {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Side of the squares in which a transposition walks: 16 floats are a cache line. */
  private static final int SQUARE = 16;

  private StridedCopy() {}

  /** dst[i, j] = src(rows0 + i, cols0 + j), for a tensor whose two indices are groups of axes. */
  static void gather(
      Moves moves,
      MemorySegment src,
      long srcAt,
      Axes rows,
      long[] rowStrides,
      long row0,
      long rowCount,
      Axes cols,
      long[] colStrides,
      long col0,
      long colCount,
      MemorySegment dst,
      long dstAt,
      long dstRow,
      long dstCol) {
    long rowStride = rows.lastStride(rowStrides);
    long colStride = cols.lastStride(colStrides);
    for (long i = 0, n; i < rowCount; i += n) {
      n = Math.min(rowCount - i, rows.run(row0 + i));
      long rowAt = srcAt + rows.offset(rowStrides, row0 + i);
      for (long j = 0, m; j < colCount; j += m) {
        m = Math.min(colCount - j, cols.run(col0 + j));
        long at = rowAt + cols.offset(colStrides, col0 + j);
        move(
            moves,
            src,
            at,
            rowStride,
            colStride,
            dst,
            dstAt + i * dstRow + j * dstCol,
            dstRow,
            dstCol,
            n,
            m);
      }
    }
  }

  /** dst(rows0 + i, cols0 + j) = src[i, j]: the inverse of {@link #gather}. */
  static void scatter(
      Moves moves,
      MemorySegment src,
      long srcAt,
      long srcRow,
      MemorySegment dst,
      long dstAt,
      Axes rows,
      long[] rowStrides,
      long row0,
      long rowCount,
      Axes cols,
      long[] colStrides,
      long col0,
      long colCount) {
    long rowStride = rows.lastStride(rowStrides);
    long colStride = cols.lastStride(colStrides);
    for (long i = 0, n; i < rowCount; i += n) {
      n = Math.min(rowCount - i, rows.run(row0 + i));
      long rowAt = dstAt + rows.offset(rowStrides, row0 + i);
      for (long j = 0, m; j < colCount; j += m) {
        m = Math.min(colCount - j, cols.run(col0 + j));
        long at = rowAt + cols.offset(colStrides, col0 + j);
        move(moves, src, srcAt + i * srcRow + j, srcRow, 1, dst, at, rowStride, colStride, n, m);
      }
    }
  }

  /** dst[i, j] = 0. */
  static void zero(MemorySegment dst, long dstAt, long dstRow, long rows, long cols) {
    for (long i = 0; i < rows; i++) {
      for (long j = 0; j < cols; j++) {
        dst.set(FLOAT, (dstAt + i * dstRow + j) << 2, 0f);
      }
    }
  }

  /** dst[i, j] = src[i, j] for n rows and m columns. */
  private static void move(
      Moves moves,
      MemorySegment src,
      long srcAt,
      long srcRow,
      long srcCol,
      MemorySegment dst,
      long dstAt,
      long dstRow,
      long dstCol,
      long n,
      long m) {
    if (srcCol == 1 && dstCol == 1) {
      if (srcRow == m && dstRow == m) {
        MemorySegment.copy(src, srcAt << 2, dst, dstAt << 2, (n * m) << 2);
      } else {
        moves.copy(Math.toIntExact(n), Math.toIntExact(m), src, srcAt, srcRow, dst, dstAt, dstRow);
      }
      return;
    }
    if (srcRow == 1 && m == Moves.WIDTH && dstRow == Moves.WIDTH && dstCol == 1) {
      moves.turn(Math.toIntExact(n), src, srcAt, srcCol, dst, dstAt);
      return;
    }
    for (long i = 0; i < n; i += SQUARE) {
      int high = (int) Math.min(SQUARE, n - i);
      for (long j = 0; j < m; j += SQUARE) {
        int wide = (int) Math.min(SQUARE, m - j);
        moveSquare(
            src,
            srcAt + i * srcRow + j * srcCol,
            srcRow,
            srcCol,
            dst,
            dstAt + i * dstRow + j * dstCol,
            dstRow,
            dstCol,
            high,
            wide);
      }
    }
  }

  private static void moveSquare(
      MemorySegment src,
      long srcAt,
      long srcRow,
      long srcCol,
      MemorySegment dst,
      long dstAt,
      long dstRow,
      long dstCol,
      int high,
      int wide) {
    for (int i = 0; i < high; i++) {
      long from = srcAt + i * srcRow;
      long to = dstAt + i * dstRow;
      for (int j = 0; j < wide; j++) {
        dst.set(FLOAT, (to + j * dstCol) << 2, src.get(FLOAT, (from + j * srcCol) << 2));
      }
    }
  }
}
