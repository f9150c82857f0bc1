package xfm.language.show;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import xfm.language.value.Digits;

/** A vector as bars, one line for each number; those below 0 are hollow. */
final class Bars {
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
  private static final int MAX_ROWS = 40;
  private static final int MAX_HEADING = 24;
  private static final int LONGEST = 50;

  private Bars() {}

  /** Of a matrix of one row. */
  static String of(Matrix vector, Optional<List<String>> labels, int width) {
    List<Long> shown = Picked.of(vector.columns(), MAX_ROWS);
    double largest = 0;
    for (long j : shown) {
      double size = j == Picked.GAP ? 0 : Math.abs(vector.number(0, j));
      largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
    }
    Function<Object, String> floats = Digits.like(largest);
    Function<Object, String> digits =
        x -> x instanceof Long n ? String.format(Locale.ROOT, "%,d", n) : floats.apply(x);
    int heading =
        Math.min(
            MAX_HEADING,
            shown.stream().mapToInt(j -> Grid.width(Grid.label(labels, j))).max().orElse(0));
    int numbers =
        shown.stream()
            .filter(j -> j != Picked.GAP)
            .mapToInt(j -> digits.apply(vector.get(0, j)).length())
            .max()
            .orElse(0);
    int room = Math.clamp(width - heading - numbers - 3, 4, LONGEST);
    StringBuilder text = new StringBuilder();
    for (long j : shown) {
      String label = Grid.shorten(Grid.label(labels, j), heading);
      text.append(label).append(" ".repeat(heading - Grid.width(label)));
      if (j != Picked.GAP) {
        String number = digits.apply(vector.get(0, j));
        text.append(" ".repeat(1 + numbers - number.length())).append(number);
        String bar = bar(vector.number(0, j), largest, room);
        text.append(bar.isEmpty() ? "" : " " + bar);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String bar(double x, double largest, int room) {
    if (Double.isNaN(x) || largest == 0) {
      return "";
    }
    double length = Math.clamp(Math.abs(x) / largest, 0, 1) * room;
    if (x < 0) {
      return "░".repeat((int) Math.round(length));
    }
    int whole = (int) length;
    int rest = (int) ((length - whole) * 8);
    return "█".repeat(whole) + (rest == 0 ? "" : EIGHTHS.substring(rest, rest + 1));
  }
}
