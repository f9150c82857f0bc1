package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * What a header could {@code require} so that a subscript is proved to be inside its axis: a guess
 * from what the subscript is made of, given only if it does prove it.
 */
final class Wanting {
  private final Prover prover;
  private final List<Poly> facts;
  private final Poly place;
  private final Poly size;
  private final List<Poly> goals = new ArrayList<>();

  /**
   * @param low whether it is not proved that the place is 0 or more
   * @param high whether it is not proved that the place is less than the size
   */
  Wanting(Prover prover, List<Poly> facts, Poly place, Poly size, boolean low, boolean high) {
    this.prover = prover;
    this.facts = facts;
    this.place = place;
    this.size = size;
    if (low) {
      goals.add(place);
    }
    if (high) {
      goals.add(size.minus(place).minus(1));
    }
  }

  /** Conditions of sizes and settings that prove all that is wanting. */
  Optional<String> condition() {
    Set<String> conditions = new LinkedHashSet<>();
    for (Poly goal : goals) {
      Optional<String> condition = condition(goal);
      if (condition.isEmpty()) {
        return condition;
      }
      conditions.add(condition.get());
    }
    return Optional.of(String.join(" and ", conditions));
  }

  private Optional<String> condition(Poly goal) {
    for (Poly part : parts()) {
      if (isProved(goal, part)) {
        return Optional.of(part + " >= 0");
      }
      if (isProved(goal, size.minus(part).minus(1))) {
        return Optional.of(part + " < " + size);
      }
    }
    return Trees.atoms(place).stream()
        .filter(Atom.Quotient.class::isInstance)
        .flatMap(quotient -> whole(goal, ((Atom.Quotient) quotient).b()).stream())
        .findFirst();
  }

  /** Sizes and settings between which minima and maxima choose. */
  private List<Poly> parts() {
    List<Poly> parts = new ArrayList<>();
    chosen(place, parts);
    parts.removeIf(part ->
        part.constant().isPresent()
            || !Trees.free(part).isEmpty()
            || Trees.any(Terms.integer(part), each -> !(each instanceof Term.Int)));
    return parts;
  }

  private static void chosen(Poly poly, List<Poly> parts) {
    parts.add(poly);
    for (Atom atom : Trees.atoms(poly)) {
      switch (atom) {
        case Atom.Least(Poly a, Poly b) -> {
          chosen(a, parts);
          chosen(b, parts);
        }
        case Atom.Greatest(Poly a, Poly b) -> {
          chosen(a, parts);
          chosen(b, parts);
        }
        case Atom.Symbol _, Atom.Index _, Atom.Quotient _, Atom.Remainder _, Atom.Data _ -> {}
      }
    }
  }

  /** From a fact that cannot hold, nothing is proved. */
  private boolean isProved(Poly goal, Poly fact) {
    if (fact.constant().isPresent() || prover.nonNegative(fact.times(-1).minus(1), facts)) {
      return false;
    }
    List<Poly> more = new ArrayList<>(facts);
    more.add(fact);
    return prover.nonNegative(goal, more);
  }

  /** A place is divided by {@code d / groups}: is it inside once nothing is left over there? */
  private Optional<String> whole(Poly goal, Poly by) {
    if (!(by.atom().orElse(null) instanceof Atom.Quotient(Poly of, Poly parts)
        && of.atom().orElse(null) instanceof Atom.Symbol symbol)) {
      return Optional.empty();
    }
    Atom.Symbol times = new Atom.Symbol("(" + of + " / " + parts + ")");
    Poly product = parts.times(Poly.of(times));
    Map<Atom, Poly> whole = new HashMap<>(Map.of(symbol, product));
    for (Atom.Index index : Trees.free(place)) {
      whole.put(
          index,
          Poly.of(new Atom.Index(index.name(), with(index.size(), Map.of(symbol, product)))));
    }
    return isProved(with(goal, whole), Poly.of(times).minus(1))
        ? Optional.of(of + " % " + parts + " == 0")
        : Optional.empty();
  }

  private static Poly with(Poly poly, Map<Atom, Poly> known) {
    return Terms.substitute(Terms.integer(poly), known) instanceof Term.Int(Poly replaced)
        ? replaced
        : poly;
  }
}
