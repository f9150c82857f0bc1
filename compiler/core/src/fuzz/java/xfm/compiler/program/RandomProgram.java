package xfm.compiler.program;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/**
 * A program that follows the grammar, and now and then the rules of the checker too: names that are
 * there, as many subscripts as axes.
 */
final class RandomProgram {
  private static final int DEEPEST = 5;
  private static final List<String> SIZES = List.of("n", "3", "4", "d", "2 * d", "n + 1", "n // 2");
  private static final List<String> INDICES = List.of("i", "j", "a", "b", "h");
  private static final List<String> REDUCTIONS =
      List.of("sum", "mean", "max", "min", "argmax", "logsumexp", "softmax", "cumsum", "any");
  private static final List<String> FUNCTIONS =
      List.of("exp", "log", "sqrt", "tanh", "abs", "floor", "relu", "f", "float");
  private static final List<String> OPERATORS =
      List.of("+", "-", "*", "/", "//", "%", "**", "<", "<=", "==", "and", "or");

  /** A tensor that is in scope. */
  private record Known(String name, int axes) {}

  private final FuzzedDataProvider data;
  private final Random rest;
  private final List<Known> known = new ArrayList<>();

  /** Decided by the data, and where they end by numbers that their first byte begins. */
  RandomProgram(FuzzedDataProvider data) {
    this.data = data;
    this.rest = new Random(data.consumeByte());
  }

  private int from(int least, int most) {
    return data.remainingBytes() > 0 ? data.consumeInt(least, most) : rest.nextInt(least, most + 1);
  }

  private boolean either() {
    return from(0, 1) == 1;
  }

  String text() {
    StringBuilder text = new StringBuilder("fn f(z) = ").append(scalar(2)).append('\n');
    int axes = from(1, 3);
    text.append("model m(x: ").append(shape(axes));
    text.append(", t: [n] token(5), d: int = 4) {\n");
    known.add(new Known("x", axes));
    known.add(new Known("t", 1));
    int statements = from(1, 6);
    for (int k = 0; k < statements; k++) {
      text.append("  ").append(statement("v" + k)).append('\n');
    }
    return text.append("  return ").append(any(known).name()).append("\n}\n").toString();
  }

  private String statement(String name) {
    int axes = from(0, 3);
    switch (from(0, 9)) {
      case 0 -> {
        known.add(new Known(name, axes));
        return "weight " + name + ": " + shape(axes) + (either() ? " = ones" : "");
      }
      case 1 -> {
        known.add(new Known(name, 2));
        return name + " = layer_norm(" + any(known).name() + ")";
      }
      case 2 -> {
        return "repeat 2 as layer[l] { x += mlp(x, hidden = 3) }";
      }
      default -> {
        StringJoiner left = new StringJoiner(", ", "[", "]");
        for (int k = 0; k < axes; k++) {
          left.add(INDICES.get(k) + (from(0, 3) == 0 ? ": " + any(SIZES) : ""));
        }
        String body = scalar(0);
        known.add(new Known(name, axes));
        return name + left + " = " + body;
      }
    }
  }

  private String shape(int axes) {
    StringJoiner shape = new StringJoiner(", ", "[", "]");
    for (int k = 0; k < axes; k++) {
      shape.add(any(SIZES));
    }
    return shape.toString();
  }

  private String scalar(int depth) {
    int kind = depth >= DEEPEST ? from(0, 2) : from(0, 9);
    return switch (kind) {
      case 0 -> any(List.of("0", "1", "2", "0.5", "-inf", "n", "d", "z", "true", "1e300"));
      case 1, 2, 3 -> read(depth);
      case 4 -> any(FUNCTIONS) + "(" + scalar(depth + 1) + ")";
      case 5 ->
          any(REDUCTIONS)
              + "["
              + any(INDICES)
              + "]("
              + scalar(depth + 1)
              + (either() ? " where " + scalar(depth + 1) : "")
              + (either() ? " else " + scalar(depth + 1) : "")
              + ")";
      case 6 ->
          "(if "
              + scalar(depth + 1)
              + " then "
              + scalar(depth + 1)
              + " else "
              + scalar(depth + 1)
              + ")";
      default -> "(" + scalar(depth + 1) + " " + any(OPERATORS) + " " + scalar(depth + 1) + ")";
    };
  }

  private String read(int depth) {
    if (known.isEmpty()) {
      return "z";
    }
    Known tensor = any(known);
    StringJoiner at = new StringJoiner(", ", tensor.name() + "[", "]");
    for (int k = 0; k < tensor.axes(); k++) {
      at.add(from(0, 4) == 0 ? scalar(depth + 1) : any(INDICES));
    }
    return from(0, 5) == 0 ? "(" + at + " else 0)" : at.toString();
  }

  private <T> T any(List<T> some) {
    return some.get(from(0, some.size() - 1));
  }
}
