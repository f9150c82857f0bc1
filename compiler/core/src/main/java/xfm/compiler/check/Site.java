package xfm.compiler.check;

import java.util.Map;
import xfm.compiler.source.Span;

/** A call where it is written: as a whole, and each argument that stands there, by parameter. */
record Site(Span span, Map<String, Span> arguments) {

  static Site of(Span span) {
    return new Site(span, Map.of());
  }

  /** Where the argument is written; the call where it was given before, or by default. */
  Span of(String parameter) {
    return arguments.getOrDefault(parameter, span);
  }
}
