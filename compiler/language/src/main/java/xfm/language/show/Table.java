package xfm.language.show;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import xfm.language.value.Digits;

/** A matrix as a table of numbers, cut in the middle where it is larger than the room. */
final class Table {
  private static final int MAX_ROWS = 40;
  private static final int MAX_HEADING = 24;

  private Table() {}

  static String of(
      Matrix matrix, Optional<List<String>> rows, Optional<List<String>> columns, int width) {
    List<Long> shownRows = Picked.of(matrix.rows(), MAX_ROWS);
    Function<Object, String> format = format(matrix);
    int heading =
        Math.min(MAX_HEADING, widest(shownRows.stream().map(i -> Grid.label(rows, i)).toList()));
    int cell = widest(sample(matrix, shownRows, format));
    // A label may widen its column, but not so far that columns must go for it.
    int roomy = (width - heading) / (int) Math.min(matrix.columns(), 1_000) - 1;
    int labels = columns.map(Table::widest).orElse(Long.toString(matrix.columns() - 1).length());
    cell = Math.max(cell, Math.min(labels, Math.max(roomy, 3)));
    List<Long> shownColumns =
        Picked.of(matrix.columns(), Math.max(3, (width - heading) / (cell + 1)));
    Grid grid = new Grid(heading, cell);
    grid.line("", shownColumns.stream().map(j -> Grid.label(columns, j)).toList());
    for (long i : shownRows) {
      grid.line(
          Grid.shorten(Grid.label(rows, i), MAX_HEADING),
          shownColumns.stream()
              .map(j -> i == Picked.GAP || j == Picked.GAP ? "…" : format.apply(matrix.get(i, j)))
              .toList());
    }
    return grid.toString();
  }

  private static List<String> sample(
      Matrix matrix, List<Long> rows, Function<Object, String> format) {
    return Picked.of(matrix.columns(), 100).stream()
        .filter(j -> j != Picked.GAP)
        .flatMap(j ->
            rows.stream().filter(i -> i != Picked.GAP).map(i -> format.apply(matrix.get(i, j))))
        .toList();
  }

  private static int widest(List<String> texts) {
    return texts.stream().mapToInt(Grid::width).max().orElse(0);
  }

  private static Function<Object, String> format(Matrix matrix) {
    double largest = 0;
    for (long i : Picked.of(matrix.rows(), MAX_ROWS)) {
      for (long j : Picked.of(matrix.columns(), 100)) {
        double size = i == Picked.GAP || j == Picked.GAP ? 0 : Math.abs(matrix.number(i, j));
        largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
      }
    }
    return Digits.like(largest);
  }
}
