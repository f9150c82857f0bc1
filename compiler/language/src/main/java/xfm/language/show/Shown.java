package xfm.language.show;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.language.value.Display;
import xfm.language.value.Sequence;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;
import xfm.language.value.XfmList;
import xfm.language.value.XfmRecord;
import xfm.runtime.tensor.Shapes;

/**
 * Values for a reader: a matrix is a table, an attention pattern (rows of weights that add up to 1,
 * or whatever {@code dots} says) a grid of dots, a tensor of more axes one of these for each of its
 * matrices, a record a line for each field.
 *
 * @param rows of a table; of the queries of a pattern
 * @param columns of a table; of the keys of a pattern
 * @param dots whether a matrix is drawn as dots; absent: if it is a pattern
 * @param width how many columns of text there are
 */
public record Shown(Axis rows, Axis columns, Optional<Boolean> dots, int width, boolean colour) {
  private static final int MAX_MATRICES = 8;
  private static final Axis NONE = new Axis(Optional.empty(), Optional.empty());

  /**
   * What is asked for one axis.
   *
   * @param labels for all its places
   * @param places that are shown, in this order; absent: the first and the last
   */
  public record Axis(Optional<List<String>> labels, Optional<List<Long>> places) {
    /** Labels of the places that are shown; they are numbered by their place in the whole. */
    Optional<List<String>> shown() {
      return places.isEmpty()
          ? labels
          : places.map(all ->
              all.stream()
                  .map(i ->
                      labels
                          .filter(l -> i < l.size())
                          .map(l -> l.get(i.intValue()))
                          .orElse(Long.toString(i)))
                  .toList());
    }
  }

  /** The text, ending with a line feed. */
  public String text(Object value) {
    StringBuilder text = new StringBuilder();
    boolean drawn = show(value, "", text);
    return drawn ? text + Dots.LEGEND : text.toString();
  }

  /** Writes the value; says whether it is drawn as dots. */
  private boolean show(Object value, String name, StringBuilder text) {
    Optional<Sequence> list = Values.sequence(value);
    if (value instanceof XfmRecord record) {
      for (Map.Entry<String, Object> field : record.fields().entrySet()) {
        text.append(field.getKey()).append(": ");
        text.append(Display.shortened(field.getValue())).append('\n');
      }
    } else if (list.isPresent()) {
      return list(list.get(), name, text);
    } else {
      text.append(Display.whole(value)).append('\n');
    }
    return false;
  }

  private boolean list(Sequence list, String name, StringBuilder text) {
    Optional<Matrix> matrix = Matrix.of(list);
    if (matrix.isPresent()) {
      text.append(name);
      boolean asDots = dots.orElseGet(() -> matrix.get().isPattern());
      Matrix picked = matrix.get().pick(rows.places(), columns.places());
      text.append(
          asDots
              ? Dots.of(picked, rows.shown(), columns.shown(), width, colour)
              : Table.of(picked, rows.shown(), columns.shown(), width));
      return asDots;
    } else if (list instanceof TensorValue tensor && tensor.tensor().rank() > 2) {
      return matrices(tensor, name, text);
    } else if (list.size() > 0 && Matrix.isNumber(list.get(0))) {
      Axis axis = columns.equals(NONE) ? rows : columns;
      Matrix line =
          Matrix.of(new XfmList(list)).orElseThrow().pick(Optional.empty(), axis.places());
      text.append(Table.of(line, Optional.of(List.of("")), axis.shown(), width));
    } else {
      text.append(name).append(Display.shortened(list)).append('\n');
    }
    return false;
  }

  private boolean matrices(TensorValue tensor, String name, StringBuilder text) {
    if (name.isEmpty()) {
      text.append(Shapes.text(tensor.tensor().shape())).append('\n');
    }
    boolean drawn = false;
    for (long i = 0; i < tensor.size(); i++) {
      if (i == MAX_MATRICES) {
        text.append("\n… ").append(tensor.size() - i).append(" more\n");
        break;
      }
      String place = name.isEmpty() ? "\n" : name.substring(0, name.length() - 2);
      String inner = (name.isEmpty() ? place + "[" + i : place + ", " + i) + "]\n";
      drawn |= show(tensor.get(i), inner, text);
    }
    return drawn;
  }
}
