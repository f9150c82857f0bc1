package xfm.compiler.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Matrices that act as one, with nothing but sums between them: a head's value matrix in its two
 * factors, queries and keys in the scores. A sum over an index of two factors joins them, if each
 * is linear in a matrix along that index.
 */
final class FactorPairs {
  /** An axis of a matrix. */
  record Side(Value matrix, int axis) {}

  /** Two matrices that are summed over an axis of each. */
  record Pair(Side a, Side b) {}

  private final Map<Value, Equation> equations = new HashMap<>();
  private final Map<Side, Optional<Side>> known = new HashMap<>();
  private final Set<Value> weights = new LinkedHashSet<>();
  private final Set<Pair> pairs = new LinkedHashSet<>();
  private final Predicate<Value> matrix;

  /**
   * @param matrix which weights are matrices
   */
  FactorPairs(Graph graph, Predicate<Value> matrix) {
    this.matrix = matrix;
    graph.weights().forEach(weight -> weights.add(weight.value()));
    for (Equation equation : graph.equations()) {
      equations.put(equation.target(), equation);
      Trees.visit(
          equation.body(),
          term -> {
            if (term instanceof Term.Reduce sum && sum.op() == Term.ReduceOp.SUM) {
              sum.over().forEach(index -> join(sum.body(), index));
            }
          });
    }
  }

  Set<Pair> pairs() {
    return pairs;
  }

  private void join(Term product, Atom.Index index) {
    List<Term> factors = new ArrayList<>();
    AxisClasses.factors(product, factors);
    factors.removeIf(factor -> !Trees.free(factor).contains(index));
    if (factors.size() == 2) {
      Optional<Side> a = side(factors.get(0), index);
      Optional<Side> b = side(factors.get(1), index);
      if (a.isPresent() && b.isPresent() && a.get().matrix() != b.get().matrix()) {
        pairs.add(new Pair(a.get(), b.get()));
      }
    }
  }

  /** The matrix in which a term is linear along an index, biases aside. */
  private Optional<Side> side(Term term, Atom.Index index) {
    return switch (term) {
      case Term.Read(Value value, List<Term> at, Optional<Term> otherwise) -> {
        int[] axes =
            IntStream.range(0, at.size())
                .filter(axis -> Trees.free(at.get(axis)).contains(index))
                .toArray();
        yield axes.length == 1
                && otherwise.isEmpty()
                && AxisClasses.bare(at.get(axes[0])).isPresent()
            ? side(new Side(value, axes[0]))
            : Optional.empty();
      }
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NEGATE -> side(a, index);
      case Term.Binary(Term.BinaryOp op, Term a, Term b) ->
          switch (op) {
            case ADD, SUBTRACT ->
                isBias(b) ? side(a, index) : isBias(a) ? side(b, index) : Optional.empty();
            case MULTIPLY ->
                !Trees.free(b).contains(index)
                    ? side(a, index)
                    : !Trees.free(a).contains(index) ? side(b, index) : Optional.empty();
            case DIVIDE -> Trees.free(b).contains(index) ? Optional.empty() : side(a, index);
            case POWER, MIN, MAX, EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR -> Optional.empty();
          };
      case Term.Reduce reduce ->
          reduce.op() == Term.ReduceOp.SUM ? side(reduce.body(), index) : Optional.empty();
      case Term.Unary _, Term.Number _, Term.Int _, Term.Truth _, Term.Choose _ -> Optional.empty();
      case Term.Along _, Term.Unknown _ -> Optional.empty();
    };
  }

  private Optional<Side> side(Side at) {
    if (weights.contains(at.matrix())) {
      return matrix.test(at.matrix()) ? Optional.of(at) : Optional.empty();
    }
    Optional<Side> before = known.get(at);
    if (before == null) {
      Equation equation = equations.get(at.matrix());
      before =
          equation == null
              ? Optional.empty()
              : side(equation.body(), equation.left().get(at.axis()));
      known.put(at, before);
    }
    return before;
  }

  private boolean isBias(Term term) {
    return term instanceof Term.Read read
        && weights.contains(read.value())
        && !matrix.test(read.value());
  }
}
