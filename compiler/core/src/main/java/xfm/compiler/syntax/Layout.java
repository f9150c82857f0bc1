package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.CommonToken;
import xfm.compiler.source.Span;

/**
 * The tokens of a text as the parser wants them: between two statements one NEWLINE (of a line end
 * or a {@code ;}) and no other line ends, ARROW_PAREN for a parenthesis before an arrow, matched
 * brackets. What no program holds is reported and, where it is clear what was meant, mended, so
 * that the parser can go on.
 *
 * <p>A line end separates statements unless it stands in {@code ( )}, {@code [ ]} or a record,
 * after a sign or word that wants more, or before one that cannot start a statement.
 */
final class Layout {
  private final Span whole;
  private final Problems problems;
  private final List<CommonToken> raw;
  private final List<CommonToken> out = new ArrayList<>();
  private final List<Integer> levels = new ArrayList<>();
  private final Brackets brackets;
  private CommonToken separator; // seen, and not yet known to count
  private CommonToken justClosed; // the opening bracket, if the last token closed it
  private final Set<Integer> lines = new HashSet<>(); // of characters that were left out
  private boolean mended;
  private boolean endless; // a text that its line ends

  private Layout(Span whole, Problems problems) {
    this.whole = whole;
    this.problems = problems;
    this.raw = Tokens.of(whole);
    this.brackets = new Brackets(whole, problems);
  }

  /** Lays out a text; throws where a limit is passed, reports every other problem. */
  static Layout of(Span whole, Problems problems) {
    Layout layout = new Layout(whole, problems);
    for (int i = 0; i < layout.raw.size(); i++) {
      layout.read(i);
    }
    return layout;
  }

  /** The tokens for the parser, the last one being EOF. */
  List<CommonToken> tokens() {
    return out;
  }

  /** All tokens but blanks, comments and line ends too, in the order of the text. */
  List<CommonToken> raw() {
    return raw;
  }

  /** How many brackets are open before the token of this index. */
  int level(int index) {
    return levels.get(index);
  }

  /** Whether a bracket or a text has no end, so that to parse would only mislead. */
  boolean unbalanced() {
    return endless || brackets.unmatched();
  }

  /** Whether it holds a number that was none: the parser can read the text, the builders cannot. */
  boolean mended() {
    return mended;
  }

  /** Whether a character of this line was left out, so that what follows may not be an error. */
  boolean damaged(int line) {
    return lines.contains(line);
  }

  /** Whether the text ends inside a bracket, all others matching. */
  boolean leavesOpen() {
    return !endless && brackets.leavesOpen();
  }

  private void read(int at) {
    CommonToken token = raw.get(at);
    switch (token.getType()) {
      case COMMENT -> {}
      case NEWLINE, SEMICOLON -> separator(token);
      case OTHER, BOM -> odd(token, at);
      case BAD_NUMBER -> {
        BadLiterals.number(Tokens.span(whole, token), problems);
        token.setType(INT);
        mended = true;
        place(token, at);
      }
      case BAD_TEXT -> {
        endless = true;
        BadLiterals.text(Tokens.span(whole, token), problems);
        place(token, at);
      }
      case EOF -> {
        if (!endless) {
          brackets.finish();
        }
        place(token, at);
      }
      default -> place(token, at);
    }
  }

  private void separator(CommonToken token) {
    boolean semicolon = token.getType() == SEMICOLON;
    if (!brackets.inBlock()) {
      if (semicolon) {
        emit(token); // the parser refuses it
      }
    } else if (separator == null || semicolon) {
      separator = token;
    }
  }

  private void odd(CommonToken token, int at) {
    if (lines.contains(token.getLine()) || token.getType() == BOM && token.getStartIndex() == 0) {
      return;
    }
    if (at > 0 && token.getText().equals("&") && raw.get(at - 1).getText().equals("&")) {
      return; // the second half of `&&`
    }
    int meant = OddCharacters.report(Tokens.span(whole, token), problems);
    if (meant == OTHER) {
      lines.add(token.getLine());
    } else {
      token.setType(meant);
      place(token, at);
    }
  }

  private void place(CommonToken token, int at) {
    int type = token.getType();
    separate(type);
    if (type == ARROW && justClosed != null && justClosed.getType() == LPAREN) {
      justClosed.setType(ARROW_PAREN);
    }
    justClosed = null;
    if (Signs.isClosing(type)) {
      justClosed = brackets.close(token);
      if (justClosed == null) {
        return;
      }
    }
    brackets.count(token);
    boolean record = type == LBRACE && startsRecord(at);
    emit(token);
    if (Signs.isOpening(type)) {
      brackets.open(token, type == LBRACE && !record);
    }
  }

  /** Decides about the separator that was seen before a token. */
  private void separate(int next) {
    if (separator == null) {
      return;
    }
    CommonToken token = separator;
    separator = null;
    if (out.isEmpty() || next == RBRACE || next == EOF || last() == LBRACE) {
      return;
    }
    boolean goesOn = Signs.continuesAfter(last()) || Signs.continuesBefore(next);
    if (token.getType() == SEMICOLON || !goesOn) {
      token.setType(NEWLINE);
      brackets.count(token);
      emit(token);
    }
  }

  /** A brace, a name and a colon, where no operand has just ended, start a record. */
  private boolean startsRecord(int brace) {
    if (!out.isEmpty() && Signs.endsOperand(last())) {
      return false;
    }
    int first = nextWord(brace + 1);
    return Signs.isName(raw.get(first).getType())
        && raw.get(nextWord(first + 1)).getType() == COLON;
  }

  private int nextWord(int at) {
    int next = at;
    while (raw.get(next).getType() == NEWLINE || raw.get(next).getType() == COMMENT) {
      next++;
    }
    return next;
  }

  private int last() {
    return out.getLast().getType();
  }

  private void emit(CommonToken token) {
    levels.add(brackets.level());
    out.add(token);
  }
}
