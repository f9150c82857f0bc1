package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * The equations of a rewritten graph as they are made, with values that the program did not name.
 * Equal ones are made once. They are called after the equation that they were first taken from.
 */
final class Temporaries {
  private final List<Equation> equations = new ArrayList<>();
  private final Map<String, Value> known = new HashMap<>();
  private final Function<Object, String> names = Text.names();
  private final Map<String, Integer> count = new HashMap<>();
  private final Graph graph;
  private Equation host;
  private int before;

  Temporaries(Graph graph) {
    this.graph = graph;
    for (Equation equation : graph.equations()) {
      String path = equation.target().path();
      int mark = path.lastIndexOf('~');
      if (mark >= 0) {
        count.merge(path.substring(0, mark), 1, Integer::sum);
      }
    }
  }

  /** Temporaries made from now on are parts of this equation. */
  void begin(Equation equation) {
    host = equation;
    before = equations.size();
  }

  void add(Equation equation) {
    equations.add(equation);
    known.putIfAbsent(Text.key(equation.left(), equation.body(), names), equation.target());
  }

  List<Equation> equations() {
    return equations;
  }

  /**
   * A whole body. If it is but another name for the value that was made last of this equation, that
   * value's own: nobody else reads it yet.
   */
  Term takenBack(Term body) {
    if (!(body instanceof Term.Read read)
        || equations.size() == before
        || read.at().size() < host.left().size()
        || !read.at().stream()
            .allMatch(at -> Trees.asPoly(at).atom().orElse(null) instanceof Atom.Index)
        || equations.getLast().target() != read.value()) {
      return body;
    }
    Equation last = equations.removeLast();
    known.values().remove(last.target());
    return Definitions.at(last, read);
  }

  /** A part of the equation as a value of its own, over just the indices that it uses. */
  Optional<Term> hoist(Term part, Scope scope) {
    return hoist(part, scope, (term, _) -> term);
  }

  /**
   * The same, the part being rewritten before it is defined. Where a condition keeps a read in
   * range, the condition goes along; empty where it cannot.
   *
   * @param rewrite of the part, where it will stand
   */
  Optional<Term> hoist(Term part, Scope scope, BiFunction<Term, Scope, Term> rewrite) {
    List<Atom.Index> used = scope.used(part);
    if (used.stream().anyMatch(index -> !isFixed(index.size()))) {
      return Optional.empty();
    }
    Scope own = Scope.of(used);
    if (!Ranges.isSafe(part)) {
      List<Term> guards = guards(used, scope);
      boolean carried =
          !scope.opaque() && guards.stream().allMatch(g -> used.containsAll(Trees.free(g)));
      if (!carried) {
        return Optional.empty();
      }
      own = new Scope(used, guards, false);
    }
    Term guarded = rewrite.apply(part, own);
    for (Term guard : own.guards().reversed()) {
      guarded = Terms.choose(guard, guarded, Terms.nothing(part.kind()));
    }
    return Optional.of(read(define(used, guarded), used));
  }

  /**
   * A part that can be evaluated anywhere as a value over these indices, even those that it does
   * not use; empty if a size of them is not known before a run.
   */
  Optional<Term> spread(Term part, List<Atom.Index> over) {
    return over.stream().allMatch(index -> isFixed(index.size()))
        ? Optional.of(read(define(over, part), over))
        : Optional.empty();
  }

  /** What must hold for the part to be evaluated: no loop around it is empty, all conditions. */
  private static List<Term> guards(List<Atom.Index> used, Scope scope) {
    List<Term> guards = new ArrayList<>();
    for (Atom.Index index : scope.indices()) {
      if (!used.contains(index) && index.size().constant().orElse(0) <= 0) {
        guards.add(
            Terms.compare(
                Term.BinaryOp.LESS, Terms.integer(Poly.ZERO), Terms.integer(index.size())));
      }
    }
    guards.addAll(scope.guards());
    return guards;
  }

  /** Whether a size is of numbers and lengths alone: that of an axis. */
  private static boolean isFixed(Poly size) {
    return Trees.free(size).isEmpty()
        && !Trees.any(Terms.integer(size), term -> term instanceof Term.Read);
  }

  private Value define(List<Atom.Index> left, Term body) {
    Value same = known.get(Text.key(left, body, names));
    if (same != null) {
      return same;
    }
    Map<Atom.Index, Poly> renamed = new HashMap<>();
    List<Atom.Index> fresh = new ArrayList<>();
    for (Atom.Index index : left) {
      Atom.Index own = new Atom.Index(index.name(), index.size());
      fresh.add(own);
      renamed.put(index, Poly.of(own));
    }
    Value value = new Value(path(), body.kind(), left.stream().map(Atom.Index::size).toList());
    add(new Equation(value, fresh, Terms.substitute(body, renamed), host.span()));
    return value;
  }

  static Term read(Value value, List<Atom.Index> at) {
    return Terms.read(value, at.stream().map(Poly::of).toList());
  }

  private String path() {
    String path = graph.seenAs(host.target());
    int mark = path.lastIndexOf('~');
    String base = mark < 0 ? path : path.substring(0, mark);
    return base + "~" + count.merge(base, 1, Integer::sum);
  }
}
