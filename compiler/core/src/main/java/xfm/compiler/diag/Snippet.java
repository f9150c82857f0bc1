package xfm.compiler.diag;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import xfm.compiler.diag.Paint.Style;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;

/** A line of a source with the labels that point into it. */
final class Snippet {
  /** Columns of the text that are shown; a longer line is cut around what is pointed at. */
  private static final int WIDTH = 100;

  /** Columns shown before the first place, in a line that is cut. */
  private static final int BEFORE = 30;

  /** A place in the line, in columns of the window. */
  private record Mark(int from, int to, String text, Style style) {
    int anchor() {
      return from + (to - from - 1) / 2;
    }

    boolean touches(Mark other) {
      return from < other.to + 1 && other.from < to + 1;
    }
  }

  private final Source source;
  private final int line;
  private final Paint paint;
  private final int gutter;
  private final StringBuilder out;

  Snippet(Source source, int line, Paint paint, int gutter, StringBuilder out) {
    this.source = source;
    this.line = line;
    this.paint = paint;
    this.gutter = gutter;
    this.out = out;
  }

  /** Writes the line and, under it, the labels; {@code first} is the one where the error is. */
  void write(List<Diagnostic.Label> labels, Diagnostic.Label first) {
    Cells cells = new Cells(source.line(line));
    int start = start();
    List<Mark> rest = new ArrayList<>();
    for (Diagnostic.Label label : labels) {
      rest.add(mark(cells, start, label, label == first ? Style.FIRST : Style.OTHER));
    }
    rest.sort(Comparator.comparingInt(Mark::from).thenComparing(m -> -m.to()));
    while (!rest.isEmpty()) {
      int from =
          cells.width() <= WIDTH
              ? 0
              : Math.max(0, Math.min(rest.getFirst().from() - BEFORE, cells.width() - WIDTH));
      int to = Math.min(from + WIDTH, Math.max(cells.width(), 1));
      out.append(paint.of(Style.GUTTER, ("%" + gutter + "d│").formatted(line)));
      String text = cells.window(from, to).stripTrailing();
      out.append(text.isEmpty() ? "" : " ").append(text).append('\n');
      List<Mark> shown = new ArrayList<>();
      rest.removeIf(mark -> {
        boolean fits = mark.from() <= to;
        if (fits) {
          shown.add(
              new Mark(
                  mark.from() - from,
                  Math.min(mark.to(), to + 1) - from,
                  mark.text(),
                  mark.style()));
        }
        return fits;
      });
      layers(shown);
    }
  }

  private int start() {
    int start = 0;
    for (int i = 1; i < line; i++) {
      start = source.text().indexOf('\n', start) + 1;
    }
    return start;
  }

  private Mark mark(Cells cells, int start, Diagnostic.Label label, Style style) {
    Span span = label.span();
    int from = cells.column(span.start() - start);
    int to = cells.column(span.end() - start);
    String text = Cells.clean(label.text()).replace('\n', ' ');
    int last = source.place(Math.max(span.start(), span.end() - 1)).line();
    if (last > line && !text.isEmpty()) {
      text += " (up to line " + last + ")";
    }
    return new Mark(from, Math.max(to, from + 1), text, style);
  }

  /** Marks that overlap get rows of their own, the wider below. */
  private void layers(List<Mark> marks) {
    List<Mark> rest = new ArrayList<>(marks);
    while (!rest.isEmpty()) {
      List<Mark> layer = new ArrayList<>();
      for (Mark mark : rest.reversed()) {
        if (layer.stream().noneMatch(mark::touches)) {
          layer.addFirst(mark);
        }
      }
      rest.removeAll(layer);
      layer(layer);
    }
  }

  private void layer(List<Mark> marks) {
    Row row = new Row();
    for (Mark mark : marks) {
      int width = mark.to() - mark.from();
      int left = mark.anchor() - mark.from();
      row.put(
          mark.from(),
          mark.text().isEmpty()
              ? "^".repeat(width)
              : "─".repeat(left) + "┬" + "─".repeat(width - left - 1),
          mark.style());
    }
    row.end();
    List<Mark> told = marks.stream().filter(mark -> !mark.text().isEmpty()).toList();
    for (int i = told.size() - 1; i >= 0; i--) {
      for (Mark before : told.subList(0, i)) {
        row.put(before.anchor(), "│", before.style());
      }
      row.put(told.get(i).anchor(), "└ " + told.get(i).text(), told.get(i).style());
      row.end();
    }
  }

  /** A row under the line, written from left to right. */
  private final class Row {
    private int column;
    private boolean begun;

    void put(int at, String text, Style style) {
      if (!begun) {
        out.append(" ".repeat(gutter)).append(paint.of(Style.GUTTER, "│")).append(' ');
        begun = true;
      }
      out.append(" ".repeat(at - column)).append(paint.of(style, text));
      column = at + text.length();
    }

    void end() {
      out.append('\n');
      column = 0;
      begun = false;
    }
  }
}
