package xfm.compiler.syntax;

import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.grammar.XfmLexer;

/** Tokens and where they stand. */
final class Tokens {
  private Tokens() {}

  /** All tokens but blanks, as they stand in the text: with comments and line ends. */
  static List<CommonToken> of(Span span) {
    XfmLexer lexer = new XfmLexer(new TextChars(span));
    lexer.removeErrorListeners();
    List<CommonToken> tokens = new ArrayList<>();
    while (true) {
      CommonToken token = (CommonToken) lexer.nextToken();
      if (token.getType() != XfmLexer.SPACE) {
        tokens.add(token);
      }
      if (token.getType() == Token.EOF) {
        return tokens;
      }
      if (tokens.size() > Limits.TOKENS) {
        throw Diagnostic.of(
                Code.LIMIT,
                "a text has at most " + Limits.TOKENS + " words and signs, this has more")
            .at(span(span, token), "the limit is reached here")
            .help("divide it into several files and `import` them")
            .raise();
      }
    }
  }

  /** Where a token of {@code whole} stands; the end of the text is a place of no width. */
  static Span span(Span whole, Token token) {
    int start = Math.min(token.getStartIndex(), whole.end());
    return new Span(whole.source(), start, Math.max(start, token.getStopIndex() + 1));
  }

  /** Where a part of the tree stands. */
  static Span span(Span whole, ParserRuleContext context) {
    Span start = span(whole, context.getStart());
    Token stop = context.getStop();
    return stop == null || stop.getStartIndex() < start.start()
        ? start
        : start.to(span(whole, stop));
  }

  /** A word of the text as a message quotes it. */
  static String shortened(String word) {
    return word.length() <= 40 ? word : word.substring(0, 39) + "…";
  }
}
