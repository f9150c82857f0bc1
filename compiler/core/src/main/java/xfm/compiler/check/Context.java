package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.source.Span;

/**
 * Where an expression is looked at.
 *
 * @param pending right-only indices that no sum has bound yet, with their sizes
 * @param rest what {@code ...} stands for in this equation
 * @param facts polynomials known to be 0 or more here
 * @param guards where a subscript may leave its range ({@code else}): collects the conditions
 * @param equation inside an indexed equation, where tensors need subscripts
 */
record Context(
    Scope scope,
    Map<String, Poly> pending,
    List<Atom.Index> rest,
    List<Poly> facts,
    Optional<List<Term>> guards,
    boolean equation) {

  static Context of(Scope scope, List<Poly> facts) {
    return new Context(scope, Map.of(), List.of(), facts, Optional.empty(), false);
  }

  Context in(Scope other) {
    return new Context(other, pending, rest, facts, guards, equation);
  }

  Context knowing(List<Poly> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Poly> all = new ArrayList<>(facts);
    all.addAll(more);
    return new Context(scope, pending, rest, all, guards, equation);
  }

  Context guarded(List<Term> collector) {
    return new Context(scope, pending, rest, facts, Optional.of(collector), equation);
  }

  /**
   * With indices bound, each somewhere: they are no longer pending. Where one stands, its size is
   * not 0: {@code x[0]} is in range inside an equation over all of x, and {@code x[1]} in one over
   * half of it.
   */
  Context binding(Map<String, Atom.Index> indices, Function<String, Span> where) {
    Scope inner = new Scope(scope);
    Map<String, Poly> left = new HashMap<>(pending);
    List<Poly> known = new ArrayList<>(facts);
    indices.forEach((name, index) -> {
      inner.bindIndex(name, new Meta.Scalar(new Term.Int(Poly.of(index))), where.apply(name));
      left.remove(name);
      known.add(index.size().minus(1).minus(Poly.of(index)));
      if (index.size().atom().orElse(null) instanceof Atom.Quotient(Poly a, Poly b)) {
        known.add(a.minus(b.times(Poly.of(index).plus(1))));
      }
    });
    return new Context(inner, left, rest, known, guards, equation);
  }
}
