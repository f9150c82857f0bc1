package xfm.compiler.syntax;

import xfm.compiler.source.Source;

/** Stub. */
public final class Formatter {
  private Formatter() {}

  public static String format(Source source) {
    Parser.parse(source);
    return source.text().stripTrailing() + "\n";
  }
}
