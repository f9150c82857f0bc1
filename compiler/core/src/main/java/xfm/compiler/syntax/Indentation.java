package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.ParserRuleContext;
import xfm.grammar.XfmParser.ArgumentsContext;
import xfm.grammar.XfmParser.BlockContext;
import xfm.grammar.XfmParser.CheckpointSectionContext;
import xfm.grammar.XfmParser.DeclarationContext;
import xfm.grammar.XfmParser.IfStatementContext;

/** How far each line is set in; asked for the lines of a text from top to bottom. */
final class Indentation {
  private static final int LEVEL = 2;

  /** For a line that goes on with what another one has begun. */
  private static final int GOES_ON = 4;

  /** An open bracket: where the line stands that opened it, and where its content does. */
  private record Open(int line, int content, boolean block) {}

  private final Layout layout;
  private final ParserRuleContext[] parents;
  private final Deque<Open> open = new ArrayDeque<>();

  Indentation(Layout layout, ParserRuleContext[] parents) {
    this.layout = layout;
    this.parents = parents;
    open.push(new Open(0, 0, true));
  }

  /** The indentation of a comment alone on its line, before the next word (or none). */
  int ofComment(CommonToken next) {
    if (next == null) {
      return 0;
    }
    return Signs.isClosing(next.getType()) ? open.peek().content() : start(List.of(next));
  }

  /** The indentation of a line with words; follows the brackets in it. */
  int of(List<CommonToken> words) {
    int indent = start(words);
    for (int i = 0; i < words.size(); i++) {
      int type = words.get(i).getType();
      if (Signs.isOpening(type)) {
        boolean block = isBlock(words.get(i));
        int base = block ? open.peek().content() : indent;
        boolean last = i == words.size() - 1;
        open.push(new Open(base, base + (block || last ? LEVEL : GOES_ON), block));
      } else if (Signs.isClosing(type)) {
        open.pop();
      }
    }
    return indent;
  }

  private int start(List<CommonToken> words) {
    int closing = 0;
    while (closing < words.size() && Signs.isClosing(words.get(closing).getType())) {
      closing++;
    }
    if (closing > 0) {
      return open.stream().skip(closing - 1).findFirst().orElseThrow().line();
    }
    CommonToken first = words.getFirst();
    int content = open.peek().content();
    ParserRuleContext parent = parents[first.getTokenIndex()];
    if (parent instanceof DeclarationContext
        && first.getType() != FN
        && first.getType() != BLOCK
        && first.getType() != MODEL) {
      return content + LEVEL; // `require` or `=` after a header
    }
    boolean level =
        startsPart(first)
            || first.getType() == ELSE && parent instanceof IfStatementContext
            || first.getType() == LBRACE && isBlock(first);
    return level ? content : content + GOES_ON;
  }

  /** Whether a statement starts here, or a part of what stands in brackets. */
  private boolean startsPart(CommonToken token) {
    int index = token.getTokenIndex();
    if (index == 0 || parents[index] instanceof ArgumentsContext) {
      return true; // `where` and `else` of a reduction too
    }
    int before = layout.tokens().get(index - 1).getType();
    return before == NEWLINE || before == COMMA || Signs.isOpening(before);
  }

  private boolean isBlock(CommonToken brace) {
    ParserRuleContext parent = parents[brace.getTokenIndex()];
    return parent instanceof BlockContext || parent instanceof CheckpointSectionContext;
  }
}
