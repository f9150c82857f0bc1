package xfm.compiler.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import xfm.compiler.ast.Ast.Argument;
import xfm.compiler.ast.Ast.Binder;
import xfm.compiler.ast.Ast.Field;
import xfm.compiler.ast.Ast.Id;
import xfm.compiler.ast.Ast.Parameter;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.ast.Expr.UnaryOp;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Nearest;
import xfm.compiler.source.Span;
import xfm.grammar.XfmLexer;
import xfm.grammar.XfmParser.*;
import xfm.grammar.XfmParserBaseVisitor;

/** Expressions of the tree. What the grammar lets through and the language does not is reported. */
final class ExpressionBuilder extends XfmParserBaseVisitor<Expr> {
  private final Span whole;
  private final Problems problems;
  private final IndexBuilder indices;
  private final TypeBuilder types;
  private final LiteralBuilder literals;

  ExpressionBuilder(Span whole, Problems problems) {
    this.whole = whole;
    this.problems = problems;
    this.indices = new IndexBuilder(this, problems);
    this.types = new TypeBuilder(this, problems);
    this.literals = new LiteralBuilder(problems);
  }

  Expr build(ExpressionContext context) {
    return visit(context);
  }

  IndexBuilder indices() {
    return indices;
  }

  TypeBuilder types() {
    return types;
  }

  Span span(ParserRuleContext context) {
    return Tokens.span(whole, context);
  }

  Span span(Token token) {
    return Tokens.span(whole, token);
  }

  Id id(NameContext name) {
    return new Id(name.getText(), span(name));
  }

  Optional<Expr> optional(ExpressionContext context) {
    return Optional.ofNullable(context).map(this::build);
  }

  /** A text as it is written, its braces kept: a path, or a name in a checkpoint. */
  Expr.Text rawText(Token token) {
    return literals.raw(span(token));
  }

  @Override
  public Expr visitLabelled(LabelledContext context) {
    Expr value = build(context.expression());
    return context.name() == null
        ? value
        : new Expr.Labelled(id(context.name()), value, span(context));
  }

  @Override
  public Expr visitSubscript(SubscriptContext context) {
    return new Expr.Subscript(
        build(context.expression()), indices.positions(context.subscripts()), span(context));
  }

  @Override
  public Expr visitMember(MemberContext context) {
    return new Expr.Member(build(context.expression()), id(context.name()), span(context));
  }

  @Override
  public Expr visitCall(CallContext context) {
    ArgumentsContext given = context.arguments();
    if (context.expression() instanceof SubscriptContext bracket
        && bracket.expression() instanceof NameOfContext word
        && Expr.REDUCTIONS.contains(word.getText())) {
      return reduction(context, word.name(), bracket.subscripts(), given);
    }
    if (given.WHERE() != null) {
      Optional<String> meant =
          context.expression() instanceof SubscriptContext bracket
                  && bracket.expression() instanceof NameOfContext word
              ? Nearest.suggest(word.getText(), Expr.REDUCTIONS)
              : Optional.empty();
      problems.syntax(
          span(given.WHERE().getSymbol()),
          "`where` stands only inside the brackets of a reduction",
          "",
          meant
              .map(reduction -> "did you mean `" + reduction + "`?")
              .orElse("a reduction names its index: `sum[j](… where …)`"));
    } else if (given.ELSE() != null) {
      problems.syntax(
          span(given.ELSE().getSymbol()),
          "`else` needs parentheses of its own",
          "",
          "write `((" + Tokens.shortened(lastText(given)) + " else …))`");
    }
    return new Expr.Call(build(context.expression()), arguments(given), span(context));
  }

  private String lastText(ArgumentsContext given) {
    List<ArgumentContext> all = given.argument();
    return all.isEmpty() ? "…" : span(all.getLast()).text();
  }

  private List<Argument> arguments(ArgumentsContext given) {
    List<Argument> arguments = new ArrayList<>();
    for (ArgumentContext each : given.argument()) {
      arguments.add(
          new Argument(
              Optional.ofNullable(each.name()).map(this::id), visit(each.labelled()), span(each)));
    }
    return arguments;
  }

  private Expr reduction(
      CallContext context, NameContext word, SubscriptsContext bracket, ArgumentsContext given) {
    List<Binder> binders = indices.binders(bracket);
    if (binders.isEmpty()) {
      problems.syntax(
          span(bracket),
          "`" + word.getText() + "[]` names no index",
          "",
          "write the index that it runs over: `" + word.getText() + "[j](…)`");
    }
    List<Expr> values = new ArrayList<>();
    for (ArgumentContext each : given.argument()) {
      if (each.name() != null) {
        problems.syntax(
            span(each),
            "the arguments of `" + word.getText() + "[…]` have no names",
            "",
            each.name().getText().equals("mask")
                ? "which places count stands after the value: `"
                    + word.getText()
                    + "[j](… where …)`"
                : "write the value alone");
      }
      values.add(visit(each.labelled()));
    }
    if (values.isEmpty()) {
      problems.syntax(
          span(given),
          "`" + word.getText() + "[…]` needs an expression",
          "nothing stands here",
          "");
    }
    ExpressionContext where = null;
    ExpressionContext otherwise = null;
    int next = 0;
    if (given.WHERE() != null) {
      where = given.expression(next++);
    }
    if (given.ELSE() != null) {
      otherwise = given.expression(next);
    }
    return new Expr.Reduce(
        id(word), binders, values, optional(where), optional(otherwise), span(context));
  }

  @Override
  public Expr visitShare(ShareContext context) {
    return new Expr.Share(build(context.expression()), span(context));
  }

  @Override
  public Expr visitPower(PowerContext context) {
    return binary(context, context.POWER().getSymbol(), context.expression());
  }

  @Override
  public Expr visitMultiply(MultiplyContext context) {
    return binary(context, sign(context), context.expression());
  }

  @Override
  public Expr visitAdd(AddContext context) {
    return binary(context, sign(context), context.expression());
  }

  @Override
  public Expr visitAnd(AndContext context) {
    return binary(context, context.AND().getSymbol(), context.expression());
  }

  @Override
  public Expr visitOr(OrContext context) {
    return binary(context, context.OR().getSymbol(), context.expression());
  }

  @Override
  public Expr visitCompare(CompareContext context) {
    Token sign = sign(context);
    if (context.expression(0) instanceof CompareContext left) {
      String first = span(left).text();
      String middle = span(left.expression(1)).text();
      String last = span(context.expression(1)).text();
      problems.syntax(
          span(sign),
          "comparisons do not chain",
          "the left side is a comparison already",
          first.length() + last.length() + middle.length() > 60
              ? "join two comparisons by `and`"
              : "write `" + first + " and " + middle + " " + sign.getText() + " " + last + "`");
    }
    return binary(context, sign, context.expression());
  }

  private static Token sign(ParserRuleContext context) {
    return (Token) context.getChild(1).getPayload();
  }

  private Expr binary(ParserRuleContext context, Token sign, List<ExpressionContext> operands) {
    BinaryOp op =
        switch (sign.getType()) {
          case XfmLexer.OR -> BinaryOp.OR;
          case XfmLexer.AND -> BinaryOp.AND;
          case XfmLexer.EQ -> BinaryOp.EQUAL;
          case XfmLexer.NE -> BinaryOp.UNEQUAL;
          case XfmLexer.LT -> BinaryOp.LESS;
          case XfmLexer.LE -> BinaryOp.LESS_EQUAL;
          case XfmLexer.GT -> BinaryOp.GREATER;
          case XfmLexer.GE -> BinaryOp.GREATER_EQUAL;
          case XfmLexer.PLUS -> BinaryOp.ADD;
          case XfmLexer.MINUS -> BinaryOp.SUBTRACT;
          case XfmLexer.STAR -> BinaryOp.MULTIPLY;
          case XfmLexer.SLASH -> BinaryOp.DIVIDE;
          case XfmLexer.FLOOR_SLASH -> BinaryOp.FLOOR_DIVIDE;
          case XfmLexer.PERCENT -> BinaryOp.REMAINDER;
          default -> BinaryOp.POWER;
        };
    return new Expr.Binary(op, build(operands.get(0)), build(operands.get(1)), span(context));
  }

  @Override
  public Expr visitNegate(NegateContext context) {
    return new Expr.Unary(UnaryOp.NEGATE, build(context.expression()), span(context));
  }

  @Override
  public Expr visitNot(NotContext context) {
    return new Expr.Unary(UnaryOp.NOT, build(context.expression()), span(context));
  }

  @Override
  public Expr visitChoice(ChoiceContext context) {
    return new Expr.If(
        build(context.expression(0)),
        build(context.expression(1)),
        build(context.expression(2)),
        span(context));
  }

  @Override
  public Expr visitLambda(LambdaContext context) {
    return new Expr.Lambda(
        parameters(context.parameter()), build(context.expression()), span(context));
  }

  List<Parameter> parameters(List<ParameterContext> all) {
    List<Parameter> parameters = new ArrayList<>();
    for (ParameterContext each : all) {
      Optional<Type> type = Optional.ofNullable(each.type()).map(types::build);
      parameters.add(new Parameter(id(each.name()), type, optional(each.expression()), span(each)));
    }
    return parameters;
  }

  @Override
  public Expr visitGroup(GroupContext context) {
    List<ExpressionContext> all = context.expression();
    Expr first = build(all.getFirst());
    if (!context.COMMA().isEmpty()) {
      problems.syntax(
          span(context),
          "several values in parentheses stand only left of an equals sign",
          "",
          "a list is written `[a, b]`");
      return new Expr.Group(first, span(context));
    }
    return context.ELSE() == null
        ? new Expr.Group(first, span(context))
        : new Expr.Else(first, build(all.get(1)), span(context));
  }

  @Override
  public Expr visitLabelledGroup(LabelledGroupContext context) {
    Expr value = build(context.expression());
    Span inside = span(context.name()).to(span(context.expression()));
    return new Expr.Group(new Expr.Labelled(id(context.name()), value, inside), span(context));
  }

  @Override
  public Expr visitListOf(ListOfContext context) {
    return new Expr.ListOf(context.expression().stream().map(this::build).toList(), span(context));
  }

  @Override
  public Expr visitRecordOf(RecordOfContext context) {
    List<Field> fields = new ArrayList<>();
    for (FieldContext each : context.field()) {
      fields.add(new Field(id(each.name()), build(each.expression()), span(each)));
    }
    return new Expr.RecordOf(fields, span(context));
  }

  @Override
  public Expr visitBool(BoolContext context) {
    return new Expr.BoolLiteral(context.TRUE() != null, span(context));
  }

  @Override
  public Expr visitInt(IntContext context) {
    return literals.integer(span(context));
  }

  @Override
  public Expr visitFloat(FloatContext context) {
    return literals.decimal(span(context));
  }

  @Override
  public Expr visitText(TextContext context) {
    return literals.text(span(context));
  }

  @Override
  public Expr visitNameOf(NameOfContext context) {
    return new Expr.Name(context.getText(), span(context));
  }
}
