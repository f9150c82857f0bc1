package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/**
 * In which order the factors of a sum of products are multiplied: two sets of factors at a time,
 * each index summed as soon as no factor outside needs it. Of all orders the one of least work,
 * lengths being long; found by trying each split of each set.
 *
 * <p>A set of factors is a bit set of their places.
 */
final class Order {
  /** Sums of more factors stay as they are: 3 to their number splits would be tried. */
  private static final int MOST = 8;

  private final List<Term> factors;
  private final double number;
  private final List<Atom.Index> over;
  private final Set<Atom.Index> left;
  private final List<Set<Atom.Index>> own = new ArrayList<>();
  private final double[] cost;
  private final int[] first;

  /**
   * @param number what the whole is multiplied by
   * @param left the indices of the result
   * @param over the indices that are summed over
   */
  Order(List<Term> factors, double number, List<Atom.Index> left, List<Atom.Index> over) {
    this.factors = factors;
    this.number = number;
    this.over = over;
    this.left = Set.copyOf(left);
    List<Atom.Index> scope = new ArrayList<>(left);
    scope.addAll(over);
    for (Term factor : factors) {
      Set<Atom.Index> free = Trees.free(factor);
      own.add(new LinkedHashSet<>(scope.stream().filter(free::contains).toList()));
    }
    boolean small = factors.size() <= MOST;
    cost = new double[small ? 1 << factors.size() : 0];
    first = new int[cost.length];
    for (int set = 1; set < cost.length; set++) {
      split(set);
    }
  }

  private void split(int set) {
    if (Integer.bitCount(set) == 1) {
      return;
    }
    cost[set] = Double.POSITIVE_INFINITY;
    int lowest = Integer.lowestOneBit(set);
    // All proper subsets that hold the lowest factor, the larger ones first: as it is written.
    for (int x = (set - 1) & set; x > 0; x = (x - 1) & set) {
      if ((x & lowest) != 0) {
        Set<Atom.Index> together = new LinkedHashSet<>(indices(x));
        together.addAll(indices(set ^ x));
        double sum = cost[x] + cost[set ^ x] + Work.large(Work.places(List.copyOf(together)));
        if (sum < cost[set]) {
          cost[set] = sum;
          first[set] = x;
        }
      }
    }
  }

  /** Whether there is an order at all: two factors or more, and each summed index in one. */
  boolean canBeSplit() {
    return factors.size() >= 2
        && factors.size() <= MOST
        && over.stream().allMatch(index -> own.stream().anyMatch(f -> f.contains(index)))
        && over.stream().allMatch(index -> Trees.free(index.size()).isEmpty());
  }

  /**
   * Whether an index stands in one factor alone: {@code sum[j, e](q[i, e] * k[j, e])} sums {@code
   * k} over {@code j} once for all {@code i}.
   */
  boolean hasLoneSum() {
    for (int f = 0; f < factors.size(); f++) {
      if (!summed(1 << f).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Of all steps, lengths being long. */
  double work() {
    return cost[all()];
  }

  int all() {
    return (1 << factors.size()) - 1;
  }

  double number() {
    return number;
  }

  /** The only factor of a set. */
  Term factor(int set) {
    return factors.get(Integer.numberOfTrailingZeros(set));
  }

  /** The set that is multiplied with the rest of {@code set}, last. */
  int first(int set) {
    return first[set];
  }

  /** The indices of the product of a set: those that the result or a factor outside needs. */
  Set<Atom.Index> indices(int set) {
    Set<Atom.Index> indices = new LinkedHashSet<>();
    for (Atom.Index index : within(set)) {
      if (isNeeded(index, set)) {
        indices.add(index);
      }
    }
    return indices;
  }

  /** The indices over which the last step of a set sums. */
  List<Atom.Index> summed(int set) {
    Set<Atom.Index> there = new LinkedHashSet<>();
    if (Integer.bitCount(set) == 1) {
      there.addAll(within(set));
    } else {
      there.addAll(indices(first(set)));
      there.addAll(indices(set ^ first(set)));
    }
    return over.stream().filter(i -> there.contains(i) && !isNeeded(i, set)).toList();
  }

  private Set<Atom.Index> within(int set) {
    Set<Atom.Index> within = new LinkedHashSet<>();
    for (int f = 0; f < factors.size(); f++) {
      if ((set >> f & 1) != 0) {
        within.addAll(own.get(f));
      }
    }
    return within;
  }

  private boolean isNeeded(Atom.Index index, int set) {
    if (left.contains(index)) {
      return true;
    }
    for (int f = 0; f < factors.size(); f++) {
      if ((set >> f & 1) == 0 && own.get(f).contains(index)) {
        return true;
      }
    }
    return false;
  }
}
