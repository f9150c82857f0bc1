package xfm.compiler.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Interval;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.print.Print;
import xfm.compiler.source.DeepStack;
import xfm.runtime.tensor.Tensor;

/**
 * Whether the whole numbers of a graph stay in 32 bits, as kernels compute them. Sums and products
 * are right modulo 2^32, whatever stands between, so those matter that something else sees: what is
 * divided, compared, stored or made a float. A subscript is proved to be in range.
 *
 * <p>Lengths are what they are, an index and what is declared below a bound are anything below it,
 * inputs without one what they hold. What {@code floor} makes of a float is taken to be small.
 */
final class WholeNumbers {
  private static final Interval INT = new Interval(Integer.MIN_VALUE, Integer.MAX_VALUE);

  /** Runs up to this length ask again only of equations that are not right for all of them. */
  private static final long LONG = 1 << 20;

  private final Graph graph;
  private final Optional<Map<Atom.Symbol, Interval>> lengths;
  private final Map<Value, Interval> values = new IdentityHashMap<>();
  private final Map<Atom.Data, Optional<Interval>> data = new HashMap<>();

  /** Of the equation at hand: terms share their parts. */
  private final Set<Term> seen = identities();

  private record TooLarge(Equation equation, Poly value, Interval interval) {}

  /** {@code lengths}: nothing is known of them where they are absent. */
  private WholeNumbers(Graph graph, Optional<Map<Atom.Symbol, Interval>> lengths) {
    this.graph = graph;
    this.lengths = lengths;
  }

  /**
   * Of a graph for all lengths and inputs.
   *
   * @throws xfm.compiler.diag.XfmException if a whole number may be too large whatever they are
   */
  static void check(Graph graph) {
    DeepStack.call(() -> {
      WholeNumbers numbers = new WholeNumbers(graph, Optional.empty());
      numbers.inputs(_ -> Interval.ZERO);
      numbers.look(graph.equations()).forEach(found -> fail(graph, found));
      return graph;
    });
  }

  /** The equations that must be asked for each run, with those that make their integers. */
  static List<Equation> doubtful(Graph graph) {
    return DeepStack.call(() -> {
      WholeNumbers numbers = new WholeNumbers(graph, Optional.of(upTo(graph)));
      numbers.inputs(_ -> INT);
      Set<Equation> found = identities();
      numbers.look(graph.equations()).forEach(large -> found.add(large.equation()));
      return found.isEmpty()
          ? List.of()
          : graph.equations().stream()
              .filter(e -> found.contains(e) || e.target().kind() == Term.Kind.INT)
              .toList();
    });
  }

  private static Map<Atom.Symbol, Interval> upTo(Graph graph) {
    Map<Atom.Symbol, Interval> lengths = new HashMap<>();
    Map<Atom.Symbol, Long> longest = graph.longest();
    for (Atom.Symbol length : graph.lengths()) {
      long most = Math.min(LONG, longest.getOrDefault(length, LONG));
      lengths.put(length, new Interval(0, most));
    }
    return lengths;
  }

  /**
   * Of a run.
   *
   * @param doubtful what {@link #doubtful} gave
   * @throws xfm.compiler.diag.XfmException if a whole number may be too large
   */
  static void check(
      Graph graph,
      List<Equation> doubtful,
      Map<Atom.Symbol, Long> lengths,
      Map<Value, Tensor> inputs) {
    boolean usual = lengths.values().stream().allMatch(length -> length <= LONG);
    List<Equation> asked = usual ? doubtful : graph.equations();
    if (!asked.isEmpty()) {
      DeepStack.call(() -> {
        Map<Atom.Symbol, Interval> known = new HashMap<>();
        lengths.forEach((length, size) -> known.put(length, new Interval(size, size)));
        WholeNumbers numbers = new WholeNumbers(graph, Optional.of(known));
        numbers.inputs(input -> held(inputs.get(input)));
        numbers.look(asked).forEach(found -> fail(graph, found));
        return graph;
      });
    }
  }

  private static <T> Set<T> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static void fail(Graph graph, TooLarge found) {
    boolean high = found.interval().high() > Integer.MAX_VALUE;
    double worst = high ? found.interval().high() : found.interval().low();
    String may =
        found.interval().low() == found.interval().high()
            ? "is %,.0f"
            : "may be as " + (high ? "large" : "small") + " as %,.0f";
    throw Diagnostic.of(
            Code.NUMBER,
            String.format(
                Locale.ROOT,
                "`%s` " + may + ", and whole numbers in a model have 32 bits: at %s %,d",
                Print.whole(graph, found.value()),
                worst,
                high ? "most" : "least",
                high ? Integer.MAX_VALUE : Integer.MIN_VALUE))
        .at(found.equation().span(), "computed here")
        .help(
            "`float(…)` around one of its parts computes it in floats; or make its parts smaller, by"
                + " a bound of an input, a size, or `%` of each")
        .raise();
  }

  /** {@code held}: between what an input is that has no bound. */
  private void inputs(Function<Value, Interval> held) {
    for (Graph.Input input : graph.inputs()) {
      if (input.value().kind() == Term.Kind.INT) {
        Optional<Interval> declared =
            input.below().isPresent()
                ? size(input.below().get()).map(WholeNumbers::places)
                : Optional.of(held.apply(input.value()));
        declared.ifPresent(interval -> values.put(input.value(), interval));
      }
    }
  }

  private static Interval places(Interval sizes) {
    return Interval.below(sizes.high());
  }

  private static Interval held(Tensor tensor) {
    int[] numbers = tensor.toInts();
    return numbers.length == 0
        ? Interval.ZERO
        : new Interval(
            IntStream.of(numbers).min().getAsInt(), IntStream.of(numbers).max().getAsInt());
  }

  private Optional<Interval> size(Poly size) {
    return Interval.of(size, this::of);
  }

  private Optional<Interval> of(Atom atom) {
    return switch (atom) {
      case Atom.Symbol symbol -> lengths.map(known -> known.get(symbol));
      case Atom.Index index -> size(index.size()).map(WholeNumbers::places);
      case Atom.Data some -> {
        Optional<Interval> known = data.get(some);
        if (known == null) {
          known = of(some.value());
          data.put(some, known);
        }
        yield known;
      }
      case Atom.Quotient _, Atom.Remainder _, Atom.Least _, Atom.Greatest _ -> size(Poly.of(atom));
    };
  }

  /** Of an integer. */
  private Optional<Interval> of(Term term) {
    return switch (term) {
      case Term.Int(Poly value) -> size(value);
      case Term.Read read ->
          either(Optional.ofNullable(values.get(read.value())), read.otherwise());
      case Term.Choose(Term _, Term then, Term otherwise) ->
          either(of(then), Optional.of(otherwise));
      case Term.Reduce reduce -> either(count(reduce.over(), 0), reduce.otherwise());
      case Term.Along along -> count(List.of(along.over()), 1);
      case Term.Unary _, Term.Number _, Term.Truth _, Term.Binary _, Term.Unknown _ ->
          Optional.of(Interval.ZERO);
    };
  }

  private Optional<Interval> either(Optional<Interval> one, Optional<Term> other) {
    return other.isEmpty() ? one : one.flatMap(a -> of(other.get()).map(a::or));
  }

  /** A place among those of some indices, or so many more. */
  private Optional<Interval> count(List<Atom.Index> over, int more) {
    Poly places = over.stream().map(Atom.Index::size).reduce(Poly.ONE, Poly::times);
    return size(places.plus(more)).map(WholeNumbers::places);
  }

  /** The first too large one of each equation, in their order. */
  private List<TooLarge> look(List<Equation> equations) {
    List<TooLarge> found = new ArrayList<>();
    for (Equation equation : equations) {
      seen.clear();
      look(equation, equation.body()).ifPresent(found::add);
      if (equation.target().kind() == Term.Kind.INT) {
        of(equation.body()).ifPresent(interval -> values.put(equation.target(), interval));
      }
    }
    return found;
  }

  private Optional<TooLarge> look(Equation equation, Term term) {
    if (!seen.add(term)) {
      return Optional.empty();
    }
    return switch (term) {
      case Term.Int(Poly value) -> look(equation, value, true);
      case Term.Read read -> {
        boolean guarded = read.otherwise().isPresent();
        for (Term at : read.at()) {
          Optional<TooLarge> found = look(equation, Trees.asPoly(at), guarded);
          if (found.isPresent()) {
            yield found;
          }
        }
        yield read.otherwise().flatMap(otherwise -> look(equation, otherwise));
      }
      case Term.Binary(Term.BinaryOp _, Term.Int(Poly a), Term.Int(Poly b)) ->
          // The ranges of a mask in a tile are those of the difference.
          look(equation, a, true)
              .or(() -> look(equation, b, true))
              .or(() -> fits(equation, a.minus(b)));
      case Term.Reduce reduce when reduce.kind() == Term.Kind.INT ->
          fits(equation, Poly.of(new Atom.Data(reduce)), of(reduce))
              .or(() -> children(equation, reduce));
      case Term other -> children(equation, other);
    };
  }

  private Optional<TooLarge> children(Equation equation, Term term) {
    for (Term child : Trees.children(term)) {
      Optional<TooLarge> found = look(equation, child);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** {@code whole}: whether more than a place in memory is made of it. */
  private Optional<TooLarge> look(Equation equation, Poly poly, boolean whole) {
    for (Atom atom : Trees.atoms(poly)) {
      Optional<TooLarge> found =
          switch (atom) {
            case Atom.Symbol _, Atom.Index _ -> Optional.empty();
            case Atom.Quotient(Poly a, Poly b) -> look(equation, a, b);
            case Atom.Remainder(Poly a, Poly b) -> look(equation, a, b);
            case Atom.Least(Poly a, Poly b) -> look(equation, a, b);
            case Atom.Greatest(Poly a, Poly b) -> look(equation, a, b);
            case Atom.Data some -> look(equation, some.value());
          };
      if (found.isPresent()) {
        return found;
      }
    }
    return whole ? fits(equation, poly) : Optional.empty();
  }

  private Optional<TooLarge> look(Equation equation, Poly a, Poly b) {
    return look(equation, a, true).or(() -> look(equation, b, true));
  }

  /** The sum, and each product in it: of such are the ranges in a tile, too. */
  private Optional<TooLarge> fits(Equation equation, Poly sum) {
    for (Poly.Monomial product : sum.terms().keySet()) {
      if (product.powers().values().stream().mapToInt(power -> power).sum() > 1) {
        Poly alone = Poly.of(product);
        Optional<TooLarge> found = fits(equation, alone, size(alone));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return fits(equation, sum, size(sum));
  }

  private static Optional<TooLarge> fits(
      Equation equation, Poly value, Optional<Interval> interval) {
    return interval
        .filter(i -> !i.isWithin(Integer.MIN_VALUE, Integer.MAX_VALUE))
        .map(i -> new TooLarge(equation, value, i));
  }
}
