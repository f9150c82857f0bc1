package xfm.compiler.syntax;

import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.IntStream;
import org.antlr.v4.runtime.misc.Interval;
import xfm.compiler.source.Span;

/**
 * A part of a source as ANTLR reads it: code points, at the offsets of {@link Span}. (In ANTLR's
 * own streams the offsets count code points too.)
 */
final class TextChars implements CharStream {
  private final Span span;
  private final String text;
  private int at;

  TextChars(Span span) {
    this.span = span;
    this.text = span.source().text();
    this.at = span.start();
  }

  @Override
  public void consume() {
    at += at < span.end() ? Character.charCount(text.codePointAt(at)) : 1;
  }

  @Override
  public int LA(int i) {
    int offset = at;
    for (int k = 1; k < i && offset < span.end(); k++) {
      offset += Character.charCount(text.codePointAt(offset));
    }
    for (int k = 0; k > i && offset > span.start(); k--) {
      offset -= Character.charCount(text.codePointBefore(offset));
    }
    return offset >= span.end() ? IntStream.EOF : text.codePointAt(offset);
  }

  @Override
  public int mark() {
    return -1;
  }

  @Override
  public void release(int marker) {}

  @Override
  public int index() {
    return at;
  }

  @Override
  public void seek(int index) {
    at = index;
  }

  @Override
  public int size() {
    return span.end();
  }

  @Override
  public String getSourceName() {
    return span.source().name();
  }

  @Override
  public String getText(Interval interval) {
    return text.substring(
        Math.min(interval.a, text.length()), Math.min(interval.b + 1, text.length()));
  }
}
