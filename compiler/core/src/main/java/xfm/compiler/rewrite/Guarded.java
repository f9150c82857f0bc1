package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.ReduceOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * A sum of products that leaves elements out, as a sum of all of them in which a factor is 0 there,
 * if that can be a matrix product: {@code sum[t, a](x[i - t, a] * w[t, a, o] where t <= i)} is
 * {@code sum[t, a]((x[i - t, a] else 0) * w[t, a, o])}. Each condition must be about the indices of
 * one factor.
 *
 * <p>The other factors are looked at where the sum leaves them out, and are finite there: inputs
 * and weights are taken to be, and whatever is computed is 0 as well wherever a condition is about
 * its indices.
 */
final class Guarded implements Pass {

  @Override
  public Graph apply(Graph graph) {
    Contractions contractions = new Contractions(graph);
    Set<Value> weights =
        graph.weights().stream().map(Graph.Weight::value).collect(Collectors.toSet());
    Set<Value> inputs = graph.inputs().stream().map(Graph.Input::value).collect(Collectors.toSet());
    return Pass.bodies(
        graph,
        (equation, _) -> new Rewriter(contractions, weights, inputs).rewrite(equation.body()));
  }

  private record Rewriter(Contractions contractions, Set<Value> weights, Set<Value> inputs) {

    Term rewrite(Term term) {
      Term inner = Trees.map(term, this::rewrite);
      return inner instanceof Term.Reduce sum && sum.op() == ReduceOp.SUM
          ? product(Guards.flat(sum)).orElse(sum)
          : inner;
    }

    private Optional<Term> product(Term.Reduce sum) {
      List<Term> conditions = new ArrayList<>();
      sum.where().ifPresent(where -> conditions.addAll(Guards.conditions(where)));
      List<Term> factors = new ArrayList<>();
      open(sum.body(), factors, conditions);
      if (conditions.isEmpty() || !conditions.stream().allMatch(Ranges::isSafe)) {
        return Optional.empty();
      }
      return placed(factors, conditions)
          .map(Product::times)
          .map(body ->
              new Term.Reduce(ReduceOp.SUM, sum.over(), body, Optional.empty(), Optional.empty()))
          .filter(contractions::isProduct)
          .map(Term.class::cast);
    }

    /** The factors of a term, and under which conditions it is not 0: of products, not of one. */
    private static void open(Term term, List<Term> factors, List<Term> conditions) {
      for (Term factor : Product.factors(term)) {
        if (Guards.zeroLast(factor)
                instanceof Term.Choose(Term condition, Term then, Term otherwise)
            && Guards.isZero(otherwise)
            && (Product.factors(then).size() > 1 || factor == term)) {
          conditions.addAll(Guards.conditions(condition));
          open(then, factors, conditions);
        } else {
          factors.add(factor);
        }
      }
    }

    /** The factors, each 0 where a condition on it does not hold; empty if some is on none. */
    private Optional<List<Term>> placed(List<Term> factors, List<Term> conditions) {
      List<List<Term>> own = new ArrayList<>();
      for (Term factor : factors) {
        own.add(
            new ArrayList<>(
                isGiven(factor)
                    ? List.of()
                    : conditions.stream().filter(c -> isOf(c, factor)).toList()));
      }
      for (Term condition : conditions) {
        if (own.stream().noneMatch(some -> some.contains(condition))) {
          Optional<Term> best =
              factors.stream()
                  .filter(factor -> isOf(condition, factor))
                  .min(Comparator.comparingDouble(factor -> cost(factor, condition)));
          if (best.isEmpty()) {
            return Optional.empty();
          }
          own.get(factors.indexOf(best.get())).add(condition);
        }
      }
      List<Term> placed = new ArrayList<>();
      for (int f = 0; f < factors.size(); f++) {
        Optional<Term> guarded =
            guarded(factors.get(f), own.get(f), own.get(f).size() == conditions.size());
        if (guarded.isEmpty()) {
          return Optional.empty();
        }
        placed.add(guarded.get());
      }
      return Optional.of(placed);
    }

    private boolean isGiven(Term factor) {
      return factor instanceof Term.Number
          || factor instanceof Term.Read read
              && (weights.contains(read.value()) || inputs.contains(read.value()));
    }

    private static boolean isOf(Term condition, Term factor) {
      return Trees.free(factor).containsAll(Trees.free(condition))
          && !(factor instanceof Term.Number);
    }

    /**
     * What is guarded anyway first, what is made once for all runs next, of others the smaller; a
     * weight that each run has to make and pack anew, last.
     */
    private double cost(Term factor, Term condition) {
      if (factor instanceof Term.Read read && isSaid(condition, read)) {
        return 0;
      }
      if (factor instanceof Term.Read read && weights.contains(read.value())) {
        boolean once =
            !Trees.any(
                condition, part -> part instanceof Term.Read r && !weights.contains(r.value()));
        return once ? 1 : Double.MAX_VALUE;
      }
      return Work.large(Work.places(List.copyOf(Trees.free(factor))));
    }

    /**
     * A factor that is 0 where the conditions do not hold.
     *
     * @param all whether that is wherever the sum leaves it out
     */
    private static Optional<Term> guarded(Term factor, List<Term> conditions, boolean all) {
      if (!(factor instanceof Term.Read read) || read.kind() != Term.Kind.FLOAT) {
        boolean stays = conditions.isEmpty() && factor instanceof Term.Number;
        return stays || all || isFinite(factor) && Ranges.isSafe(factor)
            ? Optional.of(chosen(factor, conditions))
            : Optional.empty();
      }
      boolean zero = read.otherwise().filter(Guards::isZero).isPresent();
      if (Ranges.isSafe(read) && !zero) {
        return Optional.of(chosen(read, conditions));
      }
      if (!read.at().stream().allMatch(Ranges::isSafe) || read.otherwise().isPresent() && !zero) {
        return all ? Optional.of(chosen(read, conditions)) : Optional.empty();
      }
      Term.Read own = new Term.Read(read.value(), read.at(), Optional.of(Terms.number(0)));
      return Optional.of(chosen(own, conditions.stream().filter(c -> !isSaid(c, own)).toList()));
    }

    private static Term chosen(Term factor, List<Term> conditions) {
      return conditions.stream()
          .reduce(Terms::and)
          .map(condition -> Terms.choose(condition, factor, Terms.number(0)))
          .orElse(factor);
    }

    /** Whether a read is outside of an axis, by itself, wherever a condition does not hold. */
    private static boolean isSaid(Term condition, Term.Read read) {
      List<Poly> range = Guards.range(read);
      List<Poly> facts = Guards.facts(condition);
      return !facts.isEmpty()
          && condition instanceof Term.Binary(BinaryOp op, Term _, Term _)
          && (op == BinaryOp.LESS || op == BinaryOp.LESS_EQUAL)
          && !Ranges.isSafe(new Term.Read(read.value(), read.at(), Optional.empty()))
          && facts.stream()
              .allMatch(
                  fact -> range.stream().anyMatch(r -> fact.minus(r).constant().orElse(-1) >= 0));
    }

    /** Whether it is made of what it reads by sums, products and choices alone. */
    private static boolean isFinite(Term term) {
      return !Trees.any(
          term,
          part ->
              switch (part) {
                case Term.Number(double value) -> !Double.isFinite(value);
                case Term.Unary(Term.UnaryOp op, Term _) ->
                    op == Term.UnaryOp.LOG || op == Term.UnaryOp.SQRT || op == Term.UnaryOp.EXP;
                case Term.Binary(BinaryOp op, Term _, Term _) ->
                    op == BinaryOp.DIVIDE || op == BinaryOp.POWER;
                case Term.Reduce reduce -> reduce.op() != ReduceOp.SUM;
                case Term _ -> false;
              });
    }
  }
}
