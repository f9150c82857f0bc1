package xfm.compiler.plan;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.UnaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * The parts of a score that ask only how far the key is from the query: a table of distances, their
 * buckets. They are the same along a diagonal of a tile, so it takes 127 of each and not 4,096, and
 * they then lie side by side along the keys (relative bias by a clamped distance: 3.2 µs a tile
 * when each was looked up).
 */
final class Diagonals {
  private static final Set<UnaryOp> DEAR =
      EnumSet.of(UnaryOp.EXP, UnaryOp.LOG, UnaryOp.SIN, UnaryOp.COS, UnaryOp.TANH, UnaryOp.ERF);

  private final Atom.Index row;
  private final Atom.Index key;
  private final Set<Term> parts = new LinkedHashSet<>();

  private Diagonals(Atom.Index row, Atom.Index key) {
    this.row = row;
    this.key = key;
  }

  /** The largest such parts that are worth it, each once. */
  static List<Term> of(Term score, Atom.Index row, Atom.Index key) {
    Diagonals diagonals = new Diagonals(row, key);
    diagonals.look(score);
    return List.copyOf(diagonals.parts);
  }

  private void look(Term term) {
    if (term.kind() == Term.Kind.FLOAT && isWorth(term) && isSafe(term) && isShiftable(term)) {
      parts.add(term);
    } else {
      Trees.children(term).forEach(this::look);
    }
  }

  private boolean moves(Term term) {
    Set<Atom.Index> free = Trees.free(term);
    return free.contains(row) || free.contains(key);
  }

  private boolean isWorth(Term term) {
    return moves(term)
        && Trees.any(
            term,
            part ->
                moves(part)
                    && (part instanceof Term.Read
                        || part instanceof Term.Unary(UnaryOp op, _) && DEAR.contains(op)
                        || part instanceof Term.Binary(BinaryOp op, _, _) && op == BinaryOp.POWER));
  }

  /** Whether it can be computed, reads apart, even for distances that the mask hides. */
  private static boolean isSafe(Term term) {
    return !Trees.mayDivideByZero(term)
        && !Trees.any(term, part -> part instanceof Term.Reduce || part instanceof Term.Along);
  }

  /** Whether it stays the same when query and key move on by the same number of places. */
  private boolean isShiftable(Term term) {
    Poly by = Poly.of(new Atom.Index("shift", Poly.ONE));
    Map<Atom.Index, Poly> moved = Map.of(row, Poly.of(row).plus(by), key, Poly.of(key).plus(by));
    return Terms.substitute(term, moved).equals(term);
  }

  /** The same with 0 in place of what would be read outside a value: no score needs it. */
  static Term guarded(Term term) {
    Term inside = Trees.map(term, Diagonals::guarded);
    if (inside instanceof Term.Read read && read.otherwise().isEmpty()) {
      return new Term.Read(read.value(), read.at(), Optional.of(Terms.nothing(read.kind())));
    }
    return inside;
  }
}
