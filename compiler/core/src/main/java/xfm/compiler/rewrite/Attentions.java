package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
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
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Finds attention, however it is written: a sum of products over an index along which one factor is
 * a softmax of scores, and the scores are a function of a product of queries and keys. It becomes
 * an {@link Attention}, over the values and the indices that it needs; what else is multiplied or
 * summed stays outside.
 *
 * <p>The pattern is seen through its name, and stays for whoever else reads it or wants to see it.
 */
final class Attentions implements Pass {

  @Override
  public Graph apply(Graph graph) {
    Temporaries temporaries = new Temporaries(graph);
    Definitions definitions = new Definitions();
    for (Stage stage : Stages.of(graph.equations())) {
      if (stage instanceof Stage.One(Equation equation)) {
        temporaries.begin(equation);
        definitions.begin();
        temporaries.add(new Rewriter(definitions, temporaries, equation).whole());
        definitions.add(equation);
      } else {
        stage.equations().forEach(temporaries::add);
      }
    }
    return Pass.with(graph, temporaries.equations());
  }

  private static final class Rewriter extends Walk {
    private final Definitions definitions;
    private final Temporaries temporaries;
    private final Softmaxes softmaxes;
    private final Equation equation;

    Rewriter(Definitions definitions, Temporaries temporaries, Equation equation) {
      this.definitions = definitions;
      this.temporaries = temporaries;
      this.equation = equation;
      softmaxes = new Softmaxes(definitions);
    }

    Equation whole() {
      Term body = visit(equation.body(), Scope.of(equation.left()));
      return new Equation(
          equation.target(), equation.left(), temporaries.takenBack(body), equation.span());
    }

    @Override
    Term visit(Term term, Scope scope) {
      Optional<Term> fused =
          term instanceof Term.Reduce sum && sum.op() == Term.ReduceOp.SUM
              ? ofSum(sum, List.of(), scope)
              : term instanceof Term.Binary(BinaryOp op, Term _, Term _)
                      && (op == BinaryOp.DIVIDE || op == BinaryOp.MULTIPLY)
                  ? ofQuotient(term, scope)
                  : Optional.empty();
      return fused.orElseGet(() -> children(term, scope));
    }

    /** A sum over a softmax's index. */
    private Optional<Term> ofSum(Term.Reduce sum, List<Term> outside, Scope scope) {
      return ofGroups(sum, outside, scope).or(() -> ofEach(sum, outside, scope));
    }

    /** A pattern that several places of an index have in common, once for all of them. */
    private Optional<Term> ofGroups(Term.Reduce sum, List<Term> outside, Scope scope) {
      List<Term> patterns =
          Product.factors(sum.body()).stream().filter(softmaxes::isPattern).toList();
      return Split.of(patterns, scope.within(sum.over()).indices())
          .flatMap(split -> {
            List<Term> around = outside.stream().map(split::apart).toList();
            return ofSum(split.apart(sum), around, split.apart(scope)).map(split::together);
          });
    }

    private Optional<Term> ofEach(Term.Reduce sum, List<Term> outside, Scope scope) {
      List<Term> factors = Product.factors(sum.body());
      if (sum.where().isPresent()) {
        List<Term> plain = factors;
        factors = factors.stream().map(f -> softmaxes.masked(f, sum.where().get())).toList();
        if (factors.equals(plain) || !Ranges.isSafe(sum.body())) {
          return Optional.empty();
        }
      }
      for (Atom.Index key : sum.over()) {
        Optional<Term> fused =
            softmaxes
                .find(factors, outside, key)
                .filter(found -> found.divisor().isPresent() != outside.isEmpty())
                .flatMap(found -> fuse(found, sum.over(), key, scope, outside));
        if (fused.isPresent()) {
          return fused;
        }
      }
      return outside.isEmpty() && sum.where().isEmpty()
          ? ofParts(sum, factors, scope)
          : Optional.empty();
    }

    /** A sum over two softmaxes that are added, or one taken from the other, as a sum over each. */
    private Optional<Term> ofParts(Term.Reduce sum, List<Term> factors, Scope scope) {
      for (Term factor : factors) {
        Term behind = definitions.of(factor).orElse(factor);
        if (behind instanceof Term.Binary(BinaryOp op, Term a, Term b)
            && (op == BinaryOp.ADD || op == BinaryOp.SUBTRACT)
            && sum.over().stream().anyMatch(Trees.free(behind)::contains)) {
          Optional<Term> left = ofSum(with(sum, factors, factor, a), List.of(), scope);
          Optional<Term> right =
              left.flatMap(_ -> ofSum(with(sum, factors, factor, b), List.of(), scope));
          if (right.isPresent()) {
            return Optional.of(Terms.arithmetic(op, left.get(), right.get()));
          }
        }
      }
      return Optional.empty();
    }

    /** The sum with a part in place of a factor. */
    private static Term.Reduce with(Term.Reduce sum, List<Term> factors, Term factor, Term part) {
      List<Term> all = new ArrayList<>(factors);
      all.set(factors.indexOf(factor), part);
      return new Term.Reduce(
          sum.op(), sum.over(), Product.times(all), Optional.empty(), Optional.empty());
    }

    /** {@code sum[j](exp(s[j]) * v[j]) / sum[j](exp(s[j]))}. */
    private Optional<Term> ofQuotient(Term quotient, Scope scope) {
      List<Term> factors = Product.factors(quotient);
      if (factors.stream().noneMatch(softmaxes::isDivisor)) {
        return Optional.empty();
      }
      for (Term factor : factors) {
        Term behind = factor;
        for (Optional<Term> next = definitions.of(behind);
            next.isPresent();
            next = definitions.of(behind)) {
          behind = next.get();
        }
        if (behind instanceof Term.Reduce sum && sum.op() == Term.ReduceOp.SUM) {
          List<Term> outside = factors.stream().filter(f -> f != factor).toList();
          Optional<Term> fused = ofSum(sum, outside, scope);
          if (fused.isPresent()) {
            return fused;
          }
        }
      }
      return Optional.empty();
    }

    private Optional<Term> fuse(
        Softmaxes.Found found,
        List<Atom.Index> over,
        Atom.Index key,
        Scope scope,
        List<Term> outside) {
      Scope inside = scope.within(over);
      Set<Atom.Index> ofValues = new HashSet<>();
      found.rest().stream()
          .map(Trees::free)
          .filter(free -> free.contains(key))
          .forEach(ofValues::addAll);
      Optional<Scores.Masked> masked =
          new Scores(definitions, temporaries, inside, key, ofValues)
              .of(found.score(), found.where());
      if (masked.isEmpty()) {
        return Optional.empty();
      }
      Term pattern =
          new Term.Along(Term.ScanOp.SOFTMAX, key, masked.get().score(), masked.get().where());
      List<Term> rest = new ArrayList<>(found.rest());
      List<Term> numbers = rest.stream().filter(f -> f instanceof Term.Number).toList();
      rest.removeAll(numbers);
      Values values = Values.of(pattern, rest, over, key, scope.indices());
      List<Atom.Index> walked = new ArrayList<>(values.columns());
      walked.add(key);
      Optional<Term> v =
          Trees.free(values.term()).contains(key)
              ? Scores.values(values.term(), walked, inside, definitions, temporaries)
              : Optional.empty();
      if (v.isEmpty()) {
        return Optional.empty();
      }
      Term attention =
          new Term.Reduce(
              Term.ReduceOp.SUM,
              List.of(key),
              new Term.Binary(BinaryOp.MULTIPLY, pattern, v.get()),
              Optional.empty(),
              Optional.empty());
      boolean lifted = masked.get().lifted() && found.form() == Softmaxes.Form.ABOVE_ALL;
      if (lifted && found.where().isPresent()) {
        // 0 of nothing, and NaN where what is left is −∞: not of one mask.
        return Optional.empty();
      }
      if (lifted || found.form() == Softmaxes.Form.QUOTIENT) {
        attention = orUndefined(attention, masked.get().where(), key, found.divisor().isPresent());
      }
      List<Atom.Index> still = values.over();
      Scope around = scope.within(still);
      if (Attention.of(around.used(attention), attention).isEmpty()) {
        return Optional.empty();
      }
      List<Term> product = new ArrayList<>();
      Optional<Term> read = temporaries.hoist(attention, around);
      if (read.isEmpty()) {
        return Optional.empty();
      }
      product.add(read.get());
      product.addAll(values.others());
      Term sum =
          still.isEmpty()
              ? Product.times(product)
              : new Term.Reduce(
                  Term.ReduceOp.SUM,
                  still,
                  Product.times(product),
                  Optional.empty(),
                  Optional.empty());
      List<Term> all = new ArrayList<>(List.of(sum));
      all.addAll(numbers);
      outside.stream().filter(f -> f != found.divisor().orElse(null)).forEach(all::add);
      return Optional.of(Product.times(all));
    }

    /** 0 / 0 where the mask leaves nothing, as it is written. */
    private static Term orUndefined(
        Term attention, Optional<Term> where, Atom.Index key, boolean evenOfNoKeys) {
      Atom.Index any = new Atom.Index(key.name(), key.size());
      Term some =
          new Term.Reduce(
              Term.ReduceOp.ANY,
              List.of(any),
              Terms.substitute(where.orElse(Terms.truth(true)), Map.of(key, Poly.of(any))),
              Optional.empty(),
              Optional.empty());
      Term noKeys =
          Terms.compare(BinaryOp.EQUAL, Terms.integer(key.size()), Terms.integer(Poly.ZERO));
      Term defined = evenOfNoKeys ? some : Terms.or(some, noKeys);
      return new Term.Choose(defined, attention, Terms.number(Double.NaN));
    }
  }

  /**
   * What a pattern is multiplied with before anything else, in the order of least work.
   *
   * @param term the product of those factors, summed over what nothing else needs
   * @param columns its indices that the pattern has not
   * @param others the factors outside
   * @param over the indices that are summed over outside
   */
  private record Values(
      Term term, List<Atom.Index> columns, List<Term> others, List<Atom.Index> over) {

    static Values of(
        Term pattern,
        List<Term> rest,
        List<Atom.Index> over,
        Atom.Index key,
        List<Atom.Index> left) {
      List<Term> factors = new ArrayList<>(List.of(pattern));
      factors.addAll(rest);
      int first = first(new Order(factors, 1, left, over), factors, key);
      List<Term> inner = new ArrayList<>();
      List<Term> others = new ArrayList<>();
      for (int f = 1; f < factors.size(); f++) {
        ((first >> f & 1) != 0 ? inner : others).add(factors.get(f));
      }
      Set<Atom.Index> elsewhere = new HashSet<>(left);
      elsewhere.addAll(Trees.free(pattern));
      others.forEach(f -> elsewhere.addAll(Trees.free(f)));
      Term product = Product.times(inner);
      Set<Atom.Index> own = Trees.free(product);
      List<Atom.Index> summed =
          over.stream().filter(i -> own.contains(i) && !elsewhere.contains(i)).toList();
      Term term =
          summed.isEmpty()
              ? product
              : new Term.Reduce(
                  Term.ReduceOp.SUM, summed, product, Optional.empty(), Optional.empty());
      Set<Atom.Index> inPattern = Trees.free(pattern);
      List<Atom.Index> columns = new ArrayList<>(left);
      columns.addAll(over);
      columns.removeIf(i -> !own.contains(i) || inPattern.contains(i) || summed.contains(i));
      List<Atom.Index> still = over.stream().filter(i -> i != key && !summed.contains(i)).toList();
      return new Values(term, columns, others, still);
    }

    /** The factors that the pattern meets first, as a bit set; all that have its index. */
    private static int first(Order order, List<Term> factors, Atom.Index key) {
      int needed = 0;
      for (int f = 1; f < factors.size(); f++) {
        needed |= Trees.free(factors.get(f)).contains(key) ? 1 << f : 0;
      }
      if (!order.canBeSplit()) {
        return needed;
      }
      int set = order.all();
      while (Integer.bitCount(order.first(set)) > 1) {
        set = order.first(set);
      }
      int met = set ^ order.first(set);
      return (needed & ~met) == 0 ? met : needed;
    }
  }
}
