package xfm.language.show;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Weights as dots: {@code pattern[i, j]} stands in column i (the query, across) and row j (the key,
 * down), and its size is the weight. Under each column stands its sum.
 */
final class Dots {
  private static final List<String> SIZES = List.of("·", "∙", "•", "●");
  private static final double[] FROM = {0.02, 0.2, 0.6};

  /** What the sizes mean. */
  static final String LEGEND = "· less   ∙ from 0.02   • from 0.2   ● from 0.6\n";

  private static final int MAX_ROWS = 64;
  private static final int MAX_HEADING = 16;
  private static final int SUM = 4;
  private static final int NARROW = 1;

  private Dots() {}

  static String of(
      Matrix pattern,
      Optional<List<String>> queries,
      Optional<List<String>> keys,
      int width,
      boolean colour) {
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
          shown.stream().map(i -> dot(pattern, i, j, colour)).toList());
    }
    double[] sums = LongStream.range(0, across).mapToDouble(i -> sum(pattern, i)).toArray();
    if (cell >= SUM) {
      grid.centred(
          "sum",
          shown.stream()
              .map(i ->
                  i == Picked.GAP ? "…" : String.format(Locale.ROOT, "%.2f", sums[i.intValue()]))
              .toList());
      return grid.toString();
    }
    return grid + sums(sums);
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
    String dot = SIZES.get(size);
    if (!colour) {
      return dot;
    }
    return (size == 0 ? "\u001b[2m" : size == 3 ? "\u001b[1;36m" : "\u001b[36m")
        + dot
        + "\u001b[0m";
  }
}
