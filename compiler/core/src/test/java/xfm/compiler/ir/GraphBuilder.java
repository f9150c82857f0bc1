package xfm.compiler.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import xfm.compiler.ir.Atom.Index;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.ReduceOp;
import xfm.compiler.ir.Term.UnaryOp;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;

/** Graphs by hand, for tests. */
public final class GraphBuilder {
  private static final Span NOWHERE = new Span(new Source("test", ""), 0, 0);

  private final List<Symbol> lengths = new ArrayList<>();
  private final List<Graph.Input> inputs = new ArrayList<>();
  private final List<Graph.Weight> weights = new ArrayList<>();
  private final List<Equation> equations = new ArrayList<>();
  private final SequencedMap<String, Value> results = new LinkedHashMap<>();
  private final Map<String, Value> seen = new LinkedHashMap<>();

  /** A graph of nothing. */
  public GraphBuilder() {}

  public Symbol length(String name) {
    Symbol symbol = new Symbol(name);
    lengths.add(symbol);
    return symbol;
  }

  public Value input(String name, Term.Kind kind, Poly... shape) {
    Value value = new Value(name, kind, List.of(shape));
    List<Optional<Poly>> atMost = new ArrayList<>();
    for (Poly _ : shape) {
      atMost.add(Optional.empty());
    }
    inputs.add(new Graph.Input(name, value, Optional.empty(), atMost, NOWHERE));
    seen.put(name, value);
    return value;
  }

  public Value weight(String name, Poly... shape) {
    Value value = new Value(name, Term.Kind.FLOAT, List.of(shape));
    List<String> axes = value.shape().stream().map(Poly::toString).toList();
    weights.add(new Graph.Weight(value, axes, new Graph.Initial.Normal(1), false, NOWHERE));
    seen.put(name, value);
    return value;
  }

  public Value equation(String name, List<Index> left, Term body) {
    Value value = new Value(name, body.kind(), left.stream().map(Index::size).toList());
    equations.add(new Equation(value, left, body, NOWHERE));
    seen.put(name, value);
    return value;
  }

  /** A value that equations may read before {@link #define} gives it one. */
  public Value later(String name, List<Index> left) {
    return new Value(name, Term.Kind.FLOAT, left.stream().map(Index::size).toList());
  }

  public Value define(Value value, List<Index> left, Term body) {
    equations.add(new Equation(value, left, body, NOWHERE));
    seen.put(value.path(), value);
    return value;
  }

  public void result(Value value) {
    results.put(value.path(), value);
  }

  public Graph build() {
    return new Graph("test", lengths, inputs, weights, Stages.sorted(equations), results, seen);
  }

  public static Poly of(long size) {
    return Poly.of(size);
  }

  public static Poly of(Atom atom) {
    return Poly.of(atom);
  }

  public static Index index(String name, Poly size) {
    return new Index(name, size);
  }

  public static Index index(String name, Symbol size) {
    return new Index(name, Poly.of(size));
  }

  public static Index index(String name, long size) {
    return new Index(name, Poly.of(size));
  }

  public static Term read(Value value, Index... at) {
    return Terms.read(value, Arrays.stream(at).map(Poly::of).toList());
  }

  public static Term read(Value value, Poly... at) {
    return Terms.read(value, List.of(at));
  }

  public static Term readElse(Value value, Term otherwise, Poly... at) {
    List<Term> subscripts = Arrays.stream(at).map(Terms::integer).toList();
    return new Term.Read(value, subscripts, Optional.of(otherwise));
  }

  public static Term number(double value) {
    return new Term.Number(value);
  }

  public static Term times(Term a, Term b) {
    return new Term.Binary(BinaryOp.MULTIPLY, a, b);
  }

  public static Term plus(Term a, Term b) {
    return new Term.Binary(BinaryOp.ADD, a, b);
  }

  public static Term minus(Term a, Term b) {
    return new Term.Binary(BinaryOp.SUBTRACT, a, b);
  }

  public static Term over(Term a, Term b) {
    return new Term.Binary(BinaryOp.DIVIDE, a, b);
  }

  public static Term apply(UnaryOp op, Term a) {
    return new Term.Unary(op, a);
  }

  public static Term atMost(Poly a, Poly b) {
    return new Term.Binary(BinaryOp.LESS_EQUAL, Terms.integer(a), Terms.integer(b));
  }

  public static Term sum(Term body, Index... over) {
    return reduce(ReduceOp.SUM, body, over);
  }

  public static Term reduce(ReduceOp op, Term body, Index... over) {
    boolean needs = op == ReduceOp.MAX || op == ReduceOp.MIN;
    return new Term.Reduce(
        op,
        List.of(over),
        body,
        Optional.empty(),
        needs ? Optional.of(number(0)) : Optional.empty());
  }

  public static Term softmax(Index over, Term body, Optional<Term> where) {
    return new Term.Along(Term.ScanOp.SOFTMAX, over, body, where);
  }
}
