package xfm.cli.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Inputs from a pipe or a file: no prompt, no history, no echo. */
final class Lines implements Inputs {
  private final BufferedReader reader;
  private final Completeness completeness;
  private final Deque<String> ahead = new ArrayDeque<>(); // at most one line

  Lines(InputStream in, Completeness completeness) {
    this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.completeness = completeness;
  }

  @Override
  public Optional<String> next() throws IOException {
    String line = line();
    if (line == null) {
      return Optional.empty();
    }
    var text = new StringBuilder(line);
    while (completeness.lacking(text.toString()) || goesOn(text)) {
      String more = line();
      if (more == null) {
        break; // evaluating it reports what is missing
      }
      text.append('\n').append(more);
    }
    return Optional.of(text.toString());
  }

  /** Whether an {@code else} comes next: it belongs to the `if` before. */
  private boolean goesOn(StringBuilder text) throws IOException {
    if (!completeness.mayGoOn(text.toString())) {
      return false;
    }
    if (ahead.isEmpty()) {
      String next = reader.readLine();
      if (next == null) {
        return false;
      }
      ahead.add(next);
    }
    return ahead.peek().strip().matches("else\\b.*");
  }

  private String line() throws IOException {
    return ahead.isEmpty() ? reader.readLine() : ahead.remove();
  }
}
