package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/** An index as {@code high * by + low}, and both as one again. */
record Digits(Atom.Index whole, Poly by, Atom.Index high, Atom.Index low) {

  /**
   * An index apart.
   *
   * @param rows how many places {@code high} has
   */
  static Digits of(Atom.Index whole, Poly rows, Poly by) {
    return new Digits(
        whole, by, new Atom.Index(whole.name(), rows), new Atom.Index(whole.name(), by));
  }

  /** What the places of an index are divided by in a term. */
  static Set<Poly> divisors(Term term, Atom.Index index) {
    Set<Poly> divisors = new LinkedHashSet<>();
    Trees.visit(
        term,
        part -> {
          if (part instanceof Term.Int(Poly value)) {
            divisors(value, Poly.of(index), divisors);
          }
        });
    return divisors;
  }

  private static void divisors(Poly value, Poly index, Set<Poly> into) {
    for (Atom atom : Trees.atoms(value)) {
      switch (atom) {
        case Atom.Quotient(Poly a, Poly b) -> divisors(a, b, index, into);
        case Atom.Remainder(Poly a, Poly b) -> divisors(a, b, index, into);
        case Atom.Least(Poly a, Poly b) -> {
          divisors(a, index, into);
          divisors(b, index, into);
        }
        case Atom.Greatest(Poly a, Poly b) -> {
          divisors(a, index, into);
          divisors(b, index, into);
        }
        case Atom.Symbol _, Atom.Index _, Atom.Data _ -> {}
      }
    }
  }

  private static void divisors(Poly a, Poly by, Poly index, Set<Poly> into) {
    if (a.equals(index)) {
      into.add(by);
    } else {
      divisors(a, index, into);
    }
  }

  /** The term with the two indices in place of the one. */
  Term apart(Term term) {
    return Terms.substitute(
        term,
        Map.of(
            highest(),
            Poly.of(high),
            lowest(),
            Poly.of(low),
            whole,
            Poly.of(high).times(by).plus(Poly.of(low))));
  }

  /** The two in place of the one, where it is among these. */
  List<Atom.Index> apart(List<Atom.Index> indices) {
    List<Atom.Index> apart = new ArrayList<>();
    for (Atom.Index index : indices) {
      apart.addAll(index == whole ? List.of(high, low) : List.of(index));
    }
    return apart;
  }

  /** What the two are of the whole. */
  Map<Atom.Index, Poly> back() {
    return Map.of(high, Poly.of(highest()), low, Poly.of(lowest()));
  }

  Atom highest() {
    return new Atom.Quotient(Poly.of(whole), by);
  }

  Atom lowest() {
    return new Atom.Remainder(Poly.of(whole), by);
  }
}
