package xfm.runtime.kernel.contract;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import xfm.runtime.fuse.LoopKernel;

/**
 * A generated loop as an epilogue: over a box of the innermost index of the rows and of the
 * columns, the other indices standing still.
 *
 * <p>Its slots are the target, the block of sums, then {@code operands}. Its parameters are {@link
 * #HEIGHT} and {@link #WIDTH}, the sizes of the box; {@link #AT}, the element of the block at which
 * the box begins; from {@link #INDEX} on, where each index of batch, rows and columns begins, in
 * this order; then {@code lengths}.
 */
public final class LoopEpilogue implements Epilogue {
  public static final int HEIGHT = 0;
  public static final int WIDTH = 1;
  public static final int AT = 2;
  public static final int INDEX = 3;

  private final LoopKernel kernel;
  private final boolean columnsOutside;
  private final int[] batch;
  private final int[] rows;
  private final int[] columns;
  private final MemorySegment[][] slots;
  private final int[][] parameters;
  private final Optional<Routing> routing;

  /**
   * An epilogue for one binding of the lengths.
   *
   * @param columnsOutside whether the outer axis of the loop is that of the columns
   * @param batch the size of each index, as for {@code rows} and {@code columns}; outermost first
   * @param routing of the rows, if they are sorted by one
   * @param threads of the team
   */
  public LoopEpilogue(
      LoopKernel kernel,
      boolean columnsOutside,
      int[] batch,
      int[] rows,
      int[] columns,
      MemorySegment target,
      List<MemorySegment> operands,
      int[] lengths,
      Optional<Routing> routing,
      int threads) {
    this.routing = routing;
    this.kernel = kernel;
    this.columnsOutside = columnsOutside;
    this.batch = batch.clone();
    this.rows = rows.clone();
    this.columns = columns.clone();
    int indices = batch.length + rows.length + columns.length;
    slots = new MemorySegment[threads][2 + operands.size()];
    parameters = new int[threads][INDEX + indices + lengths.length];
    for (int w = 0; w < threads; w++) {
      slots[w][0] = target;
      for (int s = 0; s < operands.size(); s++) {
        slots[w][2 + s] = operands.get(s);
      }
      System.arraycopy(lengths, 0, parameters[w], INDEX + indices, lengths.length);
    }
  }

  @Override
  public void run(
      int worker,
      MemorySegment sums,
      long entry,
      long row,
      int rowCount,
      long column,
      int columnCount) {
    slots[worker][1] = sums;
    int[] p = parameters[worker];
    place(entry, batch, p, INDEX);
    int atRows = INDEX + batch.length;
    int atColumns = atRows + rows.length;
    for (int r = 0, high; r < rowCount; r += high) {
      long first = routing.isPresent() ? routing.get().row(row + r) : row + r;
      int left = place(first, rows, p, atRows);
      high = routing.isPresent() ? 1 : Math.min(rowCount - r, left);
      for (int c = 0, wide; c < columnCount; c += wide) {
        wide = Math.min(columnCount - c, place(column + c, columns, p, atColumns));
        p[HEIGHT] = high;
        p[WIDTH] = wide;
        p[AT] = r * ROW + c;
        kernel.run(slots[worker], p, 0, columnsOutside ? wide : high);
      }
    }
  }

  /**
   * Writes where each index stands at a place of all; returns how far the innermost one is from its
   * end.
   */
  private static int place(long place, int[] sizes, int[] parameters, int at) {
    int left = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      int own = (int) (place % sizes[i]);
      place /= sizes[i];
      parameters[at + i] = own;
      left = i == sizes.length - 1 ? sizes[i] - own : left;
    }
    return left;
  }
}
