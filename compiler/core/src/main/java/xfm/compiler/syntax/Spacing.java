package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.ParserRuleContext;
import xfm.grammar.XfmParser.*;

/** The blanks between two words of a line. */
final class Spacing {
  private final ParserRuleContext[] parents;

  Spacing(ParserRuleContext[] parents) {
    this.parents = parents;
  }

  String text(List<CommonToken> words) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      if (i > 0 && separate(words.get(i - 1), words.get(i))) {
        text.append(' ');
      }
      text.append(words.get(i).getText());
    }
    return text.toString();
  }

  private boolean separate(CommonToken left, CommonToken right) {
    return switch (right.getType()) {
      case COMMA, RPAREN, RBRACKET, DOT -> false;
      case NEWLINE, SEMICOLON -> false;
      case COLON -> left.getType() == COMMA; // `x[i, :]`
      case LPAREN, ARROW_PAREN -> afterLeft(left) && !attached(left, right);
      case LBRACKET -> afterLeft(left) && !indexes(right);
      case RBRACE -> left.getType() != LBRACE && inBlock(right);
      default -> afterLeft(left);
    };
  }

  private boolean afterLeft(CommonToken left) {
    return switch (left.getType()) {
      case LPAREN, ARROW_PAREN, LBRACKET, DOT -> false;
      case MINUS -> !(parents[left.getTokenIndex()] instanceof NegateContext);
      case LBRACE -> inBlock(left);
      default -> true;
    };
  }

  /** The parentheses of a call, a header, `token(vocab)` and `block(…)`. */
  private boolean attached(CommonToken left, CommonToken right) {
    return switch (parents[right.getTokenIndex()]) {
      case ArgumentsContext _, ParameterListContext _, ScalarTypeContext _ -> true;
      case FunctionParametersContext _ -> left.getType() == BLOCK;
      default -> false;
    };
  }

  private boolean indexes(CommonToken bracket) {
    return switch (parents[bracket.getTokenIndex()]) {
      case SubscriptsContext _, PathSegmentContext _, RepeatContext _ -> true;
      default -> false;
    };
  }

  private boolean inBlock(CommonToken brace) {
    ParserRuleContext parent = parents[brace.getTokenIndex()];
    return parent instanceof BlockContext || parent instanceof CheckpointSectionContext;
  }
}
