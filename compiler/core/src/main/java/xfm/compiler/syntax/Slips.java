package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.Optional;
import org.antlr.v4.runtime.CommonToken;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.grammar.XfmParser.*;

/** Errors that many make, each with the words that mend it. Empty answers: it is another error. */
final class Slips {
  private final Situation at;

  Slips(Situation at) {
    this.at = at;
  }

  Optional<Diagnostic> find() {
    return foreignWord()
        .or(this::name)
        .or(this::sign)
        .or(this::unfinished)
        .or(this::header)
        .or(this::withoutBlock)
        .or(this::checkpointLine)
        .or(this::misplacedWord);
  }

  // ---- words of other languages -------------------------------------------------------------

  private Optional<Diagnostic> foreignWord() {
    if (at.startsStatement()) {
      return Optional.empty();
    }
    String word = at.first.getText();
    String help = ForeignWords.help(word, at.tokens.get(at.first.getTokenIndex() + 1));
    return help.isEmpty()
        ? Optional.empty()
        : Optional.of(at.atFirst("`" + word + "` starts no statement of xfm").help(help));
  }

  // ---- signs ----------------------------------------------------------------------------------

  private Optional<Diagnostic> sign() {
    int type = at.found.getType();
    int last = at.last();
    if (type == ASSIGN) {
      return assign(last);
    }
    if (at.joined() && last == ASSIGN && (type == LT || type == GT)) {
      return both("there is no sign `=" + at.found.getText() + "`", comparison(type));
    }
    if (at.joined() && last == PLUS && type == PLUS) {
      return both("there is no sign `++`", "write `x += 1`");
    }
    if (type == BAR) {
      return error("`|` stands only between names of a checkpoint", "", "write `or`");
    }
    if (type == SEMICOLON) {
      return error("`;` separates statements", "here it stands inside brackets", "separate by `,`");
    }
    if (type == COLON && opensBlock()) {
      return error("a block stands in braces", "", "write `{` here, and `}` where it ends");
    }
    if (type == COLON && last == NAME && !at.startsStatement()) {
      return error(
          "a label stands before a whole value or argument",
          "here it is in the middle of one",
          "put the call in parentheses: `(" + at.before.getText() + ": …)`");
    }
    if (type == COMMA && at.context instanceof StatementsContext) {
      return error(
          "`,` cannot stand here",
          "",
          "several names are defined as `(a, b) = …`; a statement has a line of its own");
    }
    if (type == ARROW) {
      return error(
          "an arrow follows parameters in parentheses",
          "",
          last == NAME ? "write `(" + at.before.getText() + ") -> …`" : "write `(i, j) -> …`");
    }
    if (type == ARROW_PAREN && at.afterOperand()) {
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

  private Optional<Diagnostic> assign(int last) {
    if (at.joined() && (last == MINUS || last == STAR || last == SLASH || last == POWER)) {
      String sign = at.before.getText();
      return both(
          "there is no sign `" + sign + "=`", "only `+=` rebinds; write `x = x " + sign + " …`");
    }
    if (at.joined() && (last == EQ || last == NE)) {
      return both(
          "there is no sign `" + at.before.getText() + "=`", "write `" + at.before.getText() + "`");
    }
    CommonToken next = at.tokens.get(at.found.getTokenIndex() + 1); // at the latest EOF
    if (next.getStartIndex() == at.found.getStopIndex() + 1
        && (next.getType() == LT || next.getType() == GT)) {
      return error("there is no sign `=" + next.getText() + "`", "", comparison(next.getType()));
    }
    if (opensBlock() || at.inside(GroupContext.class) || at.inside(ArgumentsContext.class)) {
      boolean argument =
          at.context instanceof ArgumentsContext || at.context instanceof ArgumentContext;
      return error(
          "`=` defines and does not compare",
          "",
          argument
              ? "the name of an argument is a single word; a comparison is written `==`"
              : "a comparison is written `==`");
    }
    if (at.afterOperand() && at.context instanceof StatementsContext) {
      return error("an equation has one `=`", "this is the second", "a comparison is written `==`");
    }
    return Optional.empty();
  }

  /** What is meant by {@code =<} or {@code =>}. */
  private static String comparison(int sign) {
    return sign == LT
        ? "a comparison is written `<=`"
        : "an arrow is written `->`, a comparison `>=`";
  }

  /** Whether the condition or count before a block has just been read. */
  private boolean opensBlock() {
    int type = at.first.getType();
    return at.context instanceof BlockContext block && block.getChildCount() == 0
        || at.context instanceof IfStatementContext
        || at.context instanceof StatementContext
            && (type == IF || type == WHILE || type == FOR || type == REPEAT);
  }

  // ---- statements that end too early ----------------------------------------------------------

  private Optional<Diagnostic> unfinished() {
    if (at.context instanceof ChoiceContext choice) {
      return Optional.of(
          at.at(
                  choice.THEN() == null
                      ? "after the condition comes `then`"
                      : "an `if` that gives a value needs an `else`")
              .at(Tokens.span(at.whole, choice.IF().getSymbol()), "this `if`")
              .help("write `if c then a else b`"));
    }
    if (at.last() == RETURN) {
      return error("`return` needs a value", "", "write `return y` or `return y[i] = …`");
    }
    if (at.last() == ELSE && at.context instanceof IfStatementContext) {
      return error("after `else` comes `{` or `if`", "", "write `else { … }`");
    }
    if (at.context instanceof FunctionOfContext && at.found.getType() != ARROW) {
      return error("the type of a function has a result", "", "write `(float) -> float`");
    }
    if (at.first.getType() == LET
        && at.context instanceof StatementContext
        && at.afterOperand()
        && at.ends()) {
      return error("`let` needs a value", "", "write `let " + at.before.getText() + " = …`");
    }
    return Optional.empty();
  }

  private Optional<Diagnostic> header() {
    if (at.last() == LBRACE && at.lastButOne() == ARROW) { // taken for the brace of a record's type
      return Optional.of(
          Diagnostic.of(Code.SYNTAX, "a type is missing after `->`")
              .at(Tokens.span(at.whole, at.before))
              .help(Explain.TYPES));
    }
    if (!(at.context instanceof DeclarationContext header) || header.parameterList() == null) {
      return Optional.empty();
    }
    int type = at.found.getType();
    String word = at.first.getType() == FN ? "function" : at.first.getText();
    boolean result = type == COLON || type == LBRACKET || Signs.isName(type);
    if (header.ARROW() == null && at.last() == RPAREN && result) {
      return error(
          "what a " + word + " gives stands after `->`",
          "",
          "write `-> " + (type == LBRACKET ? "[…]" : "type") + "`");
    }
    if (at.ends() || at.last() == NEWLINE) {
      return Optional.of(
          Diagnostic.of(Code.SYNTAX, "this " + word + " has no body")
              .at(Tokens.span(at.whole, header.name()))
              .help(
                  at.first.getType() == FN
                      ? "write `= …` or `{ … }` after its header"
                      : "write `{ … }` after its header"));
    }
    return Optional.empty();
  }

  private Optional<Diagnostic> withoutBlock() {
    if (at.first.getType() == REPEAT && at.found.getType() == LBRACE && at.lastButOne() == AS) {
      return error(
          "a layer's name stands with its index", "", "write `as " + at.before.getText() + "[i]`");
    }
    if (at.afterOperand() && at.ends() && opensBlock()) {
      return error(
          "this `" + at.first.getText() + "` has no block",
          "",
          at.first.getType() == IF ? "write `{ … }`, or `then … else …`" : "write `{ … }`");
    }
    if (at.startsStatement() && at.found.getType() == LBRACE) {
      return error("no statement starts with `{`", "", "a record is a value: `x = {a: 1}`");
    }
    return Optional.empty();
  }

  private Optional<Diagnostic> checkpointLine() {
    if (at.first.getType() == IGNORE && at.inside(CheckpointLineContext.class)) {
      return error(
          "what a checkpoint ignores is a tensor of the file or a key of `config`",
          "",
          "write `ignore \"name of the tensor\"` or `ignore config.key`");
    }
    return at.found.getType() == TEXT
            && at.afterOperand()
            && at.context instanceof CheckpointLineContext
        ? error("`=` is missing before the name of the tensor", "", "")
        : Optional.empty();
  }

  // ---- words in the wrong place ---------------------------------------------------------------

  private Optional<Diagnostic> misplacedWord() {
    return switch (at.found.getType()) {
      case WHERE ->
          error(
              "`where` stands only inside the brackets of a reduction",
              "",
              "write `sum[j](… where …)`");
      case THEN -> error("this `then` belongs to no `if`", "", "write `if c then a else b`");
      case ELSE ->
          at.startsStatement() || at.found.getLine() > at.before.getLine()
              ? error("this `else` belongs to no `if`", "", "")
              : error(
                  "this `else` belongs to no `if`",
                  "",
                  "for what lies outside an axis, write it in parentheses: `(x[i - 1] else 0)`");
      case IF ->
          at.afterOperand()
              ? error("an `if` stands before its values", "", "write `if c then a else b`")
              : Optional.empty();
      default ->
          at.first.getType() == REQUIRES && (at.before == at.first || at.lastButOne() == REQUIRES)
              ? error(
                  "the first line of a file may say which xfm it needs",
                  "",
                  "write `requires xfm 1` there")
              : Optional.empty();
    };
  }

  // ---- names ----------------------------------------------------------------------------------

  private Optional<Diagnostic> name() {
    int start = at.first.getType();
    boolean second = at.before == at.first;
    if (start == IMPORT && second) {
      return error(
          "an import names a file", "", "write `import \"" + at.found.getText() + ".xfm\"`");
    }
    if (start == REQUIRE && second) {
      return error(
          "`require` stands between a header and its body",
          "here it is inside a body",
          "write it before the `{`");
    }
    if (start == CHECKPOINT && second && at.found.getType() == LBRACE) {
      return error("a checkpoint section names its model", "", "write `checkpoint name { … }`");
    }
    if (start == FOR && at.context instanceof ForEachContext && at.afterOperand()) {
      return error("after the name comes `in`", "", "write `for x in list { … }`");
    }
    if ((start == MODEL || start == BLOCK) && isUnnamed()) {
      String word = at.first.getText();
      return Optional.of(
          at.atFirst("this " + word + " has no name").help("write `" + word + " name(…)`"));
    }
    boolean parameter = at.context instanceof ParameterListContext;
    boolean wanted =
        switch (at.last()) {
          case LET, FN, FOR, DOT -> true;
          case AS -> !(at.context instanceof TransformContext);
          case BLOCK, MODEL, CHECKPOINT, WEIGHT, CONST, PENALTY -> second;
          default -> false;
        };
    if ((wanted || parameter) && Signs.isReserved(at.found.getType())) {
      return error(
          "`" + at.found.getText() + "` is a word of the language and cannot be a name",
          "",
          "choose another name");
    }
    return wanted
        ? error("a name is missing after `" + at.before.getText() + "`", "", "")
        : Optional.empty();
  }

  /** {@code model (x: …)}: read as a call, for {@code model} may be a name. */
  private boolean isUnnamed() {
    int next = at.tokens.get(at.first.getTokenIndex() + 1).getType();
    return next == LPAREN || next == ARROW_PAREN;
  }

  // ---- words ----------------------------------------------------------------------------------

  private Optional<Diagnostic> error(String message, String label, String help) {
    return Optional.of(at.at(message, label).help(help));
  }

  private Optional<Diagnostic> both(String message, String help) {
    return Optional.of(at.atBoth(message).help(help));
  }
}
