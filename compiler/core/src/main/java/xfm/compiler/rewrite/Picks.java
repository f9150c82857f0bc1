package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * What picks the matrices of a product becomes a value of its own, one whole number a row: {@code
 * up[tokens[i] % 8, a, f]} and {@code up[group[i], member[i], a, f]} are {@code up[pick[i], a, f]}.
 */
final class Picks implements Pass {

  @Override
  public Graph apply(Graph graph) {
    return Pass.bodies(
        graph,
        (equation, temporaries) ->
            new Rewriter(temporaries).visit(equation.body(), Scope.of(equation.left())));
  }

  private static final class Rewriter extends Walk {
    private final Temporaries temporaries;

    Rewriter(Temporaries temporaries) {
      this.temporaries = temporaries;
    }

    @Override
    Term visit(Term term, Scope scope) {
      Term inner = children(term, scope);
      if (!(inner instanceof Term.Reduce sum) || !Product.isPlainSum(sum)) {
        return inner;
      }
      Term body = factors(sum.body(), sum.over(), scope.within(sum.over()));
      return new Term.Reduce(sum.op(), sum.over(), body, sum.where(), sum.otherwise());
    }

    private Term factors(Term term, List<Atom.Index> over, Scope scope) {
      return switch (term) {
        case Term.Binary(Term.BinaryOp op, Term a, Term b) when op == Term.BinaryOp.MULTIPLY ->
            new Term.Binary(op, factors(a, over, scope), factors(b, over, scope));
        case Term.Read read when isPicked(read, over) -> picked(read, scope).orElse(read);
        case Term other -> other;
      };
    }

    /**
     * Whether it is a matrix over some summed index, and data says which, but no route is found.
     */
    private static boolean isPicked(Term.Read read, List<Atom.Index> over) {
      List<Integer> axes = Route.pickedAxes(read);
      return read.kind() == Term.Kind.FLOAT
          && read.otherwise().isEmpty()
          && (axes.size() == 1 || Route.canBeOne(read, axes))
          && axes.stream().anyMatch(axis -> hasData(read.at().get(axis)))
          && Route.of(read).isEmpty()
          && !Collections.disjoint(Trees.free(read), over);
    }

    private static boolean hasData(Term subscript) {
      return Trees.any(subscript, part -> part instanceof Term.Read);
    }

    private Optional<Term> picked(Term.Read read, Scope scope) {
      List<Integer> axes = Route.pickedAxes(read);
      Poly place = Poly.ZERO;
      for (int axis : axes) {
        place = place.times(read.value().shape().get(axis)).plus(Trees.asPoly(read.at().get(axis)));
      }
      Optional<Poly> pick = temporaries.hoist(Terms.integer(place), scope).map(Trees::asPoly);
      return pick.map(own -> with(read, axes, own)).filter(r -> Route.of(r).isPresent());
    }

    private static Term with(Term.Read read, List<Integer> axes, Poly pick) {
      List<Term> at = new ArrayList<>(read.at());
      if (axes.size() == 1) {
        at.set(axes.getFirst(), Terms.integer(pick));
      } else {
        Poly columns = read.value().shape().get(axes.getLast());
        at.set(axes.getFirst(), Terms.integer(pick.quotient(columns)));
        at.set(axes.getLast(), Terms.integer(pick.remainder(columns)));
      }
      return new Term.Read(read.value(), at, read.otherwise());
    }
  }
}
