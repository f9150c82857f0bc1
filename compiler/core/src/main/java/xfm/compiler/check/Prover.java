package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;

/**
 * Proves that a polynomial is never negative, or says nothing. Sound, not complete: it eliminates
 * one atom after another by a bound of it (an index by 0 or its size − 1, a floor by its quotient,
 * a fact by what it allows) until all coefficients speak for themselves.
 */
final class Prover {
  private static final int DEPTH = 7;

  /** Short proofs are looked for first: among many facts the long ones would take all steps. */
  private static final List<Integer> DEPTHS = List.of(2, 4, DEPTH);

  /** What is proved takes less than a hundred; what is not may have no end to try. */
  private static final int MOST_STEPS = 1_000;

  /** Larger integers come from functions in functions in functions: nothing is proved of them. */
  private static final int MOST_PARTS = 200;

  /** How many facts are split into cases at once. */
  private static final int CASES = 2;

  /** How many conditions are decided one way and the other in each other. */
  private static final int MOST_SPLITS = 4;

  private final Set<Atom.Symbol> natural = new HashSet<>();
  private Set<Atom> byFacts = new HashSet<>();
  private int splits = MOST_SPLITS;

  /** Left for the question at hand, with those that it asks in turn. */
  private int steps;

  private boolean asking;
  private final Function<Term, Limits.Limit> limits;

  /** {@code limits}: what is known of an integer of data. */
  Prover(Function<Term, Limits.Limit> limits) {
    this.limits = limits;
  }

  /** The symbol is a size: 0 or more. */
  void natural(Atom.Symbol symbol) {
    natural.add(symbol);
  }

  boolean nonNegative(Poly poly, List<Poly> facts) {
    if (poly.constant().isPresent()) {
      return poly.constant().getAsLong() >= 0;
    }
    if (poly.parts() > MOST_PARTS) {
      return false;
    }
    boolean inside = asking;
    if (!inside) {
      asking = true;
      steps = MOST_STEPS;
    } else if (--steps < 0) {
      return false;
    }
    Set<Atom> outside = byFacts;
    byFacts = new HashSet<>(); // facts may be fewer than those outside
    try {
      List<Poly> tight = new ArrayList<>();
      facts.stream()
          .filter(f -> f.parts() <= MOST_PARTS)
          .map(Prover::tightened)
          .forEach(fact -> {
            tight.add(fact);
            tight.addAll(implied(fact));
          });
      learn(tight);
      for (int depth : inside ? List.of(DEPTH) : DEPTHS) {
        steps = inside ? steps : MOST_STEPS;
        if (prove(poly, tight, depth, new HashSet<>())) {
          return true;
        }
      }
      return inEachCase(poly, tight, CASES) || chosen(poly, tight);
    } catch (ArithmeticException _) {
      return false; // a bound leaves the range of a long: no proof goes through it
    } finally {
      byFacts = outside;
      asking = inside;
    }
  }

  /** Whether the question at hand has had its steps: what it learns now may be too little. */
  boolean isTired() {
    return asking && steps <= 0;
  }

  /** {@code 4 * b - 1 >= 0} of whole numbers is {@code b - 1 >= 0}. */
  private static Poly tightened(Poly fact) {
    long rest = fact.terms().getOrDefault(new Poly.Monomial(Map.of()), 0L);
    long divisor = 0;
    for (Map.Entry<Poly.Monomial, Long> term : fact.terms().entrySet()) {
      if (!term.getKey().powers().isEmpty()) {
        divisor = gcd(divisor, Math.abs(term.getValue()));
      }
    }
    if (divisor <= 1) {
      return fact;
    }
    return fact.minus(rest)
        .dividedBy(Poly.of(divisor))
        .orElseThrow()
        .plus(Math.floorDiv(rest, divisor));
  }

  /** {@code c - max(a, b) >= 0} says {@code c - a >= 0} and {@code c - b >= 0}; so does a min. */
  private List<Poly> implied(Poly fact) {
    List<Poly> implied = new ArrayList<>();
    for (Atom atom : atoms(fact)) {
      long sign = coefficient(fact, atom).constant().orElse(0);
      switch (atom) {
        case Atom.Greatest(Poly a, Poly b) when sign < 0 ->
            implied.addAll(List.of(replace(fact, atom, a), replace(fact, atom, b)));
        case Atom.Least(Poly a, Poly b) when sign > 0 ->
            implied.addAll(List.of(replace(fact, atom, a), replace(fact, atom, b)));
        default -> {}
      }
    }
    return implied;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /**
   * What the facts say to be 0 or more: where an index stands its size is, and so is each factor of
   * a product that is above 0, if none is below.
   */
  private void learn(List<Poly> facts) {
    for (int size = -1; size < byFacts.size(); ) {
      size = byFacts.size();
      for (Poly fact : facts) {
        for (Atom atom : atoms(fact)) {
          OptionalLong k = coefficient(fact, atom).constant();
          if (k.isPresent()
              && k.getAsLong() > 0
              && allNonNegative(Poly.of(atom).times(k.getAsLong()).minus(fact))) {
            byFacts.add(atom);
          }
        }
      }
    }
  }

  /** A choice on which a condition decides: it holds in either case, with what each case says. */
  private boolean chosen(Poly poly, List<Poly> facts) {
    if (splits == 0) {
      return false;
    }
    Optional<Term> condition = Cases.condition(poly);
    if (condition.isEmpty()) {
      return false;
    }
    splits--;
    try {
      for (boolean holds : new boolean[] {true, false}) {
        Poly there = Cases.where(poly, condition.get(), holds);
        List<Poly> known = new ArrayList<>(facts);
        known.addAll(Facts.where(holds ? condition.get() : Terms.not(condition.get())));
        if (!nonNegative(there, known)) {
          return false;
        }
      }
      return true;
    } finally {
      splits++;
    }
  }

  /** A fact {@code max(a, b) + rest >= 0} holds because one of the two does: in both cases. */
  private boolean inEachCase(Poly poly, List<Poly> facts, int cases) {
    for (int f = 0; f < facts.size() && cases > 0; f++) {
      Poly fact = facts.get(f);
      for (Atom atom : atoms(fact)) {
        int sign = sign(coefficient(fact, atom));
        List<Poly> either =
            switch (atom) {
              case Atom.Greatest(Poly a, Poly b) when sign > 0 -> List.of(a, b);
              case Atom.Least(Poly a, Poly b) when sign < 0 -> List.of(a, b);
              default -> List.of();
            };
        if (either.isEmpty()) {
          continue;
        }
        boolean all = true;
        for (Poly each : either) {
          List<Poly> known = new ArrayList<>(facts);
          known.set(f, replace(fact, atom, each));
          all =
              all
                  && (allNonNegative(known.get(f).times(-1).minus(1)) // this case cannot be
                      || prove(poly, known, DEPTH, new HashSet<>())
                      || inEachCase(poly, known, cases - 1));
        }
        if (all) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean prove(Poly poly, List<Poly> facts, int depth, Set<Poly> tried) {
    OptionalLong constant = poly.constant();
    if (constant.isPresent()) {
      return constant.getAsLong() >= 0;
    }
    if (allNonNegative(poly)) {
      return true;
    }
    if (depth == 0 || !tried.add(poly) || --steps < 0) {
      return false;
    }
    for (Poly fact : facts) {
      Poly rest = poly.minus(fact);
      OptionalLong left = rest.constant();
      if (left.isPresent() ? left.getAsLong() >= 0 : allNonNegative(rest)) {
        return true;
      }
    }
    for (Atom atom : poly.terms().firstEntry().getKey().powers().keySet()) {
      Optional<Poly> rest = isNatural(atom) ? poly.dividedBy(Poly.of(atom)) : Optional.empty();
      if (rest.isPresent() && prove(rest.get(), facts, depth - 1, tried)) {
        return true;
      }
    }
    for (Atom atom : atoms(poly)) {
      for (Poly next : eliminate(poly, atom, facts)) {
        if (prove(next, facts, depth - 1, tried)) {
          return true;
        }
      }
      if (atom instanceof Atom.Least(Poly a, Poly b) && sign(coefficient(poly, atom)) > 0) {
        if (prove(replace(poly, atom, a), facts, depth - 1, tried)
            && prove(replace(poly, atom, b), facts, depth - 1, tried)) {
          return true;
        }
      }
      if (atom instanceof Atom.Greatest(Poly a, Poly b) && sign(coefficient(poly, atom)) < 0) {
        if (prove(replace(poly, atom, a), facts, depth - 1, tried)
            && prove(replace(poly, atom, b), facts, depth - 1, tried)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Polynomials without the atom (or with less of it) whose truth implies the given one's. */
  private List<Poly> eliminate(Poly poly, Atom atom, List<Poly> facts) {
    List<Poly> found = new ArrayList<>();
    Poly coefficient = coefficient(poly, atom);
    int sign = sign(coefficient);
    if (sign == 0) {
      return found;
    }
    boolean upper = sign < 0;
    switch (atom) {
      case Atom.Index index ->
          found.add(replace(poly, atom, upper ? index.size().minus(1) : Poly.ZERO));
      case Atom.Symbol symbol -> {
        if (!upper && isNatural(symbol)) {
          found.add(replace(poly, atom, Poly.ZERO));
        }
      }
      case Atom.Quotient(Poly a, Poly b) -> {
        // q = a // b, b > 0: b * q <= a and b * q >= a - b + 1; p >= 0 iff b * p + b - 1 >= 0.
        OptionalLong k = coefficient.constant();
        if (positive(b, facts)) {
          Poly others = poly.minus(Poly.of(atom).times(coefficient));
          Poly bound = upper || isMultiple(a, b, facts) ? a : a.minus(b).plus(1);
          coefficient
              .dividedBy(b)
              .filter(times -> sign(times) != 0)
              .ifPresent(times -> found.add(others.plus(bound.times(times))));
          if (!upper && nonNegative(a, facts)) {
            found.add(replace(poly, atom, Poly.ZERO));
          }
          if (k.isPresent()) {
            found.add(others.times(b).plus(bound.times(k.getAsLong())).plus(b).minus(1));
          }
          for (Poly limit : limits(a, upper, facts)) {
            floor(multiples(limit, b, facts), b).ifPresent(q -> found.add(replace(poly, atom, q)));
          }
        }
      }
      case Atom.Remainder(Poly a, Poly b) -> {
        if (positive(b, facts)) {
          found.add(replace(poly, atom, upper ? b.minus(1) : Poly.ZERO));
          found.add(replace(poly, atom, a.minus(b.times(a.quotient(b)))));
        }
      }
      case Atom.Least(Poly a, Poly b) -> {
        if (upper) {
          found.add(replace(poly, atom, a));
          found.add(replace(poly, atom, b));
        }
      }
      case Atom.Greatest(Poly a, Poly b) -> {
        if (!upper) {
          found.add(replace(poly, atom, a));
          found.add(replace(poly, atom, b));
        }
      }
      case Atom.Data data -> {
        Limits.Limit limit = limits.apply(data.value());
        Optional<Poly> bound = upper ? limit.below().map(b -> b.minus(1)) : limit.least();
        bound.ifPresent(b -> found.add(replace(poly, atom, b)));
      }
    }
    for (Poly fact : facts) {
      // fact = k * atom + rest >= 0: with k = 1 the atom is at least -rest, with k = -1 at most
      // rest.
      OptionalLong k = coefficient(fact, atom).constant();
      if (k.isPresent() && k.getAsLong() == (upper ? -1 : 1)) {
        Poly rest = fact.minus(Poly.of(atom).times(k.getAsLong()));
        found.add(replace(poly, atom, upper ? rest : rest.times(-1)));
      }
    }
    return found;
  }

  /** Polynomials that the given one does not exceed ({@code upper}), or does not fall below. */
  private List<Poly> limits(Poly poly, boolean upper, List<Poly> facts) {
    List<Poly> limits = new ArrayList<>();
    Poly signed = upper ? poly.times(-1) : poly;
    for (Atom atom : atoms(poly)) {
      if (!(atom instanceof Atom.Quotient)) {
        eliminate(signed, atom, facts).forEach(l -> limits.add(upper ? l.times(-1) : l));
      }
    }
    return limits;
  }

  /** Whether a fact says that {@code a % b} is 0. */
  private static boolean isMultiple(Poly a, Poly b, List<Poly> facts) {
    return facts.contains(a.remainder(b).times(-1));
  }

  /** With {@code b * (n // b)} for each {@code n} that is a multiple of b. */
  private static Poly multiples(Poly poly, Poly b, List<Poly> facts) {
    return poly.substitute(atom -> {
      Poly own = Poly.of(atom);
      return isMultiple(own, b, facts) ? own.quotient(b).times(b) : own;
    });
  }

  /** {@code floor(a / b)}, b > 0, where a is a multiple of b and a small number. */
  private static Optional<Poly> floor(Poly a, Poly b) {
    long rest = a.terms().getOrDefault(new Poly.Monomial(Map.of()), 0L);
    Optional<Poly> whole = a.minus(rest).dividedBy(b);
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    OptionalLong by = b.constant();
    if (by.isPresent()) {
      return Optional.of(whole.get().plus(Math.floorDiv(rest, by.getAsLong())));
    }
    return rest == 0 || rest == -1 ? Optional.of(whole.get().plus(rest)) : Optional.empty();
  }

  private boolean positive(Poly poly, List<Poly> facts) {
    Poly less = poly.minus(1);
    OptionalLong constant = less.constant();
    if (constant.isPresent()) {
      return constant.getAsLong() >= 0;
    }
    for (Poly fact : facts) {
      if (allNonNegative(less.minus(fact)) || less.equals(fact) || isFactor(poly, fact)) {
        return true;
      }
    }
    // What divides is taken to be positive, being of sizes: a division by 0 is an error of its own.
    return poly.terms().size() == 1
        && poly.terms().firstEntry().getValue() > 0
        && atoms(poly).stream().allMatch(a -> a instanceof Atom.Symbol);
  }

  /** Whether a fact says that a product is above 0 of which this is a factor, none being below. */
  private boolean isFactor(Poly poly, Poly fact) {
    for (Map.Entry<Poly.Monomial, Long> term : fact.terms().entrySet()) {
      Poly product = Poly.of(term.getValue());
      for (Map.Entry<Atom, Integer> power : term.getKey().powers().entrySet()) {
        for (int i = 0; i < power.getValue(); i++) {
          product = product.times(Poly.of(power.getKey()));
        }
      }
      if (term.getValue() > 0
          && allNonNegative(poly)
          && product.dividedBy(poly).filter(this::allNonNegative).isPresent()
          && allNonNegative(product.minus(fact).minus(1))) {
        return true;
      }
    }
    return false;
  }

  /** What the atom is multiplied by where it stands to the first power; 0 where it does not. */
  private static Poly coefficient(Poly poly, Atom atom) {
    Poly sum = Poly.ZERO;
    for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
      Integer power = term.getKey().powers().get(atom);
      if (power == null) {
        continue;
      }
      if (power != 1) {
        return Poly.ZERO;
      }
      Poly factor = Poly.of(term.getValue());
      for (Map.Entry<Atom, Integer> other : term.getKey().powers().entrySet()) {
        if (!other.getKey().equals(atom)) {
          for (int i = 0; i < other.getValue(); i++) {
            factor = factor.times(Poly.of(other.getKey()));
          }
        }
      }
      sum = sum.plus(factor);
    }
    return sum;
  }

  private static Poly replace(Poly poly, Atom atom, Poly by) {
    return poly.substitute(a -> a.equals(atom) ? by : Poly.of(a));
  }

  /** 1 or −1 where the sign is plain, 0 where it is not. */
  private int sign(Poly coefficient) {
    if (coefficient.terms().isEmpty()) {
      return 0;
    }
    if (allNonNegative(coefficient)) {
      return 1;
    }
    return allNonNegative(coefficient.times(-1)) ? -1 : 0;
  }

  private boolean allNonNegative(Poly poly) {
    for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
      if (term.getValue() < 0) {
        return false;
      }
      for (Map.Entry<Atom, Integer> power : term.getKey().powers().entrySet()) {
        if (power.getValue() % 2 != 0 && !isNatural(power.getKey())) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isNatural(Atom atom) {
    return byFacts.contains(atom) || isNaturalAlways(atom);
  }

  private boolean isNaturalAlways(Atom atom) {
    return switch (atom) {
      case Atom.Symbol symbol -> natural.contains(symbol);
      case Atom.Index index -> true;
      case Atom.Quotient(Poly a, Poly b) -> allNonNegative(a) && allNonNegative(b);
      case Atom.Remainder(Poly a, Poly b) -> allNonNegative(b);
      case Atom.Least(Poly a, Poly b) -> allNonNegative(a) && allNonNegative(b);
      case Atom.Greatest(Poly a, Poly b) -> // no less than their mean: |i - j|
          allNonNegative(a) || allNonNegative(b) || allNonNegative(a.plus(b));
      case Atom.Data data -> limits.apply(data.value()).isNatural();
    };
  }

  private static Set<Atom> atoms(Poly poly) {
    Set<Atom> atoms = new java.util.LinkedHashSet<>();
    poly.terms().keySet().forEach(m -> atoms.addAll(m.powers().keySet()));
    return atoms;
  }
}
