package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Attention;
import xfm.runtime.fuse.CompareOp;
import xfm.runtime.fuse.Elem;
import xfm.runtime.fuse.Loop;
import xfm.runtime.fuse.LoopNest;
import xfm.runtime.fuse.Scalar;
import xfm.runtime.fuse.Store;
import xfm.runtime.kernel.attention.AttentionTile;
import xfm.runtime.kernel.attention.TileFunctions;

/**
 * What an attention does to its scores, as the loops of {@link TileFunctions}.
 *
 * @param diagonals tables of what depends on the distance of a key alone
 * @param scale what the product is multiplied by; all that is done to it if there is no score
 * @param perEntry whether the mask depends on an index of the batch
 * @param operands the values that the loops read, from slot 2 on
 * @param lengths the parameters after those of a tile and the batch
 */
record ScoreLoops(
    Optional<LoopNest> live,
    Optional<LoopNest> hidden,
    Optional<LoopNest> score,
    Optional<LoopNest> guarded,
    List<LoopNest> diagonals,
    float scale,
    boolean perEntry,
    List<Value> operands,
    List<Poly> lengths) {
  private static final Scalar NOTHING = new Scalar.FloatConst(Float.NEGATIVE_INFINITY);
  private static final Scalar ZERO = new Scalar.FloatConst(0);

  static ScoreLoops of(Attention attention, Function<Value, Layout> layouts) {
    return new Maker(attention, layouts).loops();
  }

  /** The element of this query and key in a tile. */
  private static final Scalar PLACE =
      LoopMaker.plus(
          LoopMaker.times(new Scalar.Axis(0), LoopMaker.constant(AttentionTile.KEYS)),
          new Scalar.Axis(1));

  private static final class Maker {
    private final Attention attention;
    private final LoopMaker maker;

    Maker(Attention attention, Function<Value, Layout> layouts) {
      this.attention = attention;
      maker = new LoopMaker(layouts, Optional.of(new Scalar.Load(0, Elem.F32, PLACE)));
      maker.operands.add(new Value("tile", Term.Kind.FLOAT, List.of()));
      maker.operands.add(new Value("hidden", Term.Kind.FLOAT, List.of()));
      for (int p = 0; p < TileFunctions.POINT; p++) {
        maker.parameters.add(Poly.of(new Atom.Symbol("tile")));
      }
      for (Atom.Index index : attention.batch()) {
        maker.indices.put(index, new Scalar.Param(maker.parameter(Poly.of(index))));
      }
    }

    /** The element of this query and key in a tile that begins at a parameter. */
    private static Scalar place(int parameter) {
      return LoopMaker.plus(new Scalar.Param(parameter), PLACE);
    }

    ScoreLoops loops() {
      Optional<LoopNest> live = attention.where().map(this::live);
      Scalar row = new Scalar.Param(TileFunctions.QUERY);
      maker.indices.put(attention.row(), LoopMaker.plus(row, new Scalar.Axis(0)));
      Scalar key = new Scalar.Param(TileFunctions.KEY);
      maker.indices.put(attention.key(), LoopMaker.plus(key, new Scalar.Axis(1)));
      List<Term> terms = new ArrayList<>(attention.where().stream().toList());
      terms.add(attention.score());
      maker.places.putAll(TilePlaces.of(maker, attention, terms));
      Optional<LoopNest> hidden =
          attention
              .where()
              .map(where ->
                  tile(
                      place(TileFunctions.TILE),
                      new Scalar.Select(maker.scalar(where), ZERO, NOTHING)));
      OptionalDouble scale = scale(attention.score());
      boolean plain = scale.isPresent() && (float) scale.getAsDouble() > 0;
      Optional<LoopNest> score = Optional.empty();
      Optional<LoopNest> guarded = Optional.empty();
      List<LoopNest> diagonals = List.of();
      if (!plain) {
        diagonals = diagonals();
        Scalar body = maker.scalar(attention.score());
        score = Optional.of(tile(PLACE, body));
        guarded = attention.where().map(_ -> guarded(body));
      }
      List<Value> operands = maker.operands;
      List<Poly> parameters = maker.parameters;
      return new ScoreLoops(
          live,
          hidden,
          score,
          guarded,
          diagonals,
          plain ? (float) scale.getAsDouble() : 1,
          attention.where().filter(this::hasBatch).isPresent(),
          List.copyOf(operands.subList(2, operands.size())),
          List.copyOf(
              parameters.subList(
                  TileFunctions.POINT + attention.batch().size(), parameters.size())));
    }

    /**
     * The table of a part holds, at c − r + 63, its value for query r and key c of a tile:
     * distances fall along it. What is made of the part afterwards reads the table.
     */
    private List<LoopNest> diagonals() {
      List<LoopNest> nests = new ArrayList<>();
      Map<Atom.Index, Scalar> inTile = Map.copyOf(maker.indices);
      Map<Term, Scalar> tables = new HashMap<>();
      Scalar distance =
          minus(
              LoopMaker.plus(
                  minus(new Scalar.Param(TileFunctions.QUERY), new Scalar.Param(TileFunctions.KEY)),
                  LoopMaker.constant(AttentionTile.ROWS - 1)),
              new Scalar.Axis(0));
      for (Term part : Diagonals.of(attention.score(), attention.row(), attention.key())) {
        maker.indices.put(attention.row(), distance);
        maker.indices.put(attention.key(), LoopMaker.constant(0));
        Scalar at = LoopMaker.plus(new Scalar.Param(TileFunctions.TILE), new Scalar.Axis(0));
        nests.add(
            new LoopNest(
                List.of(new Loop(TileFunctions.DIAGONALS)),
                new Store(0, Elem.F32, at),
                maker.scalar(Diagonals.guarded(part))));
        int table = tables.size() * TileFunctions.DIAGONAL_ROOM + AttentionTile.ROWS - 1;
        Scalar place = minus(new Scalar.Axis(1), new Scalar.Axis(0));
        Scalar start =
            LoopMaker.plus(new Scalar.Param(TileFunctions.DIAGONAL), LoopMaker.constant(table));
        tables.put(part, new Scalar.Load(1, Elem.F32, LoopMaker.plus(start, place)));
        maker.indices.putAll(inTile);
      }
      maker.tables.putAll(tables);
      return nests;
    }

    private static Scalar minus(Scalar a, Scalar b) {
      return new Scalar.Binary(xfm.runtime.fuse.BinaryOp.SUB, a, b);
    }

    private boolean hasBatch(Term where) {
      Set<Atom.Index> free = Trees.free(where);
      return attention.batch().stream().anyMatch(free::contains);
    }

    private static LoopNest guarded(Scalar score) {
      Scalar hidden = new Scalar.Load(1, Elem.F32, place(TileFunctions.HIDDEN));
      Scalar out = new Scalar.Compare(CompareOp.LT, hidden, ZERO);
      return tile(PLACE, new Scalar.Select(out, NOTHING, score));
    }

    private static LoopNest tile(Scalar place, Scalar body) {
      Store store = new Store(0, Elem.F32, place);
      List<Loop> axes =
          List.of(new Loop(TileFunctions.ROWS), new Loop(TileFunctions.KEYS, AttentionTile.KEYS));
      return new LoopNest(axes, store, body);
    }

    private LoopNest live(Term where) {
      TileRanges ranges = new TileRanges(maker, attention);
      Scalar some =
          new Scalar.Select(
              ranges.must(where),
              LoopMaker.constant(TileFunctions.FULL),
              LoopMaker.constant(TileFunctions.UNKNOWN));
      Scalar state =
          new Scalar.Select(ranges.may(where), some, LoopMaker.constant(TileFunctions.DEAD));
      Scalar at = LoopMaker.plus(new Scalar.Param(TileFunctions.TILE), new Scalar.Axis(0));
      return new LoopNest(
          List.of(new Loop(TileFunctions.TILES)), new Store(0, Elem.I32, at), state);
    }

    /** The number with which a score multiplies the product, if it does nothing else. */
    private static OptionalDouble scale(Term score) {
      return switch (score) {
        case Term.Reduce _ -> OptionalDouble.of(1);
        case Term.Binary(BinaryOp op, Term a, Term.Number(double by))
            when op == BinaryOp.MULTIPLY ->
            times(scale(a), by);
        case Term.Binary(BinaryOp op, Term.Number(double by), Term b)
            when op == BinaryOp.MULTIPLY ->
            times(scale(b), by);
        case Term.Binary(BinaryOp op, Term a, Term.Number(double by)) when op == BinaryOp.DIVIDE ->
            times(scale(a), 1 / by);
        case Term.Number _,
            Term.Int _,
            Term.Truth _,
            Term.Read _,
            Term.Unary _,
            Term.Binary _,
            Term.Choose _,
            Term.Along _,
            Term.Unknown _ ->
            OptionalDouble.empty();
      };
    }

    private static OptionalDouble times(OptionalDouble scale, double by) {
      return scale.isPresent() ? OptionalDouble.of(scale.getAsDouble() * by) : scale;
    }
  }
}
