package xfm.compiler.print;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;

/**
 * A graph as one model of the language in which nothing has a telling name: inputs {@code a0},
 * lengths {@code n0}, weights {@code w0}, equations {@code v0}, indices {@code i0} (counted anew in
 * each equation, in the order in which they are bound). Only results keep their names, as the
 * fields of the record that is returned: that names them without an equation that would copy them.
 */
final class FlatText implements Naming {
  private final Map<Value, String> values = new HashMap<>();
  private final Map<Atom.Symbol, String> symbols = new HashMap<>();
  private final TermText text = new TermText(this);
  private int indices;

  private FlatText(Graph graph) {
    graph.lengths().forEach(length -> symbols.put(length, "n" + symbols.size()));
    List<Graph.Input> inputs = graph.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      values.put(inputs.get(i).value(), "a" + i);
    }
    for (int i = 0; i < graph.weights().size(); i++) {
      values.put(graph.weights().get(i).value(), "w" + i);
    }
    for (int i = 0; i < graph.equations().size(); i++) {
      values.put(graph.equations().get(i).target(), "v" + i);
    }
  }

  static String of(Graph graph) {
    return new FlatText(graph).model(graph);
  }

  /** What the weights are called in the flat model, by their paths. */
  static Map<String, String> weights(Graph graph) {
    Map<String, String> names = new HashMap<>();
    graph.weights().forEach(weight -> names.put(weight.value().path(), "w" + names.size()));
    return names;
  }

  private String model(Graph graph) {
    StringBuilder out = new StringBuilder("model m(");
    StringJoiner inputs = new StringJoiner(", ");
    graph
        .inputs()
        .forEach(input ->
            inputs.add(value(input.value()) + ": " + GraphText.dims(input, text) + element(input)));
    out.append(inputs).append(") -> {");
    StringJoiner types = new StringJoiner(", ");
    StringJoiner fields = new StringJoiner(", ");
    graph
        .results()
        .forEach((name, value) -> {
          types.add(name + ": " + GraphText.shape(value, text) + GraphText.kind(value));
          fields.add(name + ": " + value(value));
        });
    out.append(types).append("} ");
    List<Graph.Condition> conditions = graph.marks().conditions();
    if (!conditions.isEmpty()) {
      out.append("require ")
          .append(
              conditions.stream()
                  .map(condition -> text.term(condition.holds()))
                  .collect(Collectors.joining(", ")))
          .append(' ');
    }
    out.append("{\n");
    graph.weights().forEach(weight -> out.append("  ").append(weight(weight)).append('\n'));
    for (Equation equation : graph.equations()) {
      String keep = graph.marks().kept().contains(equation.target()) ? "keep " : "";
      out.append("  ").append(keep).append(equation(equation)).append('\n');
    }
    graph
        .marks()
        .penalties()
        .forEach((name, value) -> out.append("  penalty " + name + " = " + value(value) + "\n"));
    return out.append("  return {").append(fields).append("}\n}\n").toString();
  }

  private String element(Graph.Input input) {
    Optional<Poly> below = input.below();
    return below.isPresent()
        ? " token(" + text.poly(below.get()) + ")"
        : GraphText.kind(input.value());
  }

  private String weight(Graph.Weight weight) {
    indices = 0;
    String start = (weight.constant() ? "const " : "weight ") + value(weight.value());
    if (weight.initial() instanceof Graph.Initial.Formula(List<Atom.Index> left, Term body)
        && !left.isEmpty()) {
      TermText inner = text.binding(left);
      return start + inner.binders(left) + " = " + inner.term(body);
    }
    return start
        + ": "
        + GraphText.shape(weight.value(), text)
        + " = "
        + GraphText.initial(weight.initial(), text);
  }

  private String equation(Equation equation) {
    indices = 0;
    TermText inner = text.binding(equation.left());
    return value(equation.target())
        + inner.binders(equation.left())
        + " = "
        + inner.term(equation.body());
  }

  @Override
  public String value(Value value) {
    String name = values.get(value);
    if (name == null) {
      throw new IllegalArgumentException("the graph does not define " + value);
    }
    return name;
  }

  @Override
  public String symbol(Atom.Symbol symbol) {
    String name = symbols.get(symbol);
    if (name == null) {
      throw new IllegalArgumentException("no input binds the length " + symbol);
    }
    return name;
  }

  /**
   * A new one at each binding, so that two sums over one index are numbered as they will be read.
   */
  @Override
  public String bind(Atom.Index index, Collection<String> live) {
    return "i" + indices++;
  }
}
