package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/** Sees what parts of a softmax factors are, by whatever names. */
final class Parts {
  private final Definitions definitions;
  private final Truths truths;

  Parts(Definitions definitions) {
    this.definitions = definitions;
    truths = new Truths(definitions);
  }

  /** Whether a softmax, or the powers of one, are behind a factor. */
  boolean isPattern(Term factor) {
    return see(factor).stream().anyMatch(Part::isPattern);
  }

  /** Whether a factor divides, by whatever name. */
  boolean isDivisor(Term factor) {
    return divisor(factor).isPresent();
  }

  Part part(Term factor) {
    return inverted(factor)
        .or(() -> definitions.of(factor).map(this::part).flatMap(Parts::inverted))
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
  List<Part> see(Term factor) {
    Optional<Term> where = truths.of(factor);
    if (where.isPresent()) {
      return List.of(new Part.Mask(where.get(), factor));
    }
    Optional<Term> behind = definitions.of(factor);
    if (behind.isPresent()) {
      List<Part> parts = see(behind.get());
      if (parts.size() == 1) {
        return switch (parts.getFirst()) {
          case Part.Softmax _, Part.Power _ -> parts;
          case Part.Mask(Term there, Term _) -> List.of(new Part.Mask(there, factor));
          case Part.Inverse(Term of, _, Optional<Term> only) ->
              List.of(new Part.Inverse(of, factor, only));
          case Part.Other _ -> List.of(new Part.Other(factor));
        };
      }
      return parts.stream().noneMatch(Part::isPattern) ? List.of(new Part.Other(factor)) : parts;
    }
    return switch (factor) {
      case Term.Along along when along.op() == Term.ScanOp.SOFTMAX ->
          List.of(new Part.Softmax(along.over(), along.body(), along.where()));
      case Term.Unary(Term.UnaryOp op, Term power) when op == Term.UnaryOp.EXP ->
          List.of(new Part.Power(power, Optional.empty()));
      case Term.Binary(BinaryOp op, Term.Number(double base), Term power)
          when op == BinaryOp.POWER && base > 0 && base < Float.MAX_VALUE ->
          List.of(new Part.Power(times(power, Math.log(base)), Optional.empty()));
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
      (part instanceof Part.Power || part instanceof Part.Mask ? powers : others).add(part);
    }
    if (!others.stream().allMatch(Parts::isAnywhere)) {
      return List.of(new Part.Other(whole));
    }
    List<Part> parts = new ArrayList<>();
    Optional<Part.Power> power = Part.merged(powers);
    if (power.isPresent()) {
      Optional<Term> where = power.get().where().map(w -> Terms.and(holds, w));
      parts.add(new Part.Power(power.get().score(), where.or(() -> Optional.of(holds))));
    } else if (others.stream().anyMatch(p -> p instanceof Part.Softmax)) {
      parts.addAll(powers);
      parts.add(new Part.Mask(holds, Terms.choose(holds, Terms.number(1), Terms.number(0))));
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
    return Ranges.isSafe(part.term());
  }

  private static Term times(Term power, double by) {
    return Terms.arithmetic(BinaryOp.MULTIPLY, power, Terms.number(by));
  }

  /** A factor of a sum that leaves elements out; in a pattern, they are 0 as well. */
  Term masked(Term factor, Term where) {
    List<Part> parts = see(factor);
    return parts.stream().anyMatch(Part::isPattern)
        ? Terms.choose(where, factor, Terms.number(0))
        : factor;
  }

  /** What a factor divides by, by whatever name. */
  Optional<Term> divisor(Term factor) {
    return inverted(part(factor));
  }

  /**
   * Exponentials together with what multiplies each of them and is never below 0, as powers of
   * their own: {@code gate[j] * exp(s)} is {@code exp(s + log(gate[j]))}.
   */
  List<Part> weighted(List<Part> parts) {
    Set<Atom.Index> ofPowers = new HashSet<>();
    parts.stream().filter(Part::isPattern).forEach(p -> ofPowers.addAll(Trees.free(p.term())));
    return parts.stream()
        .map(part ->
            ofPowers.containsAll(Trees.free(part.term()))
                ? logarithm(part)
                    .<Part>map(log -> new Part.Power(log, Optional.empty()))
                    .orElse(part)
                : part)
        .toList();
  }

  private Optional<Term> logarithm(Part part) {
    return switch (part) {
      case Part.Other(Term factor) when isNotNegative(factor) ->
          Optional.of(Terms.apply(Term.UnaryOp.LOG, factor));
      case Part.Inverse(Term of, _, Optional<Term> only) when only.isEmpty() && isNotNegative(of) ->
          Optional.of(Terms.negate(Terms.apply(Term.UnaryOp.LOG, of)));
      case Part.Other _, Part.Inverse _, Part.Softmax _, Part.Power _, Part.Mask _ ->
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
}
