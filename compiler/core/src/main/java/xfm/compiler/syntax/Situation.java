package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.grammar.XfmParser.*;

/** Where an error is met: the token, the one before it, the statement, and what was being read. */
final class Situation {
  final Span whole;
  final List<CommonToken> tokens;
  final ParserRuleContext context;

  /** The token that cannot stand here. */
  final CommonToken found;

  /** The token before it; null at the start of the text. */
  final CommonToken before;

  /** The token that starts the statement. */
  final CommonToken first;

  Situation(Span whole, List<CommonToken> tokens, ParserRuleContext context, int at) {
    this.whole = whole;
    this.tokens = tokens;
    this.context = context;
    this.found = tokens.get(at);
    this.before = at > 0 ? tokens.get(at - 1) : null;
    this.first = tokens.get(firstOf(context, at));
  }

  /** The index of the token that starts the statement in which the error is. */
  private static int firstOf(ParserRuleContext context, int at) {
    ParserRuleContext each = context;
    while (each != null) {
      if (each instanceof StatementContext
          || each instanceof CheckpointLineContext
          || each instanceof VersionContext) {
        return each.getStart().getTokenIndex();
      }
      if ((each instanceof StatementsContext || each instanceof CheckpointLinesContext)
          && each.getChildCount() > 0
          && each.getChild(each.getChildCount() - 1) instanceof ParserRuleContext last) {
        return last.getStart().getTokenIndex();
      }
      if (each instanceof SoleExpressionContext) {
        return 0;
      }
      each = each.getParent();
    }
    return at;
  }

  /** The kind of the token before; EOF at the start of the text. */
  int last() {
    return before == null ? EOF : before.getType();
  }

  /** The kind of the token before that one. */
  int lastButOne() {
    int at = found.getTokenIndex() - 2;
    return at < 0 ? EOF : tokens.get(at).getType();
  }

  /** Whether the token stands right after the one before, without a blank. */
  boolean joined() {
    return before != null && before.getStopIndex() + 1 == found.getStartIndex();
  }

  boolean afterOperand() {
    return before != null && Signs.endsOperand(before.getType());
  }

  boolean startsStatement() {
    return found == first || before == null;
  }

  /** Whether the token ends a line, a block or the text. */
  boolean ends() {
    int type = found.getType();
    return type == NEWLINE || type == EOF || type == RBRACE;
  }

  /** Whether a rule is being read, in the statement of the error. */
  boolean inside(Class<? extends ParserRuleContext> rule) {
    for (ParserRuleContext each = context; each != null; each = each.getParent()) {
      if (rule.isInstance(each)) {
        return true;
      }
      if (each instanceof StatementContext) {
        return false;
      }
    }
    return false;
  }

  Diagnostic at(String message) {
    return at(message, "");
  }

  /** At the token found; where that is the end of a line, block or text, after the one before. */
  Diagnostic at(String message, String label) {
    Span span = Tokens.span(whole, found);
    boolean later = before != null && found.getLine() > before.getLine();
    if (before != null
        && (found.getType() == NEWLINE
            || found.getType() == EOF
            || found.getType() == RBRACE && later)) {
      int end = Tokens.span(whole, before).end();
      span = new Span(whole.source(), end, end);
    }
    return Diagnostic.of(Code.SYNTAX, message).at(span, label);
  }

  /** At the token before and this one. */
  Diagnostic atBoth(String message) {
    Span both = Tokens.span(whole, before).to(Tokens.span(whole, found));
    return Diagnostic.of(Code.SYNTAX, message).at(both);
  }

  /** At the word that starts the statement. */
  Diagnostic atFirst(String message) {
    return Diagnostic.of(Code.SYNTAX, message).at(Tokens.span(whole, first));
  }

  /** What a message calls the token. */
  String name() {
    return switch (found.getType()) {
      case NEWLINE -> "the end of the line";
      case EOF -> whole.start() == 0 ? "the end of the text" : "the end of the hole";
      default -> word(found);
    };
  }

  static String word(Token token) {
    return token.getType() == TEXT ? "a text" : "`" + Tokens.shortened(token.getText()) + "`";
  }
}
