package xfm.compiler.account;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * How many parameters one token uses: of a weight that is read at places that the model computes (a
 * mixture's experts), as many as it picks; all others whole, tables of tokens too, as publishers
 * count.
 */
final class Active {
  private final Set<Value> computed = new HashSet<>();

  /** Of each weight, how much each of its picks takes. */
  private final Map<Value, Map<Set<Value>, Long>> used = new HashMap<>();

  Active(Graph graph) {
    Set<Value> weights = new HashSet<>();
    graph.weights().forEach(weight -> weights.add(weight.value()));
    for (Equation equation : graph.equations()) {
      Trees.visit(
          equation.body(),
          term -> {
            if (term instanceof Term.Read read) {
              if (weights.contains(read.value())) {
                weight(read);
              }
              if (weights.contains(read.value()) || computed.contains(read.value())) {
                computed.add(equation.target());
              }
            }
          });
    }
  }

  private void weight(Term.Read read) {
    Set<Value> picks = new HashSet<>();
    long elements = 1;
    for (int axis = 0; axis < read.at().size(); axis++) {
      Term at = read.at().get(axis);
      long size = read.value().shape().get(axis).constant().orElseThrow();
      if (picks(at, picks)) {
        size = Math.min(size, several(at));
      }
      elements = Math.multiplyExact(elements, size);
    }
    used.computeIfAbsent(read.value(), _ -> new HashMap<>()).merge(picks, elements, Math::max);
  }

  private boolean picks(Term at, Set<Value> picks) {
    int before = picks.size();
    Trees.visit(
        at,
        term -> {
          if (term instanceof Term.Read read && computed.contains(read.value())) {
            picks.add(read.value());
          }
        });
    return picks.size() > before;
  }

  /** How many places a subscript goes to for one token: its indices of a known size. */
  private static long several(Term at) {
    long places = 1;
    for (Atom.Index index : Trees.free(at)) {
      places = Math.multiplyExact(places, index.size().constant().orElse(1));
    }
    return places;
  }

  /** The parameters of these weights that one token uses. */
  long of(List<Graph.Weight> weights) {
    long sum = 0;
    for (Graph.Weight weight : weights) {
      long all = Counting.sum(List.of(weight));
      Map<Set<Value>, Long> picked = used.getOrDefault(weight.value(), Map.of(Set.of(), all));
      long some = picked.values().stream().reduce(0L, Math::addExact);
      sum = Math.addExact(sum, Math.min(all, some));
    }
    return sum;
  }
}
