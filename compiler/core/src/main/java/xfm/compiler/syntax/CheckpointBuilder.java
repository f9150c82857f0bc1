package xfm.compiler.syntax;

import java.util.List;
import java.util.Optional;
import org.antlr.v4.runtime.tree.TerminalNode;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Ast.CheckpointLine;
import xfm.compiler.ast.Ast.PathSegment;
import xfm.compiler.ast.Ast.Transform;
import xfm.compiler.ast.Expr;
import xfm.grammar.XfmParser.*;
import xfm.grammar.XfmParserBaseVisitor;

/** The lines of a checkpoint section. */
final class CheckpointBuilder extends XfmParserBaseVisitor<CheckpointLine> {
  private final ExpressionBuilder expressions;
  private final Problems problems;

  CheckpointBuilder(ExpressionBuilder expressions, Problems problems) {
    this.expressions = expressions;
    this.problems = problems;
  }

  @Override
  public CheckpointLine visitIgnore(IgnoreContext context) {
    return new Ast.Ignore(texts(context.TEXT()), expressions.span(context));
  }

  @Override
  public CheckpointLine visitIgnoreConfig(IgnoreConfigContext context) {
    if (!context.NAME().getText().equals("config")) {
      problems.syntax(
          expressions.span(context.NAME().getSymbol()),
          "what a checkpoint ignores is a tensor of the file or a key of `config`",
          "",
          "write `ignore \"name of the tensor\"` or `ignore config.key`");
    }
    return new Ast.IgnoreConfig(
        context.configKeys().name().stream().map(expressions::id).toList(),
        expressions.span(context));
  }

  @Override
  public CheckpointLine visitCheckpointRequire(CheckpointRequireContext context) {
    return new Ast.CheckpointRequire(
        expressions.build(context.expression()), expressions.span(context));
  }

  @Override
  public CheckpointLine visitMapping(MappingContext context) {
    return new Ast.Mapping(
        context.path().pathSegment().stream().map(this::segment).toList(),
        texts(context.TEXT()),
        context.transform().stream().map(this::transform).toList(),
        expressions.span(context));
  }

  @Override
  public CheckpointLine visitSetting(SettingContext context) {
    List<PathSegmentContext> path = context.path().pathSegment();
    PathSegmentContext first = path.getFirst();
    if (path.size() > 1 || first.LPAREN() != null || first.expression() != null) {
      problems.syntax(
          expressions.span(context.path()),
          "a weight comes from a tensor of the file, which is named by a text",
          "this is the path of a weight",
          "write `"
              + Tokens.shortened(expressions.span(context.path()).text())
              + " = \"name of the tensor\"`");
    }
    return new Ast.Setting(
        expressions.id(first.name(0)),
        expressions.build(context.expression(0)),
        expressions.optional(context.expression(1)),
        expressions.span(context));
  }

  private List<Expr.Text> texts(List<TerminalNode> all) {
    return all.stream().map(each -> expressions.rawText(each.getSymbol())).toList();
  }

  private PathSegment segment(PathSegmentContext context) {
    return new PathSegment(
        context.name().stream().map(expressions::id).toList(),
        expressions.optional(context.expression()),
        expressions.span(context));
  }

  private Transform transform(TransformContext context) {
    return switch (context) {
      case SplitContext split ->
          new Ast.Split(
              expressions.build(split.expression()),
              Optional.ofNullable(split.name()).map(expressions::id),
              expressions.span(split));
      case StackContext stack ->
          new Ast.Stack(expressions.build(stack.expression()), expressions.span(stack));
      case AsContext as ->
          new Ast.As(
              as.expression().stream().map(expressions::build).toList(), expressions.span(as));
      default -> new Ast.Transpose(expressions.span(context));
    };
  }
}
