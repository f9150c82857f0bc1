package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Comparator;
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

  /** Queries in a tile of the kernel. */
  private static final int TILE = 64;

  /** Of more factors than these, not all ways to share them out are tried. */
  private static final int MOST_FACTORS = 6;

  /**
   * A score, and where there is one.
   *
   * @param lifted whether some of the mask was written as −∞ in the score
   * @param constants what the score as it was written has besides, the same for all keys of a row
   * @param rows several indices of queries that are one in the score and where there is one
   */
  record Masked(
      Term score, Optional<Term> where, boolean lifted, Term constants, Optional<Merged> rows) {

    private Masked of(Merged queries) {
      return new Masked(score, where, lifted, queries.apart(constants), Optional.of(queries));
    }

    Scope rows(Scope scope) {
      return rows.map(r -> r.together(scope)).orElse(scope);
    }

    Term rows(Term term) {
      return rows.map(r -> r.together(term)).orElse(term);
    }

    /** A term in the index of all queries as one in those of the program. */
    Term apart(Term term) {
      return rows.map(r -> r.apart(term)).orElse(term);
    }
  }

  private final Definitions definitions;
  private final Temporaries temporaries;
  private final Scope scope;
  private final Atom.Index key;
  private final Set<Atom.Index> values;
  private final boolean grid;
  private final Map<Object, String> names = new IdentityHashMap<>();
  private String main = "";

  /**
   * @param scope what stands around the softmax, its own index among it
   * @param values the indices of what the pattern is multiplied with: none of them tells queries
   * @param grid whether the keys are the places of several indices
   */
  Scores(
      Definitions definitions,
      Temporaries temporaries,
      Scope scope,
      Atom.Index key,
      Set<Atom.Index> values,
      boolean grid) {
    this.definitions = definitions;
    this.temporaries = temporaries;
    this.scope = scope;
    this.key = key;
    this.values = values;
    this.grid = grid;
  }

  /** The score in that form; empty if it has none. */
  Optional<Masked> of(Term score, Optional<Term> where) {
    List<Term> masks = new ArrayList<>(where.map(this::expand).stream().toList());
    Apart apart = Apart.of(Apart.lift(expand(score), masks), key);
    masks.replaceAll(Ranges::settled);
    Term lifted = joined(apart.score());
    Optional<Term> product =
        Attention.outermostLoops(lifted).stream().filter(this::isProduct).findFirst();
    if (product.isEmpty()) {
      return Optional.empty();
    }
    Optional<Merged> queries = queries((Term.Reduce) product.get());
    if (queries.isPresent()) {
      Merged all = queries.get();
      return new Scores(definitions, temporaries, all.together(scope), key, values, grid)
          .of(all.together(score), where.map(all::together))
          .map(masked -> masked.of(all));
    }
    main = name(product.get());
    try {
      Optional<Term> mask = masks.stream().map(m -> prepare(m, scope)).reduce(Terms::and);
      Scope within = mask.map(scope::under).orElse(scope);
      boolean some = masks.size() > where.stream().count();
      return Optional.of(
          new Masked(prepare(lifted, within), mask, some, apart.constants(), Optional.empty()));
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
    if (term instanceof Term.Reduce sum) {
      return spread(sum).orElseGet(() -> separated(sum));
    }
    if (term instanceof Term.Along) {
      return term;
    }
    Set<Atom.Index> free = Trees.free(term);
    if (term instanceof Term.Read && free.contains(key)) {
      return definitions
          .of(term)
          .map(this::expand)
          .filter(free.size() > 1 ? this::isWorth : Scores::isMask)
          .orElseGet(() -> Trees.map(term, this::expand));
    }
    return Trees.map(term, this::expand);
  }

  /** Whether a number of each key is 0 or −∞: so it says which keys there are. */
  private static boolean isMask(Term behind) {
    return Attention.outermostLoops(behind).isEmpty()
        && Apart.lift(behind, new ArrayList<>()) instanceof Term.Number(double none)
        && none == 0;
  }

  private boolean isWorth(Term behind) {
    List<Term> loops = Attention.outermostLoops(behind);
    return loops.isEmpty()
        ? Costs.parts(behind) <= MOST_PARTS && (!Costs.isHeavy(behind) || isOfDistance(behind))
        : loops.stream().anyMatch(t -> isProduct(t) || Tables.isProduct(t, key));
  }

  /** Whether only how far the key is from a query counts: made once for many scores. */
  private boolean isOfDistance(Term term) {
    if (Periodic.is(term, key)) {
      return true;
    }
    Poly by = Poly.of(new Atom.Index("shift", Poly.ONE));
    return Trees.free(term).stream()
        .filter(row -> row != key && row.size().constant().isEmpty())
        .map(row -> Map.of(row, Poly.of(row).plus(by), key, Poly.of(key).plus(by)))
        .anyMatch(moved -> Terms.substitute(term, moved).equals(term));
  }

  /**
   * A product with what is the sum of a key and something else, {@code q[i, e] * (k[j, e] + r[i, j,
   * e])}, as a product with each, if one of them is of queries and keys then.
   */
  private Optional<Term> spread(Term.Reduce sum) {
    if (!Product.isPlainSum(sum)) {
      return Optional.empty();
    }
    List<Term> factors = Product.factors(sum.body());
    for (int f = 0; f < factors.size(); f++) {
      List<Term> addends = new ArrayList<>();
      addends(named(factors.get(f)), addends);
      List<Term> products = new ArrayList<>();
      for (Term addend : addends) {
        List<Term> all = new ArrayList<>(factors);
        all.set(f, addend);
        // With bound indices of its own.
        products.add(Terms.substitute(plain(sum.over(), Product.times(all)), Map.of()));
      }
      if (products.size() > 1 && products.stream().anyMatch(p -> isOfMore(p, sum))) {
        return products.stream()
            .map(this::expand)
            .reduce((a, b) -> Terms.arithmetic(BinaryOp.ADD, a, b));
      }
    }
    return Optional.empty();
  }

  /** What is behind the name of a sum of a key and something else. */
  private Term named(Term factor) {
    return Trees.free(factor).contains(key)
        ? definitions.of(factor).map(this::named).orElse(factor)
        : factor;
  }

  /** Whether a sum is a product of more indices of queries than another is. */
  private boolean isOfMore(Term term, Term.Reduce than) {
    return term instanceof Term.Reduce sum
        && separated(sum) instanceof Term.Reduce product
        && isProduct(product)
        && !rows(than).containsAll(rows(product));
  }

  /**
   * A sum over more than a query and a key have in common, {@code x[i, a] * w[a, e] * k[j, e]}, as
   * one over as little as can be: what else is summed makes the query or the key.
   */
  private Term.Reduce separated(Term.Reduce sum) {
    if (!Product.isPlainSum(sum) || isProduct(sum)) {
      return sum;
    }
    Optional<Term.Reduce> own = narrowest(sum);
    // Whether queries and keys are all there is to it shows by their names.
    Optional<Term.Reduce> behind = own.flatMap(_ -> narrowest(definitions.opened(sum)));
    return behind.filter(b -> width(b) < width(own.get())).or(() -> own).orElse(sum);
  }

  private Optional<Term.Reduce> narrowest(Term.Reduce sum) {
    return separations(sum).stream()
        .filter(product -> !product.over().isEmpty() && isProduct(product))
        .min(Comparator.comparingDouble(Scores::width));
  }

  private static double width(Term.Reduce product) {
    return Work.large(Work.places(product.over()));
  }

  /** All ways to share the factors of no key out among queries and keys. */
  private List<Term.Reduce> separations(Term.Reduce sum) {
    List<Term> factors = Product.factors(sum.body());
    List<Term> others =
        factors.stream()
            .filter(f -> !(f instanceof Term.Number) && !Trees.free(f).contains(key))
            .toList();
    List<Term.Reduce> all = new ArrayList<>();
    for (int ofKey = 0; others.size() <= MOST_FACTORS && ofKey < 1 << others.size(); ofKey++) {
      List<Term> queries = new ArrayList<>();
      List<Term> keys = new ArrayList<>(factors);
      for (int f = 0; f < others.size(); f++) {
        if ((ofKey >> f & 1) == 0) {
          queries.add(others.get(f));
          keys.remove(others.get(f));
        }
      }
      all.add(separated(sum, Product.times(queries), Product.times(keys)));
    }
    return all;
  }

  private static Term.Reduce separated(Term.Reduce sum, Term queries, Term keys) {
    Set<Atom.Index> inQueries = Trees.free(queries);
    Set<Atom.Index> inKeys = Trees.free(keys);
    List<Atom.Index> both = new ArrayList<>(sum.over());
    both.removeIf(index -> inQueries.contains(index) != inKeys.contains(index));
    return plain(
        both,
        new Term.Binary(BinaryOp.MULTIPLY, alone(sum, both, queries), alone(sum, both, keys)));
  }

  /** A factor, summed over its indices that the other has not. */
  private static Term alone(Term.Reduce sum, List<Atom.Index> both, Term factor) {
    List<Atom.Index> own = new ArrayList<>(sum.over());
    own.removeIf(index -> both.contains(index) || !Trees.free(factor).contains(index));
    return own.isEmpty() ? factor : plain(own, factor);
  }

  private static Term.Reduce plain(List<Atom.Index> over, Term body) {
    return new Term.Reduce(Term.ReduceOp.SUM, over, body, Optional.empty(), Optional.empty());
  }

  /** Whether a term is a sum of products of something of a query and something of a key. */
  private boolean isProduct(Term term) {
    return term instanceof Term.Reduce sum
        && Product.isPlainSum(sum)
        && !values.containsAll(rows(sum))
        && sides(sum).stream().noneMatch(side -> Tables.isChosen(side, key))
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

  /**
   * The indices of queries that are one in the kernel, whose tiles have {@value #TILE} of them: the
   * places of a grid, lengths, and sizes of which the greatest does not fill a tile.
   */
  private Optional<Merged> queries(Term.Reduce product) {
    Set<Atom.Index> rows = rows(product);
    rows.removeAll(values);
    List<Atom.Index> all = scope.indices().stream().filter(rows::contains).toList();
    List<Atom.Index> lengths =
        all.stream().filter(index -> index.size().constant().isEmpty()).toList();
    boolean few =
        lengths.isEmpty() && all.stream().allMatch(i -> i.size().constant().getAsLong() < TILE);
    List<Atom.Index> one = grid || few ? all : lengths;
    return one.size() > 1 ? Merged.of(one) : Optional.empty();
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
    return plain(sum.over(), Product.times(factors));
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
    return plain(List.of(all), new Term.Binary(BinaryOp.MULTIPLY, queries, keys));
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
    Optional<Term> looked =
        ofOneSide
            ? Optional.empty()
            : Tables.product(term, key, at, temporaries)
                .or(() -> Periodic.read(term, key, at, temporaries));
    if (looked.isPresent()) {
      return looked.get();
    }
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
    Term q = operand(sides.get(0), ofQuery, inside, definitions, temporaries);
    Term k = operand(sides.get(1), ofKey, inside, definitions, temporaries);
    Term product = plain(sum.over(), new Term.Binary(BinaryOp.MULTIPLY, q, k));
    return Product.factors(sum.body()).getLast() instanceof Term.Number number
        ? Terms.arithmetic(BinaryOp.MULTIPLY, product, number)
        : product;
  }

  /**
   * A factor as the kernel reads it: in place if it goes in even steps along some indices, and the
   * others stand in no data; else as a value of its own.
   */
  private static Term operand(
      Term factor,
      List<Atom.Index> walked,
      Scope scope,
      Definitions definitions,
      Temporaries temporaries) {
    return direct(factor, walked, definitions)
        .orElseGet(() -> temporaries.hoist(Ranges.total(factor), scope).orElseThrow(Unfit::new));
  }

  /** What is read in place: behind its name, if that only gives it other axes. */
  private static Optional<Term> direct(
      Term factor, List<Atom.Index> walked, Definitions definitions) {
    if (!(factor instanceof Term.Read read)) {
      return Optional.empty();
    }
    return definitions
        .of(read)
        .flatMap(behind -> direct(behind, walked, definitions))
        .or(() -> isDirect(read, walked) ? Optional.of(read) : Optional.empty());
  }

  private static boolean isDirect(Term.Read read, List<Atom.Index> walked) {
    if (read.otherwise().isPresent() || !Ranges.isSafe(read)) {
      return false;
    }
    return Strided.walks(read, walked, rest -> Trees.children(Terms.integer(rest)).isEmpty());
  }

  /** The same for the values, which have no score around them. */
  static Optional<Term> values(
      Term factor,
      List<Atom.Index> walked,
      Scope scope,
      Definitions definitions,
      Temporaries temporaries) {
    try {
      return Optional.of(operand(factor, walked, scope, definitions, temporaries));
    } catch (Unfit _) {
      return Optional.empty();
    }
  }
}
