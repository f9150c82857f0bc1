package xfm.compiler.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.rewrite.Attention;
import xfm.runtime.fuse.CompareOp;
import xfm.runtime.fuse.Scalar;
import xfm.runtime.kernel.attention.AttentionTile;
import xfm.runtime.kernel.attention.TileFunctions;

/**
 * Whether a mask holds for some, or for all, of the queries and keys of a tile, from the ranges in
 * which their places lie: scalars over the number of the tile, axis 0. Sound: what it cannot tell,
 * data for one, may hold and need not.
 */
final class TileRanges {
  /** The smallest and the largest value. */
  private record Range(Scalar low, Scalar high) {
    static Range of(Scalar value) {
      return new Range(value, value);
    }
  }

  private static final Scalar TRUE = new Scalar.BoolConst(true);
  private static final Scalar FALSE = new Scalar.BoolConst(false);
  private static final Scalar ZERO = LoopMaker.constant(0);

  private final LoopMaker maker;
  private final Map<Atom.Index, Range> ranges;

  TileRanges(LoopMaker maker, Attention attention) {
    this.maker = maker;
    Scalar query = new Scalar.Param(TileFunctions.QUERY);
    Scalar rows = new Scalar.Param(TileFunctions.ROWS);
    Scalar tile = LoopMaker.constant(AttentionTile.KEYS);
    Scalar key = LoopMaker.times(new Scalar.Axis(0), tile);
    Scalar last =
        binary(
            xfm.runtime.fuse.BinaryOp.MIN,
            LoopMaker.plus(key, tile),
            maker.size(attention.key().size()));
    ranges =
        Map.of(
            attention.row(),
            new Range(query, less(LoopMaker.plus(query, rows))),
            attention.key(),
            new Range(key, less(last)));
  }

  private static Scalar less(Scalar end) {
    return LoopMaker.plus(end, LoopMaker.constant(-1));
  }

  private static Scalar binary(xfm.runtime.fuse.BinaryOp op, Scalar a, Scalar b) {
    return new Scalar.Binary(op, a, b);
  }

  private static Scalar or(Scalar a, Scalar b) {
    return binary(xfm.runtime.fuse.BinaryOp.OR, a, b);
  }

  /** False only if the condition holds nowhere in the tile. */
  Scalar may(Term condition) {
    return holds(condition, true);
  }

  /** True only if it holds everywhere. */
  Scalar must(Term condition) {
    return holds(condition, false);
  }

  private Scalar holds(Term condition, boolean may) {
    return switch (condition) {
      case Term.Truth(boolean value) -> new Scalar.BoolConst(value);
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NOT ->
          LoopMaker.not(holds(a, !may));
      case Term.Binary(BinaryOp op, Term a, Term b) ->
          switch (op) {
            case AND -> LoopMaker.and(holds(a, may), holds(b, may));
            case OR -> or(holds(a, may), holds(b, may));
            case LESS, LESS_EQUAL, EQUAL, UNEQUAL ->
                a instanceof Term.Int(Poly x) && b instanceof Term.Int(Poly y)
                    ? compared(op, y.minus(x), may)
                    : unknown(may);
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX -> unknown(may);
          };
      case Term.Choose(Term c, Term then, Term otherwise) -> {
        Scalar first = LoopMaker.and(holds(c, may), holds(then, may));
        Scalar second = LoopMaker.and(LoopMaker.not(holds(c, !may)), holds(otherwise, may));
        Scalar both = LoopMaker.and(holds(then, may), holds(otherwise, may));
        yield or(or(first, second), both);
      }
      case Term.Number _,
          Term.Int _,
          Term.Read _,
          Term.Unary _,
          Term.Reduce _,
          Term.Along _,
          Term.Unknown _ ->
          unknown(may);
    };
  }

  private static Scalar unknown(boolean may) {
    return may ? TRUE : FALSE;
  }

  /** Of {@code a op b}, by the range of b − a. */
  private Scalar compared(BinaryOp op, Poly difference, boolean may) {
    Optional<Range> range = range(difference);
    if (range.isEmpty()) {
      return unknown(may);
    }
    Scalar low = range.get().low();
    Scalar high = range.get().high();
    return switch (op) {
      case LESS -> above(may ? high : low, CompareOp.GT);
      case LESS_EQUAL -> above(may ? high : low, CompareOp.GE);
      case EQUAL -> equal(low, high, may);
      case UNEQUAL -> LoopMaker.not(equal(low, high, !may));
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX, AND, OR ->
          throw new IllegalArgumentException("no comparison: " + op);
    };
  }

  private static Scalar above(Scalar a, CompareOp op) {
    return new Scalar.Compare(op, a, ZERO);
  }

  private static Scalar equal(Scalar low, Scalar high, boolean may) {
    return may
        ? LoopMaker.and(above(low, CompareOp.LE), above(high, CompareOp.GE))
        : LoopMaker.and(above(low, CompareOp.EQ), above(high, CompareOp.EQ));
  }

  private Optional<Range> range(Poly poly) {
    Range sum = Range.of(ZERO);
    for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
      Optional<Range> product = monomial(term.getKey());
      if (product.isEmpty() || Math.abs(term.getValue()) > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      Range own = times(product.get(), term.getValue());
      sum = new Range(LoopMaker.plus(sum.low(), own.low()), LoopMaker.plus(sum.high(), own.high()));
    }
    return Optional.of(sum);
  }

  private static Range times(Range range, long by) {
    Scalar factor = LoopMaker.constant(by);
    Scalar low = LoopMaker.times(range.low(), factor);
    Scalar high = LoopMaker.times(range.high(), factor);
    return by < 0 ? new Range(high, low) : new Range(low, high);
  }

  private Optional<Range> monomial(Poly.Monomial monomial) {
    Optional<Range> product = Optional.of(Range.of(LoopMaker.constant(1)));
    for (Map.Entry<Atom, Integer> power : monomial.powers().entrySet()) {
      for (int i = 0; i < power.getValue(); i++) {
        Optional<Range> factor = range(power.getKey());
        product = product.flatMap(a -> factor.map(b -> times(a, b)));
      }
    }
    return product;
  }

  private static Range times(Range a, Range b) {
    List<Scalar> corners =
        List.of(
            LoopMaker.times(a.low(), b.low()),
            LoopMaker.times(a.low(), b.high()),
            LoopMaker.times(a.high(), b.low()),
            LoopMaker.times(a.high(), b.high()));
    return new Range(
        corners.stream().reduce(TileRanges::min).orElseThrow(),
        corners.stream().reduce(TileRanges::max).orElseThrow());
  }

  private static Scalar min(Scalar a, Scalar b) {
    return binary(xfm.runtime.fuse.BinaryOp.MIN, a, b);
  }

  private static Scalar max(Scalar a, Scalar b) {
    return binary(xfm.runtime.fuse.BinaryOp.MAX, a, b);
  }

  private Optional<Range> range(Atom atom) {
    return switch (atom) {
      case Atom.Index index ->
          Optional.of(
              Optional.ofNullable(ranges.get(index))
                  .orElseGet(() -> Range.of(maker.indices.get(index))));
      case Atom.Symbol symbol -> Optional.of(Range.of(maker.size(Poly.of(symbol))));
      case Atom.Quotient(Poly a, Poly b) ->
          divisor(b)
              .flatMap(by -> range(a).map(r -> new Range(floor(r.low(), by), floor(r.high(), by))));
      case Atom.Remainder(Poly a, Poly b) ->
          divisor(b).flatMap(by -> range(a).map(r -> remainder(r, by)));
      case Atom.Least(Poly a, Poly b) ->
          range(a)
              .flatMap(x ->
                  range(b).map(y -> new Range(min(x.low(), y.low()), min(x.high(), y.high()))));
      case Atom.Greatest(Poly a, Poly b) ->
          range(a)
              .flatMap(x ->
                  range(b).map(y -> new Range(max(x.low(), y.low()), max(x.high(), y.high()))));
      case Atom.Data _ -> Optional.empty();
    };
  }

  /** A number above 0, or a length. */
  private Optional<Scalar> divisor(Poly by) {
    return by.constant().isPresent()
        ? Optional.of(by.constant().getAsLong()).filter(n -> n > 0).map(LoopMaker::constant)
        : maker.divisor(by);
  }

  private static Scalar floor(Scalar a, Scalar by) {
    return binary(xfm.runtime.fuse.BinaryOp.FLOOR_DIV, a, by);
  }

  /** Exact where the range lies between two multiples. */
  private static Range remainder(Range range, Scalar by) {
    Scalar same = new Scalar.Compare(CompareOp.EQ, floor(range.low(), by), floor(range.high(), by));
    Scalar low = binary(xfm.runtime.fuse.BinaryOp.FLOOR_MOD, range.low(), by);
    Scalar high = binary(xfm.runtime.fuse.BinaryOp.FLOOR_MOD, range.high(), by);
    return new Range(new Scalar.Select(same, low, ZERO), new Scalar.Select(same, high, less(by)));
  }
}
