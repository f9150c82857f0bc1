package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Lets products see what a tensor is another shape of: what only reads another value elsewhere
 * ({@code h[i, c, e] = x[i, c * 8 + e]}) is that value where it is a factor of a sum, and an index
 * {@code t} that is asked for {@code t // 8} and {@code t % 8} is two indices. So are heads that
 * were put side by side, groups, and the steps between the places of a wider row.
 */
final class Views {
  private final Contractions contractions;
  private final Map<Value, Equation> views = new IdentityHashMap<>();

  private Views(Graph graph) {
    contractions = new Contractions(graph);
  }

  static Graph apply(Graph graph) {
    return Pass.bodies(graph, new Views(graph)::rewrite);
  }

  private Term rewrite(Equation equation, Temporaries temporaries) {
    Term body = sums(equation.body());
    for (Atom.Index index : equation.left()) {
      Optional<Digits> split = digits(index, body);
      if (split.isPresent()) {
        body = apart(equation.left(), split.get(), body, temporaries);
      }
    }
    if (isView(body)) {
      views.put(equation.target(), equation.with(body));
    }
    return body;
  }

  private static boolean isView(Term body) {
    return body instanceof Term.Read read
        && read.otherwise().isEmpty()
        && read.kind() == Term.Kind.FLOAT;
  }

  private Term sums(Term term) {
    Term inner = Trees.map(term, this::sums);
    if (!(inner instanceof Term.Reduce sum) || !Product.isPlainSum(sum)) {
      return inner;
    }
    Term.Reduce split = sum(sum, through(sum.body()));
    for (Atom.Index index : sum.over()) {
      Optional<Digits> parts = digits(index, split.body());
      if (parts.isPresent()) {
        split = apart(split, parts.get());
      }
    }
    return contractions.isProduct(split) ? split : sum;
  }

  private static Term.Reduce sum(Term.Reduce of, Term body) {
    return new Term.Reduce(of.op(), of.over(), body, of.where(), of.otherwise());
  }

  /** A term that reads what views read. */
  private Term through(Term term) {
    if (!(term instanceof Term.Read read)
        || read.otherwise().isPresent()
        || !views.containsKey(read.value())) {
      return Trees.map(term, this::through);
    }
    return through(Definitions.at(views.get(read.value()), read));
  }

  /** A body of which an index becomes two in a value of its own, if that has more products. */
  private Term apart(List<Atom.Index> left, Digits split, Term body, Temporaries temporaries) {
    Term inside = split.apart(body);
    if (products(inside) <= products(body)) {
      return body;
    }
    return temporaries
        .hoist(inside, Scope.of(split.apart(left)))
        .map(read -> Terms.substitute(read, split.back()))
        .orElse(body);
  }

  private int products(Term body) {
    List<Term> products = new ArrayList<>();
    Trees.visit(
        body,
        term -> {
          if (term instanceof Term.Reduce sum && contractions.isProduct(sum)) {
            products.add(sum);
          }
        });
    return products.size();
  }

  /** By the one number by which a term divides the index, if its size is a multiple. */
  private static Optional<Digits> digits(Atom.Index index, Term term) {
    List<Poly> divisors =
        Digits.divisors(term, index).stream().filter(by -> by.constant().orElse(0) > 0).toList();
    return divisors.size() == 1
        ? index
            .size()
            .dividedBy(divisors.getFirst())
            .map(rows -> Digits.of(index, rows, divisors.getFirst()))
        : Optional.empty();
  }

  private static Term.Reduce apart(Term.Reduce sum, Digits parts) {
    List<Atom.Index> over = parts.apart(sum.over());
    return new Term.Reduce(sum.op(), over, parts.apart(sum.body()), sum.where(), sum.otherwise());
  }
}
