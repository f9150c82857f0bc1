package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/** What stands behind the names of values. */
final class Definitions {
  /**
   * For one equation, so many names are looked behind. An attention takes some dozen; of twenty
   * rounds that each read the round before twice (Sinkhorn) all ways together would be a million.
   */
  private static final int MOST_LOOKS = 1_000;

  private int looks;
  private final Map<Value, Equation> equations;
  private final Set<Value> truths;
  private final UnaryOperator<Term> seen;

  /** Of no names at all. */
  Definitions() {
    this(new IdentityHashMap<>(), Set.of(), UnaryOperator.identity());
  }

  /** Of a graph, of whose equations none is known yet. */
  static Definitions of(Graph graph) {
    Set<Value> truths =
        graph.inputs().stream()
            .filter(
                input -> input.below().stream().anyMatch(below -> below.constant().orElse(3) <= 2))
            .map(Graph.Input::value)
            .collect(Collectors.toSet());
    return new Definitions(new IdentityHashMap<>(), truths, UnaryOperator.identity());
  }

  private Definitions(Map<Value, Equation> equations, Set<Value> truths, UnaryOperator<Term> seen) {
    this.equations = equations;
    this.truths = truths;
    this.seen = seen;
  }

  /** Whether it reads an input that is declared to hold but 0 and 1. */
  boolean isTruth(Term.Read read) {
    return read.otherwise().isEmpty() && truths.contains(read.value());
  }

  /** The same, each seen in another form. */
  Definitions as(UnaryOperator<Term> seen) {
    return new Definitions(equations, truths, seen);
  }

  /** Another equation is looked at. */
  void begin() {
    looks = 0;
  }

  void add(Equation equation) {
    equations.put(equation.target(), equation);
  }

  /** For a read, what it reads; empty for a term that is none, and for inputs and weights. */
  Optional<Term> of(Term term) {
    if (!(term instanceof Term.Read read)
        || read.otherwise().isPresent()
        || !equations.containsKey(read.value())
        || ++looks > MOST_LOOKS) {
      return Optional.empty();
    }
    return Optional.of(seen.apply(Ranges.settled(at(equations.get(read.value()), read))));
  }

  /** A sum of products with what its factors that are such sums by another name are made of. */
  Term.Reduce opened(Term.Reduce sum) {
    List<Term> factors = new ArrayList<>();
    List<Atom.Index> over = new ArrayList<>(sum.over());
    for (Term factor : Product.factors(sum.body())) {
      Optional<Term.Reduce> own = of(factor).flatMap(Regrouped::sum);
      own.ifPresent(inner -> over.addAll(inner.over()));
      factors.addAll(own.map(inner -> Product.factors(inner.body())).orElse(List.of(factor)));
    }
    return new Term.Reduce(sum.op(), over, Product.times(factors), sum.where(), sum.otherwise());
  }

  /** The body of an equation at the place at which its value is read. */
  static Term at(Equation equation, Term.Read read) {
    return Terms.substitute(equation.body(), places(equation, read));
  }

  /** What stands where the equation has its indices. */
  static Map<Atom.Index, Poly> places(Equation equation, Term.Read read) {
    Map<Atom.Index, Poly> places = new HashMap<>();
    for (int axis = 0; axis < equation.left().size(); axis++) {
      places.put(equation.left().get(axis), Trees.asPoly(read.at().get(axis)));
    }
    return places;
  }

  /** A term with all that has no loop behind its name written out. */
  Term whole(Term term) {
    Optional<Term> behind = of(term);
    if (behind.isPresent()) {
      return Attention.outermostLoops(behind.get()).isEmpty() ? whole(behind.get()) : term;
    }
    return Trees.map(term, this::whole);
  }
}
