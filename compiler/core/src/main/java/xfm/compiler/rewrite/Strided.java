package xfm.compiler.rewrite;

import java.util.Map;
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
}
