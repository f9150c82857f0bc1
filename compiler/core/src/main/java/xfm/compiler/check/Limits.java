package xfm.compiler.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/** Between what an integer is that only data tells. */
final class Limits {
  private final Prover prover = new Prover(this::of);
  private final Map<Value, Limit> values = new HashMap<>();
  private final Map<Term, Limit> assumed = new HashMap<>();
  private final Set<Term> natural = new HashSet<>();

  /**
   * Of terms that were asked about: choices in the conditions of choices ask for each many times.
   */
  private final Map<Term, Limit> known = new IdentityHashMap<>();

  /**
   * What is known of an integer.
   *
   * @param least it is this or more
   * @param below it is less than this
   */
  record Limit(Optional<Poly> least, Optional<Poly> below) {
    static final Limit NONE = new Limit(Optional.empty(), Optional.empty());

    /** {@code 0 … below - 1}. */
    static Limit under(Poly below) {
      return new Limit(Optional.of(Poly.ZERO), Optional.of(below));
    }

    boolean isNatural() {
      return least.flatMap(l -> boxed(l.constant())).filter(l -> l >= 0).isPresent();
    }

    private static Optional<Long> boxed(OptionalLong number) {
      return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }
  }

  Prover prover() {
    return prover;
  }

  /** So are the elements of an integer value. */
  void bound(Value value, Limit limit) {
    values.put(value, limit);
    known.clear();
  }

  /** An integer of which nothing is known but that it is in {@code 0 … below - 1}. */
  Term somewhere(String what, Poly below) {
    Term unknown = new Term.Unknown(Term.Kind.INT, what + "#" + assumed.size());
    assumed.put(unknown, Limit.under(below));
    return Terms.data(unknown);
  }

  /** This integer is read only where it is 0 or more. */
  void natural(Term term) {
    natural.add(term);
    known.clear();
  }

  /** What is known of an integer of data. */
  Limit of(Term term) {
    Limit before = known.get(term);
    if (before != null) {
      return before;
    }
    Limit limit = plain(term);
    if (!natural.isEmpty() && natural.contains(term) && !limit.isNatural()) {
      limit = new Limit(Optional.of(Poly.ZERO), limit.below());
    }
    if (!prover.isTired()) {
      known.put(term, limit);
    }
    return limit;
  }

  private Limit plain(Term term) {
    return switch (term) {
      case Term.Read read ->
          read.otherwise().isEmpty() ? values.getOrDefault(read.value(), Limit.NONE) : Limit.NONE;
      case Term.Reduce reduce when reduce.op() == Term.ReduceOp.ARGMAX -> place(reduce);
      case Term.Along(Term.ScanOp op, Atom.Index over, Term body, Optional<Term> where)
          when op == Term.ScanOp.RANK ->
          Limit.under(where.isPresent() ? over.size().plus(1) : over.size());
      case Term.Choose(Term condition, Term.Int(Poly a), Term.Int(Poly b)) ->
          either(
              of(a, Facts.where(condition)), of(b, Facts.where(Terms.not(condition))), List.of());
      case Term.Unary(Term.UnaryOp op, Term.Reduce count)
          when op == Term.UnaryOp.FLOOR
              && count.op() == Term.ReduceOp.SUM
              && count.body().equals(new Term.Number(1)) ->
          Limit.under(places(count.over()).plus(1));
      case Term.Unknown unknown -> assumed.getOrDefault(unknown, Limit.NONE);
      case Term.Number _,
          Term.Int _,
          Term.Truth _,
          Term.Unary _,
          Term.Binary _,
          Term.Choose _,
          Term.Reduce _,
          Term.Along _ ->
          Limit.NONE;
    };
  }

  private static Poly places(List<Atom.Index> over) {
    return over.stream().map(Atom.Index::size).reduce(Poly.ONE, Poly::times);
  }

  /** Over several indices the place in their row-major order. */
  private Limit place(Term.Reduce argmax) {
    Limit places = Limit.under(places(argmax.over()));
    return argmax.otherwise().isEmpty()
        ? places
        : argmax.otherwise().get() instanceof Term.Int(Poly otherwise)
            ? either(places, of(otherwise, List.of()), List.of())
            : Limit.NONE;
  }

  /** What holds of both. */
  private Limit either(Limit a, Limit b, List<Poly> facts) {
    Optional<Poly> least = Optional.empty();
    if (a.least().isPresent() && b.least().isPresent()) {
      Poly x = a.least().get();
      Poly y = b.least().get();
      least =
          prover.nonNegative(x.minus(y), facts)
              ? b.least()
              : prover.nonNegative(y.minus(x), facts) ? a.least() : Optional.of(x.min(y));
    }
    Optional<Poly> below = Optional.empty();
    if (a.below().isPresent() && b.below().isPresent()) {
      Poly x = a.below().get();
      Poly y = b.below().get();
      below =
          prover.nonNegative(x.minus(y), facts)
              ? a.below()
              : prover.nonNegative(y.minus(x), facts) ? b.below() : Optional.of(x.max(y));
    }
    return new Limit(least, below);
  }

  /** What every value of an integer is between, whatever its indices and data are. */
  Limit of(Poly integer, List<Poly> facts) {
    if (Trees.free(integer).isEmpty()
        && !Trees.any(Terms.integer(integer), part -> !(part instanceof Term.Int))) {
      return new Limit(Optional.of(integer), Optional.of(integer.plus(1)));
    }
    Optional<Poly> least =
        prover.nonNegative(integer, facts)
            ? Optional.of(Poly.ZERO)
            : integer.atom().filter(a -> a instanceof Atom.Data).flatMap(a -> data(a).least());
    Optional<Poly> below =
        most(integer)
            .map(most -> most.plus(1))
            .filter(b -> prover.nonNegative(b.minus(integer).minus(1), facts));
    return new Limit(least, below);
  }

  private Limit data(Atom atom) {
    return atom instanceof Atom.Data data ? of(data.value()) : Limit.NONE;
  }

  /** A candidate for the largest value, without indices and data; to be proved. */
  private Optional<Poly> most(Poly poly) {
    Poly sum = Poly.ZERO;
    for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
      Poly product = Poly.of(term.getValue());
      for (Map.Entry<Atom, Integer> power : term.getKey().powers().entrySet()) {
        Optional<Poly> factor =
            term.getValue() > 0 || power.getKey() instanceof Atom.Symbol
                ? most(power.getKey())
                : Optional.of(Poly.ZERO);
        if (factor.isEmpty()) {
          return Optional.empty();
        }
        for (int i = 0; i < power.getValue(); i++) {
          product = product.times(factor.get());
        }
      }
      sum = sum.plus(product);
    }
    return Optional.of(sum);
  }

  private Optional<Poly> most(Atom atom) {
    return switch (atom) {
      case Atom.Symbol symbol -> Optional.of(Poly.of(symbol));
      case Atom.Index index -> Optional.of(index.size().minus(1));
      case Atom.Quotient(Poly a, Poly b) -> most(a).map(m -> m.quotient(b));
      case Atom.Remainder(Poly _, Poly b) -> most(b).map(m -> m.minus(1));
      case Atom.Least(Poly a, Poly b) -> {
        Optional<Poly> x = most(a);
        Optional<Poly> y = most(b);
        yield x.isPresent() && y.isPresent() ? Optional.of(x.get().min(y.get())) : x.or(() -> y);
      }
      case Atom.Greatest(Poly a, Poly b) -> most(a).flatMap(x -> most(b).map(x::max));
      case Atom.Data data -> of(data.value()).below().map(b -> b.minus(1));
    };
  }
}
