package xfm.compiler.syntax;

import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;

/** What is wrong with a number or a text that the lexer could not read. */
final class BadLiterals {
  private BadLiterals() {}

  static void number(Span span, Problems problems) {
    String text = span.text();
    String help;
    if (text.startsWith(".")) {
      help = "write `0" + text + "`";
    } else if (text.matches("0[xXbBoO].*")) {
      help = "numbers are written in decimal";
    } else if (text.matches("[0-9_.]*") && text.contains("_")) {
      help = "`_` stands between two digits, as in `1_000`";
    } else if (text.matches("[0-9_.]+[eE]")) {
      help = "after `e` comes the power of ten, as in `1e-5`";
    } else if (text.matches("[0-9_]*[.][0-9_]+[fFdD]")) {
      help = "numbers have no suffix: write `" + text.substring(0, text.length() - 1) + "`";
    } else {
      int digits = 0;
      while (digits < text.length() && "0123456789_.".indexOf(text.charAt(digits)) >= 0) {
        digits++;
      }
      help =
          "a product is written with `*`: `"
              + text.substring(0, digits)
              + " * "
              + text.substring(digits)
              + "`; a name starts with a letter";
    }
    problems.add(
        Diagnostic.of(Code.NUMBER, "`" + Tokens.shortened(text) + "` is not a number")
            .at(span)
            .help(help));
  }

  static void text(Span span, Problems problems) {
    Span quote = new Span(span.source(), span.start(), span.start() + 1);
    String text = span.text();
    problems.syntax(
        quote,
        "this text does not end on its line",
        "opened here",
        text.endsWith("\\")
            ? "a text is written on one line; `\\n` in it starts a new one"
            : "write `\"` where it ends; `\\n` in it starts a new line");
  }
}
