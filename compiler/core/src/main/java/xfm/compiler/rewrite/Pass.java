package xfm.compiler.rewrite;

import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;

/** From a graph to one that computes the same values, and perhaps more. */
@FunctionalInterface
interface Pass {
  Graph apply(Graph graph);

  /**
   * The graph with other bodies, attentions left as they are.
   *
   * @param body of an equation, with the values that it needs besides
   */
  static Graph bodies(Graph graph, BiFunction<Equation, Temporaries, Term> body) {
    Temporaries temporaries = new Temporaries(graph);
    Set<Equation> attentions = Attention.all(graph);
    for (Equation equation : graph.equations()) {
      temporaries.begin(equation);
      temporaries.add(
          attentions.contains(equation)
              ? equation
              : equation.with(body.apply(equation, temporaries)));
    }
    return with(graph, temporaries.equations());
  }

  /** The graph with other equations, which are put in order. */
  static Graph with(Graph graph, List<Equation> equations) {
    return new Graph(
        graph.name(),
        graph.lengths(),
        graph.inputs(),
        graph.weights(),
        Stages.sorted(equations),
        graph.results(),
        graph.seen(),
        graph.marks());
  }
}
