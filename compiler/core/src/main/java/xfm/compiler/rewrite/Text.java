package xfm.compiler.rewrite;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;

/** Terms as text: for people, and as keys under which equal terms meet. */
public final class Text {
  private final Function<Object, String> objects;
  private final boolean canonical;
  private final Map<Atom.Index, String> names = new HashMap<>();
  private int bound;

  private Text(Function<Object, String> objects, boolean canonical) {
    this.objects = objects;
    this.canonical = canonical;
  }

  /** One equation a line, in the names of the graph. */
  public static String of(Graph graph) {
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    for (Equation equation : graph.equations()) {
      lines.add(of(equation));
    }
    return lines.toString();
  }

  static String of(Equation equation) {
    Text text = new Text(Object::toString, false);
    StringJoiner left = new StringJoiner(", ", "[", "]");
    equation.left().forEach(index -> left.add(text.name(index) + ": " + text.poly(index.size())));
    return equation.target() + left.toString() + " = " + text.term(equation.body());
  }

  /** A different text for each object. */
  static Function<Object, String> names() {
    Map<Object, String> names = new IdentityHashMap<>();
    return object -> names.computeIfAbsent(object, _ -> "$" + names.size());
  }

  /**
   * Equal for terms that are equal but for the names of the indices in {@code left} and of bound
   * ones.
   *
   * @param objects a different text for each value and each length: {@link #names}
   */
  static String key(List<Atom.Index> left, Term term, Function<Object, String> objects) {
    Text text = new Text(objects, true);
    StringBuilder key = new StringBuilder();
    for (Atom.Index index : left) {
      key.append(text.bind(index));
    }
    return key.append(text.term(term)).toString();
  }

  private String name(Atom.Index index) {
    return names.getOrDefault(index, index.name());
  }

  private String bind(Atom.Index index) {
    if (!canonical) {
      return index.name() + ": " + poly(index.size());
    }
    String size = poly(index.size());
    names.put(index, "#" + bound++);
    return names.get(index) + ":" + size + " ";
  }

  String term(Term term) {
    return switch (term) {
      case Term.Number(double value) -> Double.toString(value);
      case Term.Int(Poly value) -> poly(value);
      case Term.Truth(boolean value) -> Boolean.toString(value);
      case Term.Read read -> {
        StringJoiner at = new StringJoiner(", ", "[", "]");
        read.at().forEach(subscript -> at.add(term(subscript)));
        String plain = objects.apply(read.value()) + at;
        yield read.otherwise().map(o -> "(" + plain + " else " + term(o) + ")").orElse(plain);
      }
      case Term.Unary(Term.UnaryOp op, Term a) -> op.word + "(" + term(a) + ")";
      case Term.Binary(Term.BinaryOp op, Term a, Term b) ->
          "(" + term(a) + " " + op.word + " " + term(b) + ")";
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          "(if " + term(condition) + " then " + term(then) + " else " + term(otherwise) + ")";
      case Term.Reduce reduce -> {
        StringJoiner over = new StringJoiner(", ", "[", "]");
        reduce.over().forEach(index -> over.add(bind(index)));
        yield reduce.op().word
            + over
            + "("
            + term(reduce.body())
            + reduce.where().map(where -> " where " + term(where)).orElse("")
            + reduce.otherwise().map(otherwise -> " else " + term(otherwise)).orElse("")
            + ")";
      }
      case Term.Along along ->
          along.op().word
              + "["
              + name(along.over())
              + "]("
              + term(along.body())
              + along.where().map(where -> " where " + term(where)).orElse("")
              + ")";
      case Term.Unknown(Term.Kind kind, String what) -> kind + " " + what;
    };
  }

  private String poly(Poly poly) {
    if (poly.terms().isEmpty()) {
      return "0";
    }
    List<String> terms =
        poly.terms().entrySet().stream()
            .map(term -> {
              List<String> factors =
                  term.getKey().powers().entrySet().stream()
                      .map(p -> atom(p.getKey()) + (p.getValue() == 1 ? "" : "**" + p.getValue()))
                      .sorted()
                      .toList();
              String product = String.join("*", factors);
              return factors.isEmpty()
                  ? Long.toString(term.getValue())
                  : term.getValue() == 1 ? product : term.getValue() + "*" + product;
            })
            .toList();
    return String.join(" + ", canonical ? terms.stream().sorted().toList() : terms);
  }

  private String atom(Atom atom) {
    return switch (atom) {
      case Atom.Symbol symbol -> objects.apply(symbol);
      case Atom.Index index -> name(index);
      case Atom.Quotient(Poly a, Poly b) -> "((" + poly(a) + ") // (" + poly(b) + "))";
      case Atom.Remainder(Poly a, Poly b) -> "((" + poly(a) + ") % (" + poly(b) + "))";
      case Atom.Least(Poly a, Poly b) -> "min(" + poly(a) + ", " + poly(b) + ")";
      case Atom.Greatest(Poly a, Poly b) -> "max(" + poly(a) + ", " + poly(b) + ")";
      case Atom.Data data -> term(data.value());
    };
  }
}
