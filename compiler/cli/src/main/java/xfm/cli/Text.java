package xfm.cli;

import java.io.PrintStream;

/** Text that the language made, on its way out. */
final class Text {
  private Text() {}

  /** Prints {@code text} with exactly one line end after it, and nothing if it is blank. */
  static void print(PrintStream stream, String text) {
    if (!text.isBlank()) {
      stream.print(text.stripTrailing() + "\n");
    }
  }
}
