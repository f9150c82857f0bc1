package xfm.language.show;

import java.util.List;
import java.util.Optional;
import xfm.language.value.Digits;

/**
 * A matrix as shades, from its least number to its greatest: 24-bit colours on a terminal, else
 * five characters. With numbers of both signs the colours part at 0: blue below, red above.
 */
final class Heat {
  private static final String SHADES = " ░▒▓█";
  private static final int MAX_ROWS = 64;
  private static final int MAX_HEADING = 16;
  private static final int NARROW = 2;

  private final Matrix matrix;
  private final boolean colour;
  private final double least;
  private final double most;

  private Heat(Matrix matrix, boolean colour, double least, double most) {
    this.matrix = matrix;
    this.colour = colour;
    this.least = least;
    this.most = most;
  }

  static String of(
      Matrix matrix,
      Optional<List<String>> rows,
      Optional<List<String>> columns,
      int width,
      boolean colour) {
    List<Long> down = Picked.of(matrix.rows(), MAX_ROWS);
    int heading =
        Math.min(
            MAX_HEADING,
            down.stream().mapToInt(i -> Grid.width(Grid.label(rows, i))).max().orElse(0));
    int words = columns.map(l -> l.stream().mapToInt(Grid::width).max().orElse(0)).orElse(0);
    boolean roomy = words > NARROW && matrix.columns() * (words + 1L) <= width - heading;
    int cell = roomy ? words : NARROW;
    List<Long> across =
        Picked.of(matrix.columns(), Math.max(3, (width - heading - 1) / (roomy ? cell + 1 : cell)));
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (long i : down) {
      for (long j : across) {
        double x = i == Picked.GAP || j == Picked.GAP ? Double.NaN : matrix.number(i, j);
        if (Double.isFinite(x)) {
          least = Math.min(least, x);
          most = Math.max(most, x);
        }
      }
    }
    return new Heat(matrix, colour, least, most)
        .text(down, across, rows, columns, heading, cell, roomy);
  }

  private String text(
      List<Long> down,
      List<Long> across,
      Optional<List<String>> rows,
      Optional<List<String>> columns,
      int heading,
      int cell,
      boolean roomy) {
    StringBuilder text = new StringBuilder();
    String between = roomy ? " " : "";
    if (columns.isPresent() || roomy) {
      text.append(" ".repeat(heading + (roomy ? 0 : 1)));
      for (long j : across) {
        String label = Grid.shorten(Grid.label(columns, j), cell);
        text.append(between).append(label).append(" ".repeat(cell - Grid.width(label)));
      }
      text.append('\n');
    }
    for (long i : down) {
      String label = Grid.shorten(Grid.label(rows, i), heading);
      text.append(label).append(" ".repeat(heading - Grid.width(label))).append(roomy ? "" : " ");
      for (long j : across) {
        text.append(between).append(cell(i, j, cell));
      }
      text.append('\n');
    }
    return text.toString().replaceAll("(?m) +$", "") + legend();
  }

  private String cell(long i, long j, int cell) {
    if (i == Picked.GAP || j == Picked.GAP) {
      return "…" + " ".repeat(cell - 1);
    }
    double x = matrix.number(i, j);
    if (Double.isNaN(x)) {
      return "?".repeat(cell);
    }
    return shade(x, cell);
  }

  private String shade(double x, int cell) {
    if (!colour) {
      return String.valueOf(SHADES.charAt((int) Math.round(place(x) * (SHADES.length() - 1))))
          .repeat(cell);
    }
    boolean signed = least < 0 && most > 0;
    double size = signed ? Math.abs(x) / Math.max(-least, most) : place(x);
    int fade = (int) Math.round(235 * (1 - Math.clamp(size, 0, 1)));
    boolean cold = signed && x < 0;
    int red = cold ? fade : 235;
    int green = fade + (signed ? 0 : 20);
    int blue = cold ? 235 : fade;
    return "\u001b[48;2;%d;%d;%dm%s\u001b[0m"
        .formatted(red, Math.min(235, green), blue, " ".repeat(cell));
  }

  /** 0 for the least, 1 for the greatest. */
  private double place(double x) {
    return most > least ? Math.clamp((x - least) / (most - least), 0, 1) : x > 0 ? 1 : 0;
  }

  private String legend() {
    if (least > most) {
      return "no number is finite\n";
    }
    var digits = Digits.like(Math.max(Math.abs(least), Math.abs(most)));
    return (colour ? shade(least, 2) : "\"" + SHADES.charAt(0) + "\"")
        + " "
        + digits.apply(least)
        + " … "
        + (colour ? shade(most, 2) : String.valueOf(SHADES.charAt(SHADES.length() - 1)))
        + " "
        + digits.apply(most)
        + "\n";
  }
}
