package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Attention;
import xfm.compiler.rewrite.Passes;
import xfm.compiler.rewrite.SharedScores;
import xfm.compiler.source.DeepStack;

/**
 * How a graph runs: its steps in order, how each value lies in memory and in which buffer. One plan
 * serves all lengths; it holds no weights and no memory. An {@link Executor} runs it.
 */
public final class Plan {
  private final Graph graph;
  private final Optional<Plan> before;
  private final Set<Value> prepared;
  private final List<Step> steps;
  private final Set<Value> kept;
  private final Map<Value, Layout> layouts;
  private final Rows rows;
  private final Slots slots;
  private final Forms forms;

  /**
   * @param prepared values that {@code before} makes
   * @param all what is computed together, of all stages
   * @param needed values of the stages that are read after them
   * @param kept values that a run hands out
   */
  private Plan(
      Graph graph,
      Optional<Plan> before,
      Set<Value> prepared,
      List<Stage> written,
      List<SharedScores> all,
      Set<Value> needed,
      Set<Value> kept,
      Map<Value, Layout> layouts,
      boolean chained) {
    this.graph = graph;
    this.before = before;
    this.prepared = prepared;
    this.kept = kept;
    this.layouts = layouts;
    Set<Value> weights = weights(graph);
    Set<Value> same = identities(weights);
    same.addAll(prepared);
    Set<Value> own = identities(List.of());
    written.forEach(stage -> stage.equations().forEach(e -> own.add(e.target())));
    List<SharedScores> shared = all.stream().map(each -> each.only(own::contains)).toList();
    List<Stage> stages = Together.ordered(written, shared);
    rows = new Rows(same, stages, layouts::get);
    List<Step> single = new Steps(weights, same, layouts::get, rows, stages, shared, needed).made();
    List<Step> joined = new SharedRows(this::times).joined(single);
    steps =
        List.copyOf(chained ? new Chains(layouts::get, rows, needed, same).joined(joined) : joined);
    Set<Value> inside = identities(List.of());
    for (Step step : steps) {
      if (step instanceof Step.Chain chain) {
        inside.addAll(chain.inside().keySet());
      }
    }
    List<Value> inputs = graph.inputs().stream().map(Graph.Input::value).toList();
    slots = new Slots(inputs, steps, kept, layouts::get, v -> !inside.contains(v));
    forms = new Forms(same, steps);
  }

  /**
   * Plans a graph.
   *
   * @param seen values of the graph that a run hands out besides the results; inputs and weights
   *     may be among them
   */
  public static Plan of(Graph graph, Set<Value> seen) {
    return DeepStack.call(() -> made(graph, seen, true));
  }

  /** The same with each loop as a step of its own: what a chain must have the bits of. */
  static Plan unchained(Graph graph, Set<Value> seen) {
    return DeepStack.call(() -> made(graph, seen, false));
  }

  private static Plan made(Graph graph, Set<Value> seen, boolean chained) {
    Graph lowered = Passes.lower(graph, seen);
    Map<Value, Layout> layouts = new IdentityHashMap<>();
    weights(lowered).forEach(weight -> layouts.put(weight, Layout.declared(weight)));
    lowered.inputs().forEach(i -> layouts.put(i.value(), Layout.stored(i.value())));
    lowered.equations().forEach(e -> layouts.put(e.target(), Layout.stored(e.target())));
    Set<Value> kept = new LinkedHashSet<>(lowered.results().values());
    kept.addAll(seen);
    List<Stage> stages = Stages.of(lowered.equations());
    List<SharedScores> shared = SharedScores.of(stages);
    shared.forEach(each -> keepAxes(each.attention(), layouts));
    Rows rows = new Rows(weights(lowered), stages, layouts::get);
    List<Stage> once = new ArrayList<>();
    List<Stage> later = new ArrayList<>();
    for (Stage stage : stages) {
      boolean same = rows.times(stage.equations().getFirst().target()) == Times.ONCE;
      (same ? once : later).add(stage);
    }
    if (once.isEmpty()) {
      return new Plan(
          lowered, Optional.empty(), Set.of(), later, shared, kept, kept, layouts, chained);
    }
    Set<Value> read = identities(kept);
    later.forEach(stage -> stage.equations().forEach(e -> read.addAll(Slots.reads(e))));
    Set<Value> prepared = identities(List.of());
    once.forEach(stage -> stage.equations().forEach(e -> prepared.add(e.target())));
    prepared.retainAll(read);
    Graph ofWeights =
        new Graph(
            lowered.name(),
            List.of(),
            List.of(),
            lowered.weights(),
            once.stream().flatMap(stage -> stage.equations().stream()).toList(),
            new LinkedHashMap<>(),
            lowered.seen());
    Plan before =
        new Plan(
            ofWeights,
            Optional.empty(),
            Set.of(),
            once,
            shared,
            prepared,
            Set.of(),
            layouts,
            chained);
    return new Plan(
        lowered, Optional.of(before), prepared, later, shared, kept, kept, layouts, chained);
  }

  /** Where scores go through several axes along their keys, these lie as declared. */
  private static void keepAxes(Attention attention, Map<Value, Layout> layouts) {
    Trees.visit(
        attention.score(),
        term -> {
          if (term instanceof Term.Read read
              && read.at().stream().filter(at -> Trees.free(at).contains(attention.key())).count()
                  > 1) {
            layouts.put(read.value(), Layout.declared(read.value()));
          }
        });
  }

  private static Set<Value> weights(Graph graph) {
    return identities(graph.weights().stream().map(Graph.Weight::value).toList());
  }

  /** A set, to begin with of these, in which only what is the same object is equal. */
  static <T> Set<T> identities(Collection<? extends T> values) {
    Set<T> set = Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(values);
    return set;
  }

  /** The axis of a plain read at which an index stands; −1 for none. */
  static int axis(Term.Read read, Atom.Index index) {
    return read.at().stream().map(Trees::asPoly).toList().indexOf(Poly.of(index));
  }

  /** The floating-point operations of all steps of a run. */
  public Poly flops() {
    return steps.stream().map(Step::flops).reduce(Poly.ZERO, Poly::plus);
  }

  /** The graph that the steps compute, equation by equation. */
  public Graph lowered() {
    return graph;
  }

  /** What is run once for all runs: the steps that depend on weights alone. */
  Optional<Plan> before() {
    return before;
  }

  /** Whether a value is made of weights alone, once, and kept for all runs. */
  boolean isPrepared(Value value) {
    return prepared.contains(value);
  }

  /** All such values that runs read or hand out. */
  Set<Value> prepared() {
    return prepared;
  }

  /** Those of each run. */
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

  /** In which forms the steps read weights, and what was prepared. */
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

  /** Whether a value has a buffer: not what is the same in all runs. */
  boolean hasBuffer(Value value) {
    return slots.slots().containsKey(value);
  }

  /** The number of the buffer of an input or of a value that is computed. */
  int buffer(Value value) {
    return slots.slots().get(value);
  }

  boolean isInput(Value value) {
    return graph.inputs().stream().anyMatch(input -> input.value() == value);
  }

  boolean isWeight(Value value) {
    return forms.isFixed(value) && !isPrepared(value);
  }

  /** One line a step, then weights and buffers: {@code xfm dump --plan}. */
  @Override
  public String toString() {
    return text(Map.of(), List.of());
  }

  /**
   * The same, and more.
   *
   * @param lengths those for which there are numbers in place of polynomials
   * @param remarks lines about it
   */
  public String text(Map<Atom.Symbol, Long> lengths, List<String> remarks) {
    return new PlanText(this, lengths, remarks).toString();
  }
}
