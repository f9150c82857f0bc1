package xfm.compiler.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.rewrite.Attention;
import xfm.runtime.fuse.BinaryOp;
import xfm.runtime.fuse.Scalar;
import xfm.runtime.fuse.UnaryOp;
import xfm.runtime.kernel.attention.TileFunctions;

/**
 * Row and column of a query or a key that is counted through a grid, {@code c // width} and {@code
 * c % width}, on vectors. A whole division has no vector instruction; so the first place of a tile
 * is divided once, and how often the divisor is passed from there on, at most 64 times, is the
 * quotient of two floats, which is exact.
 */
final class TilePlaces {
  private static final Scalar ONE = LoopMaker.constant(1);

  /** {@code base + more}: the same for the tile, and from 0 to 63. */
  private record Place(Scalar base, Scalar more) {}

  private final LoopMaker maker;
  private final Attention attention;
  private final Map<Atom, Scalar> made = new HashMap<>();

  private TilePlaces(LoopMaker maker, Attention attention) {
    this.maker = maker;
    this.attention = attention;
  }

  /** The quotients and remainders of such places that stand in terms. */
  static Map<Atom, Scalar> of(LoopMaker maker, Attention attention, List<Term> terms) {
    TilePlaces places = new TilePlaces(maker, attention);
    for (Term term : terms) {
      Trees.visit(
          term,
          part -> {
            if (part instanceof Term.Int(Poly value)) {
              places.look(value);
            }
          });
    }
    return places.made;
  }

  private void look(Poly poly) {
    for (Atom atom : Trees.atoms(poly)) {
      switch (atom) {
        case Atom.Quotient(Poly a, Poly b) -> {
          if (!isShift(b)) {
            place(atom).ifPresent(p -> made.put(atom, LoopMaker.plus(p.base(), p.more())));
          }
          look(a);
          look(b);
        }
        case Atom.Remainder(Poly a, Poly b) -> {
          if (!isShift(b)) {
            a.atom()
                .flatMap(this::place)
                .flatMap(p -> divisor(b).map(by -> remainder(p, by)))
                .ifPresent(scalar -> made.put(atom, scalar));
          }
          look(a);
          look(b);
        }
        case Atom.Least(Poly a, Poly b) -> {
          look(a);
          look(b);
        }
        case Atom.Greatest(Poly a, Poly b) -> {
          look(a);
          look(b);
        }
        case Atom.Symbol _, Atom.Index _, Atom.Data _ -> {}
      }
    }
  }

  /** A power of two: that is on vectors as it is. */
  private static boolean isShift(Poly by) {
    return Long.bitCount(by.constant().orElse(0)) == 1;
  }

  private Optional<Place> place(Atom atom) {
    return switch (atom) {
      case Atom.Index index when index == attention.row() ->
          Optional.of(new Place(new Scalar.Param(TileFunctions.QUERY), new Scalar.Axis(0)));
      case Atom.Index index when index == attention.key() ->
          Optional.of(new Place(new Scalar.Param(TileFunctions.KEY), new Scalar.Axis(1)));
      case Atom.Quotient(Poly a, Poly b) ->
          a.atom().flatMap(this::place).flatMap(p -> divisor(b).map(by -> quotient(p, by)));
      case Atom.Index _,
          Atom.Symbol _,
          Atom.Remainder _,
          Atom.Least _,
          Atom.Greatest _,
          Atom.Data _ ->
          Optional.empty();
    };
  }

  /** A number above 0, or a size of what is not empty. */
  private Optional<Scalar> divisor(Poly by) {
    if (by.constant().isPresent()) {
      long number = by.constant().getAsLong();
      return number > 0 ? Optional.of(LoopMaker.constant(number)) : Optional.empty();
    }
    return maker.divisor(by);
  }

  private static Place quotient(Place place, Scalar by) {
    return new Place(binary(BinaryOp.FLOOR_DIV, place.base(), by), passed(place, by));
  }

  private static Scalar remainder(Place place, Scalar by) {
    return binary(BinaryOp.SUB, from(place, by), LoopMaker.times(passed(place, by), by));
  }

  /** How far a place lies behind the last multiple up to the first place of the tile. */
  private static Scalar from(Place place, Scalar by) {
    return LoopMaker.plus(binary(BinaryOp.FLOOR_MOD, place.base(), by), place.more());
  }

  /**
   * How many multiples lie in between: {@code floor((x + ½) / by) + 1} for an x from -by to 63,
   * where rounding cannot reach the next whole number.
   */
  private static Scalar passed(Place place, Scalar by) {
    Scalar half = new Scalar.FloatConst(0.5f);
    Scalar x = new Scalar.Unary(UnaryOp.TO_FLOAT, binary(BinaryOp.SUB, from(place, by), by));
    Scalar times =
        binary(BinaryOp.DIV, LoopMaker.plus(x, half), new Scalar.Unary(UnaryOp.TO_FLOAT, by));
    return LoopMaker.plus(new Scalar.Unary(UnaryOp.FLOOR, times), ONE);
  }

  private static Scalar binary(BinaryOp op, Scalar a, Scalar b) {
    return new Scalar.Binary(op, a, b);
  }
}
