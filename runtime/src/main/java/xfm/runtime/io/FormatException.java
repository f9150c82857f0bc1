package xfm.runtime.io;

import java.nio.file.Path;

/**
 * A file cannot be read or written, said for the person who named it: what is wrong, where in the
 * file, why, and what to do. The message is all of it; the parts are for front ends that draw their
 * own. A part that has nothing to say is empty, never null.
 */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int PART_LIMIT = 1000;

  private final transient Path file;
  private final String where;
  private final String what;
  private final String why;
  private final String fix;

  /**
   * A problem with {@code file}. Every part is cleaned of control characters, so that parts may
   * quote the file.
   *
   * @param where the place in the file, such as {@code line 3, column 14}; may be empty
   * @param what one line that says what is wrong
   * @param why what was found and what was expected; may be empty
   * @param fix what the reader of the message can do; may be empty
   */
  public FormatException(Path file, String where, String what, String why, String fix) {
    super(message(file, where, what, why, fix));
    this.file = file;
    this.where = clean(where);
    this.what = clean(what);
    this.why = clean(why);
    this.fix = clean(fix);
  }

  /** The same, for a problem that came as an exception. */
  FormatException(Path file, String where, String what, String why, String fix, Throwable cause) {
    this(file, where, what, why, fix);
    initCause(cause);
  }

  private static String message(Path file, String where, String what, String why, String fix) {
    StringBuilder message = new StringBuilder(clean(file.toString())).append(": ");
    message.append(clean(what));
    line(message, "at", where);
    line(message, "why", why);
    line(message, "help", fix);
    return message.toString();
  }

  private static void line(StringBuilder message, String label, String part) {
    if (!part.isEmpty()) {
      message.append("\n  ").append(label).append(": ").append(clean(part));
    }
  }

  private static String clean(String part) {
    return Printable.clean(part, PART_LIMIT);
  }

  public Path file() {
    return file;
  }

  public String where() {
    return where;
  }

  public String what() {
    return what;
  }

  public String why() {
    return why;
  }

  public String fix() {
    return fix;
  }
}
