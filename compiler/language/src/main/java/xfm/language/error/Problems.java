package xfm.language.error;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.source.Source;
import com.oracle.truffle.api.source.SourceSection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;
import xfm.language.error.XfmError.Phase;
import xfm.runtime.io.FormatException;
import xfm.runtime.text.TextException;

/** Turns diagnostics into guest exceptions; knows which Truffle source a text came from. */
public final class Problems {
  private final boolean colour;
  private final Map<xfm.compiler.source.Source, Source> sources = new IdentityHashMap<>();

  public Problems(boolean colour) {
    this.colour = colour;
  }

  /** What Truffle calls a text; one that is seen for the first time is made known. */
  @TruffleBoundary
  public synchronized Source source(xfm.compiler.source.Source text) {
    return sources.computeIfAbsent(text, s -> Source.newBuilder("xfm", s.text(), s.name()).build());
  }

  /** The place of a span for Truffle. */
  @TruffleBoundary
  public SourceSection section(Span span) {
    Source source = source(span.source());
    int length = source.getLength();
    int start = Math.min(span.start(), length);
    return source.createSection(start, Math.clamp((long) span.end() - start, 0, length - start));
  }

  /** Remembers that {@code text} is what Truffle calls {@code source}. */
  public synchronized void know(xfm.compiler.source.Source text, Source source) {
    sources.put(text, source);
  }

  /** An error for one diagnostic. */
  @TruffleBoundary
  public XfmError error(Diagnostic diagnostic, Phase phase, Node location) {
    return error(List.of(diagnostic), phase, location);
  }

  @TruffleBoundary
  public XfmError error(List<Diagnostic> diagnostics, Phase phase, Node location) {
    SourceSection place =
        diagnostics.stream()
            .flatMap(d -> d.labels().stream())
            .findFirst()
            .map(label -> section(label.span()))
            .orElse(null);
    String text = colour ? Renderer.colour(diagnostics) : Renderer.plain(diagnostics);
    return new XfmError(text.stripTrailing(), diagnostics, place, phase, location);
  }

  /**
   * The guest exception for a problem that the compiler or the runtime found while {@code call}
   * ran, or nothing where it is no problem of the user's.
   */
  @TruffleBoundary
  public Optional<XfmError> translate(
      RuntimeException problem, Optional<Span> call, Node location) {
    return switch (problem) {
      case XfmException e ->
          Optional.of(
              error(
                  e.diagnostics().stream().map(d -> placed(d, call)).toList(),
                  Phase.RUN,
                  location));
      case FormatException e -> Optional.of(error(placed(of(e), call), Phase.RUN, location));
      case TextException e ->
          Optional.of(
              error(placed(Diagnostic.of(Code.INPUT, e.getMessage()), call), Phase.RUN, location));
      default -> Optional.empty();
    };
  }

  /** The diagnostic of a file that cannot be read or written. */
  public static Diagnostic of(FormatException e) {
    Diagnostic diagnostic = Diagnostic.of(Code.FILE, e.file() + ": " + e.what());
    if (!e.where().isEmpty()) {
      diagnostic = diagnostic.note("at " + e.where());
    }
    if (!e.why().isEmpty()) {
      diagnostic = diagnostic.note(e.why());
    }
    return diagnostic.help(e.fix());
  }

  private static Diagnostic placed(Diagnostic diagnostic, Optional<Span> call) {
    return call.map(span -> diagnostic.from(span, "in this call")).orElse(diagnostic);
  }
}
