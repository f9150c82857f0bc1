package xfm.cli.host;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The process around a command; a test makes its own.
 *
 * @param in standard input
 * @param out standard output: results, and nothing else
 * @param err standard error: messages, progress, summaries
 * @param environment the environment variables
 * @param commandLine what was typed, for the report of a bug
 * @param home the user's home folder
 */
public record World(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Terminals terminals,
    Map<String, String> environment,
    List<String> commandLine,
    Path home) {

  /** Whether colour may be used on a stream that is a terminal or not (see no-color.org). */
  private boolean colour(boolean terminal) {
    return terminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /** Whether messages on standard error may be coloured. */
  public boolean colourOnErr() {
    return colour(terminals.err());
  }

  /** Whether text on standard output may be coloured. */
  public boolean colourOnOut() {
    return colour(terminals.out());
  }

  /** Where xfm keeps what outlives a run: the REPL's history and reports of bugs. May not exist. */
  public Path stateFolder() {
    for (String name : List.of("XDG_STATE_HOME", "LOCALAPPDATA")) {
      String folder = environment.getOrDefault(name, "");
      if (!folder.isBlank() && Path.of(folder).isAbsolute()) {
        return Path.of(folder, "xfm");
      }
    }
    return home.resolve(Path.of(".local", "state", "xfm"));
  }
}
