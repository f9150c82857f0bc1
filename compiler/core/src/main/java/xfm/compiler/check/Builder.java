package xfm.compiler.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/** Collects the graph of a model, and knows under which path it is being built. */
final class Builder {
  /** More equations than any model that fits into memory; a runaway `repeat` ends here. */
  static final int MOST_EQUATIONS = 100_000;

  private final Deque<String> path = new ArrayDeque<>();
  private final Deque<Span> calls = new ArrayDeque<>();
  private final Map<String, List<Span>> callsOf = new HashMap<>();
  private final List<Atom.Symbol> lengths = new ArrayList<>();
  private final List<Graph.Input> inputs = new ArrayList<>();
  private final SequencedMap<String, Graph.Weight> weights = new LinkedHashMap<>();
  private final List<Equation> equations = new ArrayList<>();
  private final Map<String, Value> seen = new LinkedHashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final Set<Value> kept = new HashSet<>();
  private final SequencedMap<String, SequencedMap<Value, Span>> penalties = new LinkedHashMap<>();
  private final List<Graph.Condition> conditions = new ArrayList<>();
  private int trials;

  /** A call, or a place of a `repeat`, whose names are under this one. */
  void enter(String name, Span span) {
    path.addLast(name);
    calls.addLast(span);
  }

  void leave() {
    path.removeLast();
    calls.removeLast();
  }

  /** Two branches of which only one will exist: what one declares, the other may declare too. */
  void either(Runnable one, Runnable other) {
    SequencedMap<String, Graph.Weight> before = new LinkedHashMap<>(weights);
    one.run();
    SequencedMap<String, Graph.Weight> after = new LinkedHashMap<>(weights);
    weights.clear();
    weights.putAll(before);
    other.run();
    weights.putAll(after);
  }

  /** The path of a name here: {@code layer[3].attention.q}. */
  String pathOf(String name) {
    return path.isEmpty() ? name : String.join(".", path) + "." + name;
  }

  /** How many calls and layers it is deep. */
  int depth() {
    return path.size();
  }

  /** The part of the path below a depth, with a name. */
  String pathFrom(int depth, String name) {
    List<String> parts = new ArrayList<>(path.stream().skip(depth).toList());
    if (!name.isEmpty()) {
      parts.add(name);
    }
    return String.join(".", parts);
  }

  void length(Atom.Symbol symbol) {
    lengths.add(symbol);
  }

  void condition(Graph.Condition condition) {
    conditions.add(condition);
  }

  void input(Graph.Input input) {
    inputs.add(input);
    bound(input.name(), uses.merge(input.name(), 1, Integer::sum), input.value());
  }

  void weight(Graph.Weight weight) {
    if (isTrial()) {
      return;
    }
    String name = weight.value().path();
    Graph.Weight before = weights.putIfAbsent(name, weight);
    if (before != null) {
      throw twice(name, callsOf.get(name), before, weight);
    }
    callsOf.put(name, List.copyOf(calls));
    seen.put(name, weight.value());
  }

  /** The two calls at which the ways to the two weights part. */
  private XfmException twice(
      String name, List<Span> first, Graph.Weight before, Graph.Weight weight) {
    List<Span> second = List.copyOf(calls);
    int at = 0;
    while (at < Math.min(first.size(), second.size()) && first.get(at).equals(second.get(at))) {
      at++;
    }
    Span again = at < second.size() ? second.get(at) : weight.span();
    Span once = at < first.size() ? first.get(at) : before.span();
    String called = at < path.size() ? path.stream().skip(at).findFirst().orElseThrow() : name;
    return Diagnostic.of(Code.PATH, "two weights would both be called `" + name + "`")
        .at(again, "by this call, again")
        .at(once, "by this call, first")
        .at(weight.span(), "the weight")
        .note("a weight is called by the path of calls that leads to it, so that files can name it")
        .help(
            "label the calls: `"
                + called
                + "_1: "
                + called
                + "(…)` and `"
                + called
                + "_2: "
                + called
                + "(…)`")
        .raise();
  }

  /** Looks at something once more than it is used: what it defines is forgotten. */
  <T> T tried(Supplier<T> something) {
    trials++;
    try {
      return something.get();
    } finally {
      trials--;
    }
  }

  boolean isTrial() {
    return trials > 0;
  }

  /** A new value for what an equation defines here. */
  Value define(String name, Term.Kind kind, List<Atom.Index> left, Term body, Span span) {
    Value value = declare(name, kind, left.stream().map(Atom.Index::size).toList());
    define(value, left, body, span);
    return value;
  }

  /** A value that {@link #define(Value, List, Term, Span)} gives its equation. */
  Value declare(String name, Term.Kind kind, List<Poly> shape) {
    String plain = pathOf(name);
    if (isTrial()) {
      return new Value(plain, kind, shape);
    }
    int use = uses.merge(plain, 1, Integer::sum);
    Value value = new Value(use == 1 ? plain : plain + "@" + use, kind, shape);
    bound(plain, use, value);
    return value;
  }

  void define(Value value, List<Atom.Index> left, Term body, Span span) {
    if (isTrial()) {
      return;
    }
    if (equations.size() >= MOST_EQUATIONS) {
      throw Errors.error(
          Code.LIMIT,
          "the model has more than " + MOST_EQUATIONS + " equations",
          span,
          "is a `repeat` count too large?");
    }
    equations.add(new Equation(value, left, body, span));
  }

  /** The name stands for this value, which has its own, from here on. */
  void alias(String name, Value value) {
    if (isTrial()) {
      return;
    }
    String plain = pathOf(name);
    bound(plain, uses.merge(plain, 1, Integer::sum), value);
  }

  /** A value is found under its name and number, and the last one under the name alone. */
  private void bound(String plain, int use, Value value) {
    seen.put(plain + "@" + use, value);
    seen.put(plain, value);
  }

  Optional<Value> weightAt(String name) {
    return Optional.ofNullable(weights.get(name)).map(Graph.Weight::value);
  }

  /** The value is cached where decoding would cache what is computed from it. */
  void keep(Value value) {
    if (!isTrial()) {
      kept.add(value);
    }
  }

  /** A loss beside the result, of one element for each place of what calls it. */
  void penalty(String name, Value value, Span span) {
    if (!isTrial()) {
      penalties.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(value, span);
    }
  }

  /** The penalties of one name, added up: seen under that name. */
  private Value total(String name, SequencedMap<Value, Span> values) {
    Value first = values.firstEntry().getKey();
    Value there = seen.get(name);
    if (there != null && !values.containsKey(there)) {
      throw Errors.error(
          Code.NAME,
          "the model has something else that is called `" + name + "`",
          values.firstEntry().getValue(),
          "the penalties of all layers, added up, are seen under that name: take another");
    }
    if (values.size() == 1 && first.shape().isEmpty()) {
      seen.put(name, first);
      return first;
    }
    Term sum = values.keySet().stream().map(Builder::whole).reduce(Builder::plus).orElseThrow();
    return define(name, Term.Kind.FLOAT, List.of(), sum, values.firstEntry().getValue());
  }

  private static Term plus(Term a, Term b) {
    return Terms.arithmetic(Term.BinaryOp.ADD, a, b);
  }

  /** A penalty of a block that an equation calls is the sum of all its calls. */
  private static Term whole(Value value) {
    List<Atom.Index> indices = Elaboration.axes(value.shape());
    Term element = Terms.read(value, indices.stream().map(Poly::of).toList());
    return indices.isEmpty()
        ? element
        : new Term.Reduce(Term.ReduceOp.SUM, indices, element, Optional.empty(), Optional.empty());
  }

  Graph finish(String name, SequencedMap<String, Value> results) {
    SequencedMap<String, Value> totals = new LinkedHashMap<>();
    penalties.forEach((penalty, values) -> totals.put(penalty, total(penalty, values)));
    uses.forEach((plain, count) -> {
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
        seen,
        new Graph.Marks(Set.copyOf(kept), totals, List.copyOf(conditions)));
  }
}
