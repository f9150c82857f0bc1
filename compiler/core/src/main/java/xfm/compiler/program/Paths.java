package xfm.compiler.program;

import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;

/** What is said of a path that leads nowhere in a model. */
final class Paths {
  private static final Pattern PLACE = Pattern.compile("\\[(\\d+)]");

  private Paths() {}

  static XfmException unknown(String path, Set<String> known) {
    Diagnostic diagnostic =
        Diagnostic.of(Code.PATH, "nothing in the model is called `" + path + "`");
    return outside(path, known)
        .or(() ->
            Nearest.suggest(path, known)
                .map(near -> diagnostic.help("did you mean `" + near + "`?")))
        .orElse(
            diagnostic.help(
                "`xfm dump --graph` lists every path; a number that settings make known has none"))
        .raise();
  }

  /** {@code layer[7]} of two layers. */
  private static Optional<Diagnostic> outside(String path, Set<String> known) {
    Matcher place = PLACE.matcher(path);
    while (place.find()) {
      String before = path.substring(0, place.start());
      OptionalInt last = last(before, known);
      if (last.isEmpty()) {
        return Optional.empty();
      }
      if (known.stream().noneMatch(p -> p.startsWith(path.substring(0, place.end())))) {
        int most = last.getAsInt();
        return Optional.of(
            Diagnostic.of(Code.PATH, "the model has no `" + path.substring(0, place.end()) + "`")
                .help(
                    most == 0
                        ? "there is one: `" + before + "[0]`"
                        : "they are counted from 0: `"
                            + before
                            + "[0]` … `"
                            + before
                            + "["
                            + most
                            + "]`"));
      }
    }
    return Optional.empty();
  }

  /** The largest number that stands in brackets after these words. */
  private static OptionalInt last(String before, Collection<String> known) {
    return known.stream()
        .filter(p -> p.startsWith(before + "["))
        .map(p -> PLACE.matcher(p).region(before.length(), p.length()))
        .filter(Matcher::lookingAt)
        .mapToInt(m -> Integer.parseInt(m.group(1)))
        .max();
  }
}
