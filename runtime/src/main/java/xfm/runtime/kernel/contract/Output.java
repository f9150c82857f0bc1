package xfm.runtime.kernel.contract;

import java.lang.foreign.MemorySegment;
import java.util.List;
import xfm.runtime.kernel.Moves;

/**
 * What a run makes of one or more products of the same batch, rows and columns: their sums written
 * to memory, or handed to an {@link Epilogue}.
 */
public final class Output {
  final Operands[] sums;
  final MemorySegment c;
  final Epilogue epilogue;
  long offC;

  // The run under way.
  private Moves moves;
  long n;
  long panels;
  long firstPanel;
  boolean rowsLinear;
  boolean colsLinear;
  boolean packed;

  private Output(List<Operands> sums, MemorySegment c, long offC, Epilogue epilogue) {
    if (sums.isEmpty() || !c.isNative()) {
      throw new IllegalArgumentException(
          sums.isEmpty() ? "no product" : "the operands of a product must lie in native memory");
    }
    this.sums = sums.toArray(Operands[]::new);
    this.c = c;
    this.offC = offC;
    boolean scattered = epilogue == null && sums.getFirst().routing != null;
    this.epilogue = scattered ? this::scatter : epilogue;
  }

  /**
   * The sums of one product, stored at its strides of C.
   *
   * @param offC the first element of C in {@code c}
   * @throws IllegalArgumentException if C does not lie in native memory
   */
  public static Output stored(Operands product, MemorySegment c, long offC) {
    return new Output(List.of(product), c, offC, null);
  }

  /** The sums of all products, block by block given to {@code epilogue}. */
  public static Output consumed(List<Operands> products, Epilogue epilogue) {
    return new Output(products, MemorySegment.NULL, 0, epilogue);
  }

  /** Moves C, as {@link #stored} says where it is. */
  public void moveTo(long newOffC) {
    offC = newOffC;
  }

  /** Puts routed rows where they belong. */
  private void scatter(
      int worker, MemorySegment block, long entry, long row, int rows, long column, int columns) {
    Operands sum = sums[0];
    ContractShape shape = sum.shape;
    for (int r = 0; r < rows; r++) {
      StridedCopy.scatter(
          moves,
          block,
          (long) r * Epilogue.ROW,
          Epilogue.ROW,
          c,
          offC,
          shape.rows,
          shape.rows.strideC,
          sum.routing.row(row + r),
          1,
          shape.cols,
          shape.cols.strideC,
          column,
          columns);
    }
  }

  /** Takes the sizes of the shapes as they are now. */
  void begin(long first, Moves with) {
    moves = with;
    ContractShape shape = sums[0].shape;
    n = shape.cols.total();
    panels = PackedMatrix.panelCount(n);
    firstPanel = first;
    rowsLinear = shape.rows.isLinear(shape.rows.strideC);
    colsLinear = shape.cols.isLinear(shape.cols.strideC);
    packed = true;
    for (Operands sum : sums) {
      sum.begin(with);
      packed &= sum.isPacked();
      if (sum.shape.cols.total() != n) {
        throw new IllegalArgumentException(
            "products of one output have %d and %d columns".formatted(n, sum.shape.cols.total()));
      }
    }
  }
}
