package xfm.compiler.ast;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast.Binder;
import xfm.compiler.ast.Ast.CheckpointLine;
import xfm.compiler.ast.Ast.Parameter;
import xfm.compiler.ast.Ast.PathSegment;
import xfm.compiler.ast.Ast.Target;
import xfm.compiler.ast.Ast.Transform;
import xfm.compiler.ast.Ast.WeightName;

/**
 * A tree as readable text: a line for each statement, indented by its depth, expressions in prefix
 * form. Compiler tests compare it; it holds all of the tree but its spans.
 */
public final class Dump {
  private final StringBuilder out = new StringBuilder();
  private int indent;

  private Dump() {}

  /** The dump of a file. */
  public static String of(Ast.File file) {
    Dump dump = new Dump();
    file.requires().ifPresent(version -> dump.line("requires xfm " + version.number()));
    dump.items(file.items());
    return dump.out.toString();
  }

  /** The dump of an expression, in one line. */
  public static String of(Expr expression) {
    return DumpExpr.text(expression);
  }

  /** The dump of a type, in one line. */
  public static String of(Type type) {
    return DumpExpr.text(type);
  }

  private void line(String text) {
    out.repeat("  ", indent).append(text).append('\n');
  }

  private void items(List<Item> items) {
    items.forEach(this::item);
  }

  private void body(List<Item> items) {
    indent++;
    items(items);
    indent--;
  }

  private void item(Item item) {
    switch (item) {
      case Item.Declaration d -> declaration(d);
      case Item.Checkpoint c -> {
        line("checkpoint " + c.model());
        indent++;
        c.lines().forEach(each -> line(line(each)));
        indent--;
      }
      case Item.Import i ->
          line("import " + of(i.path()) + i.name().map(name -> " as " + name).orElse(""));
      case Item.Weight w -> line(weight(w));
      case Item.Let l -> line("let " + l.name() + " = " + of(l.value()));
      case Item.Equation e -> line(equation(e));
      case Item.Return r ->
          line(
              "return "
                  + r.equation().map(Dump::equation).orElse("")
                  + r.value().map(Dump::of).orElse(""));
      case Item.Penalty p -> line("penalty " + p.name() + " = " + of(p.value()));
      case Item.Repeat r -> {
        line(
            "repeat "
                + of(r.count())
                + r.name().map(name -> " as " + name).orElse("")
                + r.index().map(index -> "[" + index + "]").orElse(""));
        body(r.body());
      }
      case Item.If i -> {
        line("if " + of(i.condition()));
        body(i.then());
        if (!i.otherwise().isEmpty()) {
          line("else");
          body(i.otherwise());
        }
      }
      case Item.For f -> {
        line("for " + f.name() + " in " + of(f.values()));
        body(f.body());
      }
      case Item.While w -> {
        line("while " + of(w.condition()));
        body(w.body());
      }
      case Item.Evaluate e -> line("evaluate " + of(e.value()));
    }
  }

  private void declaration(Item.Declaration d) {
    line(d.kind().word() + " " + d.name());
    indent++;
    for (Parameter each : d.parameters()) {
      line("parameter " + DumpExpr.parameter(each));
    }
    d.result().ifPresent(type -> line("result " + of(type)));
    d.requires().forEach(each -> line("require " + of(each)));
    line(d.shortBody() ? "body =" : "body");
    body(d.body());
    indent--;
  }

  private static String weight(Item.Weight w) {
    StringBuilder text = new StringBuilder(w.constant() ? "const " : "weight ");
    text.append(w.names().stream().map(Dump::weightName).collect(Collectors.joining(", ")));
    w.type().ifPresent(type -> text.append(": ").append(of(type)));
    w.condition().ifPresent(condition -> text.append(" if ").append(of(condition)));
    w.otherwise().ifPresent(other -> text.append(" else ").append(of(other)));
    w.initial().ifPresent(initial -> text.append(" = ").append(of(initial)));
    return text.toString();
  }

  private static String weightName(WeightName name) {
    return name.name() + binders(name.indices());
  }

  private static String equation(Item.Equation e) {
    return (e.keep() ? "keep " : "")
        + e.targets().stream().map(Dump::target).collect(Collectors.joining(", "))
        + (e.adds() ? " += " : " = ")
        + of(e.value());
  }

  private static String target(Target target) {
    return target.name() + binders(target.indices());
  }

  private static String binders(Optional<List<Binder>> binders) {
    return binders.map(DumpExpr::binders).orElse("");
  }

  private static String line(CheckpointLine line) {
    return switch (line) {
      case Ast.Setting s ->
          "set "
              + s.name()
              + " = "
              + of(s.value())
              + s.absent().map(absent -> " else " + of(absent)).orElse("");
      case Ast.Mapping m ->
          "read "
              + m.path().stream().map(Dump::segment).collect(Collectors.joining("."))
              + " = "
              + texts(m.files(), " or ")
              + m.transforms().stream().map(Dump::transform).collect(Collectors.joining());
      case Ast.Ignore i -> "ignore " + texts(i.files(), ", ");
      case Ast.IgnoreConfig i ->
          "ignore config " + i.keys().stream().map(Ast.Id::text).collect(Collectors.joining(" "));
      case Ast.CheckpointRequire r -> "require " + of(r.condition());
    };
  }

  private static String texts(List<Expr.Text> texts, String between) {
    return texts.stream().map(Dump::of).collect(Collectors.joining(between));
  }

  private static String segment(PathSegment segment) {
    String names =
        segment.alternatives().stream().map(Ast.Id::text).collect(Collectors.joining(" | "));
    return (segment.alternatives().size() > 1 ? "(" + names + ")" : names)
        + segment.index().map(index -> "[" + of(index) + "]").orElse("");
  }

  private static String transform(Transform transform) {
    return switch (transform) {
      case Ast.Split s ->
          " split " + of(s.parts()) + s.axis().map(axis -> " on " + axis).orElse("");
      case Ast.Stack s -> " stack " + of(s.parts());
      case Ast.Transpose _ -> " transpose";
      case Ast.As as ->
          " as [" + as.sizes().stream().map(Dump::of).collect(Collectors.joining(", ")) + "]";
    };
  }
}
