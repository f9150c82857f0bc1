package xfm.compiler.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Axes that are the same thing: an equation that subscripts two of them by one index makes them
 * one. So the axis of heads is found in every matrix of an attention block without knowing a name.
 *
 * <p>A class counts <em>copies</em> where a sum of products has an index in two factors or more
 * that hold what is summed, and does not sum over it: each place of it (each head, each expert) is
 * a product of its own. A factor without what is summed (a gate) only scales the sum.
 */
final class AxisClasses {
  private record Node(Value value, int axis) {}

  private final Map<Node, Node> parents = new HashMap<>();
  private final Set<Node> copies = new HashSet<>();

  AxisClasses(Graph graph) {
    graph.equations().forEach(this::equation);
  }

  private void equation(Equation equation) {
    Map<Atom.Index, Node> first = new HashMap<>();
    for (int axis = 0; axis < equation.left().size(); axis++) {
      join(first, equation.left().get(axis), new Node(equation.target(), axis));
    }
    Trees.visit(
        equation.body(),
        term -> {
          if (term instanceof Term.Read read) {
            for (int axis = 0; axis < read.at().size(); axis++) {
              Optional<Atom.Index> bare = bare(read.at().get(axis));
              if (bare.isPresent()) {
                join(first, bare.get(), new Node(read.value(), axis));
              }
            }
          }
          if (term instanceof Term.Reduce reduce && reduce.op() == Term.ReduceOp.SUM) {
            product(reduce);
          }
        });
  }

  /** The index that a subscript is, if it is nothing else. */
  static Optional<Atom.Index> bare(Term at) {
    return at instanceof Term.Int(var poly) && poly.atom().orElse(null) instanceof Atom.Index index
        ? Optional.of(index)
        : Optional.empty();
  }

  private void product(Term.Reduce sum) {
    List<Term> factors = new ArrayList<>();
    factors(sum.body(), factors);
    factors.removeIf(
        factor -> sum.over().stream().noneMatch(index -> Trees.free(factor).contains(index)));
    Map<Atom.Index, Integer> uses = new HashMap<>();
    factors.forEach(
        factor -> Trees.free(factor).forEach(index -> uses.merge(index, 1, Integer::sum)));
    uses.keySet().removeIf(index -> uses.get(index) < 2 || sum.over().contains(index));
    for (Term factor : factors) {
      Trees.visit(
          factor,
          term -> {
            if (term instanceof Term.Read read) {
              for (int axis = 0; axis < read.at().size(); axis++) {
                if (Trees.free(read.at().get(axis)).stream().anyMatch(uses::containsKey)) {
                  copies.add(new Node(read.value(), axis));
                }
              }
            }
          });
    }
  }

  /** What is multiplied, in the numerators. */
  static void factors(Term term, List<Term> into) {
    if (term instanceof Term.Binary(Term.BinaryOp op, Term a, Term b)
        && op == Term.BinaryOp.MULTIPLY) {
      factors(a, into);
      factors(b, into);
    } else if (term instanceof Term.Binary(Term.BinaryOp op, Term a, Term b)
        && op == Term.BinaryOp.DIVIDE) {
      factors(a, into);
    } else {
      into.add(term);
    }
  }

  private void join(Map<Atom.Index, Node> first, Atom.Index index, Node node) {
    Node other = first.putIfAbsent(index, node);
    if (other != null) {
      union(other, node);
    }
  }

  private void union(Node a, Node b) {
    Node x = find(a);
    Node y = find(b);
    if (!x.equals(y)) {
      parents.put(x, y);
    }
  }

  private Node find(Node node) {
    Node root = node;
    while (parents.containsKey(root)) {
      root = parents.get(root);
    }
    Node at = node;
    while (!at.equals(root)) {
      at = parents.put(at, root);
    }
    return root;
  }

  /** The axes are known to be the same, as one block declares them under one name. */
  void same(Value a, int axis, Value b, int other) {
    union(new Node(a, axis), new Node(b, other));
  }

  /** Something to compare the class of an axis by. */
  Object of(Value value, int axis) {
    return find(new Node(value, axis));
  }

  /** The classes that count copies. */
  Set<Object> copies() {
    Set<Object> classes = new LinkedHashSet<>();
    copies.forEach(node -> classes.add(find(node)));
    return classes;
  }
}
