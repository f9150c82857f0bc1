package xfm.compiler.diag;

/**
 * A line of a text as a terminal shows it: tabs as blanks, wide characters as two columns,
 * combining ones as none. What a terminal would obey or hide (escapes, controls, turned directions)
 * is shown as a sign of its own.
 */
public final class Cells {
  private static final int TAB = 4;

  private final String text;
  private final int[] columns;

  /** Lays out a line. */
  Cells(String text) {
    this.text = text;
    this.columns = new int[text.length() + 1];
    int column = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int next = at + Character.charCount(point);
      for (int i = at; i < next; i++) {
        columns[i] = column;
      }
      column += point == '\t' ? TAB - column % TAB : width(point);
      at = next;
    }
    columns[text.length()] = column;
  }

  /** How many columns a text takes on a terminal. */
  public static int width(String text) {
    return new Cells(text).width();
  }

  /** The column (from 0) at which the character of an offset starts. */
  int column(int offset) {
    return columns[Math.clamp(offset, 0, text.length())];
  }

  /** The columns of the whole line. */
  int width() {
    return columns[text.length()];
  }

  /** What stands in the columns {@code [from, to)}; what is cut off shows as {@code …}. */
  String window(int from, int to) {
    StringBuilder shown = new StringBuilder();
    int column = from;
    if (from > 0) {
      shown.append('…');
      column++;
    }
    int end = to < width() ? to - 1 : to;
    for (int at = 0; at < text.length() && columns[at] < end; ) {
      int point = text.codePointAt(at);
      int next = at + Character.charCount(point);
      int right = columns[next];
      if (columns[at] >= column && right <= end) {
        if (point == '\t') {
          shown.repeat(" ", right - columns[at]);
        } else {
          shown.appendCodePoint(visible(point));
        }
        column = right;
      } else if (right > column) {
        shown.repeat(" ", Math.min(right, end) - column); // half of a wide character
        column = Math.min(right, end);
      }
      at = next;
    }
    return end < to ? shown.append('…').toString() : shown.toString();
  }

  /** A text made harmless for a terminal; line ends are kept. */
  static String clean(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> shown.appendCodePoint(c == '\n' ? c : c == '\t' ? ' ' : visible(c)));
    return shown.toString();
  }

  private static int visible(int point) {
    if (point < 0x20) {
      return 0x2400 + point; // the pictures of the control characters
    }
    if (point == 0x7f) {
      return 0x2421;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          0xfffd;
      default -> point;
    };
  }

  private static int width(int point) {
    if (point < 0x300) {
      return 1;
    }
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
      case Character.UNASSIGNED, Character.PRIVATE_USE -> 1;
      default -> wide(point) ? 2 : 1;
    };
  }

  /** The blocks of Unicode whose characters take two columns (UAX 11: W and F). */
  private static boolean wide(int point) {
    return Character.isIdeographic(point)
        || Character.isEmojiPresentation(point)
        || point >= 0x1100 && point <= 0x115f
        || point >= 0x2e80 && point <= 0x303e
        || point >= 0x3041 && point <= 0xa4cf && !(point >= 0x4dc0 && point <= 0x4dff)
        || point >= 0xa960 && point <= 0xa97c
        || point >= 0xac00 && point <= 0xd7a3
        || point >= 0xf900 && point <= 0xfaff
        || point >= 0xfe30 && point <= 0xfe6f
        || point >= 0xff01 && point <= 0xff60
        || point >= 0xffe0 && point <= 0xffe6;
  }
}
