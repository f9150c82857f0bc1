package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.SharedScores;
import xfm.compiler.rewrite.Work;

/** Which kernel computes each equation of a lowered graph. */
final class Steps {
  private final Function<Value, Layout> layouts;
  private final List<Stage> stages;
  private final Products products;
  private final Epilogues epilogues;
  private final Map<Equation, SharedScores> shared = new IdentityHashMap<>();

  /**
   * @param same the values that are the same in all runs: the weights, and what is made of them
   * @param layouts of all values
   * @param shared what is computed together: it stands together
   * @param kept values that are read after these stages
   */
  Steps(
      Set<Value> weights,
      Set<Value> same,
      Function<Value, Layout> layouts,
      Rows rows,
      List<Stage> stages,
      List<SharedScores> shared,
      Set<Value> kept) {
    this.layouts = layouts;
    this.stages = stages;
    products = new Products(weights, same, layouts);
    epilogues = new Epilogues(stages, kept, weights, rows);
    for (SharedScores all : shared) {
      for (Equation equation : all.equations()) {
        Times times = rows.times(equation.target());
        this.shared.put(equation, all.only(value -> rows.times(value) == times));
      }
    }
  }

  List<Step> made() {
    List<Step> steps = new ArrayList<>();
    for (Stage stage : stages) {
      switch (stage) {
        case Stage.One(Equation equation) -> {
          Optional<SharedScores> shared = Optional.ofNullable(this.shared.get(equation));
          if (shared.isPresent()) {
            if (shared.get().equations().getLast() == equation) {
              steps.add(attention(shared.get()));
            }
          } else if (!epilogues.isConsumed(equation.target())) {
            steps.add(step(equation));
          }
        }
        case Stage.Recurrence recurrence ->
            steps.add(
                new Step.Scan(
                    recurrence,
                    recurrence.members().stream()
                        .map(m -> step(m.equation(), Optional.of(m.index())))
                        .toList()));
      }
    }
    return steps;
  }

  private Step step(Equation equation) {
    Optional<Epilogues.Consumer> consumer = epilogues.of(equation);
    if (consumer.isPresent()) {
      return new Step.Multiply(List.of(products.of(consumer.get())));
    }
    return step(equation, Optional.empty());
  }

  private Step attention(SharedScores shared) {
    return new Step.Attention(
        shared, ScoreLoops.of(shared.attention(), layouts), Work.flops(shared));
  }

  /**
   * @param fixed the index of which the step sees one place at a time
   */
  private Step step(Equation equation, Optional<Atom.Index> fixed) {
    return products
        .of(equation, fixed)
        .<Step>map(output -> new Step.Multiply(List.of(output)))
        .orElseGet(() -> LoopMaker.of(equation, layouts, fixed));
  }
}
