package xfm.language.show;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import xfm.language.value.Digits;

/**
 * Weights as dots: {@code pattern[i, j]} stands in column i (the query, across) and row j (the key,
 * down), and its size is the weight. Under each column stands its sum.
 */
final class Dots {
  private static final List<String> SIZES = List.of("·", "∙", "•", "●");
  private static final List<String> HOLLOW = List.of("·", "◦", "○", "◯");
  private static final double[] FROM = {0.02, 0.2, 0.6};

  /** What the sizes mean. */
  static final String LEGEND = "· less   ∙ from 0.02   • from 0.2   ● from 0.6\n";

  private static final int MAX_ROWS = 64;
  private static final int MAX_HEADING = 16;
  private static final int SUM = 4;
  private static final int NARROW = 1;

  private Dots() {}

  /** Shares of 1. */
  static String of(
      Matrix pattern,
      Optional<List<String>> queries,
      Optional<List<String>> keys,
      int width,
      boolean colour) {
    return grid(pattern, queries, keys, width, (i, j) -> dot(pattern, i, j, colour), true);
  }

  /** Any numbers: the size of a dot is that of the number, of those below 0 it is hollow. */
  static String any(
      Matrix matrix,
      Optional<List<String>> queries,
      Optional<List<String>> keys,
      int width,
      boolean colour) {
    double largest = 0;
    for (long i : Picked.of(matrix.rows(), MAX_ROWS)) {
      for (long j : Picked.of(matrix.columns(), MAX_ROWS)) {
        double size =
            i == Picked.GAP || j == Picked.GAP ? Double.NaN : Math.abs(matrix.number(i, j));
        largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
      }
    }
    double whole = largest;
    var digits = Digits.like(largest);
    return grid(matrix, queries, keys, width, (i, j) -> sized(matrix, i, j, whole, colour), false)
        + "● "
        + digits.apply(largest)
        + "   ◯ "
        + digits.apply(-largest)
        + "   · near 0   blank: -∞\n";
  }

  private static String grid(
      Matrix pattern,
      Optional<List<String>> queries,
      Optional<List<String>> keys,
      int width,
      BiFunction<Long, Long, String> picture,
      boolean sum) {
    List<Long> down = Picked.of(pattern.columns(), MAX_ROWS);
    int heading =
        Math.max(
            3,
            down.stream()
                .mapToInt(j -> Math.min(MAX_HEADING, Grid.width(Grid.label(keys, j))))
                .max()
                .orElse(0));
    long across = pattern.rows();
    int words = queries.map(l -> l.stream().mapToInt(Grid::width).max().orElse(0)).orElse(0);
    int cell = cell(across, words, width - heading);
    List<Long> shown = Picked.of(across, Math.max(3, (width - heading) / (cell + 1)));
    Grid grid = new Grid(heading, cell);
    Optional<List<String>> names = cell >= Math.min(words, SUM) ? queries : Optional.empty();
    if (cell > NARROW) {
      grid.centred("", shown.stream().map(i -> Grid.label(names, i)).toList());
    }
    for (long j : down) {
      grid.pictures(
          Grid.shorten(Grid.label(keys, j), heading),
          shown.stream().map(i -> picture.apply(i, j)).toList());
    }
    if (!sum) {
      return grid.toString();
    }
    if (cell >= SUM) {
      grid.centred(
          "sum",
          shown.stream()
              .map(i -> i == Picked.GAP ? "…" : String.format(Locale.ROOT, "%.2f", sum(pattern, i)))
              .toList());
      return grid.toString();
    }
    return grid
        + sums(
            shown.stream()
                .filter(i -> i != Picked.GAP)
                .mapToDouble(i -> sum(pattern, i))
                .toArray());
  }

  /** As wide as the words if all columns fit, else as the sums, else as narrow as a dot. */
  private static int cell(long columns, int words, int room) {
    for (int cell : new int[] {Math.max(SUM, words), SUM}) {
      if (columns * (cell + 1) <= room) {
        return cell;
      }
    }
    return NARROW;
  }

  private static String sums(double[] sums) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double sum : sums) {
      least = Math.min(least, sum);
      most = Math.max(most, sum);
    }
    return String.format(
        Locale.ROOT,
        most - least < 0.005 ? "each column sums to %.2f\n" : "columns sum to %.2f … %.2f\n",
        least,
        most);
  }

  private static double sum(Matrix pattern, long query) {
    double sum = 0;
    for (long j = 0; j < pattern.columns(); j++) {
      sum += pattern.number(query, j);
    }
    return sum;
  }

  private static String sized(Matrix matrix, long i, long j, double largest, boolean colour) {
    if (i == Picked.GAP || j == Picked.GAP) {
      return "…";
    }
    double x = matrix.number(i, j);
    if (x == Double.NEGATIVE_INFINITY) {
      return " ";
    }
    if (Double.isNaN(x)) {
      return "?";
    }
    double share = largest == 0 ? 0 : Math.abs(x) / largest;
    int size = share < 0.1 ? 0 : share < 0.4 ? 1 : share < 0.7 ? 2 : 3;
    if (x >= 0 || size == 0) {
      return painted(SIZES.get(size), size, colour);
    }
    String hollow = HOLLOW.get(size);
    return colour ? "\u001b[31m" + hollow + "\u001b[0m" : hollow;
  }

  private static String painted(String dot, int size, boolean colour) {
    if (!colour) {
      return dot;
    }
    return (size == 0 ? "\u001b[2m" : size == 3 ? "\u001b[1;36m" : "\u001b[36m")
        + dot
        + "\u001b[0m";
  }

  private static String dot(Matrix pattern, long query, long key, boolean colour) {
    if (query == Picked.GAP || key == Picked.GAP) {
      return "…";
    }
    double weight = pattern.number(query, key);
    if (Double.isNaN(weight)) {
      return "?";
    }
    int size = 0;
    while (size < FROM.length && weight >= FROM[size]) {
      size++;
    }
    return painted(SIZES.get(size), size, colour);
  }
}
