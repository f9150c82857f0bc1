package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
  private sealed interface Part {
    /** {@code softmax[over](score where where)}. */
    record Softmax(Atom.Index over, Term score, Optional<Term> where) implements Part {}

    /** {@code if where then exp(power) else 0}. */
    record Power(Term power, Optional<Term> where) implements Part {}

    /** {@code 1 / of}. */
    record Inverse(Term of) implements Part {}

    record Other(Term factor) implements Part {}
  }

  /**
   * A softmax among factors.
   *
   * @param byHand whether it is written as a quotient, 0 / 0 where nothing is left in
   * @param divisor the factor of the sum as a whole that is its divisor, if that stands there
   * @param rest the factors of the sum that are no part of it
   */
  record Found(
      Term score, Optional<Term> where, boolean byHand, Optional<Term> divisor, List<Term> rest) {}

  private final Definitions definitions;

  Softmaxes(Definitions definitions) {
    this.definitions = definitions;
  }

  /**
   * The softmax along an index.
   *
   * @param factors of a sum over the index
   * @param outside factors of the sum as a whole; a divisor may stand there
   */
  Optional<Found> find(List<Term> factors, List<Term> outside, Atom.Index over) {
    List<Part> parts = new ArrayList<>();
    for (Term factor : factors) {
      parts.addAll(Trees.free(factor).contains(over) ? see(factor) : List.of(part(factor)));
    }
    Optional<Found> called = called(parts, over);
    return called.isPresent() ? called : byHand(parts, outside, over);
  }

  private static Optional<Found> called(List<Part> parts, Atom.Index over) {
    for (Part part : parts) {
      if (part instanceof Part.Softmax softmax && softmax.over() == over) {
        return Optional.of(
            new Found(
                softmax.score(), softmax.where(), false, Optional.empty(), rest(parts, part)));
      }
    }
    return Optional.empty();
  }

  private Optional<Found> byHand(List<Part> parts, List<Term> outside, Atom.Index over) {
    List<Part> powers =
        parts.stream()
            .filter(p -> p instanceof Part.Power && Trees.free(term(p)).contains(over))
            .toList();
    if (powers.size() != 1 || !(powers.getFirst() instanceof Part.Power power)) {
      return Optional.empty();
    }
    Optional<Term> score = aboveAll(power, over);
    if (score.isPresent()) {
      return Optional.of(
          new Found(score.get(), power.where(), false, Optional.empty(), rest(parts, power)));
    }
    for (Part part : parts) {
      if (part instanceof Part.Inverse(Term of) && isSum(of, power, over)) {
        return Optional.of(found(power, Optional.empty(), rest(parts, power, part)));
      }
    }
    for (Term factor : outside) {
      if (part(factor) instanceof Part.Inverse(Term of) && isSum(of, power, over)) {
        return Optional.of(found(power, Optional.of(factor), rest(parts, power)));
      }
    }
    return Optional.empty();
  }

  private static Found found(Part.Power power, Optional<Term> divisor, List<Term> rest) {
    return new Found(power.power(), power.where(), true, divisor, rest);
  }

  private static List<Term> rest(List<Part> parts, Part... without) {
    List<Part> gone = List.of(without);
    return parts.stream()
        .filter(part -> gone.stream().noneMatch(g -> g == part))
        .map(Softmaxes::term)
        .toList();
  }

  private static Term term(Part part) {
    return switch (part) {
      case Part.Softmax(Atom.Index over, Term score, Optional<Term> where) ->
          new Term.Along(Term.ScanOp.SOFTMAX, over, score, where);
      case Part.Power(Term power, Optional<Term> where) -> {
        Term e = Terms.apply(Term.UnaryOp.EXP, power);
        yield where.map(w -> Terms.choose(w, e, Terms.number(0))).orElse(e);
      }
      case Part.Inverse(Term of) -> new Term.Binary(BinaryOp.DIVIDE, Terms.number(1), of);
      case Part.Other(Term factor) -> factor;
    };
  }

  private static Part part(Term factor) {
    return factor instanceof Term.Binary(BinaryOp op, Term.Number(double one), Term of)
            && op == BinaryOp.DIVIDE
            && one == 1
        ? new Part.Inverse(of)
        : new Part.Other(factor);
  }

  /** A factor by its parts, values looked through where a part of a softmax is behind them. */
  private List<Part> see(Term factor) {
    Optional<Term> behind = definitions.of(factor);
    if (behind.isPresent()) {
      List<Part> parts = see(behind.get());
      return parts.stream().allMatch(p -> p instanceof Part.Other)
          ? List.of(new Part.Other(factor))
          : parts;
    }
    return switch (factor) {
      case Term.Along along when along.op() == Term.ScanOp.SOFTMAX ->
          List.of(new Part.Softmax(along.over(), along.body(), along.where()));
      case Term.Unary(Term.UnaryOp op, Term power) when op == Term.UnaryOp.EXP ->
          List.of(new Part.Power(power, Optional.empty()));
      case Term.Binary(BinaryOp op, Term a, Term b)
          when op == BinaryOp.MULTIPLY || op == BinaryOp.DIVIDE ->
          product(factor);
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          List.of(choice(factor, condition, then, otherwise));
      case Term.Number _,
          Term.Int _,
          Term.Truth _,
          Term.Read _,
          Term.Unary _,
          Term.Binary _,
          Term.Reduce _,
          Term.Along _,
          Term.Unknown _ ->
          List.of(part(factor));
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

  private Part choice(Term whole, Term condition, Term then, Term otherwise) {
    boolean turned = then instanceof Term.Number(double zero) && zero == 0;
    boolean masked = turned || otherwise instanceof Term.Number(double none) && none == 0;
    if (!masked) {
      return new Part.Other(whole);
    }
    Term holds = turned ? Terms.not(condition) : condition;
    List<Part> parts = see(turned ? otherwise : then);
    return parts.size() == 1
            && parts.getFirst() instanceof Part.Power(Term power, Optional<Term> where)
        ? new Part.Power(power, Optional.of(where.map(w -> Terms.and(holds, w)).orElse(holds)))
        : new Part.Other(whole);
  }

  /** The score of {@code score - logsumexp[over](score where where)}. */
  private Optional<Term> aboveAll(Part.Power power, Atom.Index over) {
    if (!(power.power() instanceof Term.Binary(BinaryOp op, Term score, Term all))
        || op != BinaryOp.SUBTRACT) {
      return Optional.empty();
    }
    Term whole = all;
    for (Optional<Term> next = definitions.of(whole);
        next.isPresent();
        next = definitions.of(whole)) {
      whole = next.get();
    }
    if (!(whole instanceof Term.Reduce reduce)
        || reduce.op() != Term.ReduceOp.LOGSUMEXP
        || reduce.over().size() != 1
        || !reduce.over().getFirst().size().equals(over.size())) {
      return Optional.empty();
    }
    Map<Atom.Index, Poly> here = Map.of(reduce.over().getFirst(), Poly.of(over));
    Term where = reduce.where().map(w -> Terms.substitute(w, here)).orElse(Terms.truth(true));
    boolean same =
        same(Terms.substitute(reduce.body(), here), score)
            && same(where, power.where().orElse(Terms.truth(true)));
    return same ? Optional.of(score) : Optional.empty();
  }

  /** A factor of a sum that leaves elements out; in an exponential, they are 0 as well. */
  Term masked(Term factor, Term where) {
    List<Part> parts = see(factor);
    return parts.stream().anyMatch(part -> part instanceof Part.Power)
        ? Terms.choose(where, factor, Terms.number(0))
        : factor;
  }

  /** Whether a term is the sum of a power over all places of an index. */
  private boolean isSum(Term term, Part.Power power, Atom.Index over) {
    Optional<Term> behind = definitions.of(term);
    if (behind.isPresent()) {
      return isSum(behind.get(), power, over);
    }
    if (!(term instanceof Term.Reduce sum)
        || sum.op() != Term.ReduceOp.SUM
        || sum.over().size() != 1
        || !sum.over().getFirst().size().equals(over.size())) {
      return false;
    }
    Map<Atom.Index, Poly> here = Map.of(sum.over().getFirst(), Poly.of(over));
    List<Part> parts = see(Terms.substitute(sum.body(), here));
    Optional<Term> outer = sum.where().map(w -> Terms.substitute(w, here));
    if (parts.size() != 1 || !(parts.getFirst() instanceof Part.Power(Term own, var where))) {
      return false;
    }
    Optional<Term> both = outer.map(o -> where.map(w -> Terms.and(o, w)).orElse(o)).or(() -> where);
    return same(own, power.power())
        && same(both.orElse(Terms.truth(true)), power.where().orElse(Terms.truth(true)));
  }

  private boolean same(Term a, Term b) {
    List<Atom.Index> free = List.copyOf(Trees.free(a));
    Map<Object, String> numbers = new IdentityHashMap<>();
    Function<Object, String> names =
        object -> numbers.computeIfAbsent(object, _ -> "$" + numbers.size());
    return Text.key(free, definitions.whole(a), names)
        .equals(Text.key(free, definitions.whole(b), names));
  }
}
