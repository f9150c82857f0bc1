package xfm.language.error;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.exception.AbstractTruffleException;
import com.oracle.truffle.api.interop.ExceptionType;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnsupportedMessageException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.source.SourceSection;
import java.util.List;
import xfm.compiler.diag.Diagnostic;

/**
 * What hosts see when a program or its data is wrong: a guest exception whose message is the text
 * for people and whose place is the first label.
 */
@ExportLibrary(InteropLibrary.class)
public final class XfmError extends AbstractTruffleException {
  private static final long serialVersionUID = 1L;

  /** A recursion without end would fill the host's memory with its frames. */
  private static final int FRAMES = 64;

  /** When the error was found. */
  public enum Phase {
    /** Before anything ran. */
    PARSE,
    /** The text is the start of a program: a console should read on. */
    INCOMPLETE,
    RUN
  }

  private final transient List<Diagnostic> diagnostics;
  private final transient SourceSection place;
  private final Phase phase;

  /**
   * An error to be thrown at {@code location}.
   *
   * @param text what the user reads
   * @param place the first label, or null where nothing has a place
   */
  XfmError(
      String text, List<Diagnostic> diagnostics, SourceSection place, Phase phase, Node location) {
    super(text, null, FRAMES, location);
    this.diagnostics = List.copyOf(diagnostics);
    this.place = place;
    this.phase = phase;
  }

  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }

  @ExportMessage
  ExceptionType getExceptionType() {
    return phase == Phase.RUN ? ExceptionType.RUNTIME_ERROR : ExceptionType.PARSE_ERROR;
  }

  @ExportMessage
  boolean isExceptionIncompleteSource() {
    return phase == Phase.INCOMPLETE;
  }

  @ExportMessage
  boolean hasSourceLocation() {
    return place != null;
  }

  @ExportMessage
  @TruffleBoundary
  SourceSection getSourceLocation() throws UnsupportedMessageException {
    if (place == null) {
      throw UnsupportedMessageException.create();
    }
    return place;
  }
}
