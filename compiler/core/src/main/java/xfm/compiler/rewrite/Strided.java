package xfm.compiler.rewrite;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/**
 * Subscripts that go through an axis at even steps: sums of indices, each times a number, and of
 * where they begin. {@code x[i, c * 8 + e]} are heads side by side, {@code x[2 * i + r]} windows,
 * {@code w[a, 64 + b]} a part of a weight: a product reads them where they lie.
 */
public final class Strided {
  private Strided() {}

  /** Whether all subscripts of a read are such. */
  static boolean is(Term.Read read) {
    return read.otherwise().isEmpty()
        && read.at().stream().allMatch(subscript -> is(Trees.asPoly(subscript)));
  }

  /** Steps go forward, by numbers; where they begin may depend on lengths. */
  public static boolean is(Poly subscript) {
    return isFixed(start(subscript))
        && subscript.minus(start(subscript)).terms().entrySet().stream().allMatch(Strided::isStep);
  }

  private static boolean isStep(Map.Entry<Poly.Monomial, Long> term) {
    Map<Atom, Integer> powers = term.getKey().powers();
    return term.getValue() > 0
        && powers.size() == 1
        && powers.keySet().iterator().next() instanceof Atom.Index index
        && powers.get(index) == 1;
  }

  private static boolean isFixed(Poly size) {
    return Trees.atoms(size).stream()
        .allMatch(atom ->
            switch (atom) {
              case Atom.Symbol _ -> true;
              case Atom.Index _, Atom.Data _ -> false;
              case Atom.Quotient(Poly a, Poly b) -> isFixed(a) && isFixed(b);
              case Atom.Remainder(Poly a, Poly b) -> isFixed(a) && isFixed(b);
              case Atom.Least(Poly a, Poly b) -> isFixed(a) && isFixed(b);
              case Atom.Greatest(Poly a, Poly b) -> isFixed(a) && isFixed(b);
            });
  }

  /** How far a subscript goes from one place of an index to the next; 0 if it lacks the index. */
  public static long step(Poly subscript, Atom.Index index) {
    return subscript.terms().getOrDefault(new Poly.Monomial(Map.of(index, 1)), 0L);
  }

  /** Where a subscript begins: at the first place of each of its indices. */
  public static Poly start(Poly subscript) {
    return subscript.substitute(atom -> atom instanceof Atom.Index ? Poly.ZERO : Poly.of(atom));
  }

  /** A subscript without what grows with these indices. */
  public static Poly rest(Poly subscript, Collection<Atom.Index> walked) {
    Poly rest = subscript;
    for (Atom.Index index : walked) {
      rest = rest.minus(Poly.of(index).times(step(subscript, index)));
    }
    return rest;
  }

  /**
   * Whether a read goes along each of the indices in one axis, at even steps, the rest as asked.
   */
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
    return Arrays.stream(axes).allMatch(times -> times == 1);
  }
}
