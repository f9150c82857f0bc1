package xfm.runtime.fuse;

import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An offset as a sum of products of longs. Sums modulo 2^64 may be taken in any order, so the terms
 * are added from the outermost axis to the innermost: what an inner loop adds to is computed before
 * it, and C2 sees {@code invariant + index}, the form whose bounds it checks once a loop.
 *
 * @param terms the factor of each product; factors are in the order of their ids
 */
record Polynomial(Map<List<Node>, Long> terms) {
  /** Products of more terms, or of terms of more factors, are not multiplied out. */
  private static final int MOST = 16;

  private static final Code MULTIPLY = new Code.Combine(BinaryOp.MUL);
  private static final Code PLUS = new Code.Combine(BinaryOp.ADD);

  private static final Comparator<Node> OUTER_FIRST =
      Comparator.comparingInt(Node::depth).thenComparingInt(n -> n.id);

  static Polynomial of(long value) {
    return new Polynomial(value == 0 ? Map.of() : Map.of(List.of(), value));
  }

  static Polynomial of(Node factor) {
    return new Polynomial(Map.of(List.of(factor), 1L));
  }

  Polynomial plus(Polynomial other) {
    Map<List<Node>, Long> sum = new LinkedHashMap<>(terms);
    other.terms.forEach((product, factor) -> add(sum, product, factor));
    return new Polynomial(sum);
  }

  Polynomial times(Polynomial other, Graph graph) {
    int degree = degree();
    int otherDegree = other.degree();
    boolean constant = degree == 0 || otherDegree == 0;
    boolean large = terms.size() * other.terms.size() > MOST || degree + otherDegree > MOST;
    if (large && !constant) {
      return of(graph.node(MULTIPLY, TypeKind.LONG, toNode(graph), other.toNode(graph)));
    }
    Map<List<Node>, Long> result = new LinkedHashMap<>();
    terms.forEach((p, f) ->
        other.terms.forEach((q, g) -> {
          List<Node> product = new ArrayList<>(p);
          product.addAll(q);
          product.sort(Comparator.comparingInt(n -> n.id));
          add(result, List.copyOf(product), f * g);
        }));
    return new Polynomial(result);
  }

  private int degree() {
    return terms.keySet().stream().mapToInt(List::size).max().orElse(0);
  }

  private static void add(Map<List<Node>, Long> sum, List<Node> product, long factor) {
    sum.merge(product, factor, Long::sum);
    sum.remove(product, 0L);
  }

  Node toNode(Graph graph) {
    List<Node> addends = new ArrayList<>();
    terms.forEach((product, factor) -> addends.add(product(product, factor, graph)));
    addends.sort(OUTER_FIRST);
    return addends.stream()
        .reduce((a, b) -> graph.node(PLUS, TypeKind.LONG, a, b))
        .orElseGet(() -> constant(0, graph));
  }

  private static Node product(List<Node> factors, long factor, Graph graph) {
    List<Node> all = new ArrayList<>(factors);
    if (factor != 1 || factors.isEmpty()) {
      all.add(constant(factor, graph));
    }
    all.sort(OUTER_FIRST);
    return all.stream().reduce((a, b) -> graph.node(MULTIPLY, TypeKind.LONG, a, b)).orElseThrow();
  }

  private static Node constant(long value, Graph graph) {
    return graph.node(new Code.LongValue(value), TypeKind.LONG);
  }
}
