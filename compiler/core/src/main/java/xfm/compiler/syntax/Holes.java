package xfm.compiler.syntax;

/** Where a hole of a text ends, and where its format starts. */
final class Holes {
  private Holes() {}

  /** The offset of the brace that closes the one at {@code open}, or -1. */
  static int close(String text, int open, int end) {
    return find(text, open + 1, end, '}');
  }

  /** The offset of the colon before the format, or {@code end}. */
  static int colon(String text, int start, int end) {
    int colon = find(text, start, end, ':');
    return colon < 0 ? end : colon;
  }

  /** The first {@code wanted} outside of inner brackets and texts, or -1. */
  private static int find(String text, int start, int end, char wanted) {
    int depth = 0;
    for (int at = start; at < end; at++) {
      char c = text.charAt(at);
      if (c == wanted && depth == 0) {
        return at;
      }
      switch (c) {
        case '"' -> at = quote(text, at, end);
        case '(', '[', '{' -> depth++;
        case ')', ']', '}' -> depth--;
        default -> {}
      }
    }
    return -1;
  }

  /** The offset of the quote that ends the text that starts here. */
  private static int quote(String text, int start, int end) {
    int at = start + 1;
    while (at < end && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at;
  }
}
