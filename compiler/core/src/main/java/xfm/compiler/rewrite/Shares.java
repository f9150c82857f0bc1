package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Finds a share of the keys in something larger, {@code exp(s[j]) / (sum[j](exp(s[j])) + r)}: a
 * softmax, times {@code 1 / (1 + r exp(-logsumexp[j](s[j])))}. What is added may be a learned sink,
 * a 1, or other keys; the divisor may be a logsumexp in the exponent, and a softmax of which some
 * places are not read is the same. Powers that nothing divides are a softmax times their sum.
 */
final class Shares {

  /**
   * A share.
   *
   * @param pattern the softmax; its divisor is that of the whole share
   * @param divisor what divides the powers; nothing if nothing does
   * @param logarithm the name under which the divisor's logarithm stands among the constants of the
   *     score; empty if it stands elsewhere
   * @param called whether it is a softmax, 0 where no key is left in
   */
  record Found(
      Softmaxes.Found pattern,
      Logarithms logarithms,
      List<Logarithms.Addend> divisor,
      Optional<String> logarithm,
      boolean called) {

    boolean isDivided() {
      return !divisor.isEmpty();
    }

    /**
     * What the softmax is multiplied with; empty if that cannot be told.
     *
     * @param total the logsumexp of its scores
     */
    Optional<Term> factor(Term total, Scores.Masked masked) {
      // The scores as they are made may still hold some of the constants: they read a value.
      Linear constants = logarithms.constants();
      Linear made = Linear.of("total", total).plus(logarithms.of(masked.constants()), 1);
      Linear row = made.minus(constants);
      if (row.has(logarithms.row())) {
        return Optional.empty();
      }
      Linear undivided = logarithm.map(constants::without).orElse(constants);
      Linear whole = row.plus(undivided, 1).with(logarithms.row(), row);
      if (!isDivided()) {
        // 0 of nothing, and NaN where what is left is −∞: not of one mask.
        return masked.lifted() && pattern.where().isPresent()
            ? Optional.empty()
            : Optional.of(power(total, whole.term(), masked.lifted()));
      }
      Term sum = Terms.number(0);
      for (Logarithms.Addend addend : divisor) {
        Linear log = addend.log().with(logarithms.row(), row).minus(whole);
        Term power = Terms.apply(Term.UnaryOp.EXP, log.term());
        Term product = Terms.arithmetic(BinaryOp.MULTIPLY, addend.factor(), power);
        sum = Terms.arithmetic(BinaryOp.ADD, sum, product);
      }
      Term share = Terms.arithmetic(BinaryOp.DIVIDE, Terms.number(1), sum);
      if (share instanceof Term.Number) {
        return masked.lifted() && !called ? Optional.empty() : Optional.of(share);
      }
      boolean guarded = called || logarithm.isPresent() && !masked.lifted();
      return Optional.of(guarded ? Terms.choose(isSome(total), share, Terms.number(0)) : share);
    }
  }

  /**
   * {@code exp(log)}, and 0 of nothing, whatever is added to its logsumexp.
   *
   * @param lifted whether what is left out is −∞: then nothing is {@code exp(log)} as well
   */
  static Term power(Term total, Term log, boolean lifted) {
    Term power = Terms.apply(Term.UnaryOp.EXP, log);
    return lifted || log.equals(total)
        ? power
        : Terms.choose(isSome(total), power, Terms.number(0));
  }

  static Term isSome(Term total) {
    return Terms.compare(BinaryOp.UNEQUAL, total, Terms.number(Double.NEGATIVE_INFINITY));
  }

  private final Definitions definitions;
  private final Softmaxes softmaxes;

  Shares(Definitions definitions, Softmaxes softmaxes) {
    this.definitions = definitions;
    this.softmaxes = softmaxes;
  }

  /**
   * The shares along an index that there may be, the likelier first.
   *
   * @param factors of a sum over the index
   * @param outside factors of the sum as a whole; a divisor may stand there
   * @param scope the indices around the sum, and its own
   */
  Stream<Found> find(
      List<Term> factors, List<Term> outside, Atom.Index over, List<Atom.Index> scope) {
    List<Search> searches =
        softmaxes.lone(factors, over).map(lone -> new Search(lone, outside, over, scope)).toList();
    return Stream.concat(
        searches.stream().flatMap(search -> search.divided().stream()),
        searches.stream().flatMap(search -> search.nowhere().stream()));
  }

  /** Looks for the divisor of an exponential. */
  private final class Search {
    private final Softmaxes.Lone lone;
    private final Term score;
    private final Optional<Term> where;
    private final List<Term> some;
    private final List<Term> outside;
    private final boolean ofRow;
    private final Logarithms logarithms;

    Search(Softmaxes.Lone lone, List<Term> outside, Atom.Index over, List<Atom.Index> scope) {
      this.lone = lone;
      this.outside = outside;
      score = lone.power().score();
      List<Term> conditions = new ArrayList<>();
      lone.power().where().ifPresent(w -> conditions.addAll(Guards.conditions(w)));
      some = conditions.stream().flatMap(c -> ofAll(c).stream()).toList();
      conditions.removeIf(condition -> ofAll(condition).isPresent());
      where = conditions.stream().reduce(Terms::and);
      ofRow = conditions.stream().anyMatch(c -> !Trees.free(c).contains(over));
      logarithms = new Logarithms(definitions, softmaxes, scope, over, score, where);
    }

    Optional<Found> divided() {
      return inPower().or(this::beside).or(this::outside);
    }

    /** {@code exp(s[j] - log(sum))}: where no key is left in, nothing is divided. */
    private Optional<Found> inPower() {
      if (!outside.isEmpty()) {
        return Optional.empty();
      }
      for (String name : logarithms.constants().parts().keySet()) {
        List<Logarithms.Addend> sum = logarithms.sumBehind(name);
        if (logarithms.constants().times(name) == -1
            && !sum.isEmpty()
            && some.stream().allMatch(all -> logarithms.of(all).has(name))) {
          return Optional.of(
              found(Optional.empty(), all(), sum, Optional.of(name), !some.isEmpty()));
        }
      }
      return Optional.empty();
    }

    /** {@code exp(s[j]) / sum}. */
    private Optional<Found> beside() {
      for (Softmaxes.Divisor divisor :
          some.isEmpty() ? lone.divisors() : List.<Softmaxes.Divisor>of()) {
        List<Logarithms.Addend> sum = logarithms.sum(divisor.of());
        if (logarithms.isMore(sum)) {
          List<Term> rest = lone.without(Optional.of(divisor));
          return Optional.of(found(Optional.empty(), rest, sum, Optional.empty(), false));
        }
      }
      return Optional.empty();
    }

    /** {@code sum[j](exp(s[j]) * v[j]) / sum}. */
    private Optional<Found> outside() {
      for (Term factor : some.isEmpty() ? outside : List.<Term>of()) {
        List<Logarithms.Addend> sum =
            softmaxes.parts().divisor(factor).map(logarithms::sum).orElse(List.of());
        if (logarithms.isMore(sum)) {
          return Optional.of(found(Optional.of(factor), all(), sum, Optional.empty(), false));
        }
      }
      return Optional.empty();
    }

    /** Nothing divides, or something else of the row: {@code max(sum, 1e-9)}. */
    Optional<Found> nowhere() {
      return some.isEmpty() && !ofRow && outside.isEmpty()
          ? Optional.of(found(Optional.empty(), all(), List.of(), Optional.empty(), false))
          : Optional.empty();
    }

    private List<Term> all() {
      return lone.without(Optional.empty());
    }

    private Found found(
        Optional<Term> divisor,
        List<Term> rest,
        List<Logarithms.Addend> sum,
        Optional<String> logarithm,
        boolean called) {
      Softmaxes.Found pattern =
          new Softmaxes.Found(score, where, Softmaxes.Form.CALLED, divisor, rest);
      return new Found(pattern, logarithms, sum, logarithm, called);
    }
  }

  /** Of the condition of {@link Terms#softmax}, that there is something at all: all. */
  private static Optional<Term> ofAll(Term condition) {
    return condition instanceof Term.Binary(BinaryOp op, Term.Reduce all, Term.Number(double none))
            && op == BinaryOp.UNEQUAL
            && all.op() == Term.ReduceOp.LOGSUMEXP
            && none == Double.NEGATIVE_INFINITY
        ? Optional.of(all)
        : Optional.empty();
  }
}
