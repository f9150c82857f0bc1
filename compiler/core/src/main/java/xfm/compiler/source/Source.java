package xfm.compiler.source;

/**
 * One text of xfm, with the name that messages use for it.
 *
 * @param name what a message calls it: a path as the user gave it, {@code stdlib/attention.xfm}, or
 *     {@code <repl>}
 * @param text the whole text, line ends as written
 */
public record Source(String name, String text) {

  /** The place of an offset: line and column, both from 1; columns count code points. */
  public record Place(int line, int column) {}

  /** Line and column of an offset into {@link #text}. */
  public Place place(int offset) {
    int at = Math.clamp(offset, 0, text.length());
    int line = 1;
    int start = 0;
    for (int i = 0; i < at; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return new Place(line, text.codePointCount(start, at) + 1);
  }

  /** The text of a line (from 1), without its line end. */
  public String line(int number) {
    int start = 0;
    for (int i = 1; i < number; i++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        return "";
      }
      start = end + 1;
    }
    int end = text.indexOf('\n', start);
    String line = end < 0 ? text.substring(start) : text.substring(start, end);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  /** A span over all of it. */
  public Span all() {
    return new Span(this, 0, text.length());
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return name;
  }
}
