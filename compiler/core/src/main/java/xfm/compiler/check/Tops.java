package xfm.compiler.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * {@code (gate[i, r], pick[i, r]) = top[e](score[i, e], 2 where m)}: the greatest values and where
 * they are. Of rank r is the place that r others come before:
 *
 * <pre>
 *   gate[i, r] = sum[e](score[i, e] where rank[e](score[i, e] where m) == r)
 *   pick[i, r] = argmax[e](1 where rank[e](score[i, e] where m) == r else -1)
 * </pre>
 *
 * So the gradient of a gate goes to what was chosen.
 */
final class Tops {
  private final Elaboration all;

  Tops(Elaboration all) {
    this.all = all;
  }

  static boolean isTop(Expr expr) {
    return expr instanceof Expr.Reduce e && e.operation().text().equals("top");
  }

  static XfmException misplaced(Expr.Reduce e) {
    return Errors.error(
        Code.INDEX,
        "`top` gives two things, and stands alone on the right of an equation that names both",
        e.span(),
        "`(gate[i, r], pick[i, r]) = top[e](score[i, e], 2)`; `_` in place of one discards it");
  }

  /**
   * @param absent whether fewer than were asked for may be left
   */
  record Chosen(
      List<Atom.Index> left, Term gate, Term pick, int rankAxis, Poly places, boolean absent) {}

  /**
   * @param left the indices that both sides have
   */
  Chosen choose(List<Ast.Binder> left, Expr.Reduce e, Context outer) {
    if (e.arguments().size() != 2) {
      throw Errors.error(
          Code.CALL,
          "`top` takes what is compared and how many to take",
          e.span(),
          "`top[e](score[i, e], 2)`");
    }
    if (e.otherwise().isPresent()) {
      throw Errors.error(
          Code.INDEX,
          "ranks beyond what is left are absent; `else` has no meaning here",
          e.otherwise().get().span(),
          "say it where one is read: `(gate[i, r] else 0)`");
    }
    Expr count = e.arguments().get(1);
    Ast.Binder rank = rank(left, e);
    List<Ast.Binder> stated =
        left.stream()
            .map(b ->
                b == rank && b.size().isEmpty()
                    ? new Ast.Binder(b.name(), Optional.of(count), b.span())
                    : b)
            .toList();
    Equations.Opened opened = all.equations.open(stated, e, Optional.empty(), outer);
    return all.around.alone(() -> chosen(left.indexOf(rank), e, count, opened));
  }

  /** The index on the left that nothing on the right uses. */
  private static Ast.Binder rank(List<Ast.Binder> left, Expr.Reduce e) {
    List<Ast.Binder> unused =
        left.stream().filter(b -> !b.isEllipsis() && !Uses.uses(e, b.name().text())).toList();
    if (unused.size() != 1) {
      throw Diagnostic.of(
              Code.INDEX,
              unused.isEmpty()
                  ? "no index on the left is the rank"
                  : "which index on the left is the rank?")
          .at(unused.isEmpty() ? e.span() : unused.getLast().span())
          .note(
              "the rank runs over how many are taken, and is the one index that `top` does not use")
          .help("`(gate[i, r], pick[i, r]) = top[e](score[i, e], 2)`")
          .raise();
    }
    return unused.getFirst();
  }

  private Chosen chosen(int axis, Expr.Reduce e, Expr count, Equations.Opened opened) {
    Context context = opened.inside();
    e.binders().forEach(binder -> all.equations.fresh(binder, context)); // it is not the rank
    Expr score = e.arguments().getFirst();
    Reductions.Bound bound =
        all.reductions.bind(
            e, e.where().map(w -> List.of(score, w)).orElse(List.of(score)), context);
    Poly many = all.expressions.integer(count, context);
    Poly size = bound.over().stream().map(Atom.Index::size).reduce(Poly.ONE, Poly::times);
    // A rest of axes stands for several indices: the rank's is found by its place from the end.
    int rankAxis = axis + opened.left().size() - lefts(opened);
    Atom.Index rank = opened.left().get(rankAxis);
    if (!rank.size().equals(many)) {
      throw Diagnostic.of(Code.SHAPE, "these two sizes must be the same, and are not")
          .at(count.span(), "so many are taken: " + many)
          .at(e.span(), "and `" + rank.name() + "` runs over " + rank.size())
          .raise();
    }
    boolean absent = e.where().isPresent();
    enough(many, size, absent, count, e, context);
    Surroundings.Over around = new Surroundings.Over(bound.over());
    Optional<Term> condition =
        all.around.over(around, () -> e.where().map(w -> all.expressions.truth(w, bound.inside())));
    around.where(condition);
    Context known = bound.inside().knowing(condition.map(Facts::where).orElse(List.of()));
    Atom.Index over = bound.over().getFirst();
    Term value = all.around.over(around, () -> all.expressions.number(score, known));
    Optional<Term> where = around.condition();
    if (bound.over().size() > 1) {
      over = new Atom.Index("place", size);
      Map<Atom, Poly> at = places(bound.over(), Poly.of(over));
      value = Terms.substitute(value, at);
      where = where.map(w -> Terms.substitute(w, at));
    }
    absent |= where.isPresent();
    Term ranked = Terms.data(new Term.Along(Term.ScanOp.RANK, over, value, where));
    Term isOfRank = Terms.compare(Term.BinaryOp.EQUAL, ranked, Terms.integer(Poly.of(rank)));
    Term gate =
        new Term.Reduce(
            Term.ReduceOp.SUM, List.of(over), value, Optional.of(isOfRank), Optional.empty());
    Term pick =
        Terms.data(
            new Term.Reduce(
                Term.ReduceOp.ARGMAX,
                List.of(over),
                Terms.number(1),
                Optional.of(isOfRank),
                Optional.of(Term.Int.of(absent ? -1 : 0))));
    return new Chosen(opened.left(), gate, pick, rankAxis, size, absent);
  }

  /** The indices at a place in their row-major order, which is how picks of several are counted. */
  private static Map<Atom, Poly> places(List<Atom.Index> indices, Poly place) {
    Map<Atom, Poly> at = new HashMap<>();
    Poly rest = place;
    for (Atom.Index index : indices.reversed()) {
      boolean first = index == indices.getFirst();
      at.put(index, first ? rest : rest.remainder(index.size()));
      rest = rest.quotient(index.size());
    }
    return at;
  }

  /** How many binders the left has: a rest counts as one. */
  private static int lefts(Equations.Opened opened) {
    int rest = opened.inside().rest().size();
    return rest == 0 ? opened.left().size() : opened.left().size() - rest + 1;
  }

  private void enough(
      Poly many, Poly size, boolean absent, Expr count, Expr.Reduce e, Context context) {
    boolean more = all.prover.nonNegative(many.minus(size).minus(1), context.facts());
    boolean fewer = all.prover.nonNegative(size.minus(many), context.facts());
    if (more || !fewer && !absent && !all.trusted) {
      String text = count.span().text();
      Diagnostic diagnostic =
          Diagnostic.of(
                  Code.INDEX,
                  more
                      ? "more are taken than there are"
                      : "there may be fewer than are taken: nothing proves " + many + " <= " + size)
              .at(count.span(), "so many are taken: " + many)
              .at(
                  e.binders().getFirst().span(),
                  "`" + e.binders().getFirst().name() + "` runs over " + size);
      throw diagnostic
          .help(
              more
                  ? "take fewer"
                  : "state it after the header, `require "
                      + text
                      + " <= "
                      + size
                      + "`; under a `where`, what is beyond is absent")
          .raise();
    }
    if (!Trees.free(many).isEmpty()) {
      throw Errors.error(Code.INDEX, "how many are taken is the same at all places", count.span());
    }
  }

  /** That the pick of some place is there: it is no −1. */
  static Meta.Presence presence(Meta.Reader pick, int rankAxis) {
    return new Meta.Presence(
        at -> Terms.compare(Term.BinaryOp.LESS_EQUAL, Term.Int.of(0), pick.read(at)),
        at -> Terms.integer(at.get(rankAxis)));
  }
}
