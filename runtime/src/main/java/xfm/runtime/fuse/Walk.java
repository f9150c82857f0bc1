package xfm.runtime.fuse;

import java.util.HashSet;
import java.util.Set;

/** Visits a value and what it is computed from, each once, outermost first. */
final class Walk {
  interface Visitor {
    /**
     * @param outer whether the node's value is the same inside and outside of the folds passed
     *     through to reach it
     * @return whether to go on to the node's inputs
     */
    boolean enter(Node node, boolean outer);
  }

  /** A node may be met inside a fold and outside, where its axes are others. */
  private record Place(Node node, long inner) {}

  private final Set<Place> seen = new HashSet<>();
  private final Visitor visitor;

  Walk(Visitor visitor) {
    this.visitor = visitor;
  }

  /**
   * @param inner the axes that count as those of folds passed through, one bit each
   */
  void visit(Node node, long inner) {
    if (seen.add(new Place(node, inner)) && visitor.enter(node, (node.axes & inner) == 0)) {
      for (int k = 0; k < node.in.size(); k++) {
        visit(node.in.get(k), inner | node.bound(k));
      }
    }
  }
}
