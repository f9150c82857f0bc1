package xfm.compiler.diag;

import java.util.List;
import xfm.compiler.diag.Diagnostic.Label;

/** Stub. */
public final class Renderer {
  private Renderer() {}

  public static String plain(List<Diagnostic> diagnostics) {
    return diagnostics.stream().map(Renderer::text).collect(java.util.stream.Collectors.joining("\n"));
  }

  public static String colour(List<Diagnostic> diagnostics) {
    return plain(diagnostics);
  }

  private static String text(Diagnostic d) {
    StringBuilder text =
        new StringBuilder("error[" + d.code().word() + "]: " + d.message() + "\n");
    for (Label label : d.labels()) {
      text.append("  at ").append(label.span()).append(' ').append(label.text()).append('\n');
    }
    d.notes().forEach(note -> text.append("  note: ").append(note).append('\n'));
    if (!d.help().isEmpty()) {
      text.append("  help: ").append(d.help()).append('\n');
    }
    return text.toString();
  }

  public static String json(List<Diagnostic> problems) {
    return "[" + problems.size() + "]";
  }
}
