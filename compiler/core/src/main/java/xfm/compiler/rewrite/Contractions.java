package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Sums of products as matrix products of two factors at a time, in the order of least work: {@code
 * pattern[i, j] * v[j, e] * up[e, b]} is {@code (pattern * v) * up}. A factor that is no plain read
 * (an activation, a head shared by a group, the places under a kernel) becomes a value of its own
 * where its product is a matrix product: it has fewer indices than the product. The sums in between
 * are values, too. Where data picks a factor's matrix for each row, the product is summed over the
 * matrix's own indices first, and over rows after.
 */
final class Contractions {
  private final Set<Value> weights;

  /** To ask questions about the sums of one graph. */
  Contractions(Graph graph) {
    weights = graph.weights().stream().map(Graph.Weight::value).collect(Collectors.toSet());
  }

  static Graph apply(Graph graph) {
    return Pass.bodies(graph, new Contractions(graph)::rewrite);
  }

  private Term rewrite(Equation equation, Temporaries temporaries) {
    if (!(equation.body() instanceof Term.Reduce sum) || !isProduct(sum, equation.left())) {
      return equation.body();
    }
    Order order = order(sum, equation.left());
    return new Maker(order, temporaries, Scope.of(equation.left()).within(sum.over())).whole();
  }

  /** Whether a matrix product would compute the sum, or a part of it, or factors sum alone. */
  boolean isProduct(Term.Reduce sum, List<Atom.Index> left) {
    if (!Product.isPlainSum(sum)) {
      return false;
    }
    Order order = order(sum, left);
    return order.canBeSplit() && (order.hasLoneSum() || hasProduct(order, order.all()));
  }

  /** The same where nothing is known of what is around the sum. */
  boolean isProduct(Term.Reduce sum) {
    return isProduct(sum, List.copyOf(Trees.free(sum)));
  }

  /** The work of a sum of products in the best order; infinite where there is none. */
  static double work(Term.Reduce sum) {
    Order order = order(sum, List.copyOf(Trees.free(sum)));
    return order.canBeSplit() ? order.work() : Double.POSITIVE_INFINITY;
  }

  private static Order order(Term.Reduce sum, List<Atom.Index> left) {
    List<Term> factors = new ArrayList<>();
    double number = 1;
    for (Term factor : Product.factors(sum.body())) {
      if (factor instanceof Term.Number(double value)) {
        number = value;
      } else {
        factors.add(factor);
      }
    }
    return new Order(factors, number, left, sum.over());
  }

  private boolean hasProduct(Order order, int set) {
    if (Integer.bitCount(set) < 2) {
      return false;
    }
    int first = order.first(set);
    return isMatrixProduct(order, first, set ^ first)
        || hasProduct(order, first)
        || hasProduct(order, set ^ first);
  }

  private boolean isMatrixProduct(Order order, int x, int y) {
    return isRouted(order, x, y) || isRouted(order, y, x) || isPlainProduct(order, x, y);
  }

  /** Whether data picks a matrix of the second factor for each row of the first. */
  private static boolean isRouted(Order order, int x, int matrices) {
    Optional<Route> route = route(order, matrices);
    if (route.isEmpty()) {
      return false;
    }
    List<Atom.Index> own = route.get().ofMatrix((Term.Read) order.factor(matrices));
    Set<Atom.Index> inX = order.indices(x);
    List<Atom.Index> summed = order.summed(x | matrices);
    List<Atom.Index> inner = own.stream().filter(inX::contains).toList();
    return order.indices(matrices).containsAll(own)
        && !inner.isEmpty()
        && summed.containsAll(inner)
        && Product.isWorthRouting(own.stream().filter(i -> !inX.contains(i)).toList());
  }

  private static Optional<Route> route(Order order, int set) {
    return Integer.bitCount(set) == 1 ? Route.of(order.factor(set)) : Optional.empty();
  }

  private boolean isPlainProduct(Order order, int x, int y) {
    Set<Atom.Index> inX = order.indices(x);
    Set<Atom.Index> inY = order.indices(y);
    Set<Atom.Index> result = order.indices(x | y);
    List<Atom.Index> rows = inX.stream().filter(i -> !inY.contains(i)).toList();
    List<Atom.Index> columns = inY.stream().filter(i -> !inX.contains(i)).toList();
    boolean sums = inX.stream().anyMatch(i -> inY.contains(i) && !result.contains(i));
    return sums && Product.isWorth(rows, columns, isWeight(order, x), isWeight(order, y));
  }

  private boolean isWeight(Order order, int set) {
    return Integer.bitCount(set) == 1
        && order.factor(set) instanceof Term.Read read
        && Product.isOperand(read)
        && order.summed(set).isEmpty()
        && Product.isPackable(read, weights);
  }

  /** Makes the terms of one sum, following its order. */
  private final class Maker {
    private final Order order;
    private final Temporaries temporaries;
    private final Scope scope;

    Maker(Order order, Temporaries temporaries, Scope scope) {
      this.order = order;
      this.temporaries = temporaries;
      this.scope = scope;
    }

    Term whole() {
      Term product = sum(order.all());
      return order.number() == 1
          ? product
          : new Term.Binary(Term.BinaryOp.MULTIPLY, product, Terms.number(order.number()));
    }

    /** The product of a set of factors, summed over what no factor outside needs. */
    private Term sum(int set) {
      List<Atom.Index> over = order.summed(set);
      if (Integer.bitCount(set) == 1) {
        return reduce(over, order.factor(set));
      }
      int x = order.first(set);
      int y = set ^ x;
      boolean yPicked = isRouted(order, x, y);
      boolean xPicked = !yPicked && isRouted(order, y, x);
      if (xPicked || yPicked) {
        return routed(over, xPicked ? y : x, xPicked ? x : y);
      }
      boolean matrices = isPlainProduct(order, x, y);
      Term a = operand(x, matrices);
      Term b = operand(y, matrices);
      return reduce(over, new Term.Binary(Term.BinaryOp.MULTIPLY, a, b));
    }

    private Term routed(List<Atom.Index> over, int x, int matrices) {
      Term.Read read = (Term.Read) order.factor(matrices);
      List<Atom.Index> own = Route.of(read).orElseThrow().ofMatrix(read);
      Term pair = new Term.Binary(Term.BinaryOp.MULTIPLY, operand(x, true), read);
      Term product = reduce(over.stream().filter(own::contains).toList(), pair);
      List<Atom.Index> rows = over.stream().filter(index -> !own.contains(index)).toList();
      if (rows.isEmpty()) {
        return product;
      }
      // In memory the matrix's columns come last: side by side, as they are computed.
      List<Atom.Index> sorted = new ArrayList<>(scope.indices());
      sorted.removeAll(own);
      scope.indices().stream().filter(own::contains).forEach(sorted::add);
      return reduce(rows, alone(product, new Scope(sorted, scope.guards(), scope.opaque())));
    }

    private Term operand(int set, boolean ofMatrices) {
      Term term = sum(set);
      boolean plain = term instanceof Term.Read read && Product.isOperand(read);
      return plain || !ofMatrices && !(term instanceof Term.Reduce) ? term : alone(term, scope);
    }

    private Term alone(Term term, Scope within) {
      return temporaries
          .hoist(term, within)
          .orElseThrow(() -> new IllegalStateException("a factor cannot stand alone: " + term));
    }

    private static Term reduce(List<Atom.Index> over, Term body) {
      return over.isEmpty()
          ? body
          : Terms.substitute(
              new Term.Reduce(Term.ReduceOp.SUM, over, body, Optional.empty(), Optional.empty()),
              Map.of());
    }
  }
}
