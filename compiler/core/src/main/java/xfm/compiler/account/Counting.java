package xfm.compiler.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.account.Account.Axis;
import xfm.compiler.account.Account.Block;
import xfm.compiler.account.Account.Factored;
import xfm.compiler.account.Account.Part;
import xfm.compiler.account.Account.Row;
import xfm.compiler.account.Account.Slice;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Operations;

/** Counts one graph. */
final class Counting {
  private final Graph graph;
  private final Map<Atom.Symbol, Long> lengths;
  private final AxisClasses classes;
  private final List<Graph.Weight> weights;
  private final Set<Value> read = new HashSet<>();
  private final Set<Value> mixed = new HashSet<>();
  private final Set<FactorPairs.Pair> pairs;

  /** What counts copies, by its class, as it was first called. */
  private final Map<Object, Axis> copied = new HashMap<>();

  /**
   * @param lengths at which numbers are given
   */
  Counting(Graph graph, Map<Atom.Symbol, Long> lengths) {
    this.graph = graph;
    this.lengths = lengths;
    this.classes = new AxisClasses(graph);
    this.weights = graph.weights().stream().filter(weight -> !weight.constant()).toList();
    graph.equations().forEach(this::reads);
    pairs = new FactorPairs(graph, this::matrix).pairs();
  }

  Account account() {
    return new Account(
        graph.name(),
        rows(),
        blocks(),
        sum(weights.stream().filter(this::matrix).toList()),
        sum(weights.stream().filter(weight -> !matrix(weight)).toList()),
        sum(graph.weights().stream().filter(Graph.Weight::constant).toList()),
        new Active(graph).of(weights),
        Layers.count(graph.seen().keySet()),
        Rereading.of(graph),
        values(),
        Operations.of(graph),
        graph.longest(),
        lengths);
  }

  private static long elements(Graph.Weight weight) {
    return weight.value().shape().stream()
        .mapToLong(size -> size.constant().orElseThrow())
        .reduce(1, Math::multiplyExact);
  }

  static long sum(List<Graph.Weight> weights) {
    return weights.stream().mapToLong(Counting::elements).reduce(0, Math::addExact);
  }

  /** Notes which values are read, and which otherwise than element by element. */
  private void reads(Equation equation) {
    Trees.visit(
        equation.body(),
        term -> {
          if (term instanceof Term.Read(Value value, List<Term> at, Optional<Term> otherwise)) {
            read.add(value);
            for (int axis = 0; axis < at.size(); axis++) {
              Optional<Atom.Index> index = AxisClasses.bare(at.get(axis));
              if (index.isEmpty()
                  || !equation.left().contains(index.get())
                  || !index.get().size().equals(value.shape().get(axis))) {
                mixed.add(value);
              }
            }
          }
        });
  }

  private boolean matrix(Graph.Weight weight) {
    return matrix(weight.value());
  }

  private boolean matrix(Value value) {
    return value.shape().size() >= 2 && (mixed.contains(value) || !read.contains(value));
  }

  private static List<Axis> shape(Graph.Weight weight) {
    List<Axis> axes = new ArrayList<>();
    for (int k = 0; k < weight.value().shape().size(); k++) {
      axes.add(
          new Axis(weight.axes().get(k), weight.value().shape().get(k).constant().orElseThrow()));
    }
    return axes;
  }

  private record Kind(String pattern, List<Axis> shape, boolean matrix) {}

  private List<Row> rows() {
    Map<Kind, List<Graph.Weight>> kinds = new LinkedHashMap<>();
    for (Graph.Weight weight : weights) {
      kinds
          .computeIfAbsent(
              new Kind(Layers.pattern(weight.value().path()), shape(weight), matrix(weight)),
              k -> new ArrayList<>())
          .add(weight);
    }
    List<Row> rows = new ArrayList<>();
    kinds.forEach((kind, of) ->
        rows.add(
            new Row(
                Layers.together(of.stream().map(w -> w.value().path()).toList()),
                kind.shape(),
                kind.matrix(),
                elements(of.getFirst()),
                of.size())));
    return rows;
  }

  /** Blocks under which the same weights stand are the same. */
  private record BlockKind(String pattern, List<Kind> weights) {}

  private List<Block> blocks() {
    Map<String, List<Graph.Weight>> below = new LinkedHashMap<>();
    for (Graph.Weight weight : weights) {
      for (String block : Layers.prefixes(weight.value().path())) {
        below.computeIfAbsent(block, k -> new ArrayList<>()).add(weight);
      }
    }
    Map<BlockKind, List<String>> kinds = new LinkedHashMap<>();
    below.forEach((path, inside) ->
        kinds
            .computeIfAbsent(
                new BlockKind(
                    Layers.pattern(path),
                    inside.stream()
                        .map(w ->
                            new Kind(
                                w.value().path().substring(path.length()), shape(w), matrix(w)))
                        .toList()),
                k -> new ArrayList<>())
            .add(path));
    List<Block> blocks = new ArrayList<>();
    kinds.forEach((kind, paths) -> {
      String one = paths.getFirst();
      List<Graph.Weight> inside = below.get(one);
      List<Slice> slices = slices(one, inside);
      List<Factored> factored = factored(one, inside);
      // Rows show the model's own weights anyhow: a block if there is more to say of them.
      if (inside.size() > 1 && !(one.isEmpty() && slices.isEmpty() && factored.isEmpty())) {
        blocks.add(
            new Block(
                one.isEmpty() ? graph.name() : Layers.together(paths),
                paths.size(),
                sum(inside.stream().filter(this::matrix).toList()),
                sum(inside.stream().filter(w -> !matrix(w)).toList()),
                slices,
                factored));
      }
    });
    return blocks;
  }

  private List<Slice> slices(String block, List<Graph.Weight> inside) {
    List<Graph.Weight> own =
        inside.stream().filter(w -> matrix(w) && block(w).equals(block)).toList();
    sameNames(own);
    Set<Object> copies = classes.copies();
    own.forEach(weight -> copies.removeAll(twice(weight)));
    Map<Object, List<Part>> parts = new LinkedHashMap<>();
    for (Graph.Weight weight : own) {
      for (int k = 0; k < weight.axes().size(); k++) {
        Object kind = classes.of(weight.value(), k);
        Axis axis = shape(weight).get(k);
        if (weight.axes().size() > 2 && axis.size() > 1 && copies.contains(kind)) {
          copied.putIfAbsent(kind, axis);
          parts
              .computeIfAbsent(kind, c -> new ArrayList<>())
              .add(new Part(name(weight), elements(weight) / axis.size()));
        }
      }
    }
    return parts.entrySet().stream()
        .filter(each -> each.getValue().size() > 1)
        .map(each -> new Slice(copied.get(each.getKey()), each.getValue()))
        .toList();
  }

  /** The classes of several axes of one weight: a part of it along one of them is no copy. */
  private Set<Object> twice(Graph.Weight weight) {
    Set<Object> once = new HashSet<>();
    Set<Object> twice = new HashSet<>();
    for (int k = 0; weight.axes().size() > 2 && k < weight.axes().size(); k++) {
      Object kind = classes.of(weight.value(), k);
      if (!once.add(kind)) {
        twice.add(kind);
      }
    }
    return twice;
  }

  /** Only where the factors are fewer than the matrix: the rest is a choice of axes. */
  private List<Factored> factored(String block, List<Graph.Weight> inside) {
    Map<Value, Graph.Weight> own = new LinkedHashMap<>();
    inside.stream().filter(w -> block(w).equals(block)).forEach(w -> own.put(w.value(), w));
    List<Factored> found = new ArrayList<>();
    for (FactorPairs.Pair pair : pairs) {
      Graph.Weight a = own.get(pair.a().matrix());
      Graph.Weight b = own.get(pair.b().matrix());
      if (a != null && b != null) {
        factored(a, pair.a().axis(), b, pair.b().axis())
            .filter(matrix -> matrix.parameters() < matrix.full())
            .ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<Factored> factored(Graph.Weight a, int axisOfA, Graph.Weight b, int axisOfB) {
    Map<Object, Axis> copies = copies(a, axisOfA);
    if (copies.size() > 1 || !copies.keySet().equals(copies(b, axisOfB).keySet())) {
      return Optional.empty();
    }
    long count = copies.values().stream().mapToLong(Axis::size).reduce(1, Math::multiplyExact);
    long rank = shape(a).get(axisOfA).size();
    if (count * rank == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Factored(
            name(a),
            name(b),
            copies.values().stream().findFirst(),
            rank,
            elements(a) / count / rank,
            elements(b) / count / rank));
  }

  private Map<Object, Axis> copies(Graph.Weight weight, int except) {
    Set<Object> all = classes.copies();
    Map<Object, Axis> copies = new LinkedHashMap<>();
    for (int k = 0; k < weight.axes().size(); k++) {
      Object kind = classes.of(weight.value(), k);
      if (k != except && all.contains(kind) && !twice(weight).contains(kind)) {
        copies.put(kind, copied.getOrDefault(kind, shape(weight).get(k)));
      }
    }
    return copies;
  }

  /** The path of the block that a weight stands in. */
  private static String block(Graph.Weight weight) {
    return Layers.prefixes(weight.value().path()).getLast();
  }

  private static String name(Graph.Weight weight) {
    return weight.value().path().substring(weight.value().path().lastIndexOf('.') + 1);
  }

  private void sameNames(List<Graph.Weight> own) {
    Map<String, Graph.Weight> first = new HashMap<>();
    for (Graph.Weight weight : own) {
      for (int k = 0; k < weight.axes().size(); k++) {
        String name = weight.axes().get(k);
        Graph.Weight other = first.putIfAbsent(name, weight);
        if (other != null && !name.matches("[0-9]+")) {
          classes.same(weight.value(), k, other.value(), other.axes().indexOf(name));
        }
      }
    }
  }

  private Poly values() {
    return graph.equations().stream()
        .map(equation -> equation.target().shape().stream().reduce(Poly.ONE, Poly::times))
        .reduce(Poly.ZERO, Poly::plus);
  }
}
