package xfm.compiler.plan;

import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Passes;
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
  private final Rows rows;
  private final Slots slots;
  private final Forms forms;

  private Plan(
      Graph graph,
      List<Step> steps,
      Set<Value> kept,
      Map<Value, Layout> layouts,
      Rows rows,
      Slots slots,
      Forms forms) {
    this.graph = graph;
    this.steps = List.copyOf(steps);
    this.kept = kept;
    this.layouts = layouts;
    this.rows = rows;
    this.slots = slots;
    this.forms = forms;
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
    inputs.forEach(input -> layouts.put(input, Layout.stored(input)));
    Set<Value> kept = new LinkedHashSet<>(lowered.results().values());
    kept.addAll(seen);
    List<Stage> stages = Stages.of(lowered.equations());
    lowered.equations().forEach(e -> layouts.put(e.target(), Layout.stored(e.target())));
    Rows rows = new Rows(weights, stages, layouts::get);
    List<Step> single = new Steps(weights, layouts::get, rows, stages, kept).made();
    List<Step> steps = new SharedRows(step -> rows.times(step.equation().target())).joined(single);
    Slots slots = new Slots(inputs, steps, kept, layouts, rows);
    Forms forms = new Forms(weights, steps);
    return new Plan(lowered, steps, kept, layouts, rows, slots, forms);
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

  /** How often a step runs for a batch. */
  Times times(Step step) {
    return rows.times(step.equation().target());
  }

  /** Whether a value is the same for all sequences of a batch. */
  boolean isSame(Value value) {
    return rows.isSame(value);
  }

  /** In which forms the steps read weights. */
  Forms forms() {
    return forms;
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

  boolean isInput(Value value) {
    return graph.inputs().stream().anyMatch(input -> input.value() == value);
  }

  boolean isWeight(Value value) {
    return forms.isWeight(value);
  }

  /** One line a step, then weights and buffers: {@code xfm dump --plan}. */
  @Override
  public String toString() {
    return new PlanText(this).toString();
  }
}
