package xfm.runtime.kernel.attention;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sizes of an attention, and where its operands lie. All places count elements.
 *
 * <pre>
 *   s[b, i, j]   = Σ_e q[b, i, e] · k[b, j, e]
 *   out[b, i, f] = Σ_j softmax_j(score(s[b, i, j])) · v[b, j, f]
 * </pre>
 *
 * for some values v; and what the scores of each query come to, if that is asked for.
 *
 * <p>b runs over the entries: heads, and whatever else has patterns of its own. Entries may share
 * keys and values.
 *
 * @param queries how many i there are
 * @param keys how many j
 * @param q the operand with the queries; row i is query i
 * @param k the operand with the keys; row j is key j
 * @param values what is weighted, and where the results go
 * @param totals what the scores of each query come to
 * @param scale what a score is multiplied by before the softmax, above 0
 * @param nothing the factor of the sum of values, 0, of a query that sees no key: 0 or NaN
 */
public record AttentionShape(
    int queries,
    int keys,
    Operand q,
    Operand k,
    List<Values> values,
    List<Total> totals,
    float scale,
    float nothing) {

  /**
   * Values that one pattern weights.
   *
   * @param v row j is key j
   * @param out row i is query i
   */
  public record Values(Operand v, Operand out) {}

  /**
   * A number for each query.
   *
   * @param most whether it is the greatest score; otherwise it is the logsumexp of all. −∞ of none,
   *     NaN where a score is, else +∞ where one is
   * @param out row i is query i; of one element
   */
  public record Total(boolean most, Operand out) {}

  /**
   * One operand: element e of row r of entry b lies at {@code entries[b] + r * row + elements[e]}.
   */
  public record Operand(long[] entries, long row, long[] elements) {

    /**
     * Whether the elements of a row lie side by side. A row of none does not: it has no address.
     */
    boolean isDense() {
      for (int e = 0; e < elements.length; e++) {
        if (elements[e] != e) {
          return false;
        }
      }
      return elements.length > 0;
    }
  }

  /**
   * @throws IllegalArgumentException if the operands' sizes disagree or the scale is not above 0
   */
  public AttentionShape {
    values = List.copyOf(values);
    totals = List.copyOf(totals);
    int entries = q.entries().length;
    boolean equal =
        k.entries().length == entries
            && q.elements().length == k.elements().length
            && totals.stream().allMatch(t -> t.out().entries().length == entries);
    for (Values own : values) {
      equal &=
          own.v().entries().length == entries
              && own.out().entries().length == entries
              && own.v().elements().length == own.out().elements().length;
    }
    if (!equal) {
      throw new IllegalArgumentException("the operands of an attention differ in size");
    }
    if (!(scale > 0)) {
      throw new IllegalArgumentException("the scale of scores must be above 0, not " + scale);
    }
  }

  /** The entries with keys and values in common, for each of these. */
  int[][] groups() {
    Map<List<Long>, List<Integer>> groups = new LinkedHashMap<>();
    for (int b = 0; b < entries(); b++) {
      List<Long> places = new ArrayList<>(List.of(k.entries()[b]));
      for (Values own : values) {
        places.add(own.v().entries()[b]);
      }
      groups.computeIfAbsent(places, _ -> new ArrayList<>()).add(b);
    }
    return groups.values().stream()
        .map(group -> group.stream().mapToInt(b -> b).toArray())
        .toArray(int[][]::new);
  }

  /** How many patterns there are. */
  public int entries() {
    return q.entries().length;
  }
}
