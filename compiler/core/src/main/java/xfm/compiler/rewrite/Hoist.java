package xfm.compiler.rewrite;

import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;

/**
 * Gives a value of its own to every part of an equation that would else be computed again and
 * again, being costly and of fewer indices than the loops around it (the mean in a layer norm, the
 * cosines of a rotary position), and to every sum that a matrix product can compute, whatever
 * stands around it. Equal parts, of any equations, are one value.
 */
final class Hoist implements Pass {

  @Override
  public Graph apply(Graph graph) {
    Contractions contractions = new Contractions(graph);
    return Pass.bodies(
        graph,
        (equation, temporaries) -> {
          Term body = Terms.substitute(equation.body(), Map.of());
          return new Rewriter(temporaries, contractions).inside(body, Scope.of(equation.left()));
        });
  }

  private static final class Rewriter extends Walk {
    private final Temporaries temporaries;
    private final Contractions contractions;

    Rewriter(Temporaries temporaries, Contractions contractions) {
      this.temporaries = temporaries;
      this.contractions = contractions;
    }

    /** A whole body: it stands alone already, its parts may not. */
    Term inside(Term body, Scope scope) {
      return children(body, scope);
    }

    @Override
    Term visit(Term term, Scope scope) {
      Optional<Term> hoisted =
          isWorth(term, scope) ? temporaries.hoist(term, scope, this::inside) : Optional.empty();
      return hoisted.orElseGet(() -> children(term, scope));
    }

    private boolean isWorth(Term term, Scope scope) {
      if (!Costs.isHeavy(term)) {
        return false;
      }
      var used = scope.used(term);
      boolean fewer =
          scope.indices().stream().anyMatch(i -> !used.contains(i) && !Costs.isSingle(i));
      return fewer || term instanceof Term.Reduce reduce && contractions.isProduct(reduce, used);
    }
  }
}
