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

  /** As many times more rows than keys. */
  private static final int TIMES = 4;

  private Tables() {}

  /**
   * The sum as a read of a product that becomes a value.
   *
   * @param scope where it stands, the key among its indices
   */
  static Optional<Term> product(Term term, Atom.Index key, Scope scope, Temporaries temporaries) {
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
    List<Atom.Index> rows = List.copyOf(chosen.sequencedKeySet());
    if (!isSmall(Work.places(rows), key.size())
        || chosen.values().stream()
            .anyMatch(place -> !Collections.disjoint(Trees.free(place), sum.over()))) {
      return Optional.empty();
    }
    factors.set(factors.indexOf(table), new Term.Read(table.value(), at, Optional.empty()));
    Term whole =
        new Term.Reduce(
            sum.op(), sum.over(), Product.times(factors), Optional.empty(), Optional.empty());
    List<Atom.Index> around = new ArrayList<>(scope.indices());
    around.addAll(rows);
    return Ranges.isSafe(whole)
        ? temporaries.hoist(whole, Scope.of(around)).map(read -> Terms.substitute(read, chosen))
        : Optional.empty();
  }

  /** Whether a factor is a row of a table that a key and something else choose together. */
  static boolean isChosen(Term factor, Atom.Index key) {
    return factor instanceof Term.Read table
        && table.at().stream().map(Trees::asPoly).anyMatch(at -> isChosen(at, key));
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
