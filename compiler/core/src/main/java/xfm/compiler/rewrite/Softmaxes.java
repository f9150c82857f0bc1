package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Finds a softmax among the factors of a sum: as it is called, as the quotient that it is, or as
 * the exponential of what a score is above the logsumexp of all.
 */
final class Softmaxes {

  /** What a factor turns out to be, seen through the names of values. */
  private sealed interface Part
      permits Powered, Part.Softmax, Part.Either, Part.Inverse, Part.Other {
    /** {@code softmax[over](score where where)}. */
    record Softmax(Atom.Index over, Term score, Optional<Term> where) implements Part {}

    /** {@code if where then 1 else 0}. */
    record Either(Term where, Term factor) implements Part {}

    /**
     * {@code 1 / of}.
     *
     * @param only where nothing is divided elsewhere, but 0
     */
    record Inverse(Term of, Term factor, Optional<Term> only) implements Part {
      Inverse(Term of, Term factor) {
        this(of, factor, Optional.empty());
      }
    }

    record Other(Term factor) implements Part {}
  }

  /**
   * A softmax among factors.
   *
   * @param form what it is where nothing is left in
   * @param divisor the factor of the sum as a whole that is its divisor, if that stands there
   * @param rest the factors of the sum that are no part of it
   */
  record Found(
      Term score, Optional<Term> where, Form form, Optional<Term> divisor, List<Term> rest) {}

  /** How a softmax is written. */
  enum Form {
    /** By its name: 0 where nothing is left in. */
    CALLED,
    /** 0 / 0 where nothing is left in. */
    QUOTIENT,
    /** 0 of nothing, and exp(−∞ + ∞) where all scores are −∞. */
    ABOVE_ALL
  }

  private final Definitions definitions;
  private final Truths truths;

  Softmaxes(Definitions definitions) {
    this.definitions = definitions;
    truths = new Truths(definitions);
  }

  /**
   * The softmax along an index.
   *
   * @param factors of a sum over the index
   * @param outside factors of the sum as a whole; a divisor may stand there
   */
  Optional<Found> find(List<Term> factors, List<Term> outside, Atom.Index over) {
    List<Part> parts = parts(factors, over);
    return byHand(parts, outside, over)
        .or(() -> byHand(weighted(parts), outside, over))
        .or(() -> called(parts, over));
  }

  /**
   * Exponentials together with what multiplies each of them and is never below 0, as powers of
   * their own: {@code gate[j] * exp(s)} is {@code exp(s + log(gate[j]))}.
   */
  private List<Part> weighted(List<Part> parts) {
    Set<Atom.Index> ofPowers = new HashSet<>();
    parts.stream()
        .filter(p -> p instanceof Powered || p instanceof Part.Softmax)
        .forEach(p -> ofPowers.addAll(Trees.free(term(p))));
    return parts.stream()
        .map(part ->
            ofPowers.containsAll(Trees.free(term(part)))
                ? logarithm(part).<Part>map(log -> new Powered(log, Optional.empty())).orElse(part)
                : part)
        .toList();
  }

  private Optional<Term> logarithm(Part part) {
    return switch (part) {
      case Part.Other(Term factor) when isNotNegative(factor) ->
          Optional.of(Terms.apply(Term.UnaryOp.LOG, factor));
      case Part.Inverse(Term of, _, Optional<Term> only) when only.isEmpty() && isNotNegative(of) ->
          Optional.of(Terms.negate(Terms.apply(Term.UnaryOp.LOG, of)));
      case Part.Other _, Part.Inverse _, Part.Softmax _, Powered _, Part.Either _ ->
          Optional.empty();
    };
  }

  /** Whether a number is 0 or above, whatever it is made of. */
  private boolean isNotNegative(Term term) {
    return switch (term) {
      case Term.Number(double value) -> value >= 0;
      case Term.Read _ -> definitions.of(term).filter(this::isNotNegative).isPresent();
      case Term.Choose(Term _, Term a, Term b) -> isNotNegative(a) && isNotNegative(b);
      case Term.Unary(Term.UnaryOp op, _) ->
          op == Term.UnaryOp.EXP || op == Term.UnaryOp.ABS || op == Term.UnaryOp.SQRT;
      case Term.Binary(BinaryOp op, Term a, Term b) ->
          switch (op) {
            case ADD, MULTIPLY, DIVIDE, MIN -> isNotNegative(a) && isNotNegative(b);
            case MAX -> isNotNegative(a) || isNotNegative(b);
            case POWER ->
                isNotNegative(a) || b instanceof Term.Number(double power) && power % 2 == 0;
            case SUBTRACT, EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR -> false;
          };
      case Term _ -> false;
    };
  }

  private List<Part> parts(List<Term> factors, Atom.Index over) {
    List<Part> parts = new ArrayList<>();
    for (Term factor : factors) {
      parts.addAll(Trees.free(factor).contains(over) ? see(factor) : List.of(part(factor)));
    }
    for (Part part : List.copyOf(parts)) {
      if (part instanceof Part.Softmax softmax && softmax.over() == over) {
        parts.removeIf(p -> p instanceof Part.Either(Term where, _) && isOutside(softmax, where));
      }
    }
    return parts;
  }

  /** Whether a softmax is 0 anyway where a condition does not hold. */
  private boolean isOutside(Part.Softmax softmax, Term condition) {
    List<Term> masks = new ArrayList<>(softmax.where().stream().toList());
    Apart.lift(Ranges.settled(definitions.whole(softmax.score())), masks);
    List<Term> known = masks.stream().flatMap(m -> conjuncts(m).stream()).toList();
    return conjuncts(condition).stream().allMatch(c -> known.stream().anyMatch(k -> same(c, k)));
  }

  static List<Term> conjuncts(Term condition) {
    return switch (condition) {
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.AND ->
          Stream.concat(conjuncts(a).stream(), conjuncts(b).stream()).toList();
      case Term.Unary(Term.UnaryOp not, Term.Binary(BinaryOp op, Term a, Term b))
          when not == Term.UnaryOp.NOT && op == BinaryOp.OR ->
          conjuncts(Terms.and(Terms.not(a), Terms.not(b)));
      case Term _ -> List.of(condition);
    };
  }

  /** {@code if where then exp(score) else 0}. */
  record Powered(Term score, Optional<Term> where) implements Part {}

  /** A factor, and what it divides by. */
  record Divisor(Term of, Term factor) {}

  /**
   * The exponentials of an index among factors, as one.
   *
   * @param others the factors that are neither those nor divide
   */
  record Lone(Powered power, List<Divisor> divisors, List<Term> others) {

    /** All factors but the exponential, and but a divisor. */
    List<Term> without(Optional<Divisor> divisor) {
      List<Term> rest = new ArrayList<>(others);
      divisors.stream().filter(d -> d != divisor.orElse(null)).forEach(d -> rest.add(d.factor()));
      return rest;
    }
  }

  /** The exponentials alone, and with what multiplies each of them. */
  Stream<Lone> lone(List<Term> factors, Atom.Index over) {
    List<Part> parts = parts(factors, over);
    return Stream.of(parts, weighted(parts))
        .distinct()
        .flatMap(all -> loneAmong(all, over).stream());
  }

  private static Optional<Lone> loneAmong(List<Part> parts, Atom.Index over) {
    List<Part> powers = new ArrayList<>();
    List<Divisor> divisors = new ArrayList<>();
    List<Term> others = new ArrayList<>();
    for (Part part : parts) {
      boolean own = Trees.free(term(part)).contains(over);
      if (own && (part instanceof Powered || part instanceof Part.Either)) {
        powers.add(part);
      } else if (part instanceof Part.Inverse(Term of, _, _) && !Trees.free(of).contains(over)) {
        divisors.add(new Divisor(of, term(part)));
      } else {
        others.add(term(part));
      }
    }
    return merged(powers).map(power -> new Lone(power, divisors, others));
  }

  /** A term that is but an exponential, where it is left in. */
  Optional<Powered> power(Term term, Optional<Term> where) {
    List<Part> parts = new ArrayList<>();
    where.ifPresent(w -> parts.add(new Part.Either(w, w)));
    parts.addAll(see(term));
    return merged(weighted(parts));
  }

  /** What a factor divides by, by whatever name. */
  Optional<Term> divisor(Term factor) {
    return inverted(part(factor));
  }

  private static Optional<Found> called(List<Part> parts, Atom.Index over) {
    for (Part part : parts) {
      if (part instanceof Part.Softmax softmax && softmax.over() == over) {
        return Optional.of(
            new Found(
                softmax.score(),
                softmax.where(),
                Form.CALLED,
                Optional.empty(),
                rest(parts, List.of(part))));
      }
    }
    return Optional.empty();
  }

  private Optional<Found> byHand(List<Part> parts, List<Term> outside, Atom.Index over) {
    List<Part> own =
        parts.stream()
            .filter(p -> !(p instanceof Part.Inverse || p instanceof Part.Other))
            .filter(p -> Trees.free(term(p)).contains(over))
            .toList();
    List<List<Part>> choices = new ArrayList<>();
    own.stream().filter(p -> !(p instanceof Part.Either)).map(List::of).forEach(choices::add);
    if (own.size() > 1) {
      choices.add(own);
    }
    return choices.stream()
        .flatMap(some -> byHand(some, parts, outside, over).stream())
        .findFirst();
  }

  /** The softmax that is a product of powers, divided by its sum. */
  private Optional<Found> byHand(
      List<Part> some, List<Part> parts, List<Term> outside, Atom.Index over) {
    Optional<Powered> merged = merged(powers(some));
    if (merged.isEmpty()) {
      return Optional.empty();
    }
    Powered power = merged.get();
    boolean called = some.stream().anyMatch(p -> p instanceof Part.Softmax);
    Optional<Term> score = called ? Optional.empty() : aboveAll(power, over);
    if (score.isPresent()) {
      return Optional.of(
          new Found(
              score.get(), power.where(), Form.ABOVE_ALL, Optional.empty(), rest(parts, some)));
    }
    for (Part part : parts) {
      if (part instanceof Part.Inverse(Term of, Term _, Optional<Term> only)
          && isSum(of, power, over)
          && (only.isEmpty() || same(only, power.where()))) {
        List<Part> used = new ArrayList<>(some);
        used.add(part);
        Form form = only.isPresent() ? Form.ABOVE_ALL : Form.QUOTIENT;
        return Optional.of(found(power, form, Optional.empty(), rest(parts, used)));
      }
    }
    for (Term factor : outside) {
      if (part(factor) instanceof Part.Inverse(Term of, _, _) && isSum(of, power, over)) {
        return Optional.of(found(power, Form.QUOTIENT, Optional.of(factor), rest(parts, some)));
      }
    }
    return Optional.empty();
  }

  /** Powers, and what is 1 or 0, as one power; empty if anything else is there, or no power. */
  private static Optional<Powered> merged(List<Part> parts) {
    Optional<Term> power = Optional.empty();
    Optional<Term> where = Optional.empty();
    for (Part part : parts) {
      switch (part) {
        case Powered(Term own, Optional<Term> there) -> {
          power = power.map(p -> Terms.arithmetic(BinaryOp.ADD, p, own)).or(() -> Optional.of(own));
          where = where.map(w -> there.map(t -> Terms.and(w, t)).orElse(w)).or(() -> there);
        }
        case Part.Either(Term there, Term _) ->
            where = where.map(w -> Terms.and(w, there)).or(() -> Optional.of(there));
        case Part.Softmax _, Part.Inverse _, Part.Other _ -> {
          return Optional.empty();
        }
      }
    }
    Optional<Term> there = where;
    return power.map(p -> new Powered(p, there));
  }

  private static Found found(Powered power, Form form, Optional<Term> divisor, List<Term> rest) {
    return new Found(power.score(), power.where(), form, divisor, rest);
  }

  private static List<Term> rest(List<Part> parts, List<Part> without) {
    return parts.stream()
        .filter(part -> without.stream().noneMatch(g -> g == part))
        .map(Softmaxes::term)
        .toList();
  }

  private static Term term(Part part) {
    return switch (part) {
      case Part.Softmax(Atom.Index over, Term score, Optional<Term> where) ->
          new Term.Along(Term.ScanOp.SOFTMAX, over, score, where);
      case Powered(Term power, Optional<Term> where) -> {
        Term e = Terms.apply(Term.UnaryOp.EXP, power);
        yield where.map(w -> Terms.choose(w, e, Terms.number(0))).orElse(e);
      }
      case Part.Either(Term _, Term factor) -> factor;
      case Part.Inverse(_, Term factor, Optional<Term> only) ->
          only.map(o -> Terms.choose(o, factor, Terms.number(0))).orElse(factor);
      case Part.Other(Term factor) -> factor;
    };
  }

  /** Whether a softmax, or the powers of one, are behind a factor. */
  boolean isPattern(Term factor) {
    return see(factor).stream().anyMatch(p -> p instanceof Part.Softmax || p instanceof Powered);
  }

  /** Whether a factor divides, by whatever name. */
  boolean isDivisor(Term factor) {
    return divisor(factor).isPresent();
  }

  private Part part(Term factor) {
    return inverted(factor)
        .or(() -> definitions.of(factor).map(this::part).flatMap(Softmaxes::inverted))
        .<Part>map(of -> new Part.Inverse(of, factor))
        .orElseGet(() -> new Part.Other(factor));
  }

  private static Optional<Term> inverted(Part part) {
    return part instanceof Part.Inverse(Term of, _, _) ? Optional.of(of) : Optional.empty();
  }

  /** What 1 is divided by. */
  private static Optional<Term> inverted(Term term) {
    return switch (term) {
      case Term.Binary(BinaryOp op, Term.Number(double one), Term of)
          when op == BinaryOp.DIVIDE && one == 1 ->
          Optional.of(of);
      case Term.Binary(BinaryOp op, Term of, Term.Number(double power))
          when op == BinaryOp.POWER && power == -1 ->
          Optional.of(of);
      case Term _ -> Optional.empty();
    };
  }

  /** A factor by its parts, values looked through where a part of a softmax is behind them. */
  private List<Part> see(Term factor) {
    Optional<Term> where = truths.of(factor);
    if (where.isPresent()) {
      return List.of(new Part.Either(where.get(), factor));
    }
    Optional<Term> behind = definitions.of(factor);
    if (behind.isPresent()) {
      List<Part> parts = see(behind.get());
      if (parts.size() == 1) {
        return switch (parts.getFirst()) {
          case Part.Softmax _, Powered _ -> parts;
          case Part.Either(Term there, Term _) -> List.of(new Part.Either(there, factor));
          case Part.Inverse(Term of, _, Optional<Term> only) ->
              List.of(new Part.Inverse(of, factor, only));
          case Part.Other _ -> List.of(new Part.Other(factor));
        };
      }
      return parts.stream().noneMatch(p -> p instanceof Part.Softmax || p instanceof Powered)
          ? List.of(new Part.Other(factor))
          : parts;
    }
    return switch (factor) {
      case Term.Along along when along.op() == Term.ScanOp.SOFTMAX ->
          List.of(new Part.Softmax(along.over(), along.body(), along.where()));
      case Term.Unary(Term.UnaryOp op, Term power) when op == Term.UnaryOp.EXP ->
          List.of(new Powered(power, Optional.empty()));
      case Term.Binary(BinaryOp op, Term.Number(double base), Term power)
          when op == BinaryOp.POWER && base > 0 && base < Float.MAX_VALUE ->
          List.of(new Powered(times(power, Math.log(base)), Optional.empty()));
      case Term.Binary(BinaryOp op, Term a, Term b)
          when op == BinaryOp.MULTIPLY || op == BinaryOp.DIVIDE ->
          product(factor);
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          choice(factor, condition, then, otherwise);
      case Term _ -> List.of(part(factor));
    };
  }

  private List<Part> product(Term product) {
    List<Part> parts = new ArrayList<>();
    for (Term factor : Product.factors(product)) {
      Part part = part(factor);
      parts.addAll(part instanceof Part.Inverse ? List.of(part) : see(factor));
    }
    return parts;
  }

  private List<Part> choice(Term whole, Term condition, Term then, Term otherwise) {
    boolean turned = then instanceof Term.Number(double zero) && zero == 0;
    boolean masked = turned || otherwise instanceof Term.Number(double none) && none == 0;
    if (!masked) {
      return List.of(new Part.Other(whole));
    }
    Term holds = turned ? Terms.not(condition) : condition;
    Term inside = turned ? otherwise : then;
    List<Part> powers = new ArrayList<>();
    List<Part> others = new ArrayList<>();
    for (Part part : see(inside)) {
      (part instanceof Powered || part instanceof Part.Either ? powers : others).add(part);
    }
    if (!others.stream().allMatch(Softmaxes::isAnywhere)) {
      return List.of(new Part.Other(whole));
    }
    List<Part> parts = new ArrayList<>();
    Optional<Powered> power = merged(powers);
    if (power.isPresent()) {
      Optional<Term> where = power.get().where().map(w -> Terms.and(holds, w));
      parts.add(new Powered(power.get().score(), where.or(() -> Optional.of(holds))));
    } else if (others.stream().anyMatch(p -> p instanceof Part.Softmax)) {
      parts.addAll(powers);
      parts.add(new Part.Either(holds, Terms.choose(holds, Terms.number(1), Terms.number(0))));
    } else {
      return List.of(new Part.Other(whole));
    }
    for (Part other : others) {
      parts.add(
          other instanceof Part.Inverse(Term of, Term factor, _) && !isAboveZero(of)
              ? new Part.Inverse(of, factor, Optional.of(holds))
              : other);
    }
    return parts;
  }

  /** {@code 1 + exp(x)} and the like: by that, what is 0 stays 0. */
  private static boolean isAboveZero(Term term) {
    return switch (term) {
      case Term.Number(double value) -> value > 0;
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.ADD ->
          isAboveZero(a) && isPower(b) || isPower(a) && isAboveZero(b);
      case Term _ -> false;
    };
  }

  private static boolean isPower(Term term) {
    return term instanceof Term.Unary(Term.UnaryOp op, _) && op == Term.UnaryOp.EXP
        || isAboveZero(term);
  }

  /** Whether a factor may stand where a condition does not hold, beside a 0. */
  private static boolean isAnywhere(Part part) {
    return Ranges.isSafe(term(part));
  }

  private static Term times(Term power, double by) {
    return Terms.arithmetic(BinaryOp.MULTIPLY, power, Terms.number(by));
  }

  /** The score of {@code score - logsumexp[over](score where where)}, however that is added up. */
  private Optional<Term> aboveAll(Powered power, Atom.Index over) {
    Sum sum = sum(power.score(), over);
    for (Addend total : sum.others()) {
      Optional<Powered> all = total.less() ? logarithm(total.term(), over) : Optional.empty();
      if (all.isPresent() && same(all.get().where(), power.where())) {
        // log Σ exp(score + c) is c + log Σ exp(score).
        Sum inner = sum(all.get().score(), over);
        List<Addend> rest = new ArrayList<>(sum.others());
        rest.remove(total);
        if (cancel(sum.own(), inner.own()) && cancel(rest, inner.others())) {
          return Optional.of(Sum.of(sum.own()));
        }
      }
    }
    return Optional.empty();
  }

  /** What is summed over all places of an index before the logarithm that a term is. */
  private Optional<Powered> logarithm(Term term, Atom.Index over) {
    Optional<Term> behind = definitions.of(term);
    if (behind.isPresent()) {
      return logarithm(behind.get(), over);
    }
    if (term instanceof Term.Unary(Term.UnaryOp op, Term sum) && op == Term.UnaryOp.LOG) {
      return summed(sum, over);
    }
    return term instanceof Term.Reduce reduce
            && reduce.op() == Term.ReduceOp.LOGSUMEXP
            && isAlong(reduce, over)
        ? Optional.of(
            new Powered(
                at(over, reduce, reduce.body()), reduce.where().map(w -> at(over, reduce, w))))
        : Optional.empty();
  }

  private record Addend(Term term, boolean less) {}

  /** What is added up: of an index, and of none. */
  private record Sum(List<Addend> own, List<Addend> others) {
    static Term of(List<Addend> addends) {
      Term sum = Terms.number(0);
      for (Addend addend : addends) {
        sum =
            addend.less()
                ? Terms.arithmetic(BinaryOp.SUBTRACT, sum, addend.term())
                : Terms.arithmetic(BinaryOp.ADD, sum, addend.term());
      }
      return sum;
    }
  }

  private Sum sum(Term term, Atom.Index over) {
    List<Addend> all = new ArrayList<>();
    addends(term, false, all);
    Map<Boolean, List<Addend>> parts =
        all.stream().collect(Collectors.partitioningBy(a -> Trees.free(a.term()).contains(over)));
    return new Sum(parts.get(true), parts.get(false));
  }

  /** Sums are looked for behind names as well. */
  private void addends(Term term, boolean less, List<Addend> into) {
    switch (term) {
      case Term.Binary(BinaryOp op, Term a, Term b)
          when op == BinaryOp.ADD || op == BinaryOp.SUBTRACT -> {
        addends(a, less, into);
        addends(b, less != (op == BinaryOp.SUBTRACT), into);
      }
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NEGATE ->
          addends(a, !less, into);
      case Term.Read read -> {
        List<Addend> behind = new ArrayList<>();
        definitions.of(read).ifPresent(b -> addends(b, less, behind));
        into.addAll(behind.size() > 1 ? behind : List.of(new Addend(read, less)));
      }
      case Term _ -> into.add(new Addend(term, less));
    }
  }

  /** Whether the same is added up, in any order. */
  private boolean cancel(List<Addend> some, List<Addend> others) {
    List<Addend> left = new ArrayList<>(others);
    for (Addend addend : some) {
      Optional<Addend> equal =
          left.stream()
              .filter(o -> o.less() == addend.less() && same(o.term(), addend.term()))
              .findFirst();
      if (equal.isEmpty()) {
        return false;
      }
      left.remove(equal.get());
    }
    return left.isEmpty();
  }

  /** A factor of a sum that leaves elements out; in a pattern, they are 0 as well. */
  Term masked(Term factor, Term where) {
    List<Part> parts = see(factor);
    return parts.stream().anyMatch(p -> p instanceof Powered || p instanceof Part.Softmax)
        ? Terms.choose(where, factor, Terms.number(0))
        : factor;
  }

  /** Whether a term is the sum of a power over all places of an index. */
  private boolean isSum(Term term, Powered power, Atom.Index over) {
    return summed(term, over)
        .filter(own -> same(own.score(), power.score()) && same(own.where(), power.where()))
        .isPresent();
  }

  /** The power of which a term is the sum over all places of an index, here at its own. */
  private Optional<Powered> summed(Term term, Atom.Index over) {
    Optional<Term> behind = definitions.of(term);
    if (behind.isPresent()) {
      return summed(behind.get(), over);
    }
    if (!(term instanceof Term.Reduce sum)
        || sum.op() != Term.ReduceOp.SUM
        || !isAlong(sum, over)) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    sum.where().ifPresent(where -> parts.add(new Part.Either(at(over, sum, where), where)));
    parts.addAll(see(at(over, sum, sum.body())));
    return merged(powers(weighted(parts)));
  }

  /** Softmaxes as the powers that they are, for a quotient in which they stand on both sides. */
  private static List<Part> powers(List<Part> parts) {
    return parts.stream()
        .map(part ->
            part instanceof Part.Softmax(Atom.Index over, Term score, Optional<Term> where)
                ? new Powered(aboveAll(over, score, where), where)
                : part)
        .toList();
  }

  private static Term aboveAll(Atom.Index over, Term score, Optional<Term> where) {
    Atom.Index all = new Atom.Index(over.name(), over.size());
    Map<Atom.Index, Poly> at = Map.of(over, Poly.of(all));
    Term total =
        new Term.Reduce(
            Term.ReduceOp.LOGSUMEXP,
            List.of(all),
            Terms.substitute(score, at),
            where.map(w -> Terms.substitute(w, at)),
            Optional.empty());
    return Terms.arithmetic(BinaryOp.SUBTRACT, score, total);
  }

  private static boolean isAlong(Term.Reduce reduce, Atom.Index over) {
    return reduce.over().size() == 1 && reduce.over().getFirst().size().equals(over.size());
  }

  private static Term at(Atom.Index over, Term.Reduce reduce, Term part) {
    return Terms.substitute(part, Map.of(reduce.over().getFirst(), Poly.of(over)));
  }

  private boolean same(Optional<Term> a, Optional<Term> b) {
    return same(a.orElse(Terms.truth(true)), b.orElse(Terms.truth(true)));
  }

  private boolean same(Term a, Term b) {
    List<Atom.Index> free = List.copyOf(Trees.free(a));
    Function<Object, String> names = Text.names();
    return Text.key(free, Ranges.settled(definitions.whole(a)), names)
        .equals(Text.key(free, Ranges.settled(definitions.whole(b)), names));
  }
}
