package xfm.compiler.diag;

import java.util.List;
import java.util.stream.Collectors;

/** The user's program or data is wrong. Carries every diagnostic that was found; never empty. */
public final class XfmException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<Diagnostic> diagnostics;

  public XfmException(List<Diagnostic> diagnostics) {
    super(
        diagnostics.stream().map(Diagnostic::message).collect(Collectors.joining("; ")),
        null,
        false,
        false);
    this.diagnostics = List.copyOf(diagnostics);
  }

  /** The same with a note on each. */
  public XfmException note(String note) {
    return new XfmException(diagnostics.stream().map(d -> d.note(note)).toList());
  }

  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
