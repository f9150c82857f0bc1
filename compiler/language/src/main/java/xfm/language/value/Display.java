package xfm.language.value;

import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnsupportedMessageException;

/** Values as text. Stops writing once it is long enough, so that a large value costs little. */
public final class Display {
  private static final int SHORT = 400;
  private static final int MAX_DEPTH = 8;

  private final StringBuilder text = new StringBuilder();
  private final int limit;
  private int depth;

  private Display(int limit) {
    this.limit = limit;
  }

  /** As {@code print} writes it: a text as it is, everything else whole. */
  public static String whole(Object value) {
    return value instanceof String string ? string : write(value, Integer.MAX_VALUE);
  }

  /** As a console shows it: texts in quotes, and long values cut. */
  public static String shortened(Object value) {
    return write(value, SHORT);
  }

  private static String write(Object value, int limit) {
    Display display = new Display(limit);
    display.value(value);
    return display.text.toString();
  }

  /** Whether nothing more should be written; the first to ask writes "…" in its place. */
  public boolean full() {
    return text.length() >= limit;
  }

  public Display raw(String words) {
    text.append(words);
    return this;
  }

  public void value(Object value) {
    if (depth >= MAX_DEPTH) {
      text.append("…");
      return;
    }
    depth++;
    switch (value) {
      case Long number -> text.append(number.longValue());
      case Double number -> text.append(Numbers.text(number));
      case Boolean truth -> text.append(truth.booleanValue());
      case String string -> quote(string);
      case XfmObject object -> object.display(this);
      default -> text.append(foreign(value));
    }
    depth--;
  }

  /** A text in quotes as xfm spells it, control characters escaped. */
  private void quote(String string) {
    int end = Math.min(string.length(), Math.max(0, limit - text.length()));
    text.append('"');
    for (int i = 0; i < end; i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '\r' -> text.append("\\r");
        case '{' -> text.append("{{");
        default -> {
          if (Character.isISOControl(c)) {
            text.append("\\u{").append(Integer.toHexString(c)).append('}');
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append(end < string.length() ? "…" : "").append('"');
  }

  private static String foreign(Object value) {
    InteropLibrary interop = InteropLibrary.getUncached();
    try {
      return interop.asString(interop.toDisplayString(value, false));
    } catch (UnsupportedMessageException _) {
      return "a host object";
    }
  }
}
