package xfm.runtime.kernel.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Which matrix of B each row of a product meets, as data says: a token's experts, for instance. The
 * rows are sorted by matrix, each keeping its place among those of the same one, so that a matrix
 * is read once for all its rows.
 */
public final class Routing {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final MemorySegment picks;
  private final Axes rows;
  private final int entries;
  private final int[] starts;
  private MemorySegment sorted = MemorySegment.NULL;

  /**
   * A routing; nothing is read yet.
   *
   * @param picks int32: the number of a matrix for each row
   * @param rows those of the products, at the strides of {@code picks} as A
   * @param entries how many matrices there are
   */
  public Routing(MemorySegment picks, ContractShape rows, int entries) {
    this.picks = picks;
    this.rows = rows.rows;
    this.entries = entries;
    starts = new int[entries + 1];
  }

  /** How many rows there are to be sorted. */
  long rows() {
    return rows.total();
  }

  /**
   * Sorts the rows by the matrices that are picked now.
   *
   * @param into keeps their order for the length of the run: an int for each row
   * @throws IndexOutOfBoundsException if there is no such matrix
   */
  void sort(MemorySegment into) {
    sorted = into;
    int count = Math.toIntExact(rows.total());
    Arrays.fill(starts, 0);
    for (int row = 0; row < count; row++) {
      starts[pick(row)]++;
    }
    int end = 0;
    for (int entry = 0; entry <= entries; entry++) {
      end += starts[entry];
      starts[entry] = end;
    }
    // From the last row to the first, each begin moves down to where it belongs.
    for (int row = count - 1; row >= 0; row--) {
      sorted.setAtIndex(INT, --starts[pick(row)], row);
    }
  }

  private int pick(int row) {
    int pick = picks.getAtIndex(INT, rows.offset(rows.strideA, row));
    if (pick < 0 || pick >= entries) {
      throw new IndexOutOfBoundsException(
          "row " + row + " picks matrix " + pick + " of " + entries);
    }
    return pick;
  }

  int entries() {
    return entries;
  }

  /** Where the rows of a matrix begin in the sorted order; those of the next one follow. */
  int start(int entry) {
    return starts[entry];
  }

  /** The row at a place of the sorted order. */
  int row(long place) {
    return sorted.getAtIndex(INT, place);
  }
}
