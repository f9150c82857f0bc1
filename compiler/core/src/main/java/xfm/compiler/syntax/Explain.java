package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.Token;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.grammar.XfmParser.*;

/**
 * Says in a reader's words why a token cannot stand where it does. Three things decide: the token,
 * the one before it, and what was being read. The known {@link Slips} come first, the general case
 * last.
 */
final class Explain {
  /** What a type may be. */
  static final String TYPES = "a type is `float`, `int`, `bool`, `token(size)`, `text` or `[n, d]`";

  private final Situation at;

  private Explain(Situation at) {
    this.at = at;
  }

  /** The error that a parser meets at a token. */
  static Diagnostic error(Span whole, List<CommonToken> tokens, Parser parser, Token found) {
    Situation at = new Situation(whole, tokens, parser.getContext(), found.getTokenIndex());
    Explain general = new Explain(at);
    return new Slips(at)
        .find()
        .orElseGet(() -> at.afterOperand() ? general.twoOperands() : general.missingOperand());
  }

  private Diagnostic twoOperands() {
    int type = at.found.getType();
    if (at.before == at.first && at.first.getType() == NAME) {
      Optional<String> near = ForeignWords.nearKeyword(at.first.getText());
      if (near.isPresent()) {
        return at.atFirst("`" + at.first.getText() + "` starts no statement of xfm")
            .help("did you mean `" + near.get() + "`?");
      }
    }
    if (startsOperand(type)) {
      int last = at.last();
      String left = Situation.word(at.before);
      String right = Situation.word(at.found);
      return at.at("an operator" + separator() + " is missing between " + left + " and " + right)
          .help(
              (last == INT || last == FLOAT) && Signs.isName(type)
                  ? "a product is written `"
                      + at.before.getText()
                      + " * "
                      + at.found.getText()
                      + "`"
                  : "");
    }
    return at.at(at.name() + (at.ends() ? " comes too early" : " cannot stand here"))
        .help(expected());
  }

  private static boolean startsOperand(int type) {
    return Signs.isName(type)
        || switch (type) {
          case INT, FLOAT, TEXT, TRUE, FALSE, LPAREN, NOT, SHARE -> true;
          default -> false;
        };
  }

  private String separator() {
    if (at.inside(ArgumentsContext.class)
        || at.inside(SubscriptsContext.class)
        || at.inside(ParameterListContext.class)
        || at.context instanceof ListOfContext) {
      return " or a comma";
    }
    return at.context instanceof StatementsContext
        ? " or a line end"
        : at.context instanceof CheckpointLinesContext ? " or a comma" : "";
  }

  private Diagnostic missingOperand() {
    int last = at.last();
    if (at.startsStatement() || last == NEWLINE) {
      return at.at(at.name() + " starts no statement").help(expected());
    }
    String before = at.before.getText();
    if (last == COLON && (at.first.getType() == WEIGHT || at.first.getType() == CONST)) {
      return at.at("the sizes are missing after `:`")
          .help("write `weight name: [a, b]`; a single number is `weight name: []`");
    }
    if (at.context instanceof TypeContext || last == COLON && at.inside(ParameterContext.class)) {
      return at.at("a type is missing after `" + before + "`").help(TYPES);
    }
    if (Signs.isOpening(last) && Signs.isClosing(at.found.getType())) {
      return at.atBoth("these brackets hold nothing");
    }
    boolean first = Signs.isOpening(last) || last == COMMA;
    return at.at(
        "an expression is missing "
            + (first ? "before " + Situation.word(at.found) : "after `" + before + "`"));
  }

  /** What could stand here, where there is a short answer. */
  private String expected() {
    return switch (at.context) {
      case CheckpointLineContext _, CheckpointLinesContext _ ->
          "a line is `weight = \"tensor\"`, `size = config.key`, `ignore \"tensor\"` or `require"
              + " …`";
      case PathContext _, PathSegmentContext _ -> "a path is `layer[l].(a | b).c`";
      case ParameterListContext _ -> "parameters are written `name: type = value`, with commas";
      case FieldContext _, RecordOfContext _ -> "a record is written `{name: value, …}`";
      case WeightContext _ -> "a weight is written `weight name: [sizes]`";
      case DeclarationContext _ -> "a declaration is written `fn name(…) -> type { … }`";
      default ->
          at.found.getType() == LBRACE
              ? "a block belongs to `fn`, `block`, `model`, `repeat`, `if`, `for` or `while`"
              : "";
    };
  }
}
