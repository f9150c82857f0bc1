package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
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
import xfm.compiler.ir.Value;

/**
 * Finds attention, however it is written: a sum of products over an index along which one factor is
 * a softmax of scores, and the scores are a function of a product of queries and keys. It becomes
 * an {@link Attention}, over the values and the indices that it needs; what else is multiplied or
 * summed stays outside.
 *
 * <p>What the scores of each row come to, their greatest and their logsumexp, is a value beside it,
 * if the program asks for it: see {@link SharedScores}.
 *
 * <p>The pattern is seen through its name, and stays for whoever else reads it or wants to see it.
 */
final class Attentions implements Pass {
  private final Unused unused;

  /**
   * @param keep the values that were asked for besides the results
   */
  Attentions(Set<Value> keep) {
    unused = new Unused(keep);
  }

  /** What no sum of values by the same pattern is beside is worth nothing: it stays as written. */
  @Override
  public Graph apply(Graph graph) {
    Set<Term> alone = Collections.newSetFromMap(new IdentityHashMap<>());
    Found found = new Found(graph, alone, unused);
    alone.addAll(found.alone());
    return alone.isEmpty() ? found.graph : new Found(graph, alone, unused).graph;
  }

  /** A graph with its attentions. */
  private static final class Found {
    final Graph graph;

    /** The totals that the program wrote, and the values that they became. */
    final Map<Term, Value> totals = new IdentityHashMap<>();

    /** The sums of values by powers that nothing divides, and the totals that these need. */
    final Map<Term, Value> undivided = new IdentityHashMap<>();

    /**
     * @param alone terms that stay as they are
     * @param unused drops what was made for attentions that turned out to be none: nobody reads it
     */
    Found(Graph before, Set<Term> alone, Unused unused) {
      Temporaries temporaries = new Temporaries(before);
      Definitions definitions = Definitions.of(before);
      for (Stage stage : Stages.of(before.equations())) {
        if (stage instanceof Stage.One(Equation equation)) {
          temporaries.begin(equation);
          definitions.begin();
          temporaries.add(
              new Rewriter(this, alone, definitions, temporaries, equation, false).whole());
          definitions.add(equation);
        } else {
          stage.equations().forEach(temporaries::add);
        }
      }
      graph = unused.apply(Pass.with(before, temporaries.equations()));
    }

    List<Term> alone() {
      if (totals.isEmpty() && undivided.isEmpty()) {
        return List.of();
      }
      Set<Value> beside = Collections.newSetFromMap(new IdentityHashMap<>());
      Set<Value> asked = Collections.newSetFromMap(new IdentityHashMap<>());
      for (SharedScores shared : SharedScores.of(Stages.of(graph.equations()))) {
        List<Value> own = shared.totals().stream().map(t -> t.equation().target()).toList();
        beside.addAll(own);
        if (own.stream().anyMatch(totals.values()::contains)) {
          asked.addAll(own);
        }
      }
      List<Term> alone = new ArrayList<>();
      totals.forEach((term, value) -> add(term, !beside.contains(value), alone));
      undivided.forEach((term, value) -> add(term, !asked.contains(value), alone));
      return alone;
    }

    private static void add(Term term, boolean isAlone, List<Term> alone) {
      if (isAlone) {
        alone.add(term);
      }
    }

    /** A value goes by another name. */
    void renamed(Value from, Value to) {
      totals.replaceAll((_, value) -> value == from ? to : value);
      undivided.replaceAll((_, value) -> value == from ? to : value);
    }
  }

  private static final class Rewriter extends Walk {
    private final Found found;
    private final Set<Term> alone;
    private final Definitions definitions;
    private final Temporaries temporaries;
    private final Softmaxes softmaxes;
    private final Shares shares;
    private final Equation equation;
    private final boolean grid;

    /**
     * @param grid whether keys are the places of several indices
     */
    Rewriter(
        Found found,
        Set<Term> alone,
        Definitions definitions,
        Temporaries temporaries,
        Equation equation,
        boolean grid) {
      this.found = found;
      this.alone = alone;
      this.definitions = definitions;
      this.temporaries = temporaries;
      this.equation = equation;
      this.grid = grid;
      softmaxes = new Softmaxes(definitions);
      shares = new Shares(definitions, softmaxes);
    }

    Equation whole() {
      Term body = visit(equation.body(), Scope.of(equation.left()));
      Term own = temporaries.takenBack(body);
      if (own != body && body instanceof Term.Read read) {
        found.renamed(read.value(), equation.target());
      }
      return new Equation(equation.target(), equation.left(), own, equation.span());
    }

    @Override
    Term visit(Term term, Scope scope) {
      Optional<Term> fused =
          term instanceof Term.Reduce sum && sum.op() == Term.ReduceOp.SUM
              ? ofSum(sum, List.of(), true, scope)
              : term instanceof Term.Binary(BinaryOp op, Term _, Term _)
                      && (op == BinaryOp.DIVIDE || op == BinaryOp.MULTIPLY)
                  ? ofQuotient(term, scope)
                  : Optional.empty();
      return fused
          .or(() -> term instanceof Term.Reduce r ? total(r, scope) : Optional.empty())
          .orElseGet(() -> children(term, scope));
    }

    /**
     * A sum over a softmax's index.
     *
     * @param outside factors of it as a whole
     * @param written whether it is a term of the program as it stands
     */
    private Optional<Term> ofSum(
        Term.Reduce sum, List<Term> outside, boolean written, Scope scope) {
      return ofGroups(sum, outside, scope)
          .or(() -> ofGrid(sum, outside, scope))
          .or(() -> ofEach(sum, outside, written, scope));
    }

    /** A softmax over several indices together, as one over all their places. */
    private Optional<Term> ofGrid(Term.Reduce sum, List<Term> outside, Scope scope) {
      return Grids.of(sum, outside, definitions, softmaxes).stream()
          .flatMap(keys -> Merged.of(keys).stream())
          .flatMap(keys ->
              along(keys)
                  .ofSum(Grids.flat(keys, sum), Grids.flat(keys, outside), false, scope)
                  .stream())
          .findFirst();
    }

    /** The same, the places of some indices being keys. */
    private Rewriter along(Merged keys) {
      Definitions seen = definitions.as(term -> Grids.flat(keys, term));
      return new Rewriter(found, alone, seen, temporaries, equation, true);
    }

    /** A pattern that several places of an index have in common, once for all of them. */
    private Optional<Term> ofGroups(Term.Reduce sum, List<Term> outside, Scope scope) {
      List<Term> patterns =
          Product.factors(sum.body()).stream().filter(softmaxes.parts()::isPattern).toList();
      return Split.of(patterns, scope.within(sum.over()).indices())
          .flatMap(split -> {
            List<Term> around = outside.stream().map(split::apart).toList();
            return ofSum(split.apart(sum), around, false, split.apart(scope)).map(split::together);
          });
    }

    private Optional<Term> ofEach(
        Term.Reduce sum, List<Term> outside, boolean written, Scope scope) {
      List<Term> plain = Product.factors(sum.body());
      List<Term> factors =
          sum.where()
              .map(where -> plain.stream().map(f -> softmaxes.parts().masked(f, where)).toList())
              .orElse(plain);
      if (sum.where().isPresent() && (factors.equals(plain) || !Ranges.isSafe(sum.body()))) {
        return Optional.empty();
      }
      for (Atom.Index key : sum.over()) {
        Optional<Term> fused =
            softmaxes
                .find(factors, outside, key)
                .filter(found -> found.divisor().isPresent() != outside.isEmpty())
                .flatMap(found -> fuse(found, sum.over(), key, scope, outside, Optional.empty()))
                .or(() -> ofShare(sum, factors, outside, written, key, scope));
        if (fused.isPresent()) {
          return fused;
        }
      }
      return outside.isEmpty() && sum.where().isEmpty()
          ? ofParts(sum, factors, scope)
          : Optional.empty();
    }

    /** A sum of values by a share of something larger, or by what nothing divides. */
    private Optional<Term> ofShare(
        Term.Reduce sum,
        List<Term> factors,
        List<Term> outside,
        boolean written,
        Atom.Index key,
        Scope scope) {
      return shares
          .find(factors, outside, key, scope.within(sum.over()).indices())
          .filter(share -> share.pattern().divisor().isPresent() != outside.isEmpty())
          .filter(share -> share.isDivided() || written && !alone.contains(sum))
          .flatMap(share ->
              fuse(
                  share.pattern(),
                  sum.over(),
                  key,
                  scope,
                  outside,
                  Optional.of(new Share(share, sum)))
                  .stream())
          .findFirst();
    }

    /** The greatest, the logsumexp or the sum of exponentials of scores. */
    private Optional<Term> total(Term.Reduce reduce, Scope scope) {
      if (alone.contains(reduce)) {
        return Optional.empty();
      }
      if (reduce.over().size() > 1) {
        return Merged.of(reduce.over()).flatMap(keys -> total(reduce, keys, scope));
      }
      Term nothing = Terms.number(Double.NEGATIVE_INFINITY);
      return switch (reduce.op()) {
        case LOGSUMEXP, MAX ->
            total(reduce, reduce.op(), new Part.Power(reduce.body(), reduce.where()), scope)
                .map(t ->
                    t.isWhole() || t.lifted()
                        ? t.whole()
                        : Terms.choose(t.isSome(), t.whole(), nothing))
                .map(total -> orOtherwise(reduce, total));
        case SUM ->
            softmaxes
                .power(reduce.body(), reduce.where())
                .flatMap(power -> total(reduce, Term.ReduceOp.LOGSUMEXP, power, scope))
                .map(t -> Shares.power(t.of(), t.whole(), t.lifted()));
        case MEAN, MIN, ARGMAX, ANY, ALL -> Optional.empty();
      };
    }

    /** The same of scores for the places of several indices. */
    private Optional<Term> total(Term.Reduce reduce, Merged keys, Scope scope) {
      Term.Reduce flat = Grids.flat(keys, reduce);
      Optional<Term> total = along(keys).total(flat, scope);
      Optional.ofNullable(found.totals.remove(flat)).ifPresent(v -> found.totals.put(reduce, v));
      return total;
    }

    private Optional<Total> total(
        Term.Reduce reduce, Term.ReduceOp op, Part.Power scores, Scope scope) {
      Atom.Index key = reduce.over().getFirst();
      Optional<Scores.Masked> masked =
          new Scores(definitions, temporaries, scope.within(reduce.over()), key, Set.of(), grid)
              .of(scores.score(), scores.where())
              .filter(m -> !m.lifted() || scores.where().isEmpty())
              .filter(m -> Ranges.isSafe(m.constants()));
      Optional<Term> total = masked.flatMap(m -> total(op, key, m, scope));
      total.ifPresent(read -> found.totals.put(reduce, ((Term.Read) read).value()));
      return total.map(
          read -> new Total(read, visit(masked.get().constants(), scope), masked.get().lifted()));
    }

    /** What the scores of a row come to, as a value of its own. */
    private Optional<Term> total(
        Term.ReduceOp op, Atom.Index key, Scores.Masked masked, Scope scope) {
      Optional<Term> none =
          op == Term.ReduceOp.MAX
              ? Optional.of(Terms.number(Double.NEGATIVE_INFINITY))
              : Optional.empty();
      Term total = new Term.Reduce(op, List.of(key), masked.score(), masked.where(), none);
      return temporaries.hoist(total, masked.rows(scope)).map(masked::apart);
    }

    /** A total, which is −∞ of nothing, as it is written: something else of nothing, perhaps. */
    private static Term orOtherwise(Term.Reduce reduce, Term total) {
      return reduce.otherwise().isEmpty() || SharedScores.isTotal(reduce)
          ? total
          : Terms.choose(
              some(reduce.over().getFirst(), reduce.where()), total, reduce.otherwise().get());
    }

    private static Term some(Atom.Index key, Optional<Term> where) {
      Atom.Index any = new Atom.Index(key.name(), key.size());
      return new Term.Reduce(
          Term.ReduceOp.ANY,
          List.of(any),
          Terms.substitute(where.orElse(Terms.truth(true)), Map.of(key, Poly.of(any))),
          Optional.empty(),
          Optional.empty());
    }

    /**
     * A sum over two softmaxes that are added, or one taken from the other, as a sum over each; and
     * over one that a whole row has or has not: {@code if z > 0 then e / z else 0}.
     */
    private Optional<Term> ofParts(Term.Reduce sum, List<Term> factors, Scope scope) {
      for (Term factor : factors) {
        Term behind = definitions.of(factor).orElse(factor);
        if (sum.over().stream().noneMatch(Trees.free(behind)::contains)) {
          continue;
        }
        Function<Term, Term.Reduce> with = part -> with(sum, factors, factor, part);
        Optional<Term> fused =
            switch (behind) {
              case Term.Choose(Term condition, Term then, Term.Number(double none))
                  when none == 0 ->
                  ofRows(condition, with.apply(then), scope);
              case Term.Choose(Term condition, Term.Number(double none), Term otherwise)
                  when none == 0 ->
                  ofRows(Terms.not(condition), with.apply(otherwise), scope);
              case Term.Binary(BinaryOp op, Term a, Term b)
                  when op == BinaryOp.ADD || op == BinaryOp.SUBTRACT ->
                  ofPart(with.apply(a), scope)
                      .flatMap(left ->
                          ofPart(with.apply(b), scope)
                              .map(right -> Terms.arithmetic(op, left, right)));
              case Term.Binary(BinaryOp op, Term _, Term _)
                  when op == BinaryOp.MULTIPLY || op == BinaryOp.DIVIDE ->
                  behind == factor ? Optional.empty() : ofPart(with.apply(behind), scope);
              case Term _ -> Optional.empty();
            };
        if (fused.isPresent()) {
          return fused;
        }
      }
      return Optional.empty();
    }

    private Optional<Term> ofPart(Term.Reduce sum, Scope scope) {
      return ofSum(sum, List.of(), false, scope);
    }

    /** A sum that only some rows have, whichever keys they see. */
    private Optional<Term> ofRows(Term condition, Term.Reduce sum, Scope scope) {
      return sum.over().stream().anyMatch(Trees.free(condition)::contains)
          ? Optional.empty()
          : ofPart(sum, scope)
              .filter(Ranges::isSafe)
              .map(row -> Terms.choose(visit(condition, scope), row, Terms.number(0)));
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
      if (factors.stream().noneMatch(softmaxes.parts()::isDivisor)) {
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
          Optional<Term> fused = ofSum(sum, outside, false, scope);
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
        List<Term> outside,
        Optional<Share> share) {
      Scope inside = scope.within(over);
      Set<Atom.Index> ofValues = new HashSet<>();
      found.rest().stream()
          .map(Trees::free)
          .filter(free -> free.contains(key))
          .forEach(ofValues::addAll);
      Optional<Scores.Masked> masked =
          new Scores(definitions, temporaries, inside, key, ofValues, grid)
              .of(found.score(), found.where());
      if (masked.isEmpty()) {
        return Optional.empty();
      }
      Scope rows = masked.get().rows(scope);
      Term pattern =
          new Term.Along(Term.ScanOp.SOFTMAX, key, masked.get().score(), masked.get().where());
      List<Term> factors = found.rest().stream().map(masked.get()::rows).toList();
      Term.Reduce written =
          new Term.Reduce(
              Term.ReduceOp.SUM, over, Product.times(factors), Optional.empty(), Optional.empty());
      Term.Reduce sum = opened(pattern, written, rows.indices());
      List<Term> rest = new ArrayList<>(Product.factors(sum.body()));
      List<Term> numbers = rest.stream().filter(f -> f instanceof Term.Number).toList();
      rest.removeAll(numbers);
      KeyedValues values = KeyedValues.of(pattern, rest, sum.over(), key, rows.indices());
      List<Atom.Index> walked = new ArrayList<>(values.columns());
      walked.add(key);
      Optional<Term> v =
          Trees.free(values.term()).contains(key)
              ? Scores.values(
                  values.term(), walked, rows.around(key, sum.over()), definitions, temporaries)
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
      Scope queries = rows.within(still);
      if (Attention.of(queries.used(attention), attention).isEmpty()) {
        return Optional.empty();
      }
      List<Term> product = new ArrayList<>();
      Optional<Term> read = temporaries.hoist(attention, queries).map(masked.get()::apart);
      Optional<Term> factor = share.flatMap(s -> factor(s, key, masked.get(), around));
      if (read.isEmpty() || share.isPresent() && factor.isEmpty()) {
        return Optional.empty();
      }
      product.add(read.get());
      factor.filter(f -> !f.equals(Terms.number(1))).ifPresent(product::add);
      values.others().forEach(other -> product.add(visit(masked.get().apart(other), around)));
      Term whole =
          still.isEmpty()
              ? Product.times(product)
              : new Term.Reduce(
                  Term.ReduceOp.SUM,
                  still,
                  Product.times(product),
                  Optional.empty(),
                  Optional.empty());
      List<Term> all = new ArrayList<>(List.of(whole));
      all.addAll(numbers);
      outside.stream()
          .filter(f -> f != found.divisor().orElse(null))
          .forEach(f -> all.add(visit(f, scope)));
      return Optional.of(Product.times(all));
    }

    /** Values by a name as what they are made of, if that is less work, whoever sees the name. */
    private Term.Reduce opened(Term pattern, Term.Reduce sum, List<Atom.Index> left) {
      Term.Reduce opened = definitions.opened(sum);
      double work = work(pattern, sum, left);
      return work(pattern, opened, left) < Regrouped.LESS * work && Double.isFinite(work)
          ? opened
          : sum;
    }

    private static double work(Term pattern, Term.Reduce sum, List<Atom.Index> left) {
      List<Term> factors = new ArrayList<>(List.of(pattern));
      Product.factors(sum.body()).stream()
          .filter(factor -> !(factor instanceof Term.Number))
          .forEach(factors::add);
      Order order = new Order(factors, 1, left, sum.over());
      return order.canBeSplit() ? order.work() : Double.POSITIVE_INFINITY;
    }

    private Optional<Term> factor(Share share, Atom.Index key, Scores.Masked masked, Scope scope) {
      Optional<Term> total = total(Term.ReduceOp.LOGSUMEXP, key, masked, scope);
      if (total.isPresent() && !share.found().isDivided()) {
        found.undivided.put(share.sum(), ((Term.Read) total.get()).value());
      }
      return total
          .flatMap(read -> share.found().factor(read, masked))
          .filter(Ranges::isSafe)
          .map(term -> visit(term, scope));
    }

    /** 0 / 0 where the mask leaves nothing, as it is written. */
    private static Term orUndefined(
        Term attention, Optional<Term> where, Atom.Index key, boolean evenOfNoKeys) {
      Term some = some(key, where);
      Term noKeys =
          Terms.compare(BinaryOp.EQUAL, Terms.integer(key.size()), Terms.integer(Poly.ZERO));
      Term defined = evenOfNoKeys ? some : Terms.or(some, noKeys);
      return new Term.Choose(defined, attention, Terms.number(Double.NaN));
    }
  }

  /**
   * What scores come to.
   *
   * @param of those that are made
   * @param constants what those that are written have besides
   * @param lifted whether some of the mask was written as −∞
   */
  private record Total(Term of, Term constants, boolean lifted) {
    Term whole() {
      return Terms.arithmetic(BinaryOp.ADD, of, constants);
    }

    boolean isWhole() {
      return constants instanceof Term.Number(double number) && number == 0;
    }

    Term isSome() {
      return Shares.isSome(of);
    }
  }

  /** A share, and the sum that it was found in. */
  private record Share(Shares.Found found, Term sum) {}
}
