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
 * @param rows labels of the rows of a table; of the queries of a pattern
 * @param columns labels of the columns of a table; of the keys of a pattern
 * @param dots whether a matrix is drawn as dots; absent: if it is a pattern
 * @param width how many columns of text there are
 */
public record Shown(
    Optional<List<String>> rows,
    Optional<List<String>> columns,
    Optional<Boolean> dots,
    int width,
    boolean colour) {
  private static final int MAX_MATRICES = 8;

  /** The text, ending with a line feed. */
  public String text(Object value) {
    StringBuilder text = new StringBuilder();
    show(value, "", text);
    return text.toString();
  }

  private void show(Object value, String name, StringBuilder text) {
    Optional<Sequence> list = Values.sequence(value);
    if (value instanceof XfmRecord record) {
      for (Map.Entry<String, Object> field : record.fields().entrySet()) {
        text.append(field.getKey()).append(": ");
        text.append(Display.shortened(field.getValue())).append('\n');
      }
    } else if (list.isPresent()) {
      list(list.get(), name, text);
    } else {
      text.append(Display.whole(value)).append('\n');
    }
  }

  private void list(Sequence list, String name, StringBuilder text) {
    Optional<Matrix> matrix = Matrix.of(list);
    if (matrix.isPresent()) {
      text.append(name);
      boolean asDots = dots.orElseGet(() -> matrix.get().isPattern());
      text.append(
          asDots
              ? Dots.of(matrix.get(), rows, columns, width, colour)
              : Table.of(matrix.get(), rows, columns, width));
    } else if (list instanceof TensorValue tensor && tensor.tensor().rank() > 2) {
      matrices(tensor, name, text);
    } else if (list.size() > 0 && Matrix.isNumber(list.get(0))) {
      Matrix line = Matrix.of(new XfmList(list)).orElseThrow();
      text.append(Table.of(line, Optional.of(List.of("")), columns.or(() -> rows), width));
    } else {
      text.append(name).append(Display.shortened(list)).append('\n');
    }
  }

  private void matrices(TensorValue tensor, String name, StringBuilder text) {
    if (name.isEmpty()) {
      text.append(Shapes.text(tensor.tensor().shape())).append('\n');
    }
    for (long i = 0; i < tensor.size(); i++) {
      if (i == MAX_MATRICES) {
        text.append("\n… ").append(tensor.size() - i).append(" more\n");
        break;
      }
      String place = name.isEmpty() ? "\n" : name.substring(0, name.length() - 2);
      String inner = (name.isEmpty() ? place + "[" + i : place + ", " + i) + "]\n";
      show(tensor.get(i), inner, text);
    }
  }
}
