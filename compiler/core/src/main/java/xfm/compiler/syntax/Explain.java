package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.grammar.XfmParser.*;

/**
 * Says in a reader's words why a token cannot stand where it does. Three things decide: the token,
 * the one before it, and what was being read. The known slips come first, the general case last.
 */
final class Explain {
  private final Span whole;
  private final List<CommonToken> tokens;
  private final ParserRuleContext context;
  private final CommonToken found;
  private final CommonToken before;
  private final CommonToken first;

  private Explain(Span whole, List<CommonToken> tokens, ParserRuleContext context, int at) {
    this.whole = whole;
    this.tokens = tokens;
    this.context = context;
    this.found = tokens.get(at);
    int start = firstOf(context, at);
    this.first = tokens.get(start);
    this.before = at > 0 ? tokens.get(at - 1) : null;
  }

  /** The error that a parser meets at a token. */
  static Diagnostic error(Span whole, List<CommonToken> tokens, Parser parser, Token at) {
    return new Explain(whole, tokens, parser.getContext(), at.getTokenIndex()).error();
  }

  /** The index of the token that starts the statement in which the error is. */
  private static int firstOf(ParserRuleContext context, int at) {
    ParserRuleContext each = context;
    while (each != null) {
      if (each instanceof StatementContext || each instanceof CheckpointLineContext) {
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

  private Diagnostic error() {
    Optional<Diagnostic> slip = foreignWord();
    slip = slip.or(this::name);
    slip = slip.or(this::sign);
    slip = slip.or(this::unfinished);
    slip = slip.or(this::checkpointLine);
    slip = slip.or(this::misplacedWord);
    return slip.orElseGet(() -> afterOperand() ? twoOperands() : missingOperand());
  }

  private boolean afterOperand() {
    return before != null && Signs.endsOperand(before.getType());
  }

  private boolean startsStatement() {
    return found == first || before == null;
  }

  // ---- words of other languages -------------------------------------------------------------

  private Optional<Diagnostic> foreignWord() {
    if (found.getType() == ARROW_PAREN && before == null || startsStatement()) {
      return Optional.empty();
    }
    String help = ForeignWords.help(first.getText(), tokens.get(first.getTokenIndex() + 1));
    return help.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Diagnostic.of(Code.SYNTAX, "`" + first.getText() + "` starts no statement of xfm")
                .at(Tokens.span(whole, first))
                .help(help));
  }

  // ---- signs ----------------------------------------------------------------------------------

  private Optional<Diagnostic> sign() {
    boolean joined = before != null && before.getStopIndex() + 1 == found.getStartIndex();
    int type = found.getType();
    int last = before == null ? EOF : before.getType();
    if (type == ASSIGN) {
      return assign(joined, last);
    }
    if (joined && last == ASSIGN && type == GT) {
      return both("there is no sign `=>`", "an arrow is written `->`, a comparison `>=`");
    }
    if (joined && last == PLUS && type == PLUS) {
      return both("there is no sign `++`", "write `x += 1`");
    }
    if (type == BAR) {
      return error("`|` stands only between names of a checkpoint", "", "write `or`");
    }
    if (type == SEMICOLON) {
      return error(
          "`;` separates statements", "here it stands inside brackets", "separate by `,`");
    }
    if (type == COLON && opensBlock()) {
      return error("a block stands in braces", "", "write `{` here, and `}` where it ends");
    }
    if (type == COMMA && context instanceof StatementsContext) {
      return error(
          "`,` cannot stand here",
          "",
          "several names are defined as `(a, b) = …`; a statement has a line of its own");
    }
    if (type == ARROW) {
      return error(
          "an arrow follows parameters in parentheses",
          "",
          last == NAME ? "write `(" + before.getText() + ") -> …`" : "write `(i, j) -> …`");
    }
    if (type == ARROW_PAREN && afterOperand()) {
      return error(
          "an arrow cannot follow a call",
          "these parentheses hold its arguments",
          "a function without a name is `(i) -> …`, one with a name `fn f(i) = …`");
    }
    if (type == ELLIPSIS) {
      return error(
          "`...` stands for leading axes",
          "here it is not in square brackets",
          "write `x[..., a]`");
    }
    return Optional.empty();
  }

  private Optional<Diagnostic> assign(boolean joined, int last) {
    if (joined && (last == MINUS || last == STAR || last == SLASH || last == POWER)) {
      String sign = before.getText();
      return both(
          "there is no sign `" + sign + "=`",
          "only `+=` rebinds; write `x = x " + sign + " …`");
    }
    if (joined && (last == EQ || last == NE)) {
      return both("there is no sign `" + before.getText() + "=`", "write `" + before.getText() + "`");
    }
    if (opensBlock() || inside(GroupContext.class) || inside(ArgumentsContext.class)) {
      boolean argument = context instanceof ArgumentsContext || context instanceof ArgumentContext;
      return error(
          "`=` defines and does not compare",
          "",
          argument
              ? "the name of an argument is a single word; a comparison is written `==`"
              : "a comparison is written `==`");
    }
    if (afterOperand() && context instanceof StatementsContext) {
      return error("an equation has one `=`", "this is the second", "a comparison is written `==`");
    }
    return Optional.empty();
  }

  /** Whether the condition or count before a block has just been read. */
  private boolean opensBlock() {
    int type = first.getType();
    return context instanceof BlockContext block && block.getChildCount() == 0
        || context instanceof IfStatementContext
        || context instanceof StatementContext
            && (type == IF || type == WHILE || type == FOR || type == REPEAT);
  }

  /** `model (x: …)`: read as a call, for `model` may be a name. */
  private boolean startsUnnamed() {
    int type = first.getType();
    int next = tokens.get(first.getTokenIndex() + 1).getType();
    return (type == MODEL || type == BLOCK) && (next == LPAREN || next == ARROW_PAREN);
  }

  private Optional<Diagnostic> unnamed() {
    String word = first.getText();
    return Optional.of(
        Diagnostic.of(Code.SYNTAX, "this " + word + " has no name")
            .at(Tokens.span(whole, first))
            .help("write `" + word + " name(…)`"));
  }

  // ---- statements that end too early ----------------------------------------------------------

  private Optional<Diagnostic> unfinished() {
    if (context instanceof ChoiceContext choice) {
      boolean then = choice.THEN() == null;
      return Optional.of(
          at(then ? "after the condition comes `then`" : "an `if` that gives a value needs an `else`")
              .at(Tokens.span(whole, choice.IF().getSymbol()), "this `if`")
              .help("write `if c then a else b`"));
    }
    if (before != null && before.getType() == RETURN) {
      return error("`return` needs a value", "", "write `return y` or `return y[i] = …`");
    }
    if (before != null && before.getType() == ELSE && inside(IfStatementContext.class)
        && !inside(ExpressionContext.class)) {
      return error("after `else` comes `{` or `if`", "", "write `else { … }`");
    }
    if (afterEmptyResult()) {
      return Optional.of(
          Diagnostic.of(Code.SYNTAX, "a type is missing after `->`")
              .at(Tokens.span(whole, before))
              .help("a type is `float`, `int`, `bool`, `token(size)`, `text` or `[n, d]`"));
    }
    if (context instanceof FunctionOfContext && found.getType() != ARROW) {
      return error("the type of a function has a result", "", "write `(float) -> float`");
    }
    if (first.getType() == REPEAT
        && found.getType() == LBRACE
        && tokens.get(before.getTokenIndex() - 1).getType() == AS) {
      return error(
          "a layer's name stands with its index", "", "write `as " + before.getText() + "[i]`");
    }
    if (context instanceof DeclarationContext declaration
        && declaration.parameterList() != null
        && (ends(found.getType()) || before.getType() == NEWLINE)) {
      return withoutBody(declaration);
    }
    if (!ends(found.getType()) && found.getType() != LBRACE) {
      return Optional.empty();
    }
    if (startsStatement() && found.getType() == LBRACE) {
      return error("no statement starts with `{`", "", "a record is a value: `x = {a: 1}`");
    }
    int type = first.getType();
    if (afterOperand() && (type == IF || type == WHILE || type == FOR || type == REPEAT)
        && ends(found.getType())
        && (context instanceof StatementContext || context instanceof BlockContext
            || context instanceof IfStatementContext)) {
      return error(
          "this `" + first.getText() + "` has no block",
          "",
          type == IF ? "write `{ … }`, or `then … else …`" : "write `{ … }`");
    }
    if (type == LET && context instanceof StatementContext && afterOperand()) {
      return error("`let` needs a value", "", "write `let " + before.getText() + " = …`");
    }
    return Optional.empty();
  }

  /** {@code fn f(x) -> {}: the brace is taken for that of a record's type. */
  private boolean afterEmptyResult() {
    return before != null
        && before.getType() == LBRACE
        && before.getTokenIndex() > 0
        && tokens.get(before.getTokenIndex() - 1).getType() == ARROW;
  }

  private Optional<Diagnostic> withoutBody(DeclarationContext declaration) {
    boolean function = first.getType() == FN;
    return Optional.of(
        Diagnostic.of(
                Code.SYNTAX, "this " + (function ? "function" : first.getText()) + " has no body")
            .at(Tokens.span(whole, declaration.name()))
            .help(function ? "write `= …` or `{ … }` after its header" : "write `{ … }` after its header"));
  }

  private static boolean ends(int type) {
    return type == NEWLINE || type == EOF || type == RBRACE;
  }

  private Optional<Diagnostic> checkpointLine() {
    if (first.getType() == IGNORE && inside(CheckpointLineContext.class)) {
      return error(
          "what a checkpoint ignores is a tensor of the file or a key of `config`",
          "",
          "write `ignore \"name of the tensor\"` or `ignore config.key`");
    }
    return found.getType() == TEXT && afterOperand() && context instanceof CheckpointLineContext
        ? error("`=` is missing before the name of the tensor", "", "")
        : Optional.empty();
  }

  // ---- words in the wrong place ---------------------------------------------------------------

  private Optional<Diagnostic> misplacedWord() {
    return switch (found.getType()) {
      case WHERE ->
          error(
              "`where` stands only inside the brackets of a reduction",
              "",
              "write `sum[j](… where …)`");
      case THEN -> error("this `then` belongs to no `if`", "", "write `if c then a else b`");
      case ELSE ->
          startsStatement() || found.getLine() > before.getLine()
              ? error("this `else` belongs to no `if`", "", "")
              : error(
                  "this `else` belongs to no `if`",
                  "",
                  "for what lies outside an axis, write it in parentheses: `(x[i - 1] else 0)`");
      case IF ->
          afterOperand()
              ? error("an `if` stands before its values", "", "write `if c then a else b`")
              : Optional.empty();
      case ON, AS, IN -> Optional.empty();
      default -> first.getType() == REQUIRES && before == first
          ? error("`requires xfm 1` is the first line of a file", "", "")
          : Optional.empty();
    };
  }

  // ---- names ----------------------------------------------------------------------------------

  private Optional<Diagnostic> name() {
    if (startsUnnamed()) {
      return unnamed();
    }
    int last = before == null ? EOF : before.getType();
    boolean wanted =
        switch (last) {
          case LET, FN, FOR, DOT -> true;
          case AS -> !(context instanceof TransformContext);
          case BLOCK, MODEL, CHECKPOINT, WEIGHT, CONST, PENALTY -> before == first;
          default -> inside(ParameterListContext.class, first) && context instanceof ParameterListContext;
        };
    if (first.getType() == IMPORT && before == first) {
      return error("an import names a file", "", "write `import \"" + found.getText() + ".xfm\"`");
    }
    if (first.getType() == CHECKPOINT && before == first && found.getType() == LBRACE) {
      return error("a checkpoint section names its model", "", "write `checkpoint name { … }`");
    }
    if (first.getType() == FOR && context instanceof ForEachContext && afterOperand()
        && found.getType() != LBRACE) {
      return error("after the name comes `in`", "", "write `for x in list { … }`");
    }
    if (!wanted) {
      return Optional.empty();
    }
    if (Signs.isReserved(found.getType())) {
      return error(
          "`" + found.getText() + "` is a word of the language and cannot be a name",
          "",
          "choose another name");
    }
    return context instanceof ParameterListContext
        ? Optional.empty()
        : error("a name is missing after `" + before.getText() + "`", standsHere(), "");
  }

  // ---- the general case -----------------------------------------------------------------------

  private Diagnostic twoOperands() {
    int type = found.getType();
    boolean operand =
        Signs.isName(type) || type == INT || type == FLOAT || type == TEXT || type == TRUE
            || type == FALSE || type == LPAREN || type == BAD_NUMBER || type == NOT || type == SHARE;
    if (before == first || tokens.get(first.getTokenIndex()) == before) {
      Optional<String> near = ForeignWords.nearKeyword(first.getText());
      if (near.isPresent() && first.getType() == NAME) {
        return Diagnostic.of(Code.SYNTAX, "`" + first.getText() + "` starts no statement of xfm")
            .at(Tokens.span(whole, first))
            .help("did you mean `" + near.get() + "`?");
      }
    }
    String separator = separator();
    if (operand) {
      boolean number = before.getType() == INT || before.getType() == FLOAT;
      return at("an operator" + separator + " is missing between " + word(before) + " and " + word(found))
          .help(
              number && Signs.isName(type)
                  ? "a product is written `" + before.getText() + " * " + found.getText() + "`"
                  : "");
    }
    if (ends(type)) {
      return at(found() + " comes too early").help(expected());
    }
    return at(found() + " cannot stand here").help(expected());
  }

  private String separator() {
    if (inside(ArgumentsContext.class) || inside(SubscriptsContext.class)
        || inside(ParameterListContext.class) || context instanceof ListOfContext) {
      return " or a comma";
    }
    return context instanceof StatementsContext
        ? " or a line end"
        : context instanceof CheckpointLinesContext ? " or a comma" : "";
  }

  private Diagnostic missingOperand() {
    int type = found.getType();
    if (startsStatement()) {
      return at(found() + " starts no statement").help(expected());
    }
    if (before.getType() == COLON && (first.getType() == WEIGHT || first.getType() == CONST)) {
      return at("the sizes are missing after `:`", standsHere())
          .help("write `weight name: [a, b]`; a single number is `weight name: []`");
    }
    if (context instanceof TypeContext || before.getType() == COLON && inside(ParameterContext.class)) {
      return at("a type is missing after `" + before.getText() + "`", standsHere())
          .help("a type is `float`, `int`, `bool`, `token(size)`, `text` or `[n, d]`");
    }
    if (Signs.isOpening(before.getType()) && Signs.isClosing(type)) {
      return at("these brackets hold nothing").help(expected());
    }
    String place = Signs.isOpening(before.getType()) || before.getType() == COMMA
        ? " before " + word(found)
        : " after `" + before.getText() + "`";
    if (before.getType() == NEWLINE) {
      return at(found() + " starts no statement").help(expected());
    }
    return at("an expression is missing" + place, standsHere());
  }

  /** What could stand here, where there is a short answer. */
  private String expected() {
    return switch (context) {
      case CheckpointLineContext _, CheckpointLinesContext _ ->
          "a line is `weight = \"tensor\"`, `size = config.key`, `ignore \"tensor\"` or `require …`";
      case PathContext _, PathSegmentContext _ -> "a path is `layer[l].(a | b).c`";
      case ParameterListContext _ -> "parameters are written `name: type = value`, with commas";
      case FieldContext _, RecordOfContext _ -> "a record is written `{name: value, …}`";
      case WeightContext _ -> "a weight is written `weight name: [sizes]`";
      case DeclarationContext _ -> "a declaration is written `fn name(…) -> type { … }`";
      default ->
          found.getType() == LBRACE
              ? "a block belongs to `fn`, `block`, `model`, `repeat`, `if`, `for` or `while`"
              : "";
    };
  }

  // ---- words ----------------------------------------------------------------------------------

  private Optional<Diagnostic> error(String message, String label, String help) {
    return Optional.of(at(message, label).help(help));
  }

  private Optional<Diagnostic> both(String message, String help) {
    Span sign = Tokens.span(whole, before).to(Tokens.span(whole, found));
    return Optional.of(Diagnostic.of(Code.SYNTAX, message).at(sign).help(help));
  }

  private Diagnostic at(String message) {
    return at(message, "");
  }

  /** At the token found; where that is the end of a line, block or text, after the one before. */
  private Diagnostic at(String message, String label) {
    Span span = Tokens.span(whole, found);
    boolean later = before != null && found.getLine() > before.getLine();
    if (before != null && (found.getType() == NEWLINE || found.getType() == EOF
        || found.getType() == RBRACE && later)) {
      int end = Tokens.span(whole, before).end();
      span = new Span(whole.source(), end, end);
    }
    return Diagnostic.of(Code.SYNTAX, message).at(span, label);
  }

  private String found() {
    return switch (found.getType()) {
      case NEWLINE -> "the end of the line";
      case EOF -> whole.start() == 0 ? "the end of the text" : "the end of the hole";
      default -> word(found);
    };
  }

  private String standsHere() {
    return found.getType() == NEWLINE || found.getType() == EOF ? "" : found() + " stands here";
  }

  private static String word(Token token) {
    return token.getType() == TEXT
        ? "a text"
        : "`" + Tokens.shortened(token.getText()) + "`";
  }

  private boolean inside(Class<?> rule) {
    return inside(rule, null);
  }

  /** Whether a rule is being read, in the statement of the error (or since a token). */
  private boolean inside(Class<?> rule, Token since) {
    for (ParserRuleContext each = context; each != null; each = each.getParent()) {
      if (since != null && each.getStart().getTokenIndex() < since.getTokenIndex()) {
        return false;
      }
      if (rule.isInstance(each)) {
        return true;
      }
      if (each instanceof StatementContext) {
        return false;
      }
    }
    return false;
  }
}
