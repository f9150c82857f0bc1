package xfm.language.value;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A large tensor for a reader: the first and last elements of each axis, with four digits, a row a
 * line.
 */
final class TensorText {
  private static final int MOST = 12;
  private static final int EDGE = 3;
  private static final long GAP = -1;

  private final Function<Object, String> format;
  private final int width;

  private TensorText(List<Object> shown) {
    double largest = 0;
    for (Object value : shown) {
      double size = value instanceof Double d ? Math.abs(d) : 0;
      largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
    }
    format = Digits.like(largest);
    width = shown.stream().mapToInt(v -> format.apply(v).length()).max().orElse(0);
  }

  static String of(TensorValue tensor) {
    List<Object> shown = new ArrayList<>();
    collect(tensor, shown);
    return new TensorText(shown).text(tensor, 1);
  }

  private static List<Long> picked(long size) {
    List<Long> picked = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      if (size <= MOST || i < EDGE || i >= size - EDGE) {
        picked.add(i);
      } else if (i == EDGE) {
        picked.add(GAP);
        i = size - EDGE - 1;
      }
    }
    return picked;
  }

  private static void collect(TensorValue tensor, List<Object> shown) {
    for (long i : picked(tensor.size())) {
      if (i != GAP) {
        if (tensor.get(i) instanceof TensorValue row) {
          collect(row, shown);
        } else {
          shown.add(tensor.get(i));
        }
      }
    }
  }

  private String text(TensorValue tensor, int indent) {
    boolean row = tensor.tensor().rank() == 1;
    String next = row ? ", " : ",\n" + " ".repeat(indent);
    return picked(tensor.size()).stream()
        .map(i -> i == GAP ? "…" : element(tensor.get(i), indent))
        .collect(Collectors.joining(next, "[", "]"));
  }

  private String element(Object element, int indent) {
    if (element instanceof TensorValue inner) {
      return text(inner, indent + 1);
    }
    String text = format.apply(element);
    return " ".repeat(width - text.length()) + text;
  }
}
