package xfm.runtime.kernel.contract;

import java.lang.foreign.MemorySegment;

/**
 * What is made of finished sums, block by block, while they are in the cache.
 *
 * <p>Sum s of row r and column c of a block lies at element {@code s * TILE + r * ROW + c}.
 */
public interface Epilogue {
  /** Most columns of a block: also the elements from one row to the next. */
  int ROW = 128;

  /** Most rows of a block. */
  int ROWS = 240;

  /** Elements from one sum of a block to the next. */
  int TILE = ROWS * ROW;

  /**
   * Consumes one block.
   *
   * @param worker who calls: no two calls run at once with the same worker
   * @param sums in native memory, to be read only during the call
   * @param entry the point of the batch
   * @param row the first row
   * @param column the first column
   */
  void run(
      int worker, MemorySegment sums, long entry, long row, int rows, long column, int columns);
}
