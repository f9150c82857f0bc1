package xfm.compiler.rewrite;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/** Reads that go in even steps along some indices: {@code x[i, 4 * h + e]} along h, e and i. */
public final class Subscripts {
  private Subscripts() {}

  /** The axis in which an index stands as a number of times itself; −1 if there is none. */
  public static int axis(Term.Read read, Atom.Index index) {
    for (int axis = 0; axis < read.at().size(); axis++) {
      if (step(Trees.asPoly(read.at().get(axis)), index) != 0) {
        return axis;
      }
    }
    return -1;
  }

  /** How much a subscript grows when the index does by 1, what is inside other atoms apart. */
  public static long step(Poly at, Atom.Index index) {
    return at.terms().getOrDefault(new Poly.Monomial(Map.of(index, 1)), 0L);
  }

  /** A subscript without what grows with these indices. */
  public static Poly rest(Poly at, Collection<Atom.Index> walked) {
    Poly rest = at;
    for (Atom.Index index : walked) {
      rest = rest.minus(Poly.of(index).times(step(at, index)));
    }
    return rest;
  }

  /** Whether each of the indices stands in one axis, in even steps, and the rest is such. */
  static boolean walks(Term.Read read, List<Atom.Index> walked, Predicate<Poly> rest) {
    int[] axes = new int[walked.size()];
    for (Term subscript : read.at()) {
      Poly at = Trees.asPoly(subscript);
      for (int i = 0; i < axes.length; i++) {
        long step = step(at, walked.get(i));
        if (step < 0) {
          return false;
        }
        axes[i] += step > 0 ? 1 : 0;
      }
      Poly still = rest(at, walked);
      if (!Collections.disjoint(Trees.free(still), walked) || !rest.test(still)) {
        return false;
      }
    }
    for (int times : axes) {
      if (times != 1) {
        return false;
      }
    }
    return true;
  }
}
