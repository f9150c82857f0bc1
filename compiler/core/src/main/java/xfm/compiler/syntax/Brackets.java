package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.antlr.v4.runtime.CommonToken;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;

/**
 * The brackets that are open at a place, whether they match, and how deep the tree can be there.
 */
final class Brackets {
  /** An open bracket (the outermost: the text itself) and the operations since its last comma. */
  private static final class Open {
    final CommonToken token;
    final boolean block;
    int operations;

    Open(CommonToken token, boolean block) {
      this.token = token;
      this.block = block;
    }
  }

  private final Span whole;
  private final Problems problems;
  private final Deque<Open> open = new ArrayDeque<>();
  private int depth;
  private boolean closedWrongly;
  private Span suspect;

  Brackets(Span whole, Problems problems) {
    this.whole = whole;
    this.problems = problems;
    open.push(new Open(null, true));
  }

  /** How many are open. */
  int level() {
    return open.size() - 1;
  }

  /** Whether line ends count here: directly in a block, or in the text itself. */
  boolean inBlock() {
    return open.peek().block;
  }

  /** Whether one was closed wrongly, or (at the end of the text) not at all. */
  boolean unmatched() {
    return closedWrongly || level() > 0;
  }

  /** Whether one is open, and every other was closed rightly. */
  boolean leavesOpen() {
    return level() > 0 && !closedWrongly;
  }

  void open(CommonToken token, boolean block) {
    open.push(new Open(token, block));
    if (level() > Limits.BRACKETS) {
      throw Diagnostic.of(
              Code.LIMIT, "brackets stand at most " + Limits.BRACKETS + " deep in each other")
          .at(Tokens.span(whole, token), "one too many")
          .help("give the inner parts names with `let`")
          .raise();
    }
  }

  /**
   * Counts a token for the depth of the tree: whatever is not an operand may be a level, until the
   * next comma or statement. So {@code depth} is never less than the depth of the tree.
   */
  void count(CommonToken token) {
    int type = token.getType();
    Open top = open.peek();
    if (type == COMMA || type == NEWLINE || type == BAR) {
      depth -= top.operations;
      top.operations = 0;
    } else if (!Signs.endsOperand(type) && type != LBRACE && type != EOF) {
      top.operations++;
      depth++;
      if (depth > Limits.DEPTH) {
        throw Diagnostic.of(
                Code.LIMIT, "an expression has at most " + Limits.DEPTH + " operations in a row")
            .at(Tokens.span(whole, token), "one too many")
            .help("give the first part a name with `let`, and go on from there")
            .raise();
      }
    }
  }

  /** The opening bracket that this one closes; null where it closes none, which is reported. */
  CommonToken close(CommonToken token) {
    int type = token.getType();
    Open match = null;
    for (Open each : open) {
      if (each.token != null && Signs.closing(each.token.getType()) == type) {
        match = each;
        break;
      }
    }
    if (match == null) {
      closedWrongly = true;
      problems.syntax(
          Tokens.span(whole, token),
          "this " + quote(token) + " closes nothing",
          "no " + opener(type) + " is open here",
          "");
      return null;
    }
    while (open.peek() != match) {
      Open inner = open.pop();
      depth -= inner.operations;
      closedWrongly = true;
      problems.add(
          Diagnostic.of(Code.SYNTAX, "this " + quote(inner.token) + " is never closed")
              .at(Tokens.span(whole, inner.token), "opened here")
              .at(
                  Tokens.span(whole, token),
                  "here " + quote(token) + " comes before a " + closer(inner.token)));
    }
    open.pop();
    depth -= match.operations;
    suspect(match.token, token);
    return match.token;
  }

  /** Reports what is still open at the end of the text. */
  void finish() {
    Iterator<Open> rest = open.iterator();
    Open last = rest.next();
    if (last.token == null) {
      return;
    }
    Diagnostic error =
        Diagnostic.of(Code.SYNTAX, "this " + quote(last.token) + " is never closed")
            .at(Tokens.span(whole, last.token), "opened here");
    for (Open each = rest.next(); each.token != null; each = rest.next()) {
      error = error.at(Tokens.span(whole, each.token), "nor is this one");
    }
    if (suspect != null && last.block) {
      error = error.at(suspect, "by its indentation, this one may be the one that lacks its `}`");
    }
    problems.add(error.help("write " + closer(last.token) + " where it ends"));
  }

  /** Remembers the first block whose two braces start lines of different indentation. */
  private void suspect(CommonToken opening, CommonToken closing) {
    if (suspect == null && opening.getType() == LBRACE && opening.getLine() != closing.getLine()) {
      int indent = indent(opening.getStartIndex());
      int start = closing.getStartIndex();
      if (indent(start) != indent && whole.source().place(start).column() == indent(start) + 1) {
        suspect = Tokens.span(whole, opening);
      }
    }
  }

  private int indent(int offset) {
    String text = whole.source().text();
    int start = text.lastIndexOf('\n', offset - 1) + 1;
    int at = start;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at - start;
  }

  private static String quote(CommonToken token) {
    return "`" + token.getText() + "`";
  }

  private static String closer(CommonToken opening) {
    return switch (Signs.closing(opening.getType())) {
      case RPAREN -> "`)`";
      case RBRACKET -> "`]`";
      default -> "`}`";
    };
  }

  private static String opener(int closing) {
    return switch (closing) {
      case RPAREN -> "`(`";
      case RBRACKET -> "`[`";
      default -> "`{`";
    };
  }
}
