package xfm.language.value;

import java.util.Collection;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;

/** Members that are not there. */
public final class Members {
  private Members() {}

  /** What is said of {@code what.name}, without the place. */
  public static Diagnostic unknown(String what, String name, Collection<String> members) {
    return Diagnostic.of(Code.NAME, what + " has no `" + name + "`")
        .help(
            Nearest.suggest(name, members)
                .map(near -> "did you mean `" + near + "`?")
                .orElse(members.isEmpty() ? "" : "it has " + String.join(", ", members)));
  }
}
