package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
      Optional<Digits> split = Digits.of(index, body);
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
      Optional<Digits> parts = Digits.of(index, split.body());
      if (parts.isPresent()) {
        split = parts.get().of(split);
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
    Term inside = split.of(body);
    if (products(inside) <= products(body)) {
      return body;
    }
    List<Atom.Index> indices = new ArrayList<>(left);
    int at = indices.indexOf(split.whole);
    indices.set(at, split.high);
    indices.add(at + 1, split.low);
    return temporaries
        .hoist(inside, Scope.of(indices))
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

  /** An index as {@code by * high + low}, and both as one again. */
  private record Digits(Atom.Index whole, Atom.Index high, Atom.Index low, Poly by) {

    /** By the one number by which a term divides the index, if its size is a multiple. */
    static Optional<Digits> of(Atom.Index index, Term term) {
      Set<Poly> divisors = new LinkedHashSet<>();
      Trees.visit(
          term,
          part -> {
            if (part instanceof Term.Int(Poly value)) {
              divisors(value, Poly.of(index), divisors);
            }
          });
      if (divisors.size() != 1) {
        return Optional.empty();
      }
      Poly by = divisors.iterator().next();
      return index
          .size()
          .dividedBy(by)
          .map(high ->
              new Digits(
                  index, new Atom.Index(index.name(), high), new Atom.Index(index.name(), by), by));
    }

    private static void divisors(Poly value, Poly index, Set<Poly> into) {
      for (Atom atom : Trees.atoms(value)) {
        switch (atom) {
          case Atom.Quotient(Poly a, Poly b) -> divisors(a, b, index, into);
          case Atom.Remainder(Poly a, Poly b) -> divisors(a, b, index, into);
          case Atom.Symbol _, Atom.Index _, Atom.Least _, Atom.Greatest _, Atom.Data _ -> {}
        }
      }
    }

    private static void divisors(Poly a, Poly b, Poly index, Set<Poly> into) {
      if (a.equals(index) && b.constant().orElse(0) > 0) {
        into.add(b);
      }
      divisors(a, index, into);
    }

    Term of(Term term) {
      return Terms.substitute(
          term,
          Map.of(
              new Atom.Quotient(Poly.of(whole), by),
              Poly.of(high),
              new Atom.Remainder(Poly.of(whole), by),
              Poly.of(low),
              whole,
              Poly.of(high).times(by).plus(Poly.of(low))));
    }

    Term.Reduce of(Term.Reduce sum) {
      List<Atom.Index> over = new ArrayList<>(sum.over());
      int at = over.indexOf(whole);
      over.set(at, high);
      over.add(at + 1, low);
      return new Term.Reduce(sum.op(), over, of(sum.body()), sum.where(), sum.otherwise());
    }

    Map<Atom.Index, Poly> back() {
      return Map.of(high, Poly.of(whole).quotient(by), low, Poly.of(whole).remainder(by));
    }
  }
}
