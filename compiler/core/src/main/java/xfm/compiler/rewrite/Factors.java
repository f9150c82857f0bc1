package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Gives sums the form in which products are found: what does not depend on a sum's indices stands
 * outside, {@code sum[a](s * x[a] * w[a])} is {@code s * sum[a](x[a] * w[a])}; a product stands in
 * a sum of its own, {@code sum[a](x[a] * w[a] + b / d)} is {@code sum[a](x[a] * w[a]) + b}; and the
 * mean of a product is a sum, divided.
 *
 * <p>Over nothing the sum is 0 and the product must be, too: numbers go out always (they are
 * finite), other factors only of sums that are never empty.
 */
final class Factors {
  private final Contractions contractions;

  private Factors(Graph graph) {
    contractions = new Contractions(graph);
  }

  static Graph apply(Graph graph) {
    Factors own = new Factors(graph);
    Set<Equation> attentions = Attention.all(graph);
    return Pass.with(
        graph,
        graph.equations().stream()
            .map(e -> attentions.contains(e) ? e : e.with(own.rewrite(e.body())))
            .toList());
  }

  private Term rewrite(Term term) {
    Term inner = Trees.map(term, this::rewrite);
    if (!(inner instanceof Term.Reduce reduce) || reduce.where().isPresent()) {
      return inner;
    }
    return switch (reduce.op()) {
      case SUM -> apart(reduce);
      case MEAN -> mean(reduce);
      case MAX, MIN, ARGMAX, LOGSUMEXP, ANY, ALL -> inner;
    };
  }

  private Term mean(Term.Reduce mean) {
    Term.Reduce sum = sum(mean, mean.body());
    Term places = Terms.integer(Work.places(mean.over()).max(Poly.ONE));
    return contractions.isProduct(sum)
        ? Terms.arithmetic(BinaryOp.DIVIDE, apart(sum), places)
        : mean;
  }

  /** Each product of a sum of terms in a sum of its own; what is left, together. */
  private Term apart(Term.Reduce sum) {
    List<Term> products = new ArrayList<>();
    List<Term> rest = new ArrayList<>();
    for (Term term : terms(sum.body())) {
      (contractions.isProduct(sum(sum, term)) ? products : rest).add(term);
    }
    if (products.isEmpty() || products.size() + rest.size() == 1) {
      return pull(sum);
    }
    if (!rest.isEmpty()) {
      products.add(plus(rest));
    }
    return plus(products.stream().map(term -> pull(sum(sum, term))).map(Factors::own).toList());
  }

  /** The terms of a sum. */
  static List<Term> terms(Term term) {
    return terms(term, false);
  }

  private static List<Term> terms(Term term, boolean negative) {
    if (term instanceof Term.Binary(BinaryOp op, Term a, Term b)
        && (op == BinaryOp.ADD || op == BinaryOp.SUBTRACT)) {
      List<Term> both = new ArrayList<>(terms(a, negative));
      both.addAll(terms(b, negative ^ op == BinaryOp.SUBTRACT));
      return both;
    }
    return List.of(negative ? Terms.negate(term) : term);
  }

  /** With bound indices of its own. */
  private static Term own(Term term) {
    return Terms.substitute(term, Map.of());
  }

  static Term plus(List<Term> terms) {
    return terms.stream().reduce((a, b) -> Terms.arithmetic(BinaryOp.ADD, a, b)).orElseThrow();
  }

  static Term.Reduce sum(Term.Reduce of, Term body) {
    return new Term.Reduce(Term.ReduceOp.SUM, of.over(), body, of.where(), of.otherwise());
  }

  /** What does not depend on a sum's indices outside of it. */
  static Term pull(Term.Reduce sum) {
    boolean full = sum.over().stream().allMatch(i -> i.size().constant().orElse(0) > 0);
    List<Term> outside = new ArrayList<>();
    List<Term> inside = new ArrayList<>();
    for (Term factor : Product.factors(sum.body())) {
      boolean number = factor instanceof Term.Number(double value) && Double.isFinite(value);
      boolean free = full && isFree(factor, sum.over());
      (number || free ? outside : inside).add(factor);
    }
    if (outside.isEmpty() || inside.isEmpty() && !full) {
      return sum;
    }
    outside.addFirst(
        inside.isEmpty()
            ? Terms.toFloat(Terms.integer(Work.places(sum.over())))
            : sum(sum, Product.times(inside)));
    return Product.times(outside);
  }

  private static boolean isFree(Term factor, List<Atom.Index> over) {
    return Collections.disjoint(Trees.free(factor), over);
  }
}
