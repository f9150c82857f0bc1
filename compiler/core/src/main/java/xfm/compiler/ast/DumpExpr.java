package xfm.compiler.ast;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast.Argument;
import xfm.compiler.ast.Ast.Binder;
import xfm.compiler.ast.Ast.Dim;
import xfm.compiler.ast.Ast.FnParameter;
import xfm.compiler.ast.Ast.Index;
import xfm.compiler.ast.Ast.Parameter;
import xfm.compiler.ast.Ast.Piece;

/** Expressions and types in one line: {@code (* (at x i a) (at query a e))}. */
final class DumpExpr {
  private final StringBuilder out = new StringBuilder();

  private DumpExpr() {}

  static String text(Expr expression) {
    DumpExpr dump = new DumpExpr();
    dump.put(expression);
    return dump.out.toString();
  }

  static String text(Type type) {
    return switch (type) {
      case Type.Tensor t -> {
        String dims = t.dims().stream().map(DumpExpr::dim).collect(Collectors.joining(", "));
        boolean plain =
            t.element().element() == Type.Element.FLOAT && t.element().below().isEmpty();
        yield "[" + dims + "]" + (plain ? "" : " " + text(t.element()));
      }
      case Type.Scalar s -> {
        String word = s.element().name().toLowerCase(Locale.ROOT);
        yield s.element() == Type.Element.TOKEN
            ? word + s.below().map(size -> "(" + text(size) + ")").orElse("")
            : word + s.below().map(bound -> " < " + text(bound)).orElse("");
      }
      case Type.Function f ->
          (f.block() ? "block" : "")
              + f.parameters().stream()
                  .map(DumpExpr::parameter)
                  .collect(Collectors.joining(", ", "(", ")"))
              + " -> "
              + text(f.result());
      case Type.Record r ->
          r.fields().stream()
              .map(field -> field.name() + ": " + text(field.type()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  private static String dim(Dim dim) {
    return switch (dim) {
      case Ast.Size size ->
          text(size.value()) + size.atMost().map(most -> " <= " + text(most)).orElse("");
      case Ast.RestDim _ -> "...";
    };
  }

  private static String parameter(FnParameter parameter) {
    String name = parameter.name().map(Ast.Id::text).orElse("");
    String type = parameter.type().map(DumpExpr::text).orElse("");
    String below = parameter.below().map(bound -> " < " + text(bound)).orElse("");
    return name + (name.isEmpty() || type.isEmpty() ? "" : ": ") + type + below;
  }

  static String parameter(Parameter parameter) {
    return parameter.name()
        + parameter.type().map(type -> ": " + text(type)).orElse("")
        + parameter.defaultValue().map(value -> " = " + text(value)).orElse("");
  }

  static String binders(List<Binder> binders) {
    return binders.stream()
        .map(each -> each.name() + each.size().map(size -> ": " + text(size)).orElse(""))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private void put(Expr expression) {
    switch (expression) {
      case Expr.IntLiteral e -> out.append(e.value());
      case Expr.FloatLiteral e -> out.append(e.value());
      case Expr.BoolLiteral e -> out.append(e.value());
      case Expr.Text e -> quote(e.value());
      case Expr.Template e -> {
        out.append("(text");
        e.pieces().forEach(this::put);
        out.append(')');
      }
      case Expr.Name e -> out.append(e.text());
      case Expr.ListOf e -> list("list", e.items());
      case Expr.RecordOf e -> {
        out.append("(record");
        e.fields().forEach(field -> blankThen(field.name().text(), field.value()));
        out.append(')');
      }
      case Expr.Subscript e -> {
        open("at", List.of(e.base()));
        e.indices().forEach(this::put);
        out.append(')');
      }
      case Expr.Member e -> {
        open(".", List.of(e.base()));
        out.append(' ').append(e.name()).append(')');
      }
      case Expr.Call e -> {
        open("call", List.of(e.callee()));
        e.arguments().forEach(this::put);
        out.append(')');
      }
      case Expr.Reduce e -> {
        open(e.operation() + " " + binders(e.binders()), e.arguments());
        e.where().ifPresent(where -> blankThen("where", where));
        e.otherwise().ifPresent(other -> blankThen("else", other));
        out.append(')');
      }
      case Expr.Unary e -> list(e.op().sign, List.of(e.operand()));
      case Expr.Binary e -> list(e.op().sign, List.of(e.left(), e.right()));
      case Expr.If e -> list("if", List.of(e.condition(), e.then(), e.otherwise()));
      case Expr.Lambda e ->
          list(
              "fn "
                  + e.parameters().stream()
                      .map(DumpExpr::parameter)
                      .collect(Collectors.joining(", ", "[", "]")),
              List.of(e.body()));
      case Expr.Else e -> list("else", List.of(e.value(), e.otherwise()));
      case Expr.Group e -> list("group", List.of(e.inner()));
      case Expr.Share e -> list("share", List.of(e.recipe()));
      case Expr.Labelled e -> list("label " + e.label(), List.of(e.value()));
    }
  }

  /** {@code (head a b)}. */
  private void list(String head, List<Expr> all) {
    open(head, all);
    out.append(')');
  }

  private void blankThen(String head, Expr value) {
    out.append(' ');
    list(head, List.of(value));
  }

  private void open(String head, List<Expr> all) {
    out.append('(').append(head);
    for (Expr each : all) {
      out.append(' ');
      put(each);
    }
  }

  private void put(Index index) {
    out.append(' ');
    switch (index) {
      case Ast.At at -> put(at.value());
      case Ast.Whole _ -> out.append(':');
      case Ast.Rest _ -> out.append("...");
    }
  }

  private void put(Argument argument) {
    if (argument.name().isPresent()) {
      blankThen("= " + argument.name().get(), argument.value());
    } else {
      out.append(' ');
      put(argument.value());
    }
  }

  private void put(Piece piece) {
    out.append(' ');
    switch (piece) {
      case Ast.Words words -> quote(words.text());
      case Ast.Hole hole -> {
        out.append('{');
        put(hole.value());
        out.append(hole.format().isEmpty() ? "" : " :" + hole.format()).append('}');
      }
    }
  }

  private void quote(String text) {
    out.append('"');
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            default -> {
              if (c < 0x20 || c == 0x7f) {
                out.append(String.format("\\u{%x}", c));
              } else {
                out.appendCodePoint(c);
              }
            }
          }
        });
    out.append('"');
  }
}
