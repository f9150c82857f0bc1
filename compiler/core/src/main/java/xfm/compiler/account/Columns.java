package xfm.compiler.account;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells, each column as wide as it needs to be. */
public final class Columns {
  private static final String GAP = "  ";

  private final String sides;
  private final List<List<String>> lines = new ArrayList<>();

  /**
   * A table.
   *
   * @param sides for each column {@code <} (its text begins at the left) or {@code >}
   */
  public Columns(String sides) {
    this.sides = sides;
  }

  /** One cell for each column. */
  public void line(String... cells) {
    lines.add(List.of(cells));
  }

  /** A line of its own, across all columns. */
  void note(String text) {
    lines.add(List.of(text));
  }

  /** An empty line. */
  void rule() {
    note("");
  }

  /** All lines, each ended. */
  public String text() {
    int[] widths = new int[sides.length()];
    for (List<String> line : lines) {
      for (int k = 0; k < line.size() && line.size() > 1; k++) {
        widths[k] = Math.max(widths[k], line.get(k).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int k = 0; k < line.size(); k++) {
        String cell = line.get(k);
        String space = " ".repeat(Math.max(0, widths[k] - cell.length()));
        row.append(k == 0 ? "" : GAP);
        row.append(sides.charAt(k) == '>' ? space + cell : cell + space);
      }
      out.append(row.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
