package xfm.compiler.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.account.Account.Axis;
import xfm.compiler.account.Account.Block;
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

/** Counts one graph. */
final class Counting {
  private final Graph graph;
  private final AxisClasses classes;
  private final List<Graph.Weight> weights;
  private final Set<Value> read = new HashSet<>();
  private final Set<Value> mixed = new HashSet<>();

  Counting(Graph graph) {
    this.graph = graph;
    this.classes = new AxisClasses(graph);
    this.weights = graph.weights().stream().filter(weight -> !weight.constant()).toList();
    graph.equations().forEach(this::reads);
  }

  Account account(Optional<Poly> flops) {
    return new Account(
        graph.name(),
        rows(),
        blocks(),
        sum(weights.stream().filter(this::matrix).toList()),
        sum(weights.stream().filter(weight -> !matrix(weight)).toList()),
        sum(graph.weights().stream().filter(Graph.Weight::constant).toList()),
        values(),
        flops,
        longest());
  }

  private static long elements(Graph.Weight weight) {
    return weight.value().shape().stream()
        .mapToLong(size -> size.constant().orElseThrow())
        .reduce(1, Math::multiplyExact);
  }

  private static long sum(List<Graph.Weight> weights) {
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
    Value value = weight.value();
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
      // The model's own weights are a block where they fall into copies; rows show them anyhow.
      if (inside.size() > 1 && (!one.isEmpty() || !slices.isEmpty())) {
        blocks.add(
            new Block(
                one.isEmpty() ? graph.name() : Layers.together(paths),
                paths.size(),
                sum(inside.stream().filter(this::matrix).toList()),
                sum(inside.stream().filter(w -> !matrix(w)).toList()),
                slices));
      }
    });
    return blocks;
  }

  private List<Slice> slices(String block, List<Graph.Weight> inside) {
    List<Graph.Weight> own =
        inside.stream()
            .filter(w -> matrix(w) && Layers.prefixes(w.value().path()).getLast().equals(block))
            .toList();
    sameNames(own);
    Set<Object> copies = classes.copies();
    Map<Object, List<Part>> parts = new LinkedHashMap<>();
    Map<Object, Axis> axes = new HashMap<>();
    for (Graph.Weight weight : own) {
      for (int k = 0; k < weight.axes().size(); k++) {
        Object kind = classes.of(weight.value(), k);
        Axis axis = shape(weight).get(k);
        if (weight.axes().size() > 2 && axis.size() > 1 && copies.contains(kind)) {
          axes.putIfAbsent(kind, axis);
          parts
              .computeIfAbsent(kind, c -> new ArrayList<>())
              .add(
                  new Part(
                      weight.value().path().substring(weight.value().path().lastIndexOf('.') + 1),
                      elements(weight) / axis.size()));
        }
      }
    }
    return parts.entrySet().stream()
        .filter(each -> each.getValue().size() > 1)
        .map(each -> new Slice(axes.get(each.getKey()), each.getValue()))
        .toList();
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

  private Map<Atom.Symbol, Long> longest() {
    Map<Atom.Symbol, Long> longest = new LinkedHashMap<>();
    for (Graph.Input input : graph.inputs()) {
      for (int k = 0; k < input.atMost().size(); k++) {
        if (input.value().shape().get(k).atom().orElse(null) instanceof Atom.Symbol length) {
          input
              .atMost()
              .get(k)
              .filter(most -> most.constant().isPresent())
              .ifPresent(most -> longest.merge(length, most.constant().getAsLong(), Math::min));
        }
      }
    }
    return longest;
  }

  /** The lengths that a count depends on. */
  static Set<Atom> symbols(Poly poly) {
    return poly.terms().keySet().stream()
        .flatMap(monomial -> monomial.powers().keySet().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
