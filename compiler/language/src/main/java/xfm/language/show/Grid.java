package xfm.language.show;

import java.util.List;
import java.util.Optional;
import xfm.compiler.diag.Cells;

/** Cells of text in aligned columns, the first one a heading. */
final class Grid {
  private final StringBuilder text = new StringBuilder();
  private final int heading;
  private final int cell;

  /** The first column is {@code heading} wide, each other one {@code cell}, a space before it. */
  Grid(int heading, int cell) {
    this.heading = heading;
    this.cell = cell;
  }

  Grid line(String head, List<String> cells) {
    text.append(head).append(" ".repeat(Math.max(0, heading - width(head))));
    for (String each : cells) {
      String cut = shorten(each, cell);
      text.append(' ').append(" ".repeat(cell - width(cut))).append(cut);
    }
    return end();
  }

  /** Each text in the middle of its cell; a tie leaves it to the right. */
  Grid centred(String head, List<String> cells) {
    text.append(head).append(" ".repeat(Math.max(0, heading - width(head))));
    for (String each : cells) {
      String cut = shorten(each, cell);
      int after = (cell - width(cut)) / 2;
      text.append(" ".repeat(1 + cell - width(cut) - after)).append(cut).append(" ".repeat(after));
    }
    return end();
  }

  private Grid end() {
    while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    text.append('\n');
    return this;
  }

  /** Pictures one column wide, which may hold invisible colours, in the middle of their cells. */
  Grid pictures(String head, List<String> cells) {
    text.append(head).append(" ".repeat(Math.max(0, heading - width(head))));
    int after = (cell - 1) / 2;
    for (String each : cells) {
      text.append(" ".repeat(cell - after)).append(each).append(" ".repeat(after));
    }
    return end();
  }

  /** The label of a position, or its number where there are no labels. */
  static String label(Optional<List<String>> labels, long position) {
    if (position == Picked.GAP) {
      return "…";
    }
    return labels
        .filter(l -> position < l.size())
        .map(l -> l.get((int) position))
        .orElse(Long.toString(position));
  }

  static int width(String text) {
    return Cells.width(text);
  }

  static String shorten(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    int end = text.length();
    while (end > 0 && width(text.substring(0, end)) >= width) {
      end = text.offsetByCodePoints(end, -1);
    }
    String cut = text.substring(0, end) + "…";
    return cut + " ".repeat(Math.max(0, width - width(cut))); // half of a wide character
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
