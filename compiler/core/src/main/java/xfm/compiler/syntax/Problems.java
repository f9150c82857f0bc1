package xfm.compiler.syntax;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;

/** The errors of one text, as they are found. */
final class Problems {
  private final List<Diagnostic> found = new ArrayList<>();

  void add(Diagnostic diagnostic) {
    if (found.size() < Limits.ERRORS) {
      found.add(diagnostic);
    }
  }

  /** Adds a plain syntax error. */
  void syntax(Span span, String message, String label, String help) {
    add(Diagnostic.of(Code.SYNTAX, message).at(span, label).help(help));
  }

  int count() {
    return found.size();
  }

  boolean any() {
    return !found.isEmpty();
  }

  /** Throws if there is an error, all of them in the order of the text. */
  void raise() {
    if (any()) {
      throw new XfmException(
          found.stream()
              .sorted(Comparator.comparingInt(d -> d.labels().getFirst().span().start()))
              .toList());
    }
  }
}
