package xfm.compiler.rewrite;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/** What stands behind the names of values. */
final class Definitions {
  private final Map<Value, Equation> equations = new IdentityHashMap<>();

  void add(Equation equation) {
    equations.put(equation.target(), equation);
  }

  /** For a read, what it reads; empty for a term that is none, and for inputs and weights. */
  Optional<Term> of(Term term) {
    if (!(term instanceof Term.Read read)
        || read.otherwise().isPresent()
        || !equations.containsKey(read.value())) {
      return Optional.empty();
    }
    Equation equation = equations.get(read.value());
    Map<Atom.Index, Poly> at = new HashMap<>();
    for (int axis = 0; axis < equation.left().size(); axis++) {
      at.put(equation.left().get(axis), Trees.asPoly(read.at().get(axis)));
    }
    return Optional.of(Terms.substitute(equation.body(), at));
  }

  /** A term with all that has no loop behind its name written out. */
  Term whole(Term term) {
    Optional<Term> behind = of(term).map(this::whole);
    if (behind.isPresent()) {
      return Attention.outermostLoops(behind.get()).isEmpty() ? behind.get() : term;
    }
    return Trees.map(term, this::whole);
  }
}
