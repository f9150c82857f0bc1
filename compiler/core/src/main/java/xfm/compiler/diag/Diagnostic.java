package xfm.compiler.diag;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import xfm.compiler.source.Span;

/**
 * One thing that is wrong with a program, as data; a renderer turns it into text, colour or JSON.
 *
 * @param code the stable word in {@code error[code]}
 * @param message what is wrong, in one sentence without a full stop
 * @param labels the places, the first one being where the error is; each with what stands there
 * @param notes why it is so; may be empty
 * @param help the likely mend, or an empty text
 * @param root which of the labels is where it is wrong; others say how one came there
 */
public record Diagnostic(
    Code code,
    String message,
    List<Label> labels,
    List<String> notes,
    String help,
    int root,
    Severity severity) {

  /** Whether a program can be used that this is said of. */
  public enum Severity {
    ERROR,
    NOTE
  }

  /** A place and what was found there (an empty text: just the place). */
  public record Label(Span span, String text) {}

  public Diagnostic {
    labels = List.copyOf(labels);
    notes = List.copyOf(notes);
  }

  public static Diagnostic of(Code code, String message) {
    return new Diagnostic(code, message, List.of(), List.of(), "", 0, Severity.ERROR);
  }

  /** What is not wrong, and worth to know. */
  public static Diagnostic remark(Code code, String message) {
    return new Diagnostic(code, message, List.of(), List.of(), "", 0, Severity.NOTE);
  }

  public Diagnostic at(Span span, String text) {
    List<Label> more = new ArrayList<>(labels);
    more.add(new Label(span, text));
    return new Diagnostic(code, message, more, notes, help, root, severity);
  }

  /** The same with a place put first: the error is there. */
  public Diagnostic first(Span span, String text) {
    List<Label> more = new ArrayList<>(labels);
    more.addFirst(new Label(span, text));
    return new Diagnostic(code, message, more, notes, help, 0, severity);
  }

  /** The same with a place put first that leads to the error, which is where it was. */
  public Diagnostic ledTo(Span span, String text) {
    Diagnostic led = first(span, text);
    int at = labels.isEmpty() ? 0 : root + 1;
    return new Diagnostic(code, message, led.labels, notes, help, at, severity);
  }

  public Diagnostic at(Span span) {
    return at(span, "");
  }

  public Diagnostic note(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Diagnostic(code, message, labels, more, help, root, severity);
  }

  public Diagnostic help(String text) {
    return new Diagnostic(code, message, labels, notes, text, root, severity);
  }

  /** The same with all its sentences rewritten. */
  public Diagnostic worded(UnaryOperator<String> words) {
    return new Diagnostic(
        code,
        words.apply(message),
        labels.stream().map(l -> new Label(l.span(), words.apply(l.text()))).toList(),
        notes.stream().map(words).toList(),
        words.apply(help),
        root,
        severity);
  }

  /** The same, led to by a place, unless one of its own lies there. */
  public Diagnostic from(Span place, String text) {
    return labels.stream().anyMatch(l -> place.holds(l.span())) ? this : ledTo(place, text);
  }

  /** Whether its message or a text at one of its places holds these words. */
  public boolean says(String words) {
    return message.contains(words) || labels.stream().anyMatch(l -> l.text().contains(words));
  }

  /** Where it is wrong; nothing for an error without a place. */
  public Optional<Span> place() {
    return labels.isEmpty() ? Optional.empty() : Optional.of(labels.get(root).span());
  }

  public XfmException raise() {
    return new XfmException(List.of(this));
  }
}
