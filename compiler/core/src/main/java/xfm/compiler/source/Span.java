package xfm.compiler.source;

/** A piece of a source: the offsets {@code [start, end)} into its text. */
public record Span(Source source, int start, int end) {

  /** The smallest span that holds both. */
  public Span to(Span other) {
    return new Span(source, Math.min(start, other.start), Math.max(end, other.end));
  }

  /** Whether the other lies in it. */
  public boolean holds(Span other) {
    return source == other.source && start <= other.start && other.end <= end;
  }

  /** The words it covers. */
  public String text() {
    return source.text().substring(start, end);
  }

  @Override
  public String toString() {
    Source.Place place = source.place(start);
    return source.name() + ":" + place.line() + ":" + place.column();
  }
}
