package xfm.cli.repl;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Inputs typed at a terminal, with editing, history and continued lines. */
final class Editor implements Inputs {
  /** JLine logs a history file that it cannot use; losing it is no reason to disturb anyone. */
  private static final Logger JLINE = Logger.getLogger("org.jline");

  private final Terminal terminal;
  private final LineReader reader;

  /**
   * @param folder holds the history
   * @param interrupt stops the evaluation that is under way
   */
  Editor(Path folder, Completeness completeness, Runnable interrupt) throws IOException {
    JLINE.setLevel(Level.OFF);
    terminal =
        TerminalBuilder.builder()
            .system(true)
            .dumb(true) // a terminal without abilities is used without complaint
            .encoding(StandardCharsets.UTF_8)
            .build();
    terminal.handle(Terminal.Signal.INT, signal -> interrupt.run());
    var builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(new Whole(completeness))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, "...> ")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    history(folder).ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    reader = builder.build();
  }

  /** The history's file, or none where it could not be kept; a damaged one is put aside. */
  private static Optional<Path> history(Path folder) {
    Path file = folder.resolve("history");
    try {
      Files.createDirectories(folder);
      if (Files.exists(file)) {
        Files.readString(file); // JLine gives up on bytes that are no text
      }
      return Optional.of(file);
    } catch (CharacterCodingException e) {
      return file.toFile().renameTo(folder.resolve("history.damaged").toFile())
          ? Optional.of(file)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> next() {
    while (true) {
      try {
        return Optional.of(reader.readLine("xfm> "));
      } catch (UserInterruptException e) {
        // Ctrl-C clears the line.
      } catch (EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }

  /** Takes an input when it is whole, and asks for another line until then. */
  private static final class Whole extends DefaultParser {
    private final Completeness completeness;

    Whole(Completeness completeness) {
      this.completeness = completeness;
      setQuoteChars(new char[0]);
      setEscapeChars(new char[0]);
    }

    @Override
    public ParsedLine parse(String line, int cursor, Parser.ParseContext context) {
      if (context == Parser.ParseContext.ACCEPT_LINE
          && (completeness.lacking(line) || completeness.mayGoOn(line))) {
        throw new EOFError(-1, -1, "the input goes on");
      }
      return super.parse(line, cursor, context);
    }
  }
}
