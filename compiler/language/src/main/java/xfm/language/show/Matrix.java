package xfm.language.show;

import java.util.Optional;
import xfm.language.value.Sequence;
import xfm.language.value.Values;

/** Numbers in rows, read from a list of lists or a tensor of rank 2 when they are needed. */
final class Matrix {
  private final Sequence rows;
  private final long columns;

  private Matrix(Sequence rows, long columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /** The value as a matrix, if it is a list of equally long lists of numbers. */
  static Optional<Matrix> of(Sequence rows) {
    if (rows.size() == 0) {
      return Optional.empty();
    }
    long columns = Values.sequence(rows.get(0)).map(Sequence::size).orElse(-1L);
    for (long i = 0; i < rows.size(); i++) {
      Optional<Sequence> row = Values.sequence(rows.get(i));
      if (row.isEmpty() || row.get().size() != columns || !startsWithNumber(row.get())) {
        return Optional.empty();
      }
    }
    return Optional.of(new Matrix(rows, columns));
  }

  private static boolean startsWithNumber(Sequence row) {
    return row.size() > 0 && isNumber(row.get(0));
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  long rows() {
    return rows.size();
  }

  long columns() {
    return columns;
  }

  Object get(long row, long column) {
    return Values.sequence(rows.get(row)).orElseThrow().get(column);
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

  /** Whether each row holds weights: none negative, and together 1. */
  boolean isPattern() {
    if (columns < 2) {
      return false;
    }
    for (long i = 0; i < rows(); i++) {
      double sum = 0;
      for (long j = 0; j < columns; j++) {
        if (!(number(i, j) >= 0)) {
          return false;
        }
        sum += number(i, j);
      }
      if (Math.abs(sum - 1) > 1e-3) {
        return false;
      }
    }
    return true;
  }
}
