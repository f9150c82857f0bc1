package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Passes;
import xfm.compiler.rewrite.Product;
import xfm.compiler.rewrite.Work;
import xfm.compiler.source.DeepStack;

/**
 * How a graph runs: its steps in order, how each value lies in memory and in which buffer. One plan
 * serves all lengths; it holds no weights and no memory. An {@link Executor} runs it.
 */
public final class Plan {
  private final Graph graph;
  private final List<Step> steps;
  private final Set<Value> kept;
  private final Map<Value, Layout> layouts;
  private final Slots slots;

  private Plan(
      Graph graph, List<Step> steps, Set<Value> kept, Map<Value, Layout> layouts, Slots slots) {
    this.graph = graph;
    this.steps = List.copyOf(steps);
    this.kept = kept;
    this.layouts = layouts;
    this.slots = slots;
  }

  /**
   * Plans a graph.
   *
   * @param seen values of the graph that a run hands out besides the results; inputs and weights
   *     may be among them
   */
  public static Plan of(Graph graph, Set<Value> seen) {
    return DeepStack.call(() -> made(graph, seen));
  }

  private static Plan made(Graph graph, Set<Value> seen) {
    Graph lowered = Passes.lower(graph, seen);
    Set<Value> weights =
        lowered.weights().stream().map(Graph.Weight::value).collect(Collectors.toSet());
    Map<Value, Layout> layouts = new IdentityHashMap<>();
    weights.forEach(weight -> layouts.put(weight, Layout.declared(weight)));
    List<Value> inputs = lowered.inputs().stream().map(Graph.Input::value).toList();
    inputs.forEach(input -> layouts.put(input, Layout.declared(input)));
    List<Step> steps = new ArrayList<>();
    for (Equation equation : lowered.equations()) {
      layouts.put(equation.target(), Layout.stored(equation.target()));
      steps.add(step(equation, weights, layouts));
    }
    Set<Value> kept = new LinkedHashSet<>(lowered.results().values());
    kept.addAll(seen);
    return new Plan(lowered, steps, kept, layouts, new Slots(inputs, steps, kept, layouts));
  }

  private static Step step(Equation equation, Set<Value> weights, Map<Value, Layout> layouts) {
    Optional<Product> product = Product.of(equation.left(), equation.body(), weights);
    if (product.isEmpty()) {
      return LoopMaker.of(equation, layouts::get);
    }
    Product p = product.get();
    Layout target = layouts.get(equation.target());
    Comparator<Atom.Index> inTarget =
        Comparator.comparingInt(i -> target.order().indexOf(equation.left().indexOf(i)));
    Comparator<Atom.Index> inFactor =
        Comparator.comparingInt(i -> layouts.get(p.a().value()).order().indexOf(axis(p.a(), i)));
    Product sorted =
        new Product(
            p.a(),
            p.b(),
            p.batch().stream().sorted(inTarget).toList(),
            p.rows().stream().sorted(inTarget).toList(),
            p.columns().stream().sorted(inTarget).toList(),
            p.inner().stream().sorted(inFactor).toList());
    return new Step.Multiply(
        equation, sorted, weights.contains(p.b().value()), Work.flops(equation));
  }

  /** The axis of a plain read at which an index stands; −1 for none. */
  static int axis(Term.Read read, Atom.Index index) {
    return read.at().stream().map(Trees::asPoly).toList().indexOf(Poly.of(index));
  }

  /** The floating-point operations of all steps. */
  public Poly flops() {
    return steps.stream().map(Step::flops).reduce(Poly.ZERO, Poly::plus);
  }

  /** The graph that the steps compute, equation by equation. */
  public Graph lowered() {
    return graph;
  }

  List<Step> steps() {
    return steps;
  }

  /** The values that a run hands out. */
  Set<Value> kept() {
    return kept;
  }

  Layout layout(Value value) {
    return layouts.get(value);
  }

  /** The values of each buffer. */
  List<List<Value>> buffers() {
    return slots.buffers();
  }

  /** The number of the buffer of an input or of a value that is computed. */
  int buffer(Value value) {
    return slots.slots().get(value);
  }

  boolean isWeight(Value value) {
    return graph.weights().stream().anyMatch(weight -> weight.value() == value);
  }

  /** One line a step, then weights and buffers: {@code xfm dump --plan}. */
  @Override
  public String toString() {
    return new PlanText(this).toString();
  }
}
