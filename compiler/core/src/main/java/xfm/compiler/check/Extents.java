package xfm.compiler.check;

import java.util.IdentityHashMap;
import java.util.Map;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/**
 * How large the terms of equations become once functions are inlined in them. A function that uses
 * its argument twice doubles it; twenty such calls in each other make a million. What comes later
 * walks over terms as trees, once for every level: nothing larger leaves the checker.
 */
final class Extents {
  /** The largest of the stdlib has some hundred. */
  private static final long MOST_NODES = 100_000;

  private static final int MOST_LEVELS = 500;

  private Map<Term, Extent> known = new IdentityHashMap<>();

  private record Extent(long nodes, int levels) {}

  void bounded(Term term, Span span) {
    Extent extent = of(term);
    if (extent.nodes() > MOST_NODES || extent.levels() > MOST_LEVELS) {
      throw Errors.error(
          Code.LIMIT,
          "with its functions inlined, this has more than "
              + (extent.nodes() > MOST_NODES
                  ? MOST_NODES + " operations"
                  : MOST_LEVELS + " operations in each other"),
          span,
          "in a block or a model, an equation of its own is computed once: `y[i] = …`");
    }
  }

  /** An equation of the graph is done: what others share with it is counted again. */
  void forget() {
    known = new IdentityHashMap<>();
  }

  /** The parts are at most a statement deeper than what was bounded before. */
  private Extent of(Term term) {
    Extent before = known.get(term);
    if (before != null) {
      return before;
    }
    long nodes = 1;
    int levels = 0;
    for (Term child : Trees.children(term)) {
      Extent extent = of(child);
      nodes = Math.min(MOST_NODES + 1, nodes + extent.nodes());
      levels = Math.max(levels, extent.levels());
    }
    Extent extent = new Extent(nodes, levels + 1);
    known.put(term, extent);
    return extent;
  }
}
