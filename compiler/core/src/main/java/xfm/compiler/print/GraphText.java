package xfm.compiler.print;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/** The listing of a graph for people: every value under its path, indices as they were written. */
final class GraphText implements Naming {
  private final Graph graph;
  private final TermText text = new TermText(this);

  private GraphText(Graph graph) {
    this.graph = graph;
  }

  static String of(Graph graph) {
    return new GraphText(graph).text();
  }

  static String of(Graph graph, Poly integer) {
    GraphText names = new GraphText(graph);
    return names.text.binding(List.copyOf(Trees.free(integer))).poly(integer);
  }

  private String text() {
    StringBuilder out = new StringBuilder("graph ").append(graph.name()).append('\n');
    out.append("inputs\n");
    graph.inputs().forEach(input -> line(out, input(input)));
    out.append("weights\n");
    graph.weights().forEach(weight -> line(out, weight(weight)));
    out.append("equations\n");
    for (Equation equation : graph.equations()) {
      String keep = graph.marks().kept().contains(equation.target()) ? "keep " : "";
      line(out, keep + equation(equation));
    }
    out.append("results\n");
    graph
        .results()
        .forEach(
            (name, value) -> line(out, name + ": " + shape(value) + " = " + graph.seenAs(value)));
    if (!graph.marks().penalties().isEmpty()) {
      out.append("penalties\n");
      graph
          .marks()
          .penalties()
          .forEach((name, value) -> line(out, name + " = " + graph.seenAs(value)));
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String line) {
    out.append("  ").append(line).append('\n');
  }

  private String input(Graph.Input input) {
    return input.name() + ": " + dims(input, text) + element(input, text);
  }

  /** {@code [n <= 64, 48]}. */
  static String dims(Graph.Input input, TermText text) {
    StringJoiner dims = new StringJoiner(", ", "[", "]");
    List<Poly> shape = input.value().shape();
    for (int axis = 0; axis < shape.size(); axis++) {
      Optional<Poly> most =
          axis < input.atMost().size() ? input.atMost().get(axis) : Optional.empty();
      dims.add(text.poly(shape.get(axis)) + most.map(m -> " <= " + text.poly(m)).orElse(""));
    }
    return dims.toString();
  }

  private static String element(Graph.Input input, TermText text) {
    String below = input.below().map(b -> " < " + text.poly(b)).orElse("");
    return kind(input.value()) + below;
  }

  /** What stands behind the brackets of a type. */
  static String kind(Value value) {
    return switch (value.kind()) {
      case FLOAT -> "";
      case INT -> " int";
      case BOOL -> " bool";
    };
  }

  private String shape(Value value) {
    return shape(value, text) + kind(value);
  }

  static String shape(Value value, TermText text) {
    StringJoiner sizes = new StringJoiner(", ", "[", "]");
    value.shape().forEach(size -> sizes.add(text.poly(size)));
    return sizes.toString();
  }

  private String weight(Graph.Weight weight) {
    StringJoiner axes = new StringJoiner(", ", "[", "]");
    List<Poly> shape = weight.value().shape();
    for (int axis = 0; axis < shape.size(); axis++) {
      String size = text.poly(shape.get(axis));
      String name = axis < weight.axes().size() ? weight.axes().get(axis) : size;
      axes.add(name.equals(size) ? size : name + " " + size);
    }
    return weight.value().path()
        + ": "
        + axes
        + " = "
        + initial(weight.initial(), text)
        + (weight.constant() ? ", const" : "");
  }

  static String initial(Graph.Initial initial, TermText text) {
    return switch (initial) {
      case Graph.Initial.Normal(double deviation) ->
          "normal(" + text.term(new Term.Number(deviation)) + ")";
      case Graph.Initial.Uniform(double from, double to) ->
          "uniform("
              + text.term(new Term.Number(from))
              + ", "
              + text.term(new Term.Number(to))
              + ")";
      case Graph.Initial.Xavier() -> "xavier";
      case Graph.Initial.Formula(List<Atom.Index> left, Term body)
          when left.isEmpty() && body.equals(new Term.Number(0)) ->
          "zeros";
      case Graph.Initial.Formula(List<Atom.Index> left, Term body)
          when left.isEmpty() && body.equals(new Term.Number(1)) ->
          "ones";
      case Graph.Initial.Formula(List<Atom.Index> left, Term body) -> {
        TermText inner = text.binding(left);
        yield left.isEmpty() ? text.term(body) : inner.binders(left) + " " + inner.term(body);
      }
    };
  }

  private String equation(Equation equation) {
    TermText inner = text.binding(equation.left());
    return graph.seenAs(equation.target())
        + inner.binders(equation.left())
        + " = "
        + inner.term(equation.body());
  }

  @Override
  public String value(Value value) {
    return graph.seenAs(value);
  }

  @Override
  public String symbol(Atom.Symbol symbol) {
    return symbol.name();
  }

  @Override
  public String bind(Atom.Index index, Collection<String> live) {
    String name = index.name();
    for (int i = 2; live.contains(name); i++) {
      name = index.name() + i;
    }
    return name;
  }
}
