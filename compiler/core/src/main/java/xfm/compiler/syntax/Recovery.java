package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.antlr.v4.runtime.DefaultErrorStrategy;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Token;
import xfm.compiler.source.Span;
import xfm.grammar.XfmParser.CheckpointLineContext;
import xfm.grammar.XfmParser.CheckpointLinesContext;
import xfm.grammar.XfmParser.FileContext;
import xfm.grammar.XfmParser.StatementContext;
import xfm.grammar.XfmParser.StatementsContext;
import xfm.grammar.XfmParser.VersionContext;

/**
 * What the parser does at an error: reports it, gives up the innermost statement, and goes on with
 * the next. So every statement has at most one error, and none is a consequence of another.
 */
final class Recovery extends DefaultErrorStrategy {
  private final Span whole;
  private final Layout layout;
  private final Problems problems;
  private final Set<ParserRuleContext> failed = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean unwinding;

  Recovery(Span whole, Layout layout, Problems problems) {
    this.whole = whole;
    this.layout = layout;
    this.problems = problems;
  }

  /** Whether a statement or a line was given up. */
  boolean failed(ParserRuleContext context) {
    return failed.contains(context);
  }

  @Override
  public void reportError(Parser parser, RecognitionException e) {
    if (!unwinding) {
      unwinding = true;
      Token at = e.getOffendingToken();
      if (layout.damaged(at.getLine())) {
        return;
      }
      problems.add(Explain.error(whole, layout.tokens(), parser, at));
    }
  }

  @Override
  public void recover(Parser parser, RecognitionException e) {
    ParserRuleContext context = parser.getContext();
    if (context instanceof StatementContext
        || context instanceof CheckpointLineContext
        || context instanceof VersionContext) {
      giveUp(parser, context);
    } else if (context.getParent() == null) {
      while (parser.getCurrentToken().getType() != Token.EOF) {
        parser.consume();
      }
      unwinding = false;
    } else {
      throw e;
    }
  }

  @Override
  public Token recoverInline(Parser parser) {
    throw new InputMismatchException(parser);
  }

  /** Called before every choice; only what may follow a statement is looked at here. */
  @Override
  public void sync(Parser parser) {
    ParserRuleContext context = parser.getContext();
    boolean lines = context instanceof CheckpointLinesContext;
    boolean file = context instanceof FileContext && context.getChildCount() == 0;
    if (unwinding || !lines && !file && !(context instanceof StatementsContext)) {
      return;
    }
    int next = parser.getCurrentToken().getType();
    boolean ended = next == NEWLINE || next == RBRACE || next == EOF || lines && next == COMMA;
    if (context.getChildCount() == 0) {
      skipToStatement(parser);
    } else if (!ended
        && context.getChild(context.getChildCount() - 1) instanceof ParserRuleContext statement) {
      reportError(parser, new InputMismatchException(parser));
      giveUp(parser, statement);
    }
  }

  /** The first statement of a block starts with what starts none. */
  private void skipToStatement(Parser parser) {
    while (!parser.getExpectedTokens().contains(parser.getCurrentToken().getType())) {
      reportError(parser, new InputMismatchException(parser));
      skip(parser, parser.getCurrentToken().getTokenIndex());
      if (parser.getCurrentToken().getType() == NEWLINE) {
        parser.consume();
      } else {
        break;
      }
    }
    unwinding = false;
  }

  private void giveUp(Parser parser, ParserRuleContext statement) {
    failed.add(statement);
    skip(parser, statement.getStart().getTokenIndex());
    unwinding = false;
  }

  /** Passes over the rest of the statement that starts at a token. */
  private void skip(Parser parser, int first) {
    int level = layout.level(first);
    int start = layout.tokens().get(first).getType();
    int at = parser.getCurrentToken().getTokenIndex();
    if (at > first
        && layout.tokens().get(at - 1).getType() == NEWLINE
        && layout.level(at) == level) {
      parser
          .getInputStream()
          .seek(at - 1); // a header without a body: leave the next statement alone
    }
    boolean declares = start == FN || start == BLOCK || start == MODEL;
    boolean line =
        parser.getContext() instanceof CheckpointLineContext
            || parser.getContext() instanceof CheckpointLinesContext;
    while (true) {
      Token token = parser.getCurrentToken();
      int type = token.getType();
      int here = layout.level(token.getTokenIndex());
      if (type == EOF
          || here < level && type == RBRACE
          || here == level && line && type == COMMA
          || here == level && type == NEWLINE && !(declares && headerGoesOn(token))) {
        return;
      }
      parser.consume();
    }
  }

  private boolean headerGoesOn(Token newline) {
    int next = layout.tokens().get(newline.getTokenIndex() + 1).getType();
    return next == REQUIRE || next == LBRACE || next == ASSIGN;
  }
}
