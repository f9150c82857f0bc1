package xfm.compiler.rewrite;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * What a model computes in one forward pass, as a polynomial of its lengths: each equation in the
 * cheapest order of its products, every place of a reduction whatever its mask leaves out. A layer
 * costs nothing to count after the first that is like it.
 */
public final class Operations {
  private Operations() {}

  /** The floating-point operations of all equations. */
  public static Poly of(Graph graph) {
    Map<String, Poly> known = new HashMap<>();
    Poly sum = Poly.ZERO;
    for (Equation equation : graph.equations()) {
      sum = sum.plus(known.computeIfAbsent(key(equation), _ -> alone(equation, graph)));
    }
    return sum;
  }

  /** Equal for equations that differ only in which values of the same shapes they read. */
  private static String key(Equation equation) {
    Map<Object, String> names = new IdentityHashMap<>();
    return Text.key(
        equation.left(),
        equation.body(),
        named ->
            names.computeIfAbsent(
                named,
                _ ->
                    "$"
                        + names.size()
                        + (named instanceof Value v ? v.kind() + " " + v.shape() : "")));
  }

  /** The equation as a graph of its own; what it reads is given. */
  private static Poly alone(Equation equation, Graph graph) {
    Set<Value> read = new LinkedHashSet<>();
    Trees.visit(
        equation.body(),
        term -> {
          if (term instanceof Term.Read of) {
            read.add(of.value());
          }
        });
    List<Graph.Input> inputs =
        read.stream()
            .map(value ->
                new Graph.Input(value.path(), value, Optional.empty(), List.of(), equation.span()))
            .toList();
    SequencedMap<String, Value> results = new LinkedHashMap<>();
    results.put("", equation.target());
    Graph alone =
        new Graph("", graph.lengths(), inputs, List.of(), List.of(equation), results, Map.of());
    return Passes.whole(alone).equations().stream().map(Work::flops).reduce(Poly.ZERO, Poly::plus);
  }
}
