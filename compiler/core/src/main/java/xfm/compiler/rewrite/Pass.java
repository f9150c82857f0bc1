package xfm.compiler.rewrite;

import java.util.List;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Stages;

/** From a graph to one that computes the same values, and perhaps more. */
@FunctionalInterface
interface Pass {
  Graph apply(Graph graph);

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
