package xfm.runtime.io;

/**
 * Text from a file or a user made fit for a message: a name in a file may hold terminal escapes,
 * line breaks, reversed writing direction or ten megabytes.
 */
public final class Printable {
  private static final int QUOTED = 80;

  private Printable() {}

  /** In quotation marks, made harmless, shortened to 80 characters. */
  public static String quote(String text) {
    return '"' + clean(text, QUOTED) + '"';
  }

  /** Made harmless: characters that do not simply show are written as {@code \}{@code u001b}. */
  static String clean(String text, int limit) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    while (at < text.length() && shown.length() < limit) {
      int character = text.codePointAt(at);
      at += Character.charCount(character);
      if (harmless(character)) {
        shown.appendCodePoint(character);
      } else {
        shown.append(character > 0xFFFF ? "\\u{%x}".formatted(character) : escaped(character));
      }
    }
    return at < text.length() ? shown.append('…').toString() : shown.toString();
  }

  /** {@code \}{@code uXXXX}, as JSON writes a character of the basic plane. */
  static String escaped(int character) {
    return "\\u%04x".formatted(character);
  }

  private static boolean harmless(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
