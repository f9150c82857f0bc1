package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Softmaxes over several indices together, the places of a grid. {@code sum[u, v](exp(s[u, v]))} is
 * seen as one over a single index of so many places, and so is what it divides.
 */
final class Grids {
  /** Behind so many names a divisor is looked for. */
  private static final int DEPTH = 6;

  private Grids() {}

  /**
   * The indices of a sum that a softmax among its factors runs over together, in every order in
   * which they may stand in it.
   *
   * @param outside factors of the sum as a whole; a divisor may stand there
   */
  static Set<List<Atom.Index>> of(
      Term.Reduce sum, List<Term> outside, Definitions definitions, Softmaxes softmaxes) {
    List<Term> factors = Product.factors(sum.body());
    List<Term> patterns = factors.stream().filter(softmaxes.parts()::isPattern).toList();
    if (sum.over().size() < 2 || patterns.isEmpty()) {
      return Set.of();
    }
    Set<Atom.Index> inPattern = new HashSet<>();
    patterns.forEach(pattern -> inPattern.addAll(Trees.free(pattern)));
    List<Term.Reduce> found = new ArrayList<>();
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    factors.forEach(term -> reductions(term, definitions, DEPTH, seen, found));
    outside.forEach(term -> reductions(term, definitions, DEPTH, seen, found));
    Set<List<Atom.Index>> grids = new LinkedHashSet<>();
    for (Term.Reduce reduce : found) {
      List<Atom.Index> keys = new ArrayList<>(sum.over());
      keys.removeIf(i -> !inPattern.contains(i) || Trees.free(reduce).contains(i));
      orders(keys, sizes(reduce.over()), List.of(), grids);
    }
    return grids;
  }

  private static void reductions(
      Term term, Definitions definitions, int depth, Set<Value> seen, List<Term.Reduce> into) {
    if (term instanceof Term.Reduce reduce) {
      if (reduce.over().size() > 1 && isOfScores(reduce)) {
        into.add(reduce);
      }
    } else if (term instanceof Term.Read read) {
      if (depth > 0 && seen.add(read.value())) {
        definitions
            .of(read)
            .ifPresent(behind -> reductions(behind, definitions, depth - 1, seen, into));
      }
    } else {
      Trees.children(term).forEach(t -> reductions(t, definitions, depth, seen, into));
    }
  }

  /** Whether it may be the sum or the greatest of scores: it is no product of two tensors. */
  private static boolean isOfScores(Term.Reduce reduce) {
    return switch (reduce.op()) {
      case LOGSUMEXP, MAX -> true;
      case SUM ->
          Product.factors(reduce.body()).stream().filter(f -> f instanceof Term.Read).count() < 2;
      case MEAN, MIN, ARGMAX, ANY, ALL -> false;
    };
  }

  private static List<Poly> sizes(List<Atom.Index> indices) {
    return indices.stream().map(Atom.Index::size).toList();
  }

  /** All ways to choose indices that have these sizes, one after another. */
  private static void orders(
      List<Atom.Index> from, List<Poly> sizes, List<Atom.Index> begun, Set<List<Atom.Index>> into) {
    if (begun.size() == sizes.size()) {
      into.add(begun);
      return;
    }
    for (Atom.Index index : from) {
      if (!begun.contains(index) && index.size().equals(sizes.get(begun.size()))) {
        List<Atom.Index> more = new ArrayList<>(begun);
        more.add(index);
        orders(from, sizes, more, into);
      }
    }
  }

  /** A reduction over keys, and perhaps more, as one over a single index; so is what is in it. */
  static Term.Reduce flat(Merged keys, Term.Reduce reduce) {
    Term.Reduce whole = keys.together(reduce);
    return new Term.Reduce(
        whole.op(),
        whole.over(),
        flat(keys, whole.body()),
        whole.where().map(where -> flat(keys, where)),
        whole.otherwise());
  }

  static List<Term> flat(Merged keys, List<Term> terms) {
    return terms.stream().map(term -> flat(keys, term)).toList();
  }

  /** A term in which each reduction of scores over indices of the keys' sizes is over one. */
  static Term flat(Merged keys, Term term) {
    Term inside = Trees.map(term, child -> flat(keys, child));
    return inside instanceof Term.Reduce reduce
            && sizes(reduce.over()).equals(sizes(keys.parts()))
            && isOfScores(reduce)
        ? Merged.of(reduce.over()).map(m -> (Term) m.together(reduce)).orElse(reduce)
        : inside;
  }
}
