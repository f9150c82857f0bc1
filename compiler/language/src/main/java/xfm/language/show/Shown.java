package xfm.language.show;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.language.value.Axes;
import xfm.language.value.Display;
import xfm.language.value.Sequence;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;
import xfm.language.value.XfmList;
import xfm.language.value.XfmRecord;
import xfm.runtime.tensor.Shapes;

/**
 * Values for a reader: a matrix is a table, an attention pattern, which is known from its equation
 * to be a softmax, a grid of dots, a tensor of more axes one of these for each of its matrices, a
 * record a line for each field. The axes of what was seen for a text carry its tokens.
 *
 * @param rows of a table; of the queries of a pattern
 * @param columns of a table; of the keys of a pattern
 * @param asked how a matrix or vector is drawn; absent: as it is known to be
 * @param width how many columns of text there are
 */
public record Shown(Axis rows, Axis columns, Optional<Drawing> asked, int width, boolean colour) {
  private static final int MAX_MATRICES = 8;
  private static final Axis NONE = new Axis(Optional.empty(), Optional.empty());

  /**
   * What is asked for one axis.
   *
   * @param labels for all its places
   * @param places that are shown, in this order; absent: the first and the last
   */
  public record Axis(Optional<List<String>> labels, Optional<List<Long>> places) {
    /** The same with these labels, where none were given. */
    Axis or(Optional<List<String>> known) {
      return new Axis(labels.or(() -> known), places);
    }

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
    boolean weights = show(value, "", text);
    return weights ? text + Dots.LEGEND : text.toString();
  }

  /** Writes the value; says whether shares are drawn as dots, all of which have one legend. */
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
    Optional<Axes> axes = list instanceof TensorValue tensor ? tensor.axes() : Optional.empty();
    Optional<Matrix> matrix = Matrix.of(list);
    if (matrix.isPresent()) {
      text.append(name);
      return matrix(matrix.get(), axes, text);
    } else if (list instanceof TensorValue tensor && tensor.tensor().rank() > 2) {
      return matrices(tensor, name, text);
    } else if (list.size() > 0 && Matrix.isNumber(list.get(0))) {
      text.append(name);
      vector(list, label(axes, 0), text);
    } else {
      text.append(name).append(Display.shortened(list)).append('\n');
    }
    return false;
  }

  private static Optional<List<String>> label(Optional<Axes> axes, int axis) {
    return axes.flatMap(known -> known.axes().get(axis).labels());
  }

  private void vector(Sequence list, Optional<List<String>> labels, StringBuilder text) {
    Axis axis = (columns.equals(NONE) ? rows : columns).or(labels);
    Matrix line = Matrix.of(new XfmList(list)).orElseThrow().pick(Optional.empty(), axis.places());
    text.append(
        switch (asked.orElse(Drawing.TABLE)) {
          case BARS -> Bars.of(line, axis.shown(), width);
          case HEAT -> Heat.of(line, Optional.of(List.of("")), axis.shown(), width, colour);
          case TABLE, DOTS -> Table.of(line, Optional.of(List.of("")), axis.shown(), width);
        });
  }

  private boolean matrix(Matrix whole, Optional<Axes> axes, StringBuilder text) {
    boolean pattern = axes.isPresent() && axes.get().isPattern();
    Drawing drawing = asked.orElse(pattern ? Drawing.DOTS : Drawing.TABLE);
    // Keys go down: of a pattern whose keys are its rows already, the queries are its columns.
    boolean turned = drawing != Drawing.TABLE && pattern && axes.get().keysFirst();
    Matrix matrix = turned ? whole.transposed() : whole;
    Axis first = rows.or(label(axes, turned ? 1 : 0));
    Axis second = columns.or(label(axes, turned ? 0 : 1));
    Matrix picked = matrix.pick(first.places(), second.places());
    switch (drawing) {
      case DOTS -> {
        boolean weights = pattern || picked.isWeights();
        text.append(
            weights
                ? Dots.of(picked, first.shown(), second.shown(), width, colour)
                : Dots.any(picked, first.shown(), second.shown(), width, colour));
        return weights;
      }
      case HEAT ->
          text.append(
              pattern
                  ? Heat.of(picked.transposed(), second.shown(), first.shown(), width, colour)
                  : Heat.of(picked, first.shown(), second.shown(), width, colour));
      case TABLE -> text.append(Table.of(picked, first.shown(), second.shown(), width));
      case BARS ->
          throw Diagnostic.of(Code.TYPE, "bars are for one row of numbers, and this is a matrix")
              .help("take a row, `show(x[0], bars = true)`, or `heat = true`")
              .raise();
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
