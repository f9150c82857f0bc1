package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Puts the equation of a value where the value is read, if nobody asked for it, no matrix product
 * reads it and nothing is computed more often: what is read once, or in parts that together have no
 * more elements than it has, or what is so little that loading it would take as long. A bias, the
 * sum with the skip connection, the halves of a gate and the like become one loop.
 */
final class Inline implements Pass {
  private static final int MOST_READS = 3;
  private static final int FEW_PARTS = 8;
  private static final int MOST_PARTS = 80;

  private final Set<Value> keep;

  /**
   * @param keep the values that were asked for besides the results
   */
  Inline(Set<Value> keep) {
    this.keep = keep;
  }

  @Override
  public Graph apply(Graph graph) {
    Uses uses = new Uses(graph);
    uses.barred.addAll(keep);
    uses.barred.addAll(graph.results().values());
    Map<Value, Equation> inlined = new IdentityHashMap<>();
    List<Equation> kept = new ArrayList<>();
    for (Equation equation : graph.equations()) {
      Equation whole = equation.with(replace(equation.body(), inlined));
      if (uses.allow(whole)) {
        inlined.put(whole.target(), whole);
      } else {
        kept.add(whole);
      }
    }
    return Pass.with(graph, kept);
  }

  private static Term replace(Term term, Map<Value, Equation> inlined) {
    if (term instanceof Term.Read read && inlined.containsKey(read.value())) {
      return Definitions.at(inlined.get(read.value()), read);
    }
    return Trees.map(term, child -> replace(child, inlined));
  }

  /** How often each value is read, and which must stay. */
  private static final class Uses extends Walk {
    final Set<Value> barred = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Value, Integer> reads = new IdentityHashMap<>();

    /** Values of which some read comes to but a part. */
    private final Set<Value> torn = Collections.newSetFromMap(new IdentityHashMap<>());

    /** How many elements all different reads of a value come to. */
    private final Map<Value, Poly> places = new IdentityHashMap<>();

    /** What the equation at hand has read. */
    private final Set<Term.Read> seen = new HashSet<>();

    Uses(Graph graph) {
      Set<Value> weights =
          graph.weights().stream().map(Graph.Weight::value).collect(Collectors.toSet());
      for (Equation equation : graph.equations()) {
        Product.of(equation.left(), equation.body(), weights)
            .ifPresent(product -> {
              barred.add(product.a().value());
              barred.add(product.b().value());
              product.route().ifPresent(route -> barred.add(route.pick().value()));
            });
        Attention.of(equation)
            .ifPresent(attention -> {
              barred.add(attention.q().value());
              barred.add(attention.k().value());
              barred.add(attention.v().value());
            });
        seen.clear();
        visit(equation.body(), Scope.of(equation.left()));
      }
    }

    /** Whether an equation, as it would be put in place of its value, may be. */
    boolean allow(Equation equation) {
      Term body = equation.body();
      int count = reads.getOrDefault(equation.target(), 0);
      int parts = Costs.parts(body);
      return !barred.contains(equation.target())
          && !Trees.any(body, part -> part instanceof Term.Reduce)
          && (torn.contains(equation.target())
              ? isApart(equation) && count * parts <= MOST_PARTS
              : count == 1 && parts <= MOST_PARTS
                  || count <= MOST_READS && parts <= FEW_PARTS && !Costs.isHeavy(body));
    }

    /** Whether the parts in which a value is read are no more than it has. */
    private boolean isApart(Equation equation) {
      return Work.large(places.get(equation.target())) <= Work.large(Work.places(equation.left()));
    }

    @Override
    Term visit(Term term, Scope scope) {
      if (term instanceof Term.Read read) {
        reads.merge(read.value(), 1, Integer::sum);
        if (seen.add(read)) {
          places.merge(read.value(), Work.places(scope.indices()), Poly::plus);
        }
        if (read.otherwise().isPresent()) {
          barred.add(read.value());
        } else if (!isEachPlaceOnce(read, scope)) {
          (Strided.is(read) ? torn : barred).add(read.value());
        }
      }
      return children(term, scope);
    }

    /** Whether the loops around a read come to each element once, and to no other places. */
    private static boolean isEachPlaceOnce(Term.Read read, Scope scope) {
      List<Atom> at = new ArrayList<>();
      for (Term subscript : read.at()) {
        if (!(Trees.asPoly(subscript).atom().orElse(null) instanceof Atom.Index index)) {
          return false;
        }
        at.add(index);
      }
      return scope.indices().stream().allMatch(i -> at.contains(i) || Costs.isSingle(i))
          && at.stream().distinct().count() == at.size();
    }
  }
}
