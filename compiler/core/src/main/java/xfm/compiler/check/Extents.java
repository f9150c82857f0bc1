package xfm.compiler.check;

import java.util.IdentityHashMap;
import java.util.Map;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/**
 * How large the terms of equations become once functions are inlined in them. A function that uses
 * its argument twice doubles it; twenty such calls in each other make a million. Everything else
 * walks over terms as trees, so each is bounded where it is made, by what its parts are known for.
 */
final class Extents {
  /** The largest of the stdlib has some hundred. */
  private static final long MOST_NODES = 30_000;

  private static final int MOST_LEVELS = 500;

  /** Of terms and of integers. */
  private Map<Object, Extent> known = new IdentityHashMap<>();

  private record Extent(long nodes, int levels) {
    static final Extent ONE = new Extent(1, 1);

    /** With a part more. */
    Extent and(Extent part) {
      return new Extent(
          Math.min(MOST_NODES + 1, nodes + part.nodes), Math.max(levels, part.levels + 1));
    }
  }

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

  private Extent of(Term term) {
    Extent extent = known.get(term);
    if (extent == null) {
      extent = Extent.ONE;
      if (term instanceof Term.Int(Poly value)) {
        extent = extent.and(of(value));
      } else {
        for (Term child : Trees.children(term)) {
          extent = extent.and(of(child));
        }
      }
      known.put(term, extent);
    }
    return extent;
  }

  /** Without asking atoms for equality, which would look at what is still to be bounded. */
  private Extent of(Poly integer) {
    Extent extent = known.get(integer);
    if (extent == null) {
      extent = Extent.ONE;
      for (Poly.Monomial monomial : integer.terms().keySet()) {
        for (Atom atom : monomial.powers().keySet()) {
          extent =
              switch (atom) {
                case Atom.Symbol _, Atom.Index _ -> extent.and(Extent.ONE);
                case Atom.Quotient(Poly a, Poly b) -> extent.and(of(a)).and(of(b));
                case Atom.Remainder(Poly a, Poly b) -> extent.and(of(a)).and(of(b));
                case Atom.Least(Poly a, Poly b) -> extent.and(of(a)).and(of(b));
                case Atom.Greatest(Poly a, Poly b) -> extent.and(of(a)).and(of(b));
                case Atom.Data data -> extent.and(of(data.value()));
              };
        }
      }
      known.put(integer, extent);
    }
    return extent;
  }
}
