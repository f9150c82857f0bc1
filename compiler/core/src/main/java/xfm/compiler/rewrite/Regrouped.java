package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Puts a sum of products where another reads it as a factor, if some other order of all the factors
 * takes less work: {@code w[a, b] = up[a, r] * down[r, b]}, read in {@code x[i, a] * w[a, b]}
 * alone, is never made, and scores without a softmax meet the values last. A sum that somebody sees
 * is made besides, so that what follows has the same bits.
 */
final class Regrouped {
  /** Of the work: what takes about as long stays as it is written, in the fewer steps. */
  static final double LESS = 0.75;

  private final Map<Value, Equation> inner;

  private Regrouped(Map<Value, Equation> inner) {
    this.inner = inner;
  }

  static Graph apply(Graph graph) {
    Set<Equation> attentions = Attention.all(graph);
    Map<Value, Equation> inner = inner(graph, attentions);
    Regrouped own = new Regrouped(inner);
    List<Equation> equations = new ArrayList<>();
    for (Equation equation : graph.equations()) {
      Equation whole =
          attentions.contains(equation) ? equation : equation.with(own.rewrite(equation.body()));
      inner.replace(whole.target(), whole);
      equations.add(whole);
    }
    return Pass.with(graph, equations);
  }

  /** The equations of sums of products that are read in one place. */
  private static Map<Value, Equation> inner(Graph graph, Set<Equation> attentions) {
    Map<Value, Integer> reads = new IdentityHashMap<>();
    Map<Value, Equation> inner = new IdentityHashMap<>();
    for (Stage stage : Stages.of(graph.equations())) {
      for (Equation equation : stage.equations()) {
        Trees.visit(
            equation.body(),
            term -> {
              if (term instanceof Term.Read read) {
                reads.merge(read.value(), 1, Integer::sum);
              }
            });
        if (stage instanceof Stage.One && sum(equation.body()).isPresent()) {
          inner.put(equation.target(), equation);
        }
      }
    }
    inner.keySet().removeIf(value -> reads.getOrDefault(value, 0) != 1);
    attentions.forEach(attention -> inner.remove(attention.target()));
    inner.keySet().removeAll(Set.copyOf(graph.results().values()));
    return inner;
  }

  /** A body as one sum of products, its scale inside. */
  static Optional<Term.Reduce> sum(Term body) {
    if (body.kind() != Term.Kind.FLOAT) {
      return Optional.empty();
    }
    List<Term> factors = Product.factors(body);
    List<Term> sums = factors.stream().filter(f -> f instanceof Term.Reduce).toList();
    if (sums.size() != 1
        || !(sums.getFirst() instanceof Term.Reduce sum)
        || !Product.isPlainSum(sum)
        || !factors.stream().allMatch(f -> f == sum || f instanceof Term.Number)) {
      return Optional.empty();
    }
    List<Term> all = new ArrayList<>(Product.factors(sum.body()));
    factors.stream().filter(f -> f != sum).forEach(all::add);
    return all.stream().allMatch(f -> f instanceof Term.Number || f instanceof Term.Read)
        ? Optional.of(with(sum, sum.over(), all))
        : Optional.empty();
  }

  private static Term.Reduce with(Term.Reduce sum, List<Atom.Index> over, List<Term> factors) {
    return new Term.Reduce(sum.op(), over, Product.times(factors), sum.where(), sum.otherwise());
  }

  private Term rewrite(Term term) {
    Term own = Trees.map(term, this::rewrite);
    if (!(own instanceof Term.Reduce sum) || !Product.isPlainSum(sum)) {
      return own;
    }
    Term.Reduce whole = sum;
    for (Term factor : Product.factors(sum.body())) {
      if (factor instanceof Term.Read read
          && inner.containsKey(read.value())
          && Product.hasOwnIndices(read)) {
        whole = regrouped(whole, read, inner.get(read.value()));
      }
    }
    return whole == sum ? sum : Factors.pull(whole);
  }

  private Term.Reduce regrouped(Term.Reduce sum, Term.Read read, Equation equation) {
    Map<Atom.Index, Poly> at = Definitions.places(equation, read);
    Term.Reduce own = (Term.Reduce) Terms.substitute(sum(equation.body()).orElseThrow(), at);
    List<Term> factors = new ArrayList<>(Product.factors(sum.body()));
    int place = factors.indexOf(read);
    factors.remove(place);
    factors.addAll(place, Product.factors(own.body()));
    List<Atom.Index> over = new ArrayList<>(sum.over());
    over.addAll(own.over());
    Term.Reduce whole = with(sum, over, factors);
    boolean less =
        Contractions.work(whole) < LESS * (Contractions.work(sum) + Contractions.work(own));
    return less && Collections.disjoint(sum.over(), own.over()) ? whole : sum;
  }
}
