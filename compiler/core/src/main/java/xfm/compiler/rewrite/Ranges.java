package xfm.compiler.rewrite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Interval;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Which reads are in range by themselves. The checker proved every read in range where it stands;
 * here the question is whether it may stand elsewhere, so "do not know" is a fine answer.
 */
final class Ranges {
  private Ranges() {}

  /** Whether the term can be evaluated wherever its indices stand, whatever surrounds it. */
  static boolean isSafe(Term term) {
    return !Trees.any(
        term,
        part ->
            switch (part) {
              case Term.Read read -> !isInRange(read);
              case Term.Reduce reduce -> !hasValue(reduce);
              case Term.Number _,
                  Term.Int _,
                  Term.Truth _,
                  Term.Unary _,
                  Term.Binary _,
                  Term.Choose _,
                  Term.Along _,
                  Term.Unknown _ ->
                  false;
            });
  }

  /** The term with 0 for whatever it reads outside an axis: it can stand where no guard does. */
  static Term total(Term term) {
    if (isSafe(term)) {
      return term;
    }
    Term inside = Trees.map(term, Ranges::total);
    return inside instanceof Term.Read read && !isInRange(read)
        ? new Term.Read(read.value(), read.at(), Optional.of(Terms.nothing(read.kind())))
        : inside;
  }

  /** The term without the choices and guards that the ranges of its indices or numbers decide. */
  static Term settled(Term term) {
    Term inside = Trees.map(term, Ranges::settled);
    return compared(inside).orElseGet(() -> decided(inside));
  }

  /** {@code (if open then 1 else 0) == 1} is {@code open}. */
  private static Optional<Term> compared(Term term) {
    return term instanceof Term.Binary(Term.BinaryOp op, Term a, Term b) && isComparison(op)
        ? choice(a)
            .flatMap(c -> either(c.condition(), op, c.then(), b, c.otherwise(), b))
            .or(() ->
                choice(b).flatMap(c -> either(c.condition(), op, a, c.then(), a, c.otherwise())))
        : Optional.empty();
  }

  private static boolean isComparison(Term.BinaryOp op) {
    return switch (op) {
      case EQUAL, UNEQUAL, LESS, LESS_EQUAL -> true;
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX, AND, OR -> false;
    };
  }

  private static Optional<Term> either(
      Term condition, Term.BinaryOp op, Term a, Term b, Term otherA, Term otherB) {
    Term then = Terms.compare(op, a, b);
    Term otherwise = Terms.compare(op, otherA, otherB);
    return then instanceof Term.Truth && otherwise instanceof Term.Truth
        ? Optional.of(
            Terms.or(Terms.and(condition, then), Terms.and(Terms.not(condition), otherwise)))
        : Optional.empty();
  }

  private static Optional<Term.Choose> choice(Term term) {
    return switch (term) {
      case Term.Choose choose -> Optional.of(choose);
      case Term.Int(Poly value)
          when value.atom().orElse(null) instanceof Atom.Data data
              && data.value() instanceof Term.Choose choose ->
          Optional.of(choose);
      case Term _ -> Optional.empty();
    };
  }

  private static Term decided(Term term) {
    return switch (term) {
      case Term.Int(Poly value) -> Terms.integer(settled(value));
      case Term.Read read when read.otherwise().isPresent() -> {
        Term.Read plain = new Term.Read(read.value(), read.at(), Optional.empty());
        yield isInRange(plain) ? plain : read;
      }
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          Terms.choose(condition, then, otherwise);
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NOT -> opposite(a);
      case Term.Binary(Term.BinaryOp op, Term.Int(Poly a), Term.Int(Poly b)) ->
          decided(op, a.minus(b))
              .or(() -> inEachPart(op, a, b))
              .map(Terms::truth)
              .orElseGet(() -> Terms.compare(op, Terms.integer(a), Terms.integer(b)));
      case Term.Binary(Term.BinaryOp op, Term a, Term b) when op == Term.BinaryOp.AND ->
          Terms.and(a, b);
      case Term.Binary(Term.BinaryOp op, Term a, Term b) when op == Term.BinaryOp.OR ->
          Terms.or(a, b);
      case Term other -> other;
    };
  }

  /** Without a min or max of which one side is always it, and without digits that are but 0. */
  private static Poly settled(Poly poly) {
    return poly.substitute(atom ->
        switch (atom) {
          case Atom.Least(Poly a, Poly b) -> settled(a, b, true);
          case Atom.Greatest(Poly a, Poly b) -> settled(a, b, false);
          case Atom.Quotient(Poly a, Poly by) when isBelow(a, by) -> Poly.ZERO;
          case Atom.Remainder(Poly a, Poly by) when isBelow(a, by) -> a;
          case Atom.Symbol _, Atom.Index _, Atom.Quotient _, Atom.Remainder _, Atom.Data _ ->
              Poly.of(atom);
        });
  }

  private static Poly settled(Poly one, Poly other, boolean least) {
    Poly a = settled(one);
    Poly b = settled(other);
    Term.BinaryOp op = Term.BinaryOp.LESS_EQUAL;
    if (decided(op, a.minus(b)).orElse(false)) {
      return least ? a : b;
    }
    if (decided(op, b.minus(a)).orElse(false)) {
      return least ? b : a;
    }
    return least ? a.min(b) : a.max(b);
  }

  /** {@code not (a <= b)} of whole numbers is {@code b < a}. */
  private static Term opposite(Term condition) {
    if (!(condition instanceof Term.Binary(Term.BinaryOp op, Term.Int a, Term.Int b))) {
      return Terms.not(condition);
    }
    return switch (op) {
      case LESS -> Terms.compare(Term.BinaryOp.LESS_EQUAL, b, a);
      case LESS_EQUAL -> Terms.compare(Term.BinaryOp.LESS, b, a);
      case EQUAL -> Terms.compare(Term.BinaryOp.UNEQUAL, a, b);
      case UNEQUAL -> Terms.compare(Term.BinaryOp.EQUAL, a, b);
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX, AND, OR -> Terms.not(condition);
    };
  }

  /** {@code max(a, b) <= c} holds if each of the two always does. */
  private static Optional<Boolean> inEachPart(Term.BinaryOp op, Poly a, Poly b) {
    List<Poly> facts =
        op == Term.BinaryOp.LESS || op == Term.BinaryOp.LESS_EQUAL
            ? Guards.facts(new Term.Binary(op, Terms.integer(a), Terms.integer(b)))
            : List.of();
    return facts.size() > 1 && facts.stream().allMatch(f -> extreme(f, false).orElse(-1) >= 0)
        ? Optional.of(true)
        : Optional.empty();
  }

  /** A comparison of a difference with 0. */
  private static Optional<Boolean> decided(Term.BinaryOp op, Poly difference) {
    OptionalLong least = least(difference);
    OptionalLong most = most(difference);
    boolean below = most.isPresent() && most.getAsLong() < 0;
    boolean above = least.isPresent() && least.getAsLong() > 0;
    return switch (op) {
      case LESS -> decided(below, least.isPresent() && least.getAsLong() >= 0);
      case LESS_EQUAL -> decided(most.isPresent() && most.getAsLong() <= 0, above);
      case EQUAL -> decided(false, below || above);
      case UNEQUAL -> decided(below || above, false);
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX, AND, OR -> Optional.empty();
    };
  }

  private static Optional<Boolean> decided(boolean holds, boolean fails) {
    return holds || fails ? Optional.of(holds) : Optional.empty();
  }

  private static OptionalLong least(Poly poly) {
    OptionalLong least = extreme(poly, false);
    return least.isPresent() ? least : whole(interval(poly).map(Interval::low));
  }

  private static OptionalLong most(Poly poly) {
    OptionalLong most = extreme(poly, true);
    return most.isPresent() ? most : whole(interval(poly).map(Interval::high));
  }

  private static OptionalLong whole(Optional<Double> end) {
    return end.filter(e -> Math.abs(e) < 1L << 52).stream()
        .mapToLong(Double::longValue)
        .findFirst();
  }

  /** The greatest or least value over the ranges of indices, if it is known. */
  private static OptionalLong extreme(Poly poly, boolean greatest) {
    Map<Atom.Index, Poly> ends = new HashMap<>();
    for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
      Map<Atom, Integer> powers = term.getKey().powers();
      if (powers.keySet().stream().allMatch(atom -> atom instanceof Atom.Symbol)) {
        continue;
      }
      if (powers.size() != 1
          || !(powers.keySet().iterator().next() instanceof Atom.Index index)
          || powers.get(index) != 1) {
        return OptionalLong.empty();
      }
      boolean last = term.getValue() > 0 == greatest;
      ends.put(index, last ? index.size().minus(Poly.ONE) : Poly.ZERO);
    }
    return Trees.asPoly(Terms.substitute(Terms.integer(poly), ends)).constant();
  }

  /** Whether a reduction has one even over nothing, or is never over nothing. */
  private static boolean hasValue(Term.Reduce reduce) {
    return switch (reduce.op()) {
      case SUM, MEAN, LOGSUMEXP, ANY, ALL -> true;
      case MAX, MIN, ARGMAX ->
          reduce.otherwise().isPresent()
              || reduce.where().isEmpty()
                  && reduce.over().stream().allMatch(i -> i.size().constant().orElse(0) > 0);
    };
  }

  private static boolean isInRange(Term.Read read) {
    if (read.otherwise().isPresent()) {
      return true;
    }
    for (int axis = 0; axis < read.at().size(); axis++) {
      if (!isInside(Trees.asPoly(read.at().get(axis)), read.value().shape().get(axis))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a subscript is in {@code 0 .. size - 1} by itself. */
  static boolean isInside(Poly at, Poly size) {
    return isIndexOf(at, size) || isBelow(at, size) || isMerged(at, size);
  }

  /** Whether it is an index that runs over exactly this size. */
  static boolean isIndexOf(Poly at, Poly size) {
    return at.atom().orElse(null) instanceof Atom.Index index && index.size().equals(size);
  }

  /** Whether it is a place of several indices that are counted by one, or of one of them. */
  private static boolean isMerged(Poly at, Poly size) {
    Atom atom = at.atom().orElse(null);
    if (atom instanceof Atom.Quotient(Poly a, Poly by)) {
      return isPart(a, by, size) && sizeOf(a).equals(size.times(by));
    }
    if (atom instanceof Atom.Remainder(Poly a, Poly by)) {
      return by.equals(size)
          && (a.atom().orElse(null) instanceof Atom.Quotient(Poly b, Poly step)
              ? isPart(b, step, size)
              : isPart(a, Poly.ONE, size));
    }
    return isRowMajor(at, size);
  }

  /** Whether an index runs over some times {@code step * size}: none of them is 0 where it is. */
  private static boolean isPart(Poly index, Poly step, Poly size) {
    return isCount(step)
        && isCount(size)
        && index.atom().orElse(null) instanceof Atom.Index
        && sizeOf(index).dividedBy(size.times(step)).isPresent();
  }

  private static Poly sizeOf(Poly index) {
    return index.atom().orElse(null) instanceof Atom.Index own ? own.size() : Poly.ZERO;
  }

  /** Whether the last place of all its indices is below the size: {@code i * width + j}. */
  private static boolean isRowMajor(Poly at, Poly size) {
    Map<Atom.Index, Poly> last = new HashMap<>();
    for (Map.Entry<Poly.Monomial, Long> term : at.terms().entrySet()) {
      for (Atom atom : term.getKey().powers().keySet()) {
        if (atom instanceof Atom.Index index && isCount(index.size())) {
          last.put(index, index.size().minus(Poly.ONE));
        } else if (!(atom instanceof Atom.Symbol)) {
          return false;
        }
      }
      if (term.getValue() < 0) {
        return false;
      }
    }
    Poly greatest = Trees.asPoly(Terms.substitute(Terms.integer(at), last));
    return size.minus(greatest).constant().orElse(0) > 0;
  }

  /** Whether it is made of lengths and numbers, and never below 0. */
  static boolean isCount(Poly size) {
    return size.terms().values().stream().allMatch(factor -> factor > 0)
        && Trees.atoms(size).stream().allMatch(atom -> atom instanceof Atom.Symbol);
  }

  private static boolean isBelow(Poly at, Poly size) {
    return size.constant().isPresent() && isWithin(at, 0, size.constant().getAsLong() - 1);
  }

  /** Whether an int is known to be one of {@code low .. high}. */
  static boolean isWithin(Poly value, long low, long high) {
    return interval(value).filter(i -> i.isWithin(low, high)).isPresent();
  }

  /** Where nothing is unknown but the lengths, which are 0 or more: none may be divided by. */
  private static Optional<Interval> interval(Poly poly) {
    return Interval.of(poly, Ranges::ofOne)
        .filter(_ -> !Trees.mayDivideByZero(Terms.integer(poly)));
  }

  private static Optional<Interval> ofOne(Atom atom) {
    return switch (atom) {
      case Atom.Index index when index.size().constant().isPresent() ->
          Optional.of(Interval.below(index.size().constant().getAsLong()));
      case Atom.Index _, Atom.Symbol _ -> Optional.of(new Interval(0, Double.POSITIVE_INFINITY));
      case Atom.Quotient _, Atom.Remainder _, Atom.Least _, Atom.Greatest _, Atom.Data _ ->
          Optional.empty();
    };
  }
}
