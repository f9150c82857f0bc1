package xfm.runtime.fuse;

import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Scalars to nodes of a {@link Graph}.
 *
 * <p>Axes of folds are renumbered: a fold gets the lowest number above those of the axes that it
 * depends on, not above those that merely enclose it. So the mean of a row is one node, whether it
 * stands beside the variance or inside it.
 */
final class Lowering {
  /** A scalar by identity: structural equality would walk shared parts again and again. */
  private record Place(Scalar scalar, List<Integer> axes) {
    @Override
    public boolean equals(Object o) {
      return o instanceof Place p && p.scalar == scalar && p.axes.equals(axes);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(scalar) + axes.hashCode();
    }
  }

  private final Graph graph;
  private final int nestAxes;
  private final Set<Integer> positive;
  private final Map<Place, Node> values = new HashMap<>();
  private final Map<Place, Polynomial> offsets = new HashMap<>();
  private final Map<Place, Long> free = new HashMap<>();

  /** The number of each axis in scope, by its depth in the scalars. */
  private List<Integer> axes = new ArrayList<>();

  /**
   * @param positive parameters known to be above 0 where a body runs
   */
  Lowering(Graph graph, int nestAxes, Set<Integer> positive) {
    this.graph = graph;
    this.nestAxes = nestAxes;
    this.positive = positive;
    for (int axis = 0; axis < nestAxes; axis++) {
      axisNode(axis);
      axes.add(axis);
    }
    axes = List.copyOf(axes);
  }

  private Node axisNode(int number) {
    return graph.node(new Code.AxisAt(number), TypeKind.INT);
  }

  Node param(int index) {
    return graph.node(new Code.ParamAt(index), TypeKind.INT);
  }

  /** A scalar as an offset: its sums and products in 64 bits. */
  Node offset(Scalar s) {
    return polynomial(s).toNode(graph);
  }

  /** A scalar as it stands. */
  Node value(Scalar s) {
    Place place = new Place(s, axes);
    Node known = values.get(place);
    if (known == null) {
      known = lower(s);
      values.put(place, known);
    }
    return known;
  }

  private Node lower(Scalar s) {
    return switch (s) {
      case Scalar.FloatConst(float v) -> graph.node(new Code.FloatValue(v), TypeKind.FLOAT);
      case Scalar.IntConst(int v) -> graph.node(new Code.IntValue(v), TypeKind.INT);
      case Scalar.BoolConst(boolean v) -> bool(v);
      case Scalar.Axis(int depth) -> axisNode(axis(depth));
      case Scalar.Param(int index) -> param(index);
      case Scalar.Load(int slot, Elem elem, Scalar offset) ->
          graph.node(new Code.Element(slot, elem), kind(elem.type()), offset(offset));
      case Scalar.Unary(UnaryOp op, Scalar a) ->
          graph.node(new Code.Apply(op), kind(s.type()), value(a));
      case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) ->
          switch (op) {
            case AND -> choose(value(a), value(b), bool(false));
            case OR -> choose(value(a), bool(true), value(b));
            case DIV -> divide(value(a), value(b));
            case POW -> power(value(a), value(b));
            case ADD, SUB, MUL, FLOOR_DIV, FLOOR_MOD, MIN, MAX ->
                graph.node(new Code.Combine(op), kind(s.type()), value(a), value(b));
          };
      case Scalar.Compare(CompareOp op, Scalar a, Scalar b) ->
          graph.node(new Code.Test(op), TypeKind.BOOLEAN, value(a), value(b));
      case Scalar.Select(Scalar c, Scalar a, Scalar b) -> choose(value(c), value(a), value(b));
      case Scalar.Fold fold -> fold.op() == FoldOp.LOGSUMEXP ? logSumExp(fold) : fold(fold);
    };
  }

  /** By a power of two as a product, which has the same bits: a division takes ten times longer. */
  private Node divide(Node a, Node b) {
    if (b.code instanceof Code.FloatValue(float v)
        && Math.scalb(1f, Math.getExponent(v)) == Math.abs(v)
        && Float.isFinite(1 / v)
        && Math.abs(1 / v) >= Float.MIN_NORMAL) {
      return combine(BinaryOp.MUL, a, graph.node(new Code.FloatValue(1 / v), TypeKind.FLOAT));
    }
    return combine(BinaryOp.DIV, a, b);
  }

  /** The square as the product that it is. */
  private Node power(Node a, Node b) {
    boolean square = b.code instanceof Code.FloatValue(float v) && v == 2f;
    return graph.node(
        new Code.Combine(square ? BinaryOp.MUL : BinaryOp.POW), a.kind, a, square ? a : b);
  }

  private Node bool(boolean v) {
    return graph.node(new Code.BoolValue(v), TypeKind.BOOLEAN);
  }

  private Node choose(Node condition, Node then, Node otherwise) {
    return graph.node(new Code.Choose(), then.kind, condition, then, otherwise);
  }

  private int axis(int depth) {
    if (depth < 0 || depth >= axes.size()) {
      throw new IllegalArgumentException(
          "axis " + depth + " where " + axes.size() + " are in scope");
    }
    return axes.get(depth);
  }

  private Node fold(Scalar.Fold fold) {
    int axis = ownAxis(fold);
    Node extent = value(fold.extent());
    Node body = inside(axis, fold.body());
    Optional<Node> where = fold.where().map(w -> inside(axis, w));
    return reduce(fold.op(), axis, extent, body, where, fold.otherwise().map(this::value));
  }

  /** The greatest is not among what the sum repeats: it is computed before, as a condition. */
  private Node logSumExp(Scalar.Fold fold) {
    int axis = ownAxis(fold);
    Node extent = value(fold.extent());
    Node body = inside(axis, fold.body());
    Optional<Node> where = fold.where().map(w -> inside(axis, w));
    Node nothing = graph.node(new Code.FloatValue(Float.NEGATIVE_INFINITY), TypeKind.FLOAT);
    Node most = reduce(FoldOp.MAX, axis, extent, body, where, Optional.of(nothing));
    Node power = apply(UnaryOp.EXP, combine(BinaryOp.SUB, body, most));
    Node sum = reduce(FoldOp.SUM, axis, extent, power, where, Optional.empty());
    Node infinity = graph.node(new Code.FloatValue(Float.POSITIVE_INFINITY), TypeKind.FLOAT);
    Node infinite =
        graph.node(
            new Code.Test(CompareOp.EQ), TypeKind.BOOLEAN, apply(UnaryOp.ABS, most), infinity);
    return choose(infinite, most, combine(BinaryOp.ADD, most, apply(UnaryOp.LOG, sum)));
  }

  private Node apply(UnaryOp op, Node a) {
    return graph.node(new Code.Apply(op), TypeKind.FLOAT, a);
  }

  private Node combine(BinaryOp op, Node a, Node b) {
    return graph.node(new Code.Combine(op), TypeKind.FLOAT, a, b);
  }

  private Node reduce(
      FoldOp op, int axis, Node extent, Node body, Optional<Node> where, Optional<Node> otherwise) {
    List<Node> in = new ArrayList<>(List.of(extent, body));
    where.ifPresent(in::add);
    otherwise.ifPresent(in::add);
    Code code = new Code.Reduce(op, axis, where.isPresent(), otherwise.isPresent(), runs(extent));
    TypeKind kind = op == FoldOp.ARGMAX ? TypeKind.INT : body.kind;
    return graph.node(code, kind, in.toArray(Node[]::new));
  }

  private boolean runs(Node extent) {
    return extent.code instanceof Code.IntValue(int v) && v > 0
        || extent.code instanceof Code.ParamAt(int p) && positive.contains(p);
  }

  private Node inside(int axis, Scalar s) {
    List<Integer> outer = axes;
    List<Integer> inner = new ArrayList<>(outer);
    inner.add(axis);
    axes = List.copyOf(inner);
    Node node = value(s);
    axes = outer;
    return node;
  }

  private int ownAxis(Scalar.Fold fold) {
    long outer = freeAxes(fold);
    int axis = Math.max(nestAxes, Long.SIZE - Long.numberOfLeadingZeros(outer));
    if (axis >= Long.SIZE - 1) {
      throw new IllegalArgumentException("loops nested deeper than " + (Long.SIZE - 1));
    }
    axisNode(axis);
    return axis;
  }

  /** The numbers of the axes that a scalar depends on, one bit each. */
  private long freeAxes(Scalar s) {
    Place place = new Place(s, axes);
    Long known = free.get(place);
    if (known == null) {
      known =
          switch (s) {
            case Scalar.FloatConst _, Scalar.IntConst _, Scalar.BoolConst _, Scalar.Param _ -> 0L;
            case Scalar.Axis(int depth) -> 1L << axis(depth);
            case Scalar.Load(_, _, Scalar offset) -> freeAxes(offset);
            case Scalar.Unary(_, Scalar a) -> freeAxes(a);
            case Scalar.Binary(_, Scalar a, Scalar b) -> freeAxes(a) | freeAxes(b);
            case Scalar.Compare(_, Scalar a, Scalar b) -> freeAxes(a) | freeAxes(b);
            case Scalar.Select(Scalar c, Scalar a, Scalar b) ->
                freeAxes(c) | freeAxes(a) | freeAxes(b);
            case Scalar.Fold f -> freeAxesOfFold(f);
          };
      free.put(place, known);
    }
    return known;
  }

  private long freeAxesOfFold(Scalar.Fold fold) {
    long result = freeAxes(fold.extent()) | fold.otherwise().map(this::freeAxes).orElse(0L);
    List<Integer> outer = axes;
    List<Integer> inner = new ArrayList<>(outer);
    inner.add(Long.SIZE - 1);
    axes = List.copyOf(inner);
    long body = freeAxes(fold.body()) | fold.where().map(this::freeAxes).orElse(0L);
    axes = outer;
    return result | body & Long.MAX_VALUE;
  }

  private Polynomial polynomial(Scalar s) {
    Place place = new Place(s, axes);
    Polynomial known = offsets.get(place);
    if (known == null) {
      known =
          switch (s) {
            case Scalar.IntConst(int v) -> Polynomial.of(v);
            case Scalar.Unary(UnaryOp op, Scalar a) when op == UnaryOp.NEG ->
                polynomial(a).times(Polynomial.of(-1), graph);
            case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) when op == BinaryOp.ADD ->
                polynomial(a).plus(polynomial(b));
            case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) when op == BinaryOp.SUB ->
                polynomial(a).plus(polynomial(b).times(Polynomial.of(-1), graph));
            case Scalar.Binary(BinaryOp op, Scalar a, Scalar b) when op == BinaryOp.MUL ->
                polynomial(a).times(polynomial(b), graph);
            case Scalar.FloatConst _,
                Scalar.BoolConst _,
                Scalar.Axis _,
                Scalar.Param _,
                Scalar.Load _,
                Scalar.Unary _,
                Scalar.Binary _,
                Scalar.Compare _,
                Scalar.Select _,
                Scalar.Fold _ ->
                Polynomial.of(graph.node(new Code.Widen(), TypeKind.LONG, value(s)));
          };
      offsets.put(place, known);
    }
    return known;
  }

  private static TypeKind kind(Scalar.Type type) {
    return switch (type) {
      case FLOAT -> TypeKind.FLOAT;
      case INT -> TypeKind.INT;
      case BOOL -> TypeKind.BOOLEAN;
    };
  }
}
