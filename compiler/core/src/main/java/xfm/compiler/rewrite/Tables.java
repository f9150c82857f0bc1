package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * Products of a query and a row of a table that the query and the key choose, {@code sum[e](q[i, e]
 * * table[clamp(j - i, -16, 16) + 16, e])}: relative positions (Shaw et al. 2018,
 * arXiv:1803.02155), kinds of edges. With all rows of the table it is one product, in which each
 * score looks up its own.
 */
final class Tables {
  /** Rows of a table; of one with more, a sequence may be too short to use most. */
  private static final int MOST_ROWS = 1024;

  /** As many times more rows than keys, or reads than rows, are not many more. */
  private static final int TIMES = 4;

  private Tables() {}

  /**
   * A sum of products with a row of a table.
   *
   * @param whole the sum with the rows' own indices in place of what chooses one
   * @param chosen what chooses a row, by its index
   */
  private record Looked(Term whole, SequencedMap<Atom.Index, Poly> chosen) {}

  /** Whether a term is such a product. */
  static boolean isProduct(Term term, Atom.Index key) {
    return looked(term, key).isPresent();
  }

  /**
   * The sum as a read of a product that becomes a value.
   *
   * @param scope where it stands, the key among its indices
   */
  static Optional<Term> product(Term term, Atom.Index key, Scope scope, Temporaries temporaries) {
    return looked(term, key)
        .flatMap(looked ->
            temporaries
                .hoist(
                    looked.whole(),
                    Scope.of(scope.indices())
                        .within(List.copyOf(looked.chosen().sequencedKeySet())))
                .map(read -> Terms.substitute(read, looked.chosen())));
  }

  private static Optional<Looked> looked(Term term, Atom.Index key) {
    if (!(term instanceof Term.Reduce sum) || !Product.isPlainSum(sum)) {
      return Optional.empty();
    }
    List<Term> factors = new ArrayList<>(Product.factors(sum.body()));
    List<Term> ofKey = factors.stream().filter(f -> Trees.free(f).contains(key)).toList();
    if (ofKey.size() != 1
        || !(ofKey.getFirst() instanceof Term.Read table)
        || table.otherwise().isPresent()) {
      return Optional.empty();
    }
    SequencedMap<Atom.Index, Poly> chosen = new LinkedHashMap<>();
    List<Term> at = new ArrayList<>();
    for (int axis = 0; axis < table.at().size(); axis++) {
      Term subscript = table.at().get(axis);
      if (Trees.free(subscript).contains(key)) {
        Atom.Index row = new Atom.Index(key.name(), table.value().shape().get(axis));
        chosen.put(row, Trees.asPoly(subscript));
        at.add(new Term.Int(Poly.of(row)));
      } else {
        at.add(subscript);
      }
    }
    factors.set(factors.indexOf(table), new Term.Read(table.value(), at, Optional.empty()));
    Term whole =
        new Term.Reduce(
            sum.op(), sum.over(), Product.times(factors), Optional.empty(), Optional.empty());
    boolean fits =
        isSmall(Work.places(List.copyOf(chosen.sequencedKeySet())), key.size())
            && chosen.values().stream()
                .allMatch(place -> Collections.disjoint(Trees.free(place), sum.over()))
            && Ranges.isSafe(whole);
    return fits ? Optional.of(new Looked(whole, chosen)) : Optional.empty();
  }

  /**
   * Whether a factor is a row of a table that a key and something else choose together. Windows of
   * an image, {@code k[4 * a + u, e]}, are chosen so, too, but are not many more than there are
   * places in it.
   */
  static boolean isChosen(Term factor, Atom.Index key) {
    return factor instanceof Term.Read table
        && table.at().stream().map(Trees::asPoly).anyMatch(at -> isChosen(at, key))
        && Work.large(Work.places(List.copyOf(Trees.free(table))))
            > TIMES * Work.large(product(table.value().shape()));
  }

  private static Poly product(List<Poly> sizes) {
    return sizes.stream().reduce(Poly.ONE, Poly::times);
  }

  private static boolean isChosen(Poly at, Atom.Index key) {
    boolean steps = !Trees.free(Strided.rest(at, List.of(key))).contains(key);
    return Trees.free(at).contains(key) && Trees.free(at).size() > 1 && !steps;
  }

  private static boolean isSmall(Poly rows, Poly keys) {
    boolean ofNumbers = rows.constant().isPresent() && keys.constant().isEmpty();
    return ofNumbers
        ? rows.constant().getAsLong() <= MOST_ROWS
        : Work.large(rows) <= TIMES * Work.large(keys);
  }
}
