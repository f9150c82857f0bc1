package xfm.language.show;

import java.util.List;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.language.value.Sequence;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;

/** Numbers in rows, read from a list of lists or a tensor of rank 2 when they are needed. */
final class Matrix {
  private static final int SAMPLE = 64;

  private final Sequence rows;
  private final long columns;
  private final Optional<List<Long>> down;
  private final Optional<List<Long>> across;
  private final boolean turned;

  private Matrix(
      Sequence rows,
      long columns,
      Optional<List<Long>> down,
      Optional<List<Long>> across,
      boolean turned) {
    this.rows = rows;
    this.columns = columns;
    this.down = down;
    this.across = across;
    this.turned = turned;
  }

  /** The value as a matrix, if it is a list of equally long lists of numbers. */
  static Optional<Matrix> of(Sequence rows) {
    if (rows.size() == 0) {
      return Optional.empty();
    }
    if (rows instanceof TensorValue tensor) { // its rows are alike: they need not be looked at
      long[] shape = tensor.tensor().shape();
      return shape.length == 2 && shape[1] > 0
          ? Optional.of(new Matrix(rows, shape[1], Optional.empty(), Optional.empty(), false))
          : Optional.empty();
    }
    long columns = Values.sequence(rows.get(0)).map(Sequence::size).orElse(-1L);
    for (long i = 0; i < rows.size(); i++) {
      Optional<Sequence> row = Values.sequence(rows.get(i));
      if (row.isEmpty() || row.get().size() != columns || !startsWithNumber(row.get())) {
        return Optional.empty();
      }
    }
    return Optional.of(new Matrix(rows, columns, Optional.empty(), Optional.empty(), false));
  }

  private static boolean startsWithNumber(Sequence row) {
    return row.size() > 0 && isNumber(row.get(0));
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  /**
   * Some rows and columns of a whole matrix.
   *
   * @throws xfm.compiler.diag.XfmException if there is no such row or column
   */
  Matrix pick(Optional<List<Long>> someRows, Optional<List<Long>> someColumns) {
    inside("row", someRows, rows());
    inside("column", someColumns, columns());
    return new Matrix(rows, columns, someRows, someColumns, turned);
  }

  /** Rows as columns. */
  Matrix transposed() {
    return new Matrix(rows, columns, across, down, !turned);
  }

  private static void inside(String what, Optional<List<Long>> places, long size) {
    for (long place : places.orElse(List.of())) {
      if (place < 0 || place >= size) {
        throw Diagnostic.of(Code.INPUT, "there is no " + what + " " + place + " to be shown")
            .help("they are numbered 0 … " + (size - 1))
            .raise();
      }
    }
  }

  long rows() {
    return down.map(places -> (long) places.size()).orElseGet(() -> turned ? columns : rows.size());
  }

  long columns() {
    return across
        .map(places -> (long) places.size())
        .orElseGet(() -> turned ? rows.size() : columns);
  }

  Object get(long row, long column) {
    long i = down.isPresent() ? down.get().get((int) row) : row;
    long j = across.isPresent() ? across.get().get((int) column) : column;
    return Values.sequence(rows.get(turned ? j : i)).orElseThrow().get(turned ? i : j);
  }

  /** The element as a number; what is none counts as not a number. */
  double number(long row, long column) {
    return switch (get(row, column)) {
      case Double d -> d;
      case Long n -> n;
      case Boolean b -> b ? 1 : 0;
      default -> Double.NaN;
    };
  }

  /** Whether what is shown first of it are numbers from 0 to 1, as shares are. */
  boolean isWeights() {
    for (long i : Picked.of(rows(), SAMPLE)) {
      for (long j : Picked.of(columns(), SAMPLE)) {
        if (i != Picked.GAP && j != Picked.GAP && !(number(i, j) >= 0 && number(i, j) <= 1)) {
          return false;
        }
      }
    }
    return true;
  }
}
