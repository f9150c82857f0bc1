package xfm.compiler.print;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.checkpoint.CheckpointPlan;
import xfm.compiler.checkpoint.Route;
import xfm.compiler.checkpoint.Routes;
import xfm.compiler.checkpoint.Sections;
import xfm.compiler.checkpoint.Step;
import xfm.compiler.ir.Graph;

/**
 * The checkpoint section of a flat model: the same tensors for the weights' flat names, one line
 * for each layer. As the flat model has no parameters, what set them becomes a condition: {@code d
 * = config.n_embd} is {@code require config.n_embd == 48}, and folders of other sizes are refused.
 */
final class FlatSection {
  private final Item.Checkpoint section;
  private final SectionExpr expressions;
  private final Map<String, Object> settings;

  private FlatSection(Item.Checkpoint section, Map<String, Object> settings) {
    this.section = section;
    this.settings = settings;
    this.expressions = new SectionExpr(settings);
  }

  static String of(Graph graph, Item.Checkpoint section, Map<String, Object> settings) {
    return new FlatSection(section, settings).text(graph);
  }

  private String text(Graph graph) {
    List<String> lines = new ArrayList<>();
    if (!Sections.choosesType(section)) {
      lines.add("require config.model_type == " + SectionExpr.quoted(section.model().text()));
    }
    for (Ast.CheckpointLine line : section.lines()) {
      switch (line) {
        case Ast.Setting setting -> lines.add(setting(setting));
        case Ast.CheckpointRequire require ->
            lines.add("require " + expressions.text(require.condition()));
        case Ast.Ignore ignore -> lines.add("ignore " + quoted(ignore.files(), ", "));
        case Ast.IgnoreConfig ignore ->
            lines.add(
                "ignore config.("
                    + String.join(" | ", ignore.keys().stream().map(Ast.Id::text).toList())
                    + ")");
        case Ast.Mapping mapping -> {}
      }
    }
    Routes.prefixes(section).forEach(prefix -> lines.add("prefix = " + SectionExpr.quoted(prefix)));
    Map<String, String> names = FlatText.weights(graph);
    for (Route route : Routes.of(section, graph, settings)) {
      lines.add(route(route, names));
    }
    StringBuilder out = new StringBuilder("checkpoint m {\n");
    lines.forEach(line -> out.append("  ").append(line).append('\n'));
    return out.append("}\n").toString();
  }

  private static String quoted(List<Expr.Text> texts, String separator) {
    return String.join(
        separator, texts.stream().map(text -> SectionExpr.quoted(text.value())).toList());
  }

  private String setting(Ast.Setting setting) {
    String value =
        setting
            .absent()
            .map(
                a -> "(" + expressions.text(setting.value()) + " else " + expressions.text(a) + ")")
            .orElse(expressions.operand(setting.value()));
    String name = setting.name().text();
    if (CheckpointPlan.TOKENS.contains(name)) {
      return name + " = " + value;
    }
    if (!settings.containsKey(name)) {
      throw new IllegalArgumentException("the value of the setting " + name + " is not given");
    }
    return "require " + value + " == " + SectionExpr.literal(settings.get(name));
  }

  private static String route(Route route, Map<String, String> names) {
    List<String> weights = route.weights().stream().map(w -> names.get(w.value().path())).toList();
    StringBuilder line =
        new StringBuilder(
            weights.size() == 1 ? weights.getFirst() : "(" + String.join(" | ", weights) + ")");
    line.append(" = ")
        .append(String.join(" or ", route.files().stream().map(SectionExpr::quoted).toList()));
    for (Step step : route.steps()) {
      line.append(' ').append(step.text());
    }
    return line.toString();
  }
}
