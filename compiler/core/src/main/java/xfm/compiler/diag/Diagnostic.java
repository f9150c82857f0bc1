package xfm.compiler.diag;

import java.util.ArrayList;
import java.util.List;
import xfm.compiler.source.Span;

/**
 * One thing that is wrong with a program, as data; a renderer turns it into text, colour or JSON.
 *
 * @param code the stable word in {@code error[code]}
 * @param message what is wrong, in one sentence without a full stop
 * @param labels the places, the first one being where the error is; each with what stands there
 * @param notes why it is so; may be empty
 * @param help the likely mend, or an empty text
 */
public record Diagnostic(
    Code code, String message, List<Label> labels, List<String> notes, String help) {

  /** A place and what was found there (an empty text: just the place). */
  public record Label(Span span, String text) {}

  public Diagnostic {
    labels = List.copyOf(labels);
    notes = List.copyOf(notes);
  }

  public static Diagnostic of(Code code, String message) {
    return new Diagnostic(code, message, List.of(), List.of(), "");
  }

  public Diagnostic at(Span span, String text) {
    List<Label> more = new ArrayList<>(labels);
    more.add(new Label(span, text));
    return new Diagnostic(code, message, more, notes, help);
  }

  /** The same with a place put first: the error is there. */
  public Diagnostic first(Span span, String text) {
    List<Label> more = new ArrayList<>(labels);
    more.addFirst(new Label(span, text));
    return new Diagnostic(code, message, more, notes, help);
  }

  public Diagnostic at(Span span) {
    return at(span, "");
  }

  public Diagnostic note(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Diagnostic(code, message, labels, more, help);
  }

  public Diagnostic help(String text) {
    return new Diagnostic(code, message, labels, notes, text);
  }

  public XfmException raise() {
    return new XfmException(List.of(this));
  }
}
