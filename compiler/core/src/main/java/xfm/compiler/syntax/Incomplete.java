package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import xfm.compiler.source.Source;

/** Whether more lines must follow. */
final class Incomplete {
  private Incomplete() {}

  static boolean test(Source source) {
    Problems problems = new Problems();
    Layout layout = Layout.of(source.all(), problems);
    if (layout.leavesOpen()) {
      return true;
    }
    List<CommonToken> tokens = layout.tokens();
    if (problems.any() || tokens.size() < 2) {
      return false;
    }
    int last = tokens.get(tokens.size() - 2).getType();
    return Signs.continuesAfter(last) || headerOnly(tokens);
  }

  /** Whether the last statement is a declaration that has neither a body nor an equals sign yet. */
  private static boolean headerOnly(List<CommonToken> tokens) {
    int start = tokens.size() - 1;
    while (start > 0 && !startsDeclaration(tokens, start)) {
      start--;
    }
    if (!startsDeclaration(tokens, start)) {
      return false;
    }
    int level = 0;
    for (CommonToken token : tokens.subList(start, tokens.size())) {
      int type = token.getType();
      if (level == 0 && (type == LBRACE || type == ASSIGN)) {
        return false;
      }
      level += Signs.isOpening(type) ? 1 : Signs.isClosing(type) ? -1 : 0;
    }
    return true;
  }

  private static boolean startsDeclaration(List<CommonToken> tokens, int at) {
    int type = tokens.get(at).getType();
    return (type == FN || type == BLOCK || type == MODEL)
        && (at == 0 || tokens.get(at - 1).getType() == NEWLINE)
        && Signs.isName(tokens.get(at + 1).getType());
  }
}
