package xfm.compiler.syntax;

import java.util.ArrayList;
import java.util.List;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Ast.Piece;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;

/** Numbers and texts. */
final class LiteralBuilder {
  private final Problems problems;

  LiteralBuilder(Problems problems) {
    this.problems = problems;
  }

  Expr integer(Span span) {
    try {
      return new Expr.IntLiteral(Long.parseLong(span.text().replace("_", "")), span);
    } catch (NumberFormatException tooLarge) {
      problems.add(
          Diagnostic.of(
                  Code.NUMBER,
                  "`" + Tokens.shortened(span.text()) + "` is too large for an integer")
              .at(span)
              .note("integers go up to " + Long.MAX_VALUE)
              .help("a float is written with a point or an exponent: `1e30`"));
      return new Expr.IntLiteral(0, span);
    }
  }

  Expr decimal(Span span) {
    String digits = span.text().replace("_", "");
    double value = Double.parseDouble(digits);
    boolean vanished = value == 0 && digits.split("[eE]")[0].chars().anyMatch(c -> c > '0');
    if (Double.isInfinite(value) || vanished) {
      problems.add(
          Diagnostic.of(
                  Code.NUMBER,
                  "`"
                      + Tokens.shortened(span.text())
                      + "` is too "
                      + (vanished ? "small" : "large")
                      + " for a float")
              .at(span)
              .note("floats go from about 4.9e-324 to 1.8e308"));
      return new Expr.FloatLiteral(0, span);
    }
    return new Expr.FloatLiteral(value, span);
  }

  /** Between quotes, escapes resolved, braces kept. */
  Expr.Text raw(Span span) {
    StringBuilder value = new StringBuilder();
    int end = span.end() - 1;
    for (int at = span.start() + 1; at < end; ) {
      at = character(span.source(), at, end, value);
    }
    return new Expr.Text(value.toString(), span);
  }

  /** Between quotes, with its holes: a text where there are none, else a template. */
  Expr text(Span span) {
    Source source = span.source();
    String text = source.text();
    List<Piece> pieces = new ArrayList<>();
    StringBuilder words = new StringBuilder();
    int end = span.end() - 1;
    int start = span.start() + 1;
    int at = start;
    while (at < end) {
      char c = text.charAt(at);
      if ((c == '{' || c == '}') && at + 1 < end && text.charAt(at + 1) == c) {
        words.append(c);
        at += 2;
      } else if (c == '}') {
        problems.syntax(
            new Span(source, at, at + 1),
            "this `}` closes no hole of the text",
            "",
            "a brace itself is written `}}`");
        at++;
      } else if (c == '{') {
        int close = Holes.close(text, at, end);
        if (close < 0) {
          problems.syntax(
              new Span(source, at, at + 1),
              "this `{` opens a hole that the text never closes",
              "",
              "a hole is written `{name}`, a brace itself `{{`");
          break;
        }
        if (at > start) {
          pieces.add(new Ast.Words(words.toString(), new Span(source, start, at)));
        }
        words.setLength(0);
        hole(source, at, close, pieces);
        at = close + 1;
        start = at;
      } else {
        at = character(source, at, end, words);
      }
    }
    if (pieces.isEmpty()) {
      return new Expr.Text(words.toString(), span);
    }
    if (end > start) {
      pieces.add(new Ast.Words(words.toString(), new Span(source, start, end)));
    }
    return new Expr.Template(pieces, span);
  }

  private void hole(Source source, int open, int close, List<Piece> pieces) {
    Span all = new Span(source, open, close + 1);
    int colon = Holes.colon(source.text(), open + 1, close);
    Span value = new Span(source, open + 1, colon);
    if (value.text().isBlank()) {
      problems.syntax(
          all,
          "this hole of the text is empty",
          "",
          "a hole is written `{name}`, a brace itself `{{`");
      return;
    }
    String format = colon < close ? source.text().substring(colon + 1, close) : "";
    Expr expression = FileParser.hole(value, problems);
    if (expression != null) {
      pieces.add(new Ast.Hole(expression, format, all));
    }
  }

  /** Appends what stands at an offset, an escape resolved; returns the offset after it. */
  private int character(Source source, int at, int end, StringBuilder to) {
    String text = source.text();
    char c = text.charAt(at);
    if (c != '\\') {
      to.append(c);
      return at + 1;
    }
    switch (text.charAt(at + 1)) {
      case 'n' -> to.append('\n');
      case 't' -> to.append('\t');
      case '\\' -> to.append('\\');
      case '"' -> to.append('"');
      case 'u' -> {
        return codePoint(source, at, end, to);
      }
      default ->
          problems.syntax(
              new Span(source, at, text.offsetByCodePoints(at, 2)),
              "a text has no escape like this one",
              "",
              "the escapes are `\\n`, `\\t`, `\\\"`, `\\\\` and `\\u{1F600}`");
    }
    return text.offsetByCodePoints(at, 2);
  }

  private int codePoint(Source source, int at, int end, StringBuilder to) {
    String text = source.text();
    int close = text.indexOf('}', at);
    boolean braces = text.startsWith("{", at + 2) && close > 0 && close < end;
    String digits = braces ? text.substring(at + 3, close) : "";
    if (digits.matches("[0-9a-fA-F]{1,6}")) {
      int point = Integer.parseInt(digits, 16);
      if (point <= Character.MAX_CODE_POINT && (point < 0xd800 || point > 0xdfff)) {
        to.appendCodePoint(point);
        return close + 1;
      }
    }
    int stop = braces ? close + 1 : at + 2;
    problems.syntax(
        new Span(source, at, stop),
        "this is not the number of a character",
        "",
        "write its number in hexadecimal, at most 10FFFF: `\\u{1F600}`");
    return stop;
  }
}
