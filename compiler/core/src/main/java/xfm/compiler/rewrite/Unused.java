package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/** Drops the equations on which nothing depends that anybody asked for. */
final class Unused implements Pass {
  private final Set<Value> keep;

  /**
   * @param keep the values that were asked for besides the results
   */
  Unused(Set<Value> keep) {
    this.keep = keep;
  }

  @Override
  public Graph apply(Graph graph) {
    Set<Value> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
    wanted.addAll(keep);
    wanted.addAll(graph.results().values());
    List<Equation> kept = new ArrayList<>();
    for (Stage stage : Stages.of(graph.equations()).reversed()) {
      if (stage.equations().stream().anyMatch(e -> wanted.contains(e.target()))) {
        kept.addAll(0, stage.equations());
        stage.equations().forEach(equation -> read(equation, wanted));
      }
    }
    return Pass.with(graph, kept);
  }

  private static void read(Equation equation, Set<Value> wanted) {
    Trees.visit(
        equation.body(),
        term -> {
          if (term instanceof Term.Read read) {
            wanted.add(read.value());
          }
        });
  }
}
