package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Reads through equations that only call another value by a new name, or its axes in another order:
 * {@code y[j, i] = x[i, j]}. The equations stay, for whoever wants to see them.
 */
final class Renamed implements Pass {

  @Override
  public Graph apply(Graph graph) {
    Map<Value, Equation> names = new IdentityHashMap<>();
    List<Equation> equations = new ArrayList<>();
    for (Equation equation : graph.equations()) {
      Equation through = equation.with(through(equation.body(), names));
      if (isName(through)) {
        names.put(through.target(), through);
      }
      equations.add(through);
    }
    return Pass.with(graph, equations);
  }

  private static boolean isName(Equation equation) {
    return equation.body() instanceof Term.Read read
        && read.otherwise().isEmpty()
        && read.at().size() == equation.left().size()
        && Product.isPlain(read);
  }

  private static Term through(Term term, Map<Value, Equation> names) {
    Term inner = Trees.map(term, child -> through(child, names));
    if (!(inner instanceof Term.Read read) || !names.containsKey(read.value())) {
      return inner;
    }
    Equation equation = names.get(read.value());
    Map<Atom.Index, Poly> at = Definitions.places(equation, read);
    Term.Read other = (Term.Read) equation.body();
    return new Term.Read(
        other.value(),
        other.at().stream().map(subscript -> Terms.substitute(subscript, at)).toList(),
        read.otherwise());
  }
}
