package xfm.compiler.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.antlr.v4.runtime.ParserRuleContext;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Ast.Dim;
import xfm.compiler.ast.Ast.FnParameter;
import xfm.compiler.ast.Ast.Id;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.ast.Type;
import xfm.compiler.ast.Type.Element;
import xfm.compiler.ast.Type.Scalar;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.source.Span;
import xfm.grammar.XfmParser.DimContext;
import xfm.grammar.XfmParser.FunctionOfContext;
import xfm.grammar.XfmParser.FunctionParameterContext;
import xfm.grammar.XfmParser.RecordOfTypesContext;
import xfm.grammar.XfmParser.ScalarOfContext;
import xfm.grammar.XfmParser.ScalarTypeContext;
import xfm.grammar.XfmParser.TensorTypeContext;
import xfm.grammar.XfmParser.TypeContext;
import xfm.grammar.XfmParser.TypeFieldContext;
import xfm.grammar.XfmParserBaseVisitor;

/** Types of the tree. */
final class TypeBuilder extends XfmParserBaseVisitor<Type> {
  private static final List<String> ELEMENTS = List.of("float", "int", "bool", "token", "text");

  private final ExpressionBuilder expressions;
  private final Problems problems;

  TypeBuilder(ExpressionBuilder expressions, Problems problems) {
    this.expressions = expressions;
    this.problems = problems;
  }

  Type build(TypeContext context) {
    return visit(context);
  }

  @Override
  public Type.Tensor visitTensorType(TensorTypeContext context) {
    List<Dim> dims = new ArrayList<>();
    for (DimContext each : context.dim()) {
      dims.add(dim(each));
    }
    Span span = expressions.span(context);
    Scalar element =
        context.scalarType() == null
            ? new Scalar(Element.FLOAT, Optional.empty(), span)
            : visitScalarType(context.scalarType());
    return new Type.Tensor(dims, element, span);
  }

  private Dim dim(DimContext context) {
    Span span = expressions.span(context);
    if (context.ELLIPSIS() != null) {
      return new Ast.RestDim(span);
    }
    Expr size = expressions.build(context.expression());
    if (size instanceof Expr.Binary bound && bound.op() == BinaryOp.LESS_EQUAL) {
      return new Ast.Size(bound.left(), Optional.of(bound.right()), span);
    }
    if (!isArithmetic(size)) {
      problems.syntax(
          span,
          "a size is a number",
          "this is none",
          "write `n`, `4 * d`, or `n <= most` for a bounded length");
    }
    return new Ast.Size(size, Optional.empty(), span);
  }

  @Override
  public Scalar visitScalarOf(ScalarOfContext context) {
    return visitScalarType(context.scalarType());
  }

  @Override
  public Scalar visitScalarType(ScalarTypeContext context) {
    Span span = expressions.span(context);
    String word = context.NAME().getText();
    Span at = expressions.span(context.NAME().getSymbol());
    if (!ELEMENTS.contains(word)) {
      problems.add(
          Diagnostic.of(Code.TYPE, "there is no type `" + Tokens.shortened(word) + "`")
              .at(at)
              .help(
                  Nearest.suggest(word, ELEMENTS)
                      .map(near -> "did you mean `" + near + "`?")
                      .orElse(Explain.TYPES)));
      return new Scalar(Element.FLOAT, Optional.empty(), span);
    }
    Optional<Expr> size =
        context.LPAREN() == null
            ? Optional.empty()
            : Optional.of(expressions.build(context.expression(0)));
    Optional<Expr> below =
        context.LT() == null
            ? Optional.empty()
            : Optional.of(expressions.build(context.expression().getLast()));
    boolean token = word.equals("token");
    if (token != size.isPresent() || token && below.isPresent()) {
      problems.syntax(
          span,
          token ? "`token` takes the size of its vocabulary" : "`" + word + "` takes no size",
          "",
          token ? "write `token(vocab)`" : "a bound is written `" + word + " < size`");
    }
    below.filter(bound -> !isArithmetic(bound)).ifPresent(this::notABound);
    return new Scalar(
        Element.valueOf(word.toUpperCase(Locale.ROOT)), size.isPresent() ? size : below, span);
  }

  private void notABound(Expr bound) {
    problems.syntax(bound.span(), "a bound is a number", "this is none", "write it in parentheses");
  }

  @Override
  public Type visitFunctionOf(FunctionOfContext context) {
    List<FnParameter> parameters = new ArrayList<>();
    for (FunctionParameterContext each : context.functionParameters().functionParameter()) {
      parameters.add(parameter(each));
    }
    return new Type.Function(
        context.BLOCK() != null,
        parameters,
        build(context.type()),
        expressions.span((ParserRuleContext) context));
  }

  /** {@code h < heads} has the shape of a type with a bound; the word tells them apart. */
  private FnParameter parameter(FunctionParameterContext context) {
    Span span = expressions.span(context);
    if (context.name() == null
        && context.type() instanceof ScalarOfContext scalar
        && !ELEMENTS.contains(scalar.scalarType().NAME().getText())
        && scalar.scalarType().LT() != null
        && scalar.scalarType().LPAREN() == null) {
      var name = scalar.scalarType().NAME();
      Expr below = expressions.build(scalar.scalarType().expression(0));
      if (!isArithmetic(below)) {
        notABound(below);
      }
      return new FnParameter(
          Optional.of(new Id(name.getText(), expressions.span(name.getSymbol()))),
          Optional.empty(),
          Optional.of(below),
          span);
    }
    return new FnParameter(
        Optional.ofNullable(context.name()).map(expressions::id),
        Optional.of(build(context.type())),
        Optional.empty(),
        span);
  }

  @Override
  public Type visitRecordOfTypes(RecordOfTypesContext context) {
    List<Type.TypeField> fields = new ArrayList<>();
    for (TypeFieldContext each : context.typeField()) {
      fields.add(new Type.TypeField(expressions.id(each.name()), build(each.type())));
    }
    return new Type.Record(fields, expressions.span((ParserRuleContext) context));
  }

  /** Whether a value can be a size: no comparison, no `and`, no text. */
  private static boolean isArithmetic(Expr value) {
    return switch (value) {
      case Expr.Binary binary -> binary.op().compareTo(BinaryOp.ADD) >= 0;
      case Expr.Unary unary -> unary.op() == Expr.UnaryOp.NEGATE;
      case Expr.BoolLiteral _,
          Expr.Text _,
          Expr.Template _,
          Expr.ListOf _,
          Expr.RecordOf _,
          Expr.Lambda _,
          Expr.Share _,
          Expr.Labelled _,
          Expr.FloatLiteral _ ->
          false;
      case Expr.IntLiteral _,
          Expr.Name _,
          Expr.Subscript _,
          Expr.Member _,
          Expr.Call _,
          Expr.Reduce _,
          Expr.If _,
          Expr.Else _,
          Expr.Group _ ->
          true;
    };
  }
}
