package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.SharedScores;

/** Stages in an order in which what is computed together stands together, behind all it reads. */
final class Together {
  private final List<Stage> ordered = new ArrayList<>();
  private final Map<Value, List<Stage>> units = new IdentityHashMap<>();
  private final Set<List<Stage>> begun = Collections.newSetFromMap(new IdentityHashMap<>());

  private Together() {}

  static List<Stage> ordered(List<Stage> stages, List<SharedScores> shared) {
    Together together = new Together();
    stages.forEach(stage -> together.unit(List.of(stage)));
    for (SharedScores all : shared) {
      together.unit(all.equations().stream().<Stage>map(Stage.One::new).toList());
    }
    for (Stage stage : stages) {
      together.add(together.units.get(stage.equations().getFirst().target()));
    }
    return together.ordered;
  }

  private void unit(List<Stage> unit) {
    for (Stage stage : unit) {
      stage.equations().forEach(equation -> units.put(equation.target(), unit));
    }
  }

  private void add(List<Stage> unit) {
    if (begun.add(unit)) {
      for (Stage stage : unit) {
        for (Equation equation : stage.equations()) {
          for (Value read : Slots.reads(equation)) {
            if (units.containsKey(read)) {
              add(units.get(read));
            }
          }
        }
      }
      ordered.addAll(unit);
    }
  }
}
