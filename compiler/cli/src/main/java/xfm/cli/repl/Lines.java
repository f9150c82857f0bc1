package xfm.cli.repl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Inputs from a pipe or a file: no prompt, no history, no echo. */
final class Lines implements Inputs {
  private final BufferedReader reader;
  private final Completeness completeness;

  Lines(InputStream in, Completeness completeness) {
    this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.completeness = completeness;
  }

  @Override
  public Optional<String> next() throws IOException {
    String line = reader.readLine();
    if (line == null) {
      return Optional.empty();
    }
    var text = new StringBuilder(line);
    while (completeness.lacking(text.toString())) {
      String more = reader.readLine();
      if (more == null) {
        break; // evaluating it reports what is missing
      }
      text.append('\n').append(more);
    }
    return Optional.of(text.toString());
  }
}
