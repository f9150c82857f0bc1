package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.List;
import java.util.function.Function;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;
import xfm.grammar.XfmParser;

/** The steps from a text to its tree. */
final class FileParser {
  /** The newest version of the language that this compiler reads. */
  static final int VERSION = 1;

  private final Problems problems = new Problems();
  private final Source source;

  FileParser(Source source) {
    this.source = source;
  }

  Ast.File parse() {
    Layout layout = Layout.of(source.all(), problems);
    checkVersion(layout.tokens());
    if (layout.unbalanced()) {
      problems.raise();
    }
    Recovery recovery = new Recovery(source.all(), layout, problems);
    XfmParser.FileContext tree = tree(layout, recovery, XfmParser::file);
    if (layout.mended()) {
      problems.raise();
    }
    Ast.File file = new StatementBuilder(source.all(), problems, recovery::failed).file(tree);
    problems.raise();
    return file;
  }

  /** The grammar's own tree of a text that is known to parse, for the formatter. */
  static XfmParser.FileContext tree(Layout layout) {
    XfmParser parser = parser(layout.tokens());
    parser.setErrorHandler(new BailErrorStrategy());
    return parser.file();
  }

  /** An expression inside a text; null where it has an error, which is reported. */
  static Expr hole(Span span, Problems problems) {
    int before = problems.count();
    Layout layout = Layout.of(span, problems);
    if (layout.unbalanced()) {
      return null;
    }
    Recovery recovery = new Recovery(span, layout, problems);
    XfmParser.SoleExpressionContext tree = tree(layout, recovery, XfmParser::soleExpression);
    return problems.count() > before
        ? null
        : new ExpressionBuilder(span, problems).build(tree.expression());
  }

  /**
   * First by the fast prediction, which reads every right text; a wrong one once more, with care.
   */
  private static <T extends ParserRuleContext> T tree(
      Layout layout, Recovery recovery, Function<XfmParser, T> rule) {
    XfmParser parser = parser(layout.tokens());
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    parser.setErrorHandler(new BailErrorStrategy());
    try {
      return rule.apply(parser);
    } catch (ParseCancellationException e) {
      XfmParser careful = parser(layout.tokens());
      careful.getInterpreter().setPredictionMode(PredictionMode.LL);
      careful.setErrorHandler(recovery);
      return rule.apply(careful);
    }
  }

  private static XfmParser parser(List<CommonToken> tokens) {
    XfmParser parser = new XfmParser(new CommonTokenStream(new ListTokenSource(tokens)));
    parser.removeErrorListeners();
    return parser;
  }

  /** A text for a newer language is refused before it is read: its errors would not be real. */
  private void checkVersion(List<CommonToken> tokens) {
    if (tokens.size() > 3
        && tokens.get(0).getType() == REQUIRES
        && tokens.get(1).getText().equals("xfm")
        && tokens.get(2).getType() == INT) {
      String version = tokens.get(2).getText();
      if (!version.equals("1")) {
        throw Diagnostic.of(
                Code.UNSUPPORTED,
                source.name() + " is written in xfm " + version + ", and this is xfm " + VERSION)
            .at(Tokens.span(source.all(), tokens.get(2)))
            .help(
                version.length() > 1 || version.compareTo("1") > 0
                    ? "use a newer xfm"
                    : "write `requires xfm 1`")
            .raise();
      }
    }
  }
}
