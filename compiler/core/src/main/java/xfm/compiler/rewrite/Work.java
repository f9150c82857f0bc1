package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/** What equations cost, as polynomials of the lengths. */
public final class Work {
  /** A length that stands for a long one wherever costs are compared. */
  private static final double LONG = 1 << 20;

  private final Optional<Running> running;

  private Work(Optional<Running> running) {
    this.running = running;
  }

  /**
   * The floating-point operations of an equation as it is lowered: 2 for each multiply-add of a sum
   * of products, 1 for any other operation on floats; the dearer branch of a choice; every place of
   * a reduction, whatever its {@code where} leaves out, but one at a time of sums that run.
   */
  public static Poly flops(Equation equation) {
    return places(equation.left())
        .times(new Work(Running.of(equation)).operations(equation.body()));
  }

  /**
   * The operations of each equation of an attention. Of each score, the first has what makes it,
   * the greatest, a difference, a power and a sum; each sum of values a product with each value; of
   * each row, a logsumexp has a logarithm and a sum.
   */
  public static List<Poly> flops(SharedScores shared) {
    Attention attention = shared.attention();
    Poly rows = places(attention.batch()).times(attention.row().size());
    Poly scores = rows.times(attention.key().size());
    Work work = new Work(Optional.empty());
    Poly mask = attention.where().map(work::operations).orElse(Poly.ZERO);
    Poly each = work.operations(attention.score()).plus(mask).plus(4);
    List<Poly> flops = new ArrayList<>();
    for (SharedScores.Sum sum : shared.sums()) {
      Poly values = places(sum.columns()).times(2);
      flops.add(scores.times(flops.isEmpty() ? each.plus(values) : values));
    }
    for (SharedScores.Total total : shared.totals()) {
      flops.add(total.op() == Term.ReduceOp.LOGSUMEXP ? rows.times(2) : Poly.ZERO);
    }
    return flops;
  }

  /** How many places some indices have. */
  public static Poly places(List<Atom.Index> indices) {
    return indices.stream().map(Atom.Index::size).reduce(Poly.ONE, Poly::times);
  }

  private Poly operations(Term term) {
    return switch (term) {
      case Term.Number _, Term.Truth _, Term.Unknown _ -> Poly.ZERO;
      case Term.Int _, Term.Read _ -> ofChildren(term);
      case Term.Unary(Term.UnaryOp op, Term _) ->
          ofChildren(term)
              .plus(
                  switch (op) {
                    case NEGATE, ABS, EXP, LOG, SQRT, SIN, COS, TANH, ERF, FLOOR, FLOAT -> 1;
                    case NOT -> 0;
                  });
      case Term.Binary(Term.BinaryOp op, Term a, Term _) ->
          ofChildren(term)
              .plus(
                  switch (op) {
                    case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX -> 1;
                    case EQUAL, UNEQUAL, LESS, LESS_EQUAL -> a.kind() == Term.Kind.FLOAT ? 1 : 0;
                    case AND, OR -> 0;
                  });
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          operations(condition).plus(dearer(operations(then), operations(otherwise)));
      case Term.Reduce reduce -> {
        Poly each = operations(reduce.body()).plus(1);
        if (reduce.where().isPresent()) {
          each = each.plus(operations(reduce.where().get()));
        }
        boolean runs = running.filter(r -> r.has(reduce)).isPresent();
        yield runs ? each : places(reduce.over()).times(each);
      }
      case Term.Along along -> ofChildren(along).plus(1).times(along.over().size());
    };
  }

  private Poly ofChildren(Term term) {
    return Trees.children(term).stream().map(this::operations).reduce(Poly.ZERO, Poly::plus);
  }

  private static Poly dearer(Poly a, Poly b) {
    return large(a) >= large(b) ? a : b;
  }

  /** The value where all lengths are long: the order in which costs are compared. */
  public static double large(Poly poly) {
    return estimate(poly, _ -> LONG);
  }

  /** The value for some lengths, as a double: it may be beyond the range of a long. */
  public static double estimate(Poly poly, ToDoubleFunction<Atom.Symbol> lengths) {
    double sum = 0;
    for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
      double product = term.getValue();
      for (Map.Entry<Atom, Integer> power : term.getKey().powers().entrySet()) {
        product *= Math.pow(estimate(power.getKey(), lengths), power.getValue());
      }
      sum += product;
    }
    return sum;
  }

  private static double estimate(Atom atom, ToDoubleFunction<Atom.Symbol> lengths) {
    return switch (atom) {
      case Atom.Symbol symbol -> lengths.applyAsDouble(symbol);
      case Atom.Index index -> estimate(index.size(), lengths);
      case Atom.Quotient(Poly a, Poly b) -> Math.floor(estimate(a, lengths) / estimate(b, lengths));
      case Atom.Remainder(Poly _, Poly b) -> estimate(b, lengths);
      case Atom.Least(Poly a, Poly b) -> Math.min(estimate(a, lengths), estimate(b, lengths));
      case Atom.Greatest(Poly a, Poly b) -> Math.max(estimate(a, lengths), estimate(b, lengths));
      case Atom.Data _ -> LONG;
    };
  }
}
