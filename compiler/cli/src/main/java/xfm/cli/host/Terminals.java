package xfm.cli.host;

import java.util.OptionalInt;

/**
 * Which of the three standard streams are terminals.
 *
 * @param columns the width of the terminal, if there is one and it is known
 */
public record Terminals(boolean in, boolean out, boolean err, OptionalInt columns) {
  /** Nothing is a terminal. */
  public static final Terminals NONE = new Terminals(false, false, false, OptionalInt.empty());

  /**
   * Reads what the launcher found out, since Java cannot ask about standard error.
   *
   * @param streams the numbers of the streams that are terminals, such as {@code "012"}
   * @param columns a width, or anything else where it is unknown
   */
  public static Terminals of(String streams, String columns) {
    boolean number = columns.matches("[1-9][0-9]{0,3}");
    return new Terminals(
        streams.contains("0"),
        streams.contains("1"),
        streams.contains("2"),
        number ? OptionalInt.of(Integer.parseInt(columns)) : OptionalInt.empty());
  }

  /** Asks Java, which knows of standard input and output together. */
  public static Terminals guessed() {
    var console = System.console();
    boolean both = console != null && console.isTerminal();
    return new Terminals(both, both, both, OptionalInt.empty());
  }
}
