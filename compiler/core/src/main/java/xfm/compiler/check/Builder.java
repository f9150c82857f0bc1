package xfm.compiler.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/** Collects the graph of a model, and knows under which path it is being built. */
final class Builder {
  /** More equations than any model that fits into memory; a runaway `repeat` ends here. */
  static final int MOST_EQUATIONS = 200_000;

  private final Deque<String> path = new ArrayDeque<>();
  private final List<Atom.Symbol> lengths = new ArrayList<>();
  private final List<Graph.Input> inputs = new ArrayList<>();
  private final SequencedMap<String, Graph.Weight> weights = new LinkedHashMap<>();
  private final List<Equation> equations = new ArrayList<>();
  private final Map<String, Value> seen = new LinkedHashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();

  void enter(String name) {
    path.addLast(name);
  }

  void leave() {
    path.removeLast();
  }

  /** The path of a name here: {@code layer[3].attention.q}. */
  String pathOf(String name) {
    return path.isEmpty() ? name : String.join(".", path) + "." + name;
  }

  void length(Atom.Symbol symbol) {
    lengths.add(symbol);
  }

  void input(Graph.Input input) {
    inputs.add(input);
    seen.put(input.name(), input.value());
  }

  void weight(Graph.Weight weight) {
    String name = weight.value().path();
    Graph.Weight before = weights.putIfAbsent(name, weight);
    if (before != null) {
      throw Diagnostic.of(Code.PATH, "two weights would both be called `" + name + "`")
          .at(weight.span(), "declared here, by a second call of the same block in one scope")
          .note("a weight is named by the path of calls that leads to it, so that files can name it")
          .help("label the calls: `ln_1: layer_norm(x)` and `ln_2: layer_norm(x)`")
          .raise();
    }
    seen.put(name, weight.value());
  }

  /** A new value for what an equation defines here. */
  Value define(String name, Term.Kind kind, List<Atom.Index> left, Term body, Span span) {
    if (equations.size() >= MOST_EQUATIONS) {
      throw Errors.error(
          Code.LIMIT,
          "the model has more than " + MOST_EQUATIONS + " equations",
          span,
          "is a `repeat` count too large?");
    }
    String plain = pathOf(name);
    int use = uses.merge(plain, 1, Integer::sum);
    List<Poly> shape = left.stream().map(Atom.Index::size).toList();
    Value value = new Value(use == 1 ? plain : plain + "@" + use, kind, shape);
    equations.add(new Equation(value, left, body, span));
    if (use == 1) {
      seen.put(plain + "@1", value);
    } else {
      seen.put(value.path(), value);
    }
    seen.put(plain, value);
    return value;
  }

  /** The name stands for this value from here on. */
  void alias(String name, Value value) {
    seen.put(pathOf(name), value);
  }

  Optional<Value> weightAt(String name) {
    return Optional.ofNullable(weights.get(name)).map(Graph.Weight::value);
  }

  Graph finish(String name, SequencedMap<String, Value> results) {
    uses.forEach(
        (plain, count) -> {
          if (count == 1) {
            seen.remove(plain + "@1");
          }
        });
    return new Graph(
        name,
        List.copyOf(lengths),
        List.copyOf(inputs),
        List.copyOf(weights.values()),
        List.copyOf(equations),
        results,
        seen);
  }
}
