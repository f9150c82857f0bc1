package xfm.compiler.rewrite;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/** A score without what is added to all scores of a row, and that. */
record Apart(Term score, Term constants) {
  private static final Term NONE = Terms.number(0);

  private Apart negated() {
    return new Apart(Terms.negate(score), hasConstants() ? Terms.negate(constants) : NONE);
  }

  private Apart plus(Term more) {
    return new Apart(score, Terms.arithmetic(BinaryOp.ADD, constants, more));
  }

  private Apart scaled(UnaryOperator<Term> by) {
    return new Apart(by.apply(score), hasConstants() ? by.apply(constants) : NONE);
  }

  private boolean hasConstants() {
    return !constants.equals(NONE);
  }

  /** The score where it is not −∞; adds to the masks where it is. */
  static Term lift(Term score, List<Term> masks) {
    return switch (score) {
      case Term.Choose(Term condition, Term then, Term otherwise) when isNothing(otherwise) -> {
        masks.add(condition);
        yield lift(then, masks);
      }
      case Term.Choose(Term condition, Term then, Term otherwise) when isNothing(then) -> {
        masks.add(Terms.not(condition));
        yield lift(otherwise, masks);
      }
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.LOG -> {
        Optional<Term> truth = Truths.written(a);
        truth.ifPresent(masks::add);
        yield truth.isPresent() ? NONE : score;
      }
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.ADD ->
          Terms.arithmetic(op, lift(a, masks), lift(b, masks));
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.SUBTRACT ->
          Terms.arithmetic(op, lift(a, masks), b);
      case Term.Binary(BinaryOp op, Term a, Term b)
          when (op == BinaryOp.MULTIPLY || op == BinaryOp.DIVIDE) && isPositive(b) ->
          Terms.arithmetic(op, lift(a, masks), b);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.MULTIPLY && isPositive(a) ->
          Terms.arithmetic(op, a, lift(b, masks));
      case Term _ -> score;
    };
  }

  private static boolean isNothing(Term term) {
    return term instanceof Term.Number(double value) && value == Double.NEGATIVE_INFINITY;
  }

  private static boolean isPositive(Term term) {
    return term instanceof Term.Number(double value) && value > 0 && value < Float.MAX_VALUE;
  }

  /** What is added to all scores of a row apart: the softmax is the same without. */
  static Apart of(Term score, Atom.Index key) {
    return switch (score) {
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.ADD && !isOf(key, b) ->
          of(a, key).plus(b);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.SUBTRACT && !isOf(key, b) ->
          of(a, key).plus(Terms.negate(b));
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.ADD && !isOf(key, a) ->
          of(b, key).plus(a);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.SUBTRACT && !isOf(key, a) ->
          of(b, key).negated().plus(a);
      case Term.Binary(BinaryOp op, Term a, Term b)
          when op == BinaryOp.ADD || op == BinaryOp.SUBTRACT -> {
        Apart first = of(a, key);
        yield new Apart(Terms.arithmetic(op, first.score(), b), first.constants());
      }
      case Term.Binary(BinaryOp op, Term a, Term b)
          when (op == BinaryOp.MULTIPLY || op == BinaryOp.DIVIDE) && !isOf(key, b) ->
          of(a, key).scaled(part -> Terms.arithmetic(op, part, b));
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.MULTIPLY && !isOf(key, a) ->
          of(b, key).scaled(part -> Terms.arithmetic(op, a, part));
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NEGATE ->
          of(a, key).negated();
      case Term _ -> new Apart(score, Apart.NONE);
    };
  }

  private static boolean isOf(Atom.Index key, Term term) {
    return Trees.free(term).contains(key);
  }
}
