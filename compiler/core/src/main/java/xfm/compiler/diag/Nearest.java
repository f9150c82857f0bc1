package xfm.compiler.diag;

import java.util.Collection;
import java.util.Optional;

/** Finds what was probably meant by a misspelt name. */
public final class Nearest {
  /** Longer words are not compared: no name is that long, and the table would grow with it. */
  private static final int LONGEST = 64;

  private Nearest() {}

  /**
   * The known name nearest to a wrong one, if one is near enough to be meant: at most one slip (a
   * letter added, left out, replaced, or two neighbours swapped) in three letters, and fewer than
   * there are: nothing is near one letter. Among equals, the first one by the order of {@code
   * known}.
   */
  public static Optional<String> suggest(String wrong, Collection<String> known) {
    if (wrong.length() > LONGEST) {
      return Optional.empty();
    }
    Optional<String> nearest = Optional.empty();
    int least = (wrong.length() + 2) / 3 + 1;
    for (String each : known) {
      if (Math.abs(each.length() - wrong.length()) < least && !each.equals(wrong)) {
        int slips = slips(wrong, each);
        if (slips < least && slips < wrong.length()) {
          least = slips;
          nearest = Optional.of(each);
        }
      }
    }
    return nearest;
  }

  /** The distance of Damerau and Levenshtein (optimal string alignment). */
  private static int slips(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int least = Math.min(d[i - 1][j], d[i][j - 1]) + 1;
        least = Math.min(least, d[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, d[i - 2][j - 2] + 1);
        }
        d[i][j] = least;
      }
    }
    return d[a.length()][b.length()];
  }
}
