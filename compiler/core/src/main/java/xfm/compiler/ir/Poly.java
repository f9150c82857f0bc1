package xfm.compiler.ir;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * An integer as a polynomial with whole coefficients over {@link Atom atoms}, in one canonical
 * form: equal polynomials are equal objects. Arithmetic throws {@link ArithmeticException} when a
 * coefficient leaves the range of a long, or a product has too many terms.
 */
public final class Poly {
  public static final Poly ZERO = new Poly(new LinkedHashMap<>());
  public static final Poly ONE = of(1);

  /** A written product may have a thousand; more come from one read at the places of another. */
  private static final int MOST_TERMS = 50_000;

  /** A product would have more than {@link #MOST_TERMS}. */
  public static final class TooManyTerms extends ArithmeticException {
    private static final long serialVersionUID = 1;

    TooManyTerms() {
      super("an integer of more than " + MOST_TERMS + " terms");
    }
  }

  /** A product of atoms with powers; the empty one is the constant. */
  public record Monomial(Map<Atom, Integer> powers) {
    static final Monomial UNIT = new Monomial(Map.of());

    public Monomial {
      powers = Map.copyOf(powers);
    }

    Monomial times(Monomial other) {
      if (powers.isEmpty()) {
        return other;
      }
      if (other.powers.isEmpty()) {
        return this;
      }
      Map<Atom, Integer> product = new HashMap<>(powers);
      other.powers.forEach((atom, power) -> product.merge(atom, power, Integer::sum));
      return new Monomial(product);
    }
  }

  private final SequencedMap<Monomial, Long> terms;

  /** Worked out when it is first asked for: what is inside is shared, as in {@link Atom.Data}. */
  private int hash;

  private long parts;

  private Poly(SequencedMap<Monomial, Long> terms) {
    this.terms = terms;
  }

  public static Poly of(long value) {
    SequencedMap<Monomial, Long> terms = new LinkedHashMap<>();
    if (value != 0) {
      terms.put(Monomial.UNIT, value);
    }
    return new Poly(terms);
  }

  public static Poly of(Atom atom) {
    return of(new Monomial(Map.of(atom, 1)));
  }

  public static Poly of(Monomial product) {
    SequencedMap<Monomial, Long> terms = new LinkedHashMap<>();
    terms.put(product, 1L);
    return new Poly(terms);
  }

  /** Monomials and their coefficients (never 0), in the order in which they were first written. */
  public SequencedMap<Monomial, Long> terms() {
    return terms;
  }

  /** The number, if it is one. */
  public OptionalLong constant() {
    if (terms.isEmpty()) {
      return OptionalLong.of(0);
    }
    if (terms.size() == 1) {
      Map.Entry<Monomial, Long> only = terms.firstEntry();
      if (only.getKey().powers().isEmpty()) {
        return OptionalLong.of(only.getValue());
      }
    }
    return OptionalLong.empty();
  }

  public boolean isConstant(long value) {
    OptionalLong constant = constant();
    return constant.isPresent() && constant.getAsLong() == value;
  }

  /** The atom, if this is one atom and nothing else. */
  public Optional<Atom> atom() {
    if (terms.size() == 1) {
      Map.Entry<Monomial, Long> only = terms.firstEntry();
      if (only.getValue() == 1 && only.getKey().powers().size() == 1) {
        Map.Entry<Atom, Integer> power = only.getKey().powers().entrySet().iterator().next();
        if (power.getValue() == 1) {
          return Optional.of(power.getKey());
        }
      }
    }
    return Optional.empty();
  }

  public Poly plus(Poly other) {
    SequencedMap<Monomial, Long> sum = new LinkedHashMap<>(terms);
    other.terms.forEach((monomial, factor) -> add(sum, monomial, factor));
    return new Poly(sum);
  }

  public Poly plus(long value) {
    return plus(of(value));
  }

  public Poly minus(Poly other) {
    return plus(other.times(-1));
  }

  public Poly minus(long value) {
    return plus(of(Math.negateExact(value)));
  }

  public Poly times(long factor) {
    return times(of(factor));
  }

  public Poly times(Poly other) {
    if ((long) terms.size() * other.terms.size() > MOST_TERMS) {
      throw new TooManyTerms();
    }
    SequencedMap<Monomial, Long> product = new LinkedHashMap<>();
    terms.forEach((m1, f1) ->
        other.terms.forEach((m2, f2) -> add(product, m1.times(m2), Math.multiplyExact(f1, f2))));
    return new Poly(product);
  }

  private static void add(Map<Monomial, Long> sum, Monomial monomial, long factor) {
    Long before = sum.get(monomial);
    long after = before == null ? factor : Math.addExact(before, factor);
    if (after == 0) {
      sum.remove(monomial);
    } else {
      sum.put(monomial, after);
    }
  }

  /** {@code this / divisor} where that is a polynomial. */
  public Optional<Poly> dividedBy(Poly divisor) {
    if (divisor.terms.isEmpty()) {
      return Optional.empty();
    }
    if (terms.isEmpty()) {
      return Optional.of(ZERO);
    }
    if (divisor.terms.size() != 1) {
      return equals(divisor) ? Optional.of(ONE) : Optional.empty();
    }
    Map.Entry<Monomial, Long> by = divisor.terms.firstEntry();
    SequencedMap<Monomial, Long> quotient = new LinkedHashMap<>();
    for (Map.Entry<Monomial, Long> term : terms.entrySet()) {
      if (term.getValue() % by.getValue() != 0) {
        return Optional.empty();
      }
      Map<Atom, Integer> powers = new HashMap<>(term.getKey().powers());
      for (Map.Entry<Atom, Integer> power : by.getKey().powers().entrySet()) {
        int left = powers.getOrDefault(power.getKey(), 0) - power.getValue();
        if (left < 0) {
          return Optional.empty();
        }
        if (left == 0) {
          powers.remove(power.getKey());
        } else {
          powers.put(power.getKey(), left);
        }
      }
      quotient.put(new Monomial(powers), term.getValue() / by.getValue());
    }
    return Optional.of(new Poly(quotient));
  }

  /** {@code floor(this / by)}: worked out where it can be, an atom otherwise. */
  public Poly quotient(Poly by) {
    if (by.isConstant(1)) {
      return this;
    }
    if (constant().isPresent() && by.constant().isPresent() && !by.isConstant(0)) {
      return of(Math.floorDiv(constant().getAsLong(), by.constant().getAsLong()));
    }
    Poly whole = multiples(by);
    Poly rest = minus(whole);
    Poly times = whole.dividedBy(by).orElse(ZERO);
    return rest.terms.isEmpty()
        ? times
        : whole.terms.isEmpty() ? of(new Atom.Quotient(this, by)) : times.plus(rest.quotient(by));
  }

  /** {@code this mod by}, with the sign of {@code by}. */
  public Poly remainder(Poly by) {
    if (by.isConstant(1)) {
      return ZERO;
    }
    if (constant().isPresent() && by.constant().isPresent() && !by.isConstant(0)) {
      return of(Math.floorMod(constant().getAsLong(), by.constant().getAsLong()));
    }
    Poly whole = multiples(by);
    Poly rest = minus(whole);
    return rest.terms.isEmpty()
        ? ZERO
        : whole.terms.isEmpty() ? of(new Atom.Remainder(this, by)) : rest.remainder(by);
  }

  /**
   * The terms that are multiples of something: {@code (q * by + r) // by} is {@code q + r // by}.
   */
  private Poly multiples(Poly by) {
    if (by.terms.size() != 1) {
      return dividedBy(by).isPresent() ? this : ZERO;
    }
    SequencedMap<Monomial, Long> multiples = new LinkedHashMap<>();
    terms.forEach((monomial, factor) -> {
      SequencedMap<Monomial, Long> one = new LinkedHashMap<>(Map.of(monomial, factor));
      if (new Poly(one).dividedBy(by).isPresent()) {
        multiples.put(monomial, factor);
      }
    });
    return new Poly(multiples);
  }

  public Poly min(Poly other) {
    if (constant().isPresent() && other.constant().isPresent()) {
      return of(Math.min(constant().getAsLong(), other.constant().getAsLong()));
    }
    return equals(other) ? this : of(new Atom.Least(this, other));
  }

  public Poly max(Poly other) {
    if (constant().isPresent() && other.constant().isPresent()) {
      return of(Math.max(constant().getAsLong(), other.constant().getAsLong()));
    }
    return equals(other) ? this : of(new Atom.Greatest(this, other));
  }

  /** Every atom replaced by a polynomial (an atom may stand for itself); the rest follows. */
  public Poly substitute(Function<Atom, Poly> by) {
    Poly sum = ZERO;
    for (Map.Entry<Monomial, Long> term : terms.entrySet()) {
      Poly product = of(term.getValue());
      for (Map.Entry<Atom, Integer> power : term.getKey().powers().entrySet()) {
        Poly base = by.apply(power.getKey());
        for (int i = 0; i < power.getValue(); i++) {
          product = product.times(base);
        }
      }
      sum = sum.plus(product);
    }
    return sum;
  }

  /**
   * The same with numbers for some lengths, what is left of it a polynomial in the others.
   *
   * @throws ArithmeticException if a number leaves the range of a long
   */
  public Poly at(Map<Atom.Symbol, Long> lengths) {
    if (lengths.isEmpty()) {
      return this;
    }
    Poly put =
        substitute(atom ->
            switch (atom) {
              case Atom.Symbol symbol ->
                  lengths.containsKey(symbol) ? of(lengths.get(symbol)) : of(symbol);
              case Atom.Quotient(Poly a, Poly b) -> a.at(lengths).quotient(b.at(lengths));
              case Atom.Remainder(Poly a, Poly b) -> a.at(lengths).remainder(b.at(lengths));
              case Atom.Least(Poly a, Poly b) -> a.at(lengths).min(b.at(lengths));
              case Atom.Greatest(Poly a, Poly b) -> a.at(lengths).max(b.at(lengths));
              case Atom.Index _, Atom.Data _ -> of(atom);
            });
    long constant = put.terms.getOrDefault(Monomial.UNIT, 0L);
    return put.minus(constant).plus(constant); // the number comes last, as people write it
  }

  /** Its value where every atom has one; exact, or an ArithmeticException. */
  public long evaluate(ToLongFunction<Atom> atoms) {
    long sum = 0;
    for (Map.Entry<Monomial, Long> term : terms.entrySet()) {
      long product = term.getValue();
      for (Map.Entry<Atom, Integer> power : term.getKey().powers().entrySet()) {
        long base = atoms.applyAsLong(power.getKey());
        for (int i = 0; i < power.getValue(); i++) {
          product = Math.multiplyExact(product, base);
        }
      }
      sum = Math.addExact(sum, product);
    }
    return sum;
  }

  /**
   * A size for some lengths, looking into quotients and the like.
   *
   * @throws ArithmeticException if it leaves the range of a long, or divides by 0
   */
  public long size(ToLongFunction<Atom.Symbol> lengths) {
    return evaluate(atom -> size(atom, lengths));
  }

  /** The lengths that a size depends on. */
  public Set<Atom.Symbol> symbols() {
    Set<Atom.Symbol> symbols = new LinkedHashSet<>();
    collect(symbols);
    return symbols;
  }

  private void collect(Set<Atom.Symbol> symbols) {
    for (Monomial monomial : terms.keySet()) {
      for (Atom atom : monomial.powers().keySet()) {
        switch (atom) {
          case Atom.Symbol symbol -> symbols.add(symbol);
          case Atom.Quotient(Poly a, Poly b) -> collect(symbols, a, b);
          case Atom.Remainder(Poly a, Poly b) -> collect(symbols, a, b);
          case Atom.Least(Poly a, Poly b) -> collect(symbols, a, b);
          case Atom.Greatest(Poly a, Poly b) -> collect(symbols, a, b);
          case Atom.Index _, Atom.Data _ -> {}
        }
      }
    }
  }

  private static void collect(Set<Atom.Symbol> symbols, Poly a, Poly b) {
    a.collect(symbols);
    b.collect(symbols);
  }

  private static long size(Atom atom, ToLongFunction<Atom.Symbol> lengths) {
    return switch (atom) {
      case Atom.Symbol symbol -> lengths.applyAsLong(symbol);
      case Atom.Quotient(Poly a, Poly b) -> Math.floorDiv(a.size(lengths), b.size(lengths));
      case Atom.Remainder(Poly a, Poly b) -> Math.floorMod(a.size(lengths), b.size(lengths));
      case Atom.Least(Poly a, Poly b) -> Math.min(a.size(lengths), b.size(lengths));
      case Atom.Greatest(Poly a, Poly b) -> Math.max(a.size(lengths), b.size(lengths));
      case Atom.Index _, Atom.Data _ ->
          throw new IllegalStateException("a size depends on " + atom);
    };
  }

  /** How many atoms stand in it, at any depth and each place; data count as one. */
  public long parts() {
    if (parts == 0) {
      long count = 1;
      for (Monomial monomial : terms.keySet()) {
        for (Atom atom : monomial.powers().keySet()) {
          count +=
              switch (atom) {
                case Atom.Symbol _, Atom.Index _, Atom.Data _ -> 1;
                case Atom.Quotient(Poly a, Poly b) -> a.parts() + b.parts();
                case Atom.Remainder(Poly a, Poly b) -> a.parts() + b.parts();
                case Atom.Least(Poly a, Poly b) -> a.parts() + b.parts();
                case Atom.Greatest(Poly a, Poly b) -> a.parts() + b.parts();
              };
        }
      }
      parts = count;
    }
    return parts;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Poly poly && hashCode() == poly.hashCode() && terms.equals(poly.terms);
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = terms.hashCode();
    }
    return hash;
  }

  /** As people write it: {@code 2 * n + 1}, {@code n // 2}. */
  @Override
  public String toString() {
    if (terms.isEmpty()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    terms.forEach((monomial, factor) -> {
      List<String> factors = new ArrayList<>();
      long size = Math.abs(factor);
      if (size != 1 || monomial.powers().isEmpty()) {
        factors.add(Long.toString(size));
      }
      boolean alone = size == 1 && monomial.powers().size() == 1;
      monomial.powers().entrySet().stream()
          .map(e ->
              e.getValue() == 1
                  ? name(e.getKey(), alone)
                  : name(e.getKey(), false) + " ** " + e.getValue())
          .sorted(Comparator.naturalOrder())
          .forEach(factors::add);
      if (text.isEmpty()) {
        text.append(factor < 0 ? "-" : "");
      } else {
        text.append(factor < 0 ? " - " : " + ");
      }
      text.append(String.join(" * ", factors));
    });
    return text.toString();
  }

  private static String name(Atom atom, boolean alone) {
    return switch (atom) {
      case Atom.Symbol symbol -> symbol.name();
      case Atom.Index index -> index.name();
      case Atom.Quotient(Poly a, Poly b) -> whole(a, " // ", b, alone);
      case Atom.Remainder(Poly a, Poly b) -> whole(a, " % ", b, alone);
      case Atom.Least(Poly a, Poly b) -> "min(" + a + ", " + b + ")";
      case Atom.Greatest(Poly a, Poly b) -> "max(" + a + ", " + b + ")";
      case Atom.Data _ -> "data";
    };
  }

  private static String whole(Poly a, String sign, Poly b, boolean alone) {
    String text = part(a) + sign + part(b);
    return alone ? text : "(" + text + ")";
  }

  private static String part(Poly poly) {
    String text = poly.toString();
    return text.matches("\\w+") ? text : "(" + text + ")";
  }
}
