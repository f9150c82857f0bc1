package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Scores as the attention kernel takes them: a function of one sum of products of a query and a
 * key, and what is masked apart from it. Several such sums that are added are one over queries and
 * keys laid end to end; of sums that are not, all but one become values that the score reads.
 */
final class Scores {
  /** Terms of more parts are not computed anew for each score. */
  private static final int MOST_PARTS = 80;

  /** A score, and where there is one. */
  record Masked(Term score, Optional<Term> where) {}

  private final Definitions definitions;
  private final Temporaries temporaries;
  private final Scope scope;
  private final Atom.Index key;
  private final Set<Atom.Index> values;
  private final Map<Object, String> names = new IdentityHashMap<>();
  private String main = "";

  /**
   * @param scope what stands around the softmax, its own index among it
   * @param values the indices of what the pattern is multiplied with: none of them tells queries
   */
  Scores(
      Definitions definitions,
      Temporaries temporaries,
      Scope scope,
      Atom.Index key,
      Set<Atom.Index> values) {
    this.definitions = definitions;
    this.temporaries = temporaries;
    this.scope = scope;
    this.key = key;
    this.values = values;
  }

  /** The score in that form; empty if it has none. */
  Optional<Masked> of(Term score, Optional<Term> where) {
    List<Term> masks = new ArrayList<>(where.map(this::expand).stream().toList());
    Term lifted = joined(withoutConstants(lift(expand(score), masks)));
    Optional<Term> product =
        Attention.outermostLoops(lifted).stream().filter(this::isProduct).findFirst();
    if (product.isEmpty()) {
      return Optional.empty();
    }
    main = name(product.get());
    try {
      Optional<Term> mask = masks.stream().map(m -> prepare(m, scope)).reduce(Terms::and);
      Scope within = mask.map(scope::under).orElse(scope);
      return Optional.of(new Masked(prepare(lifted, within), mask));
    } catch (Unfit _) {
      return Optional.empty();
    }
  }

  /** Something cannot be taken out of a score. */
  private static final class Unfit extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unfit() {
      super(null, null, false, false);
    }
  }

  /** Values of both a query and a key written out, if the product or nothing costly is behind. */
  private Term expand(Term term) {
    if (term instanceof Term.Reduce || term instanceof Term.Along) {
      return term;
    }
    Set<Atom.Index> free = Trees.free(term);
    if (term instanceof Term.Read && free.contains(key) && free.size() > 1) {
      return definitions.of(term).map(this::expand).filter(this::isWorth).orElse(term);
    }
    return Trees.map(term, this::expand);
  }

  private boolean isWorth(Term behind) {
    List<Term> loops = Attention.outermostLoops(behind);
    return loops.isEmpty()
        ? Costs.parts(behind) <= MOST_PARTS && !Costs.isHeavy(behind)
        : loops.stream().anyMatch(this::isProduct);
  }

  /** Whether a term is a sum of products of something of a query and something of a key. */
  private boolean isProduct(Term term) {
    return term instanceof Term.Reduce sum
        && Product.isPlainSum(sum)
        && !values.containsAll(rows(sum))
        && sum.over().stream()
            .allMatch(index -> sides(sum).stream().allMatch(s -> Trees.free(s).contains(index)));
  }

  /** The factors without the key and those with it, each as one product; no numbers. */
  private List<Term> sides(Term.Reduce sum) {
    List<Term> query = new ArrayList<>();
    List<Term> keys = new ArrayList<>();
    for (Term factor : Product.factors(sum.body())) {
      if (!(factor instanceof Term.Number)) {
        (Trees.free(factor).contains(key) ? keys : query).add(factor);
      }
    }
    return List.of(Product.times(query), Product.times(keys));
  }

  /** The indices that queries have and keys have not. */
  private Set<Atom.Index> rows(Term.Reduce sum) {
    List<Term> sides = sides(sum);
    Set<Atom.Index> rows = new HashSet<>(scope.used(sides.get(0)));
    rows.removeAll(Trees.free(sides.get(1)));
    return rows;
  }

  /** The score where it is not −∞; adds to the masks where it is. */
  private static Term lift(Term score, List<Term> masks) {
    return switch (score) {
      case Term.Choose(Term condition, Term then, Term otherwise) when isNothing(otherwise) -> {
        masks.add(condition);
        yield lift(then, masks);
      }
      case Term.Choose(Term condition, Term then, Term otherwise) when isNothing(then) -> {
        masks.add(Terms.not(condition));
        yield lift(otherwise, masks);
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
      case Term.Number _,
          Term.Int _,
          Term.Truth _,
          Term.Read _,
          Term.Unary _,
          Term.Binary _,
          Term.Choose _,
          Term.Reduce _,
          Term.Along _,
          Term.Unknown _ ->
          score;
    };
  }

  private static boolean isNothing(Term term) {
    return term instanceof Term.Number(double value) && value == Double.NEGATIVE_INFINITY;
  }

  private static boolean isPositive(Term term) {
    return term instanceof Term.Number(double value) && value > 0 && value < Float.MAX_VALUE;
  }

  /** Without what is added to all scores of a row: the softmax is the same. */
  private Term withoutConstants(Term score) {
    if (score instanceof Term.Binary(BinaryOp op, Term a, Term b)
        && (op == BinaryOp.ADD || op == BinaryOp.SUBTRACT)) {
      if (!Trees.free(b).contains(key)) {
        return withoutConstants(a);
      }
      if (!Trees.free(a).contains(key)) {
        return op == BinaryOp.ADD ? withoutConstants(b) : Terms.negate(b);
      }
      return Terms.arithmetic(op, withoutConstants(a), b);
    }
    return score;
  }

  /** Products that are added, as one whose inner index runs over those of all. */
  private Term joined(Term term) {
    if (term instanceof Term.Reduce || term instanceof Term.Along) {
      return term;
    }
    List<Term> addends = new ArrayList<>();
    addends(term, addends);
    List<Term.Reduce> products =
        addends.stream().flatMap(addend -> ofOneIndex(addend).stream()).toList();
    if (products.size() < 2) {
      return Trees.map(term, this::joined);
    }
    Term sum = join(products);
    for (Term addend : addends) {
      if (ofOneIndex(addend).isEmpty()) {
        sum = Terms.arithmetic(BinaryOp.ADD, sum, joined(addend));
      }
    }
    return sum;
  }

  private static void addends(Term term, List<Term> into) {
    if (term instanceof Term.Binary(BinaryOp op, Term a, Term b) && op == BinaryOp.ADD) {
      addends(a, into);
      addends(b, into);
    } else if (term instanceof Term.Binary(BinaryOp op, Term a, Term b)
        && op == BinaryOp.SUBTRACT) {
      addends(a, into);
      List<Term> less = new ArrayList<>();
      addends(b, less);
      less.forEach(addend -> into.add(Terms.negate(addend)));
    } else {
      into.add(term);
    }
  }

  /** A product over one index, the numbers that it is multiplied with among its factors. */
  private Optional<Term.Reduce> ofOneIndex(Term term) {
    List<Term> factors = Product.factors(term);
    List<Term> numbers = factors.stream().filter(f -> f instanceof Term.Number).toList();
    return factors.size() == numbers.size() + 1
            && factors.getFirst() instanceof Term.Reduce sum
            && sum.over().size() == 1
            && isProduct(sum)
        ? Optional.of(scaled(sum, numbers))
        : Optional.empty();
  }

  private static Term.Reduce scaled(Term.Reduce sum, List<Term> numbers) {
    List<Term> factors = new ArrayList<>(Product.factors(sum.body()));
    factors.addAll(numbers);
    return new Term.Reduce(
        sum.op(), sum.over(), Product.times(factors), Optional.empty(), Optional.empty());
  }

  private Term join(List<Term.Reduce> products) {
    Poly size = Poly.ZERO;
    for (Term.Reduce product : products) {
      size = size.plus(product.over().getFirst().size());
    }
    Atom.Index all = new Atom.Index(products.getFirst().over().getFirst().name(), size);
    Term queries = Terms.number(0);
    Term keys = Terms.number(0);
    for (Term.Reduce product : products.reversed()) {
      Atom.Index own = product.over().getFirst();
      Term here = Terms.compare(BinaryOp.LESS, Terms.integer(Poly.of(all)), Terms.integer(size));
      size = size.minus(own.size());
      Map<Atom, Poly> place = Map.of(own, Poly.of(all).minus(size));
      List<Term> query = new ArrayList<>(List.of(sides(product).get(0)));
      Product.factors(product.body()).stream()
          .filter(f -> f instanceof Term.Number)
          .forEach(query::add);
      queries = Terms.choose(here, Terms.substitute(Product.times(query), place), queries);
      keys = Terms.choose(here, Terms.substitute(sides(product).get(1), place), keys);
    }
    return new Term.Reduce(
        Term.ReduceOp.SUM,
        List.of(all),
        new Term.Binary(BinaryOp.MULTIPLY, queries, keys),
        Optional.empty(),
        Optional.empty());
  }

  private String name(Term term) {
    return Text.key(
        scope.indices(), term, object -> names.computeIfAbsent(object, _ -> "$" + names.size()));
  }

  /** The product on reads of two values; all else that is costly as values of its own. */
  private Term prepare(Term term, Scope at) {
    if (isProduct(term) && term instanceof Term.Reduce sum && name(sum).equals(main)) {
      return product(sum, at);
    }
    boolean loop = term instanceof Term.Reduce || term instanceof Term.Along;
    Set<Atom.Index> free = Trees.free(term);
    boolean ofOneSide = !free.contains(key) || free.size() == 1;
    if (loop || ofOneSide && Costs.isHeavy(term)) {
      return temporaries.hoist(Ranges.total(term), at).orElseThrow(Unfit::new);
    }
    return Trees.map(term, child -> prepare(child, at));
  }

  private Term product(Term.Reduce sum, Scope at) {
    Scope inside = at.within(sum.over());
    List<Term> sides = sides(sum);
    List<Atom.Index> ofQuery = new ArrayList<>(sum.over());
    ofQuery.addAll(rows(sum));
    List<Atom.Index> ofKey = new ArrayList<>(sum.over());
    ofKey.add(key);
    Term q = operand(sides.get(0), ofQuery, inside, temporaries);
    Term k = operand(sides.get(1), ofKey, inside, temporaries);
    Term product =
        new Term.Reduce(
            Term.ReduceOp.SUM,
            sum.over(),
            new Term.Binary(BinaryOp.MULTIPLY, q, k),
            Optional.empty(),
            Optional.empty());
    return Product.factors(sum.body()).getLast() instanceof Term.Number number
        ? Terms.arithmetic(BinaryOp.MULTIPLY, product, number)
        : product;
  }

  /**
   * A factor as the kernel reads it: in place if the indices that it walks along have axes to
   * themselves, and the others stand in no data; else as a value of its own.
   */
  static Term operand(Term factor, List<Atom.Index> walked, Scope scope, Temporaries temporaries) {
    return factor instanceof Term.Read read && isDirect(read, walked)
        ? factor
        : temporaries.hoist(Ranges.total(factor), scope).orElseThrow(Unfit::new);
  }

  private static boolean isDirect(Term.Read read, List<Atom.Index> walked) {
    if (read.otherwise().isPresent() || !Ranges.isSafe(read)) {
      return false;
    }
    List<Atom.Index> seen = new ArrayList<>();
    for (Term subscript : read.at()) {
      Poly at = Trees.asPoly(subscript);
      boolean bare = at.atom().orElse(null) instanceof Atom.Index;
      if (!bare && (Trees.free(at).stream().anyMatch(walked::contains) || !known(subscript))) {
        return false;
      }
      seen.addAll(Trees.free(at));
    }
    return walked.stream().allMatch(i -> seen.stream().filter(s -> s == i).count() == 1);
  }

  private static boolean known(Term subscript) {
    return Trees.children(subscript).isEmpty();
  }

  /** The same for the values, which have no score around them. */
  static Optional<Term> values(
      Term factor, List<Atom.Index> walked, Scope scope, Temporaries temporaries) {
    try {
      return Optional.of(operand(factor, walked, scope, temporaries));
    } catch (Unfit _) {
      return Optional.empty();
    }
  }
}
