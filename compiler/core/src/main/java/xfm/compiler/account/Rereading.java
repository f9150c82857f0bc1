package xfm.compiler.account;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Finds what is read at other places than the reader's own. It begins at the results, whose place
 * is their index along the growing length, and goes to what they read: at the same place, and then
 * it is computed there; or at another, and then it must be kept, and no later than the reader's own
 * place. That a read is no later is shown by the conditions around it: those of masks, also where
 * the reader is multiplied by what is 0 outside of the mask.
 */
final class Rereading {
  private static final long NO_END = 1L << 62;

  private final Graph graph;
  private final Map<Value, Equation> equations = new HashMap<>();
  private final Map<Value, List<Term>> supports = new HashMap<>();

  /** Whether a value depends on what grows, and not on its length alone. */
  private final Set<Value> fed = new HashSet<>();

  /** How many of the last places of a value are read; the largest number for all. */
  private final Map<Value, Long> read = new LinkedHashMap<>();

  private final Deque<Visit> open = new ArrayDeque<>();
  private final Set<Visit> seen = new HashSet<>();
  private Atom.Symbol grows = new Atom.Symbol("");

  /**
   * A value at one place.
   *
   * @param own the axis of its place
   * @param known what holds of its other indices wherever it is read
   */
  private record Visit(Value value, int own, List<Term> known) {}

  /** A read for which no cache can be. */
  private static final class NotCausal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotCausal(String why) {
      super(why, null, false, false);
    }
  }

  private Rereading(Graph graph) {
    this.graph = graph;
    graph.equations().forEach(equation -> equations.put(equation.target(), equation));
  }

  static Cache of(Graph graph) {
    try {
      return new Rereading(graph).found();
    } catch (NotCausal e) {
      return new Cache("", List.of(), Optional.of(e.getMessage()));
    }
  }

  private Cache found() {
    Value first = graph.results().firstEntry().getValue();
    grows =
        first.shape().stream()
            .flatMap(size -> size.symbols().stream())
            .findFirst()
            .orElseThrow(() -> new NotCausal("its result does not grow with the text"));
    graph.inputs().forEach(input -> feed(input.value(), !growing(input.value()).isEmpty()));
    graph.equations().forEach(e -> feed(e.target(), reads(e).stream().anyMatch(fed::contains)));
    for (Value result : graph.results().values()) {
      List<Integer> axes = growing(result);
      if (axes.size() > 1) {
        throw new NotCausal("`" + result + "` grows along " + axes.size() + " axes");
      }
      axes.forEach(axis -> open.add(new Visit(result, axis, List.of())));
    }
    while (!open.isEmpty()) {
      Visit visit = open.remove();
      Equation equation = equations.get(visit.value());
      if (equation != null && seen.add(visit)) {
        new Reader(equation, equation.left().get(visit.own())).walk(equation.body(), visit.known());
      }
    }
    return new Cache(grows.name(), rows(), Optional.empty());
  }

  private void feed(Value value, boolean depends) {
    if (depends) {
      fed.add(value);
    }
  }

  private static Set<Value> reads(Equation equation) {
    Set<Value> values = new LinkedHashSet<>();
    Trees.visit(
        equation.body(),
        term -> {
          if (term instanceof Term.Read of) {
            values.add(of.value());
          }
        });
    return values;
  }

  private List<Integer> growing(Value value) {
    return IntStream.range(0, value.shape().size())
        .filter(axis -> value.shape().get(axis).symbols().contains(grows))
        .boxed()
        .toList();
  }

  private List<Cache.Row> rows() {
    Map<Value, Long> kept = new LinkedHashMap<>();
    read.forEach((value, last) ->
        instead(value).orElse(Set.of(value)).forEach(each -> kept.merge(each, last, Math::max)));
    List<Value> order = new ArrayList<>(graph.inputs().stream().map(Graph.Input::value).toList());
    graph.equations().forEach(equation -> order.add(equation.target()));
    return order.stream()
        .filter(kept::containsKey)
        .map(value ->
            new Cache.Row(
                graph.seenAs(value),
                bytes(value),
                Optional.of(kept.get(value)).filter(last -> last < NO_END)))
        .toList();
  }

  /** What is marked as kept, if all of a value is computed from it place by place. */
  private Optional<Set<Value>> instead(Value value) {
    if (graph.marks().kept().contains(value)) {
      return Optional.of(Set.of(value));
    }
    Equation equation = equations.get(value);
    if (equation == null) {
      return Optional.empty();
    }
    Set<Value> all = new LinkedHashSet<>();
    Atom.Index own = equation.left().get(growing(value).getFirst());
    List<Term.Read> reads = new ArrayList<>();
    Trees.visit(
        equation.body(),
        term -> {
          if (term instanceof Term.Read of && fed.contains(of.value())) {
            reads.add(of);
          }
        });
    for (Term.Read of : reads) {
      List<Integer> axes = growing(of.value());
      if (axes.size() != 1 || !at(of, axes.getFirst()).equals(Poly.of(own))) {
        return Optional.empty();
      }
      Optional<Set<Value>> from = instead(of.value());
      if (from.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(from.get());
    }
    return Optional.of(all);
  }

  private long bytes(Value value) {
    long bytes = value.kind() == Term.Kind.BOOL ? 1 : Float.BYTES;
    for (Poly size : value.shape()) {
      if (!size.symbols().contains(grows)) {
        bytes =
            Math.multiplyExact(
                bytes,
                size.constant()
                    .orElseThrow(
                        () -> new NotCausal("a place of `" + value + "` has no size of its own")));
      }
    }
    return bytes;
  }

  private static Poly at(Term.Read read, int axis) {
    return Trees.asPoly(read.at().get(axis));
  }

  /** Goes through one equation, at the place {@code own}. */
  private final class Reader {
    private final Equation equation;
    private final Atom.Index own;

    Reader(Equation equation, Atom.Index own) {
      this.equation = equation;
      this.own = own;
    }

    private void walk(Term term, List<Term> known) {
      switch (term) {
        case Term.Read of -> {
          read(of, known);
          Trees.children(of).forEach(child -> walk(child, known));
        }
        case Term.Reduce reduce -> {
          List<Term> where = conjuncts(reduce.where());
          boolean sum = reduce.op() == Term.ReduceOp.SUM;
          all(where, known);
          walk(reduce.body(), with(with(known, where), sum ? support(reduce.body()) : List.of()));
          reduce.otherwise().ifPresent(otherwise -> walk(otherwise, known));
        }
        case Term.Along along -> along(along, known);
        case Term.Choose(Term condition, Term then, Term otherwise) -> {
          List<Term> holds = conjuncts(Optional.of(condition));
          all(holds, known);
          walk(then, with(known, holds));
          walk(otherwise, with(known, conjuncts(Optional.of(Terms.not(condition)))));
        }
        case Term.Binary(Term.BinaryOp op, Term a, Term b) when op == Term.BinaryOp.MULTIPLY -> {
          walk(a, with(known, support(b)));
          walk(b, with(known, support(a)));
        }
        case Term.Binary(Term.BinaryOp op, Term a, Term b) when op == Term.BinaryOp.AND ->
            all(conjuncts(Optional.of(term)), known);
        case Term.Binary _, Term.Unary _, Term.Int _, Term.Number _, Term.Truth _ ->
            Trees.children(term).forEach(child -> walk(child, known));
        case Term.Unknown _ -> throw new IllegalStateException("in a graph that runs");
      }
    }

    /** Conditions that must hold all: where one does not, it is the same what the others are. */
    private void all(List<Term> conditions, List<Term> known) {
      for (Term condition : conditions) {
        List<Term> others = conditions.stream().filter(other -> other != condition).toList();
        Trees.children(condition).forEach(child -> walk(child, with(known, others)));
        if (condition instanceof Term.Read of) {
          read(of, with(known, others));
        }
      }
    }

    /** Its body is looked at for all places of its index, whatever is known of this one. */
    private void along(Term.Along along, List<Term> known) {
      if (along.over() == own && along.op() != Term.ScanOp.CUMSUM) {
        throw new NotCausal(
            "`" + equation.target() + "` compares its place with all others by " + along.op().word);
      }
      // A running sum along the own place is the sum before and what is added here.
      List<Term> rest =
          known.stream().filter(each -> !Trees.free(each).contains(along.over())).toList();
      List<Term> where = conjuncts(along.where());
      all(where, rest);
      walk(along.body(), with(rest, where));
    }

    private void read(Term.Read of, List<Term> known) {
      Value value = of.value();
      List<Integer> axes = growing(value);
      if (axes.isEmpty() || !fed.contains(value)) {
        return;
      }
      for (int axis : axes) {
        if (!value.shape().get(axis).equals(Poly.of(grows))) {
          throw new NotCausal("`" + value + "` is " + value.shape().get(axis) + " long");
        }
      }
      Optional<Integer> here =
          axes.stream().filter(axis -> at(of, axis).equals(Poly.of(own))).findFirst();
      if (here.isPresent()) {
        open.add(new Visit(value, here.get(), passed(of, known)));
        return;
      }
      if (axes.size() > 1) {
        throw new NotCausal("`" + value + "` grows along two axes, and other rows are read again");
      }
      Poly back = Poly.of(own).minus(at(of, axes.getFirst()));
      List<Poly> slacks = known.stream().flatMap(each -> slacks(each).stream()).toList();
      boolean earlier =
          Span.of(back).least() >= 0
              || slacks.stream().anyMatch(slack -> Span.of(back.minus(slack)).least() >= 0);
      if (!earlier) {
        throw new NotCausal(
            "`" + equation.target() + "` reads `" + value + "` at places that may be later");
      }
      long most =
          slacks.stream()
              .mapToLong(slack -> Span.of(back.plus(slack)).most())
              .reduce(Span.of(back).most(), Math::min);
      boolean one = at(of, axes.getFirst()).constant().isPresent();
      if (most > 0) {
        read.merge(value, one ? 1 : most, Math::max);
      }
      open.add(new Visit(value, axes.getFirst(), List.of()));
    }

    /** What is known, in the indices of the equation that is read, where they say all of it. */
    private List<Term> passed(Term.Read of, List<Term> known) {
      Equation from = equations.get(of.value());
      if (from == null) {
        return List.of();
      }
      Map<Atom, Poly> names = new HashMap<>();
      for (int axis = 0; axis < of.at().size(); axis++) {
        if (at(of, axis).atom().orElse(null) instanceof Atom.Index index) {
          names.putIfAbsent(index, Poly.of(from.left().get(axis)));
        }
      }
      return known.stream()
          .filter(
              each -> Trees.free(each).size() > 1 && names.keySet().containsAll(Trees.free(each)))
          .map(each -> Terms.substitute(each, names))
          .distinct()
          .toList();
    }
  }

  /** What holds wherever a term is not 0. */
  private List<Term> support(Term term) {
    return switch (term) {
      case Term.Along along ->
          along.op() == Term.ScanOp.SOFTMAX ? conjuncts(along.where()) : List.of();
      case Term.Reduce reduce ->
          reduce.op() == Term.ReduceOp.SUM
              ? with(conjuncts(reduce.where()), support(reduce.body())).stream()
                  .filter(each -> Trees.free(each).stream().noneMatch(reduce.over()::contains))
                  .toList()
              : List.of();
      case Term.Binary(Term.BinaryOp op, Term a, Term b) ->
          switch (op) {
            case MULTIPLY -> with(support(a), support(b));
            case DIVIDE -> support(a);
            case ADD, SUBTRACT, POWER, MIN, MAX, EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR ->
                List.of();
          };
      case Term.Unary(Term.UnaryOp op, Term a) ->
          op == Term.UnaryOp.NEGATE ? support(a) : List.of();
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          isZero(otherwise)
              ? with(conjuncts(Optional.of(condition)), support(then))
              : isZero(then)
                  ? with(conjuncts(Optional.of(Terms.not(condition))), support(otherwise))
                  : List.of();
      case Term.Read of -> support(of);
      case Term.Number _, Term.Int _, Term.Truth _, Term.Unknown _ -> List.of();
    };
  }

  private static boolean isZero(Term term) {
    return term instanceof Term.Number(double value) && value == 0;
  }

  /** Of values with two places alone: a mask relates those. */
  private List<Term> support(Term.Read of) {
    Equation from = equations.get(of.value());
    if (from == null || of.otherwise().isPresent() || growing(of.value()).size() < 2) {
      return List.of();
    }
    if (!supports.containsKey(of.value())) {
      supports.put(of.value(), List.of());
      supports.put(of.value(), support(from.body()));
    }
    Map<Atom, Poly> names = new HashMap<>();
    for (int axis = 0; axis < of.at().size(); axis++) {
      names.put(from.left().get(axis), at(of, axis));
    }
    return supports.get(of.value()).stream().map(each -> Terms.substitute(each, names)).toList();
  }

  private static List<Term> conjuncts(Optional<Term> condition) {
    List<Term> all = new ArrayList<>();
    condition.ifPresent(each -> conjuncts(each, all));
    return all;
  }

  private static void conjuncts(Term condition, List<Term> all) {
    if (condition instanceof Term.Binary(Term.BinaryOp op, Term a, Term b)
        && op == Term.BinaryOp.AND) {
      conjuncts(a, all);
      conjuncts(b, all);
    } else {
      all.add(condition);
    }
  }

  private static List<Term> with(List<Term> some, List<Term> more) {
    List<Term> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** Integers that are 0 or more if the condition holds. */
  private static List<Poly> slacks(Term condition) {
    if (condition
            instanceof Term.Unary(Term.UnaryOp not, Term.Binary(var op, Term.Int a, Term.Int b))
        && not == Term.UnaryOp.NOT) {
      return switch (op) {
        case LESS -> slacks(b.value(), a.value());
        case LESS_EQUAL -> slacks(b.value().plus(1), a.value());
        case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX, EQUAL, UNEQUAL, AND, OR -> List.of();
      };
    }
    if (!(condition instanceof Term.Binary(Term.BinaryOp op, Term.Int(Poly a), Term.Int(Poly b)))) {
      return List.of();
    }
    return switch (op) {
      case LESS -> slacks(a.plus(1), b);
      case LESS_EQUAL -> slacks(a, b);
      case EQUAL -> List.of(a.minus(b), b.minus(a));
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX, UNEQUAL, AND, OR -> List.of();
    };
  }

  private static List<Poly> slacks(Poly less, Poly more) {
    return less.minus(1).atom().or(less::atom).orElse(null) instanceof Atom.Greatest greatest
        ? greatest(less, greatest, more)
        : List.of(more.minus(less));
  }

  private static List<Poly> greatest(Poly less, Atom.Greatest greatest, Poly more) {
    Poly beside = less.minus(Poly.of(greatest));
    return List.of(more.minus(greatest.a().plus(beside)), more.minus(greatest.b().plus(beside)));
  }

  /** Between which numbers an integer lies, its indices running over their sizes. */
  private record Span(long least, long most) {
    static Span of(Poly poly) {
      Span sum = new Span(0, 0);
      for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
        Span one = of(term.getKey());
        long factor = term.getValue();
        sum =
            factor >= 0
                ? sum.plus(times(one.least(), factor), times(one.most(), factor))
                : sum.plus(times(one.most(), factor), times(one.least(), factor));
      }
      return sum;
    }

    private static Span of(Poly.Monomial monomial) {
      if (monomial.powers().isEmpty()) {
        return new Span(1, 1);
      }
      Map.Entry<Atom, Integer> only = monomial.powers().entrySet().iterator().next();
      return monomial.powers().size() == 1
              && only.getValue() == 1
              && only.getKey() instanceof Atom.Index index
          ? new Span(0, index.size().constant().orElse(NO_END + 1) - 1)
          : new Span(-NO_END, NO_END);
    }

    private static long times(long bound, long factor) {
      return Math.abs(bound) == NO_END ? bound * Long.signum(factor) : bound * factor;
    }

    private Span plus(long less, long more) {
      return new Span(
          least == -NO_END || less == -NO_END ? -NO_END : least + less,
          most == NO_END || more == NO_END ? NO_END : most + more);
    }
  }
}
