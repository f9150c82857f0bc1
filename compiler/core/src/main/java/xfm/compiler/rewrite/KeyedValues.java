package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/**
 * What a pattern is multiplied with before anything else, in the order of least work.
 *
 * @param term the product of those factors, summed over what nothing else needs
 * @param columns its indices that the pattern has not
 * @param others the factors outside
 * @param over the indices that are summed over outside
 */
record KeyedValues(Term term, List<Atom.Index> columns, List<Term> others, List<Atom.Index> over) {

  static KeyedValues of(
      Term pattern, List<Term> rest, List<Atom.Index> over, Atom.Index key, List<Atom.Index> left) {
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
    return new KeyedValues(term, columns, others, still);
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
