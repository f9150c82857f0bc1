package xfm.compiler.rewrite;

import java.util.List;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;

/** What a factor of a sum turns out to be, seen through the names of values. */
sealed interface Part {
  /** {@code softmax[over](score where where)}. */
  record Softmax(Atom.Index over, Term score, Optional<Term> where) implements Part {}

  /** {@code if where then exp(score) else 0}. */
  record Power(Term score, Optional<Term> where) implements Part {}

  /** {@code if where then 1 else 0}, and how that is written. */
  record Mask(Term where, Term written) implements Part {}

  /**
   * {@code 1 / of}, and how that is written.
   *
   * @param only where nothing is divided elsewhere, but 0
   */
  record Inverse(Term of, Term written, Optional<Term> only) implements Part {
    Inverse(Term of, Term written) {
      this(of, written, Optional.empty());
    }
  }

  /** Anything else. */
  record Other(Term written) implements Part {}

  /** The part as a term. */
  default Term term() {
    return switch (this) {
      case Softmax(Atom.Index over, Term score, Optional<Term> where) ->
          new Term.Along(Term.ScanOp.SOFTMAX, over, score, where);
      case Power(Term score, Optional<Term> where) ->
          orZero(where, Terms.apply(Term.UnaryOp.EXP, score));
      case Mask(_, Term written) -> written;
      case Inverse(_, Term written, Optional<Term> only) -> orZero(only, written);
      case Other(Term written) -> written;
    };
  }

  private static Term orZero(Optional<Term> where, Term term) {
    return where.map(w -> Terms.choose(w, term, Terms.number(0))).orElse(term);
  }

  /** Whether it is a part of a softmax, written out or called. */
  default boolean isPattern() {
    return this instanceof Softmax || this instanceof Power;
  }

  /** Powers and masks as one power; empty if anything else is there, or no power. */
  static Optional<Power> merged(List<Part> parts) {
    Optional<Term> score = Optional.empty();
    Optional<Term> where = Optional.empty();
    for (Part part : parts) {
      switch (part) {
        case Power(Term own, Optional<Term> there) -> {
          score = score.map(s -> Terms.arithmetic(BinaryOp.ADD, s, own)).or(() -> Optional.of(own));
          where = where.map(w -> there.map(t -> Terms.and(w, t)).orElse(w)).or(() -> there);
        }
        case Mask(Term there, _) ->
            where = where.map(w -> Terms.and(w, there)).or(() -> Optional.of(there));
        case Softmax _, Inverse _, Other _ -> {
          return Optional.empty();
        }
      }
    }
    Optional<Term> there = where;
    return score.map(s -> new Power(s, there));
  }
}
