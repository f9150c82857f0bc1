package xfm.compiler.print;

import java.util.Map;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;

/**
 * The expressions of a checkpoint section as text, with the values of settings in the place of
 * their names. Everything with an operator is in parentheses.
 */
record SectionExpr(Map<String, Object> settings) {

  String text(Expr expr) {
    return switch (expr) {
      case Expr.IntLiteral e -> Long.toString(e.value());
      case Expr.FloatLiteral e -> literal(e.value());
      case Expr.BoolLiteral e -> Boolean.toString(e.value());
      case Expr.Text e -> quoted(e.value());
      case Expr.Name e ->
          settings.containsKey(e.text()) ? literal(settings.get(e.text())) : e.text();
      case Expr.Group e -> text(e.inner());
      case Expr.ListOf e ->
          e.items().stream().map(this::text).collect(Collectors.joining(", ", "[", "]"));
      case Expr.Member e -> text(e.base()) + "." + e.name();
      case Expr.Subscript e ->
          text(e.base())
              + e.indices().stream()
                  .map(i -> i instanceof Ast.At at ? text(at.value()) : i.span().text())
                  .collect(Collectors.joining(", ", "[", "]"));
      case Expr.Unary e ->
          e.op().sign + (e.op() == Expr.UnaryOp.NOT ? " " : "") + operand(e.operand());
      case Expr.Binary e -> operand(e.left()) + " " + e.op().sign + " " + operand(e.right());
      case Expr.If e ->
          "if "
              + operand(e.condition())
              + " then "
              + operand(e.then())
              + " else "
              + operand(e.otherwise());
      case Expr.Else e -> "(" + text(e.value()) + " else " + text(e.otherwise()) + ")";
      case Expr.Template e -> e.span().text();
      case Expr.RecordOf e -> e.span().text();
      case Expr.Call e ->
          text(e.callee())
              + e.arguments().stream()
                  .map(a -> a.name().map(n -> n + " = ").orElse("") + text(a.value()))
                  .collect(Collectors.joining(", ", "(", ")"));
      case Expr.Reduce e -> e.span().text();
      case Expr.Lambda e -> e.span().text();
      case Expr.Share e -> e.span().text();
      case Expr.Labelled e -> e.span().text();
    };
  }

  String operand(Expr expr) {
    Expr plain = expr instanceof Expr.Group group ? group.inner() : expr;
    boolean compound =
        plain instanceof Expr.Unary || plain instanceof Expr.Binary || plain instanceof Expr.If;
    String text = text(plain);
    return compound || text.startsWith("-") ? "(" + text + ")" : text;
  }

  static String literal(Object value) {
    return switch (value) {
      case Double number -> TermText.literal(number);
      case String text -> quoted(text);
      default -> value.toString();
    };
  }

  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
