package xfm.compiler.rewrite;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.ReduceOp;
import xfm.compiler.ir.Terms;

/**
 * softmax, cumsum and rank in terms of reductions; from here on no {@link Term.Along} exists, and
 * every bound index is bound in one place.
 *
 * <pre>
 *   most[r]  = max(LEAST, max[j](s[r, j] where w else LEAST))
 *   e[r, j]  = if w then exp(s[r, j] - most[r]) else 0
 *   share[r] = 1 / max(1, sum[j](e[r, j]))
 *   softmax  = e[r, j] * share[r]
 * </pre>
 *
 * LEAST, the lowest float, keeps a row that is empty or all −∞ from giving ∞ − ∞: its {@code e} are
 * 0. Where anything is left the sum holds exp(0), so the bound of 1 changes nothing.
 */
final class Scans implements Pass {
  private static final Term LEAST = Terms.number(-Float.MAX_VALUE);

  @Override
  public Graph apply(Graph graph) {
    return Pass.bodies(
        graph,
        (equation, temporaries) -> {
          Term body = Terms.substitute(equation.body(), Map.of());
          return new Rewriter(temporaries).visit(body, Scope.of(equation.left()));
        });
  }

  private static final class Rewriter extends Walk {
    private final Temporaries temporaries;

    Rewriter(Temporaries temporaries) {
      this.temporaries = temporaries;
    }

    @Override
    Term visit(Term term, Scope scope) {
      Term inner = children(term, scope);
      if (!(inner instanceof Term.Along along)) {
        return inner;
      }
      return switch (along.op()) {
        case SOFTMAX -> softmax(along, scope);
        case CUMSUM -> cumsum(along);
        case RANK -> rank(along, scope);
      };
    }

    private Term softmax(Term.Along along, Scope outer) {
      Scope scope = outer.along(along.over());
      Optional<Term> where = along.where().map(w -> stored(w, scope));
      Term score = stored(along.body(), where.map(scope::under).orElse(scope));
      Term most =
          whole(
              arithmetic(BinaryOp.MAX, reduce(ReduceOp.MAX, along.over(), score, where), LEAST),
              scope);
      Term power = Terms.apply(Term.UnaryOp.EXP, arithmetic(BinaryOp.SUBTRACT, score, most));
      Term e = where.map(w -> Terms.choose(w, power, Terms.number(0))).orElse(power);
      Term kept = whole(e, scope);
      Term sum = reduce(ReduceOp.SUM, along.over(), kept, Optional.empty());
      Term one = Terms.number(1);
      Term share =
          whole(arithmetic(BinaryOp.DIVIDE, one, arithmetic(BinaryOp.MAX, sum, one)), scope);
      return arithmetic(BinaryOp.MULTIPLY, kept, share);
    }

    /** As a value of its own, unless it is as quick to compute it again. */
    private Term stored(Term term, Scope scope) {
      return Costs.isCheap(term) ? term : whole(term, scope);
    }

    /** As a value of its own if it can be; the same term otherwise, to be computed in place. */
    private Term whole(Term term, Scope scope) {
      return temporaries.hoist(term, scope).orElse(term);
    }

    /** Over all places of an index that stands free in the term. */
    private static Term reduce(ReduceOp op, Atom.Index index, Term body, Optional<Term> where) {
      Atom.Index bound = new Atom.Index(index.name(), index.size());
      Map<Atom.Index, Poly> renamed = Map.of(index, Poly.of(bound));
      return new Term.Reduce(
          op,
          List.of(bound),
          Terms.substitute(body, renamed),
          where.map(w -> Terms.substitute(w, renamed)),
          op == ReduceOp.MAX ? Optional.of(LEAST) : Optional.empty());
    }

    /** The count is a value of its own: each rank that is asked for looks at all of them. */
    private Term rank(Term.Along along, Scope outer) {
      Scope scope = outer.along(along.over());
      Optional<Term> where = along.where().map(w -> stored(w, scope));
      Term value = stored(along.body(), where.map(scope::under).orElse(scope));
      Atom.Index bound = new Atom.Index(along.over().name(), along.over().size());
      Map<Atom.Index, Poly> renamed = Map.of(along.over(), Poly.of(bound));
      Term count =
          Terms.rank(
              value,
              Poly.of(along.over()),
              Terms.substitute(value, renamed),
              bound,
              where.map(w -> Terms.substitute(w, renamed)));
      Term size = Terms.integer(along.over().size());
      return whole(where.map(w -> Terms.choose(w, count, size)).orElse(count), scope);
    }

    private static Term cumsum(Term.Along along) {
      Atom.Index bound = new Atom.Index(along.over().name(), along.over().size());
      Map<Atom.Index, Poly> renamed = Map.of(along.over(), Poly.of(bound));
      Term before =
          new Term.Binary(
              BinaryOp.LESS_EQUAL,
              Terms.integer(Poly.of(bound)),
              Terms.integer(Poly.of(along.over())));
      return new Term.Reduce(
          ReduceOp.SUM,
          List.of(bound),
          Terms.substitute(along.body(), renamed),
          Optional.of(
              along
                  .where()
                  .map(w -> Terms.and(before, Terms.substitute(w, renamed)))
                  .orElse(before)),
          Optional.empty());
    }

    private static Term arithmetic(BinaryOp op, Term a, Term b) {
      return Terms.arithmetic(op, a, b);
    }
  }
}
