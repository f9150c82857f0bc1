package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.DeepStack;
import xfm.compiler.source.Source;

/**
 * Sets a program well: two blanks for each level, one spacing between words, at most one empty line
 * in a row, comments at line ends aligned. Line breaks stay where the author put them, and so does
 * every comment. The result means the same, and to set it again changes nothing.
 */
public final class Formatter {
  private final Layout layout;
  private final ParserRuleContext[] parents;
  private final List<Line> lines = new ArrayList<>();

  /** A line to be: its words, the comment at its end, whether an empty line stands before it. */
  record Line(List<CommonToken> words, List<CommonToken> comments, boolean spaced) {}

  private Formatter(Source source) {
    this.layout = Layout.of(source.all(), new Problems());
    ParserRuleContext tree = FileParser.tree(layout);
    this.parents = new ParserRuleContext[layout.tokens().size()];
    place(tree);
  }

  /**
   * The text of a program, well set.
   *
   * @throws XfmException if it has syntax errors
   */
  public static String format(Source source) {
    Parser.parse(source);
    return DeepStack.call(() -> new Formatter(source).text());
  }

  /** Remembers for each token the rule that it belongs to. */
  private void place(ParserRuleContext context) {
    for (ParseTree child : context.children == null ? List.<ParseTree>of() : context.children) {
      switch (child) {
        case TerminalNode leaf -> parents[leaf.getSymbol().getTokenIndex()] = context;
        case ParserRuleContext inner -> place(inner);
        default -> throw new IllegalStateException("a tree has rules and tokens only");
      }
    }
  }

  private String text() {
    divide();
    Indentation indentation = new Indentation(layout, parents);
    Spacing spacing = new Spacing(parents);
    List<String> code = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (line.words().isEmpty()) {
        code.add(" ".repeat(indentation.ofComment(nextWord(i))));
      } else {
        code.add(" ".repeat(indentation.of(line.words())) + spacing.text(line.words()));
      }
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (line.spaced()) {
        out.append('\n');
      }
      out.append(code.get(i));
      if (!line.comments().isEmpty()) {
        int column = line.words().isEmpty() ? code.get(i).length() : column(code, i);
        out.repeat(" ", column - code.get(i).length());
        out.append(line.comments().getFirst().getText().stripTrailing());
      }
      out.append('\n');
    }
    return out.toString();
  }

  /** Divides the tokens into lines, as the author did. */
  private void divide() {
    List<CommonToken> words = new ArrayList<>();
    List<CommonToken> comments = new ArrayList<>();
    boolean spaced = false;
    boolean blank = true; // nothing has been seen since the last line end
    for (int i = 0; i < layout.raw().size(); i++) {
      CommonToken token = layout.raw().get(i);
      boolean end = token.getType() == EOF;
      if (end || token.getText().endsWith("\n")) {
        if (!words.isEmpty() || !comments.isEmpty()) {
          lines.add(new Line(words, comments, spaced && mayBeSpaced(words)));
          words = new ArrayList<>();
          comments = new ArrayList<>();
          spaced = false;
        } else if (blank) {
          spaced = true;
        }
        blank = true;
      } else {
        blank = false;
        if (token.getType() == COMMENT) {
          comments.add(token);
        } else if (token.getType() != BOM && (!isSemicolon(token) || isNeeded(i, words))) {
          words.add(token);
        }
      }
    }
  }

  /** No empty line at the start, after an opening bracket, before a closing one. */
  private boolean mayBeSpaced(List<CommonToken> words) {
    if (lines.isEmpty() || !words.isEmpty() && Signs.isClosing(words.getFirst().getType())) {
      return false;
    }
    List<CommonToken> before = lines.getLast().words();
    return before.isEmpty() || !Signs.isOpening(before.getLast().getType());
  }

  private static boolean isSemicolon(CommonToken token) {
    return token.getText().equals(";");
  }

  /** A semicolon is left out where a line end or a brace does as well. */
  private boolean isNeeded(int at, List<CommonToken> words) {
    CommonToken before = neighbour(at, -1);
    CommonToken after = neighbour(at, 1);
    if (before == null
        || before.getType() == LBRACE
        || after.getType() == RBRACE
        || after.getType() == EOF) {
      return false;
    }
    for (int i = at - 1; layout.raw().get(i) != before; i--) {
      if (isSemicolon(layout.raw().get(i))) {
        return false; // one is enough
      }
    }
    boolean sameLine = before.getLine() == after.getLine();
    return sameLine
        || Signs.continuesAfter(before.getType())
        || Signs.continuesBefore(after.getType());
  }

  /** The next word in a direction, or null where the text starts. */
  private CommonToken neighbour(int from, int step) {
    for (int i = from + step; i >= 0 && i < layout.raw().size(); i += step) {
      CommonToken token = layout.raw().get(i);
      boolean word =
          token.getType() != COMMENT
              && token.getType() != BOM
              && !token.getText().endsWith("\n")
              && !isSemicolon(token);
      if (word) {
        return token;
      }
    }
    return null;
  }

  /** The first word after a line of comment, or null where none follows. */
  private CommonToken nextWord(int line) {
    for (int i = line; i < lines.size(); i++) {
      if (!lines.get(i).words().isEmpty()) {
        return lines.get(i).words().getFirst();
      }
    }
    return null;
  }

  /** Where the comments of neighbouring lines start: two blanks after the longest of them. */
  private int column(List<String> code, int line) {
    int first = line;
    while (first > 0 && isJoined(first)) {
      first--;
    }
    int width = 0;
    int i = first;
    do {
      width = Math.max(width, code.get(i).codePointCount(0, code.get(i).length()));
      i++;
    } while (i < lines.size() && isJoined(i));
    int own = code.get(line).length() - code.get(line).codePointCount(0, code.get(line).length());
    return width + own + 2;
  }

  /** Whether a line and the one before it both hold words and a comment. */
  private boolean isJoined(int line) {
    Line one = lines.get(line - 1);
    Line two = lines.get(line);
    return !two.spaced()
        && !one.words().isEmpty()
        && !two.words().isEmpty()
        && !one.comments().isEmpty()
        && !two.comments().isEmpty();
  }
}
