package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * Why a softmax of places of the input against places of the input is no part of an {@link
 * Attention}: for people who read a plan. Nothing is decided here; what {@link Attentions} left is
 * looked at once more.
 */
public final class Unfused {
  private static final String NO_PRODUCT =
      "its scores are no function of one product of a query and a key";

  private static final String CHANGES = "changes it before it weighs values";
  private static final String OF_QUERIES =
      " multiplies it with values that each query has for itself";
  private static final String WEIGHTED =
      " multiplies its exponentials, and may be something else than 1 or 0: leave out by"
          + " `where` or `if`";

  private final Graph graph;
  private final Definitions definitions;
  private final Softmaxes softmaxes;
  private final Map<Value, Equation> equations = new IdentityHashMap<>();
  private final Map<Value, Boolean> inRecurrence = new IdentityHashMap<>();
  private final Map<Value, boolean[]> ofPlaces = new IdentityHashMap<>();
  private final Set<String> remarks = new LinkedHashSet<>();

  private Unfused(Graph graph) {
    this.graph = graph;
    definitions = Definitions.of(graph);
    softmaxes = new Softmaxes(definitions);
    for (Stage stage : Stages.of(graph.equations())) {
      for (Equation equation : stage.equations()) {
        equations.put(equation.target(), equation);
        inRecurrence.put(equation.target(), stage instanceof Stage.Recurrence);
        if (stage instanceof Stage.One) {
          definitions.add(equation);
        }
      }
    }
  }

  /**
   * A line for each, those of like layers together.
   *
   * @param keep values that are asked for besides the results
   */
  public static List<String> remarks(Graph graph, Set<Value> keep) {
    Graph wanted = new Unused(keep).apply(new Renamed().apply(graph));
    Graph left = new Unused(keep).apply(new Attentions(keep).apply(wanted));
    Unfused unfused = new Unfused(left);
    Set<Equation> fused = Attention.all(left);
    left.equations().stream().filter(e -> !fused.contains(e)).forEach(unfused::look);
    Map<String, List<String>> alike = new LinkedHashMap<>();
    for (String remark : unfused.remarks) {
      alike
          .computeIfAbsent(remark.replaceAll("\\[[0-9]+]", "[]"), _ -> new ArrayList<>())
          .add(remark);
    }
    return alike.values().stream()
        .map(all ->
            all.getFirst() + (all.size() == 1 ? "" : ", and " + (all.size() - 1) + " more like it"))
        .toList();
  }

  private void look(Equation equation) {
    Trees.visit(
        equation.body(),
        term -> {
          if (term instanceof Term.Along along && along.op() == Term.ScanOp.SOFTMAX) {
            look(equation, List.of(along.over()), along.body(), along.where());
          } else if (term instanceof Term.Reduce sum && sum.op() == Term.ReduceOp.SUM) {
            definitions.begin();
            softmaxes
                .power(sum.body(), sum.where())
                .ifPresentOrElse(
                    power -> look(equation, sum.over(), power.score(), power.where()),
                    () -> lookAtWeighted(equation, sum));
          } else if (term instanceof Term.Unary(Term.UnaryOp op, Term power)
              && op == Term.UnaryOp.EXP) {
            Trees.visit(
                power,
                part -> {
                  if (part instanceof Term.Reduce all
                      && all.op() == Term.ReduceOp.LOGSUMEXP
                      && !Trees.free(all).containsAll(Trees.free(power))) {
                    look(equation, all.over(), all.body(), all.where());
                  }
                });
          }
        });
  }

  private void look(Equation equation, List<Atom.Index> over, Term score, Optional<Term> where) {
    if (isPattern(over, score)) {
      remark(equation, over, why(equation, over, score, where));
    }
  }

  /** The sum of exponentials that are multiplied with a number for each, as with a mask. */
  private void lookAtWeighted(Equation equation, Term.Reduce sum) {
    if (sum.over().size() > 1) {
      return;
    }
    softmaxes
        .lone(Product.factors(sum.body()), sum.over().getFirst())
        .filter(lone -> isPattern(sum.over(), lone.power().score()))
        .filter(lone ->
            Trees.free(lone.power().score()).containsAll(Trees.free(Product.times(lone.others()))))
        .findFirst()
        .ifPresent(lone ->
            remark(
                equation,
                sum.over(),
                reads(lone.others().getFirst()).stream()
                        .findFirst()
                        .map(mask -> "`" + graph.seenAs(mask.value()) + "`")
                        .orElse("a factor")
                    + WEIGHTED));
  }

  private void remark(Equation equation, List<Atom.Index> over, String why) {
    String names = over.stream().map(Atom.Index::name).collect(Collectors.joining(" and "));
    remarks.add(
        "`"
            + graph.seenAs(equation.target())
            + "`: the softmax over "
            + names
            + " is not fused into attention: "
            + why);
  }

  private boolean isPattern(List<Atom.Index> over, Term score) {
    Set<Atom.Index> rows = new LinkedHashSet<>(Trees.free(score));
    over.forEach(rows::remove);
    return over.stream().anyMatch(key -> rows.stream().anyMatch(row -> isLarge(score, row, key)));
  }

  private String why(Equation equation, List<Atom.Index> over, Term score, Optional<Term> where) {
    if (inRecurrence.get(equation.target())) {
      return "it stands in a recurrence";
    }
    definitions.begin();
    Temporaries temporaries = new Temporaries(graph);
    temporaries.begin(equation);
    Scope scope = Scope.of(equation.left()).within(over);
    if (over.size() > 1) {
      return Merged.of(over)
              .flatMap(keys ->
                  new Scores(
                          definitions.as(term -> Grids.flat(keys, term)),
                          temporaries,
                          keys.together(scope),
                          keys.whole(),
                          Set.of(),
                          true)
                      .of(keys.together(score), where.map(keys::together)))
              .isEmpty()
          ? NO_PRODUCT
          : "nothing sums products of it and of values over all of them together";
    }
    Atom.Index key = over.getFirst();
    Set<Atom.Index> queries = new HashSet<>(Trees.free(score));
    queries.remove(key);
    Map<Equation, Set<Atom.Index>> values = values(equation, key);
    Optional<String> ofQueries =
        values.keySet().stream()
            .filter(user -> values.get(user).containsAll(queries))
            .map(user -> "`" + graph.seenAs(user.target()) + "`" + OF_QUERIES)
            .findFirst();
    if (ofQueries.isPresent()) {
      return ofQueries.get();
    }
    Set<Atom.Index> all = new HashSet<>();
    values.values().forEach(all::addAll);
    Optional<Scores.Masked> masked =
        new Scores(definitions, temporaries, scope, key, all, false).of(score, where);
    if (masked.isEmpty()) {
      return NO_PRODUCT;
    }
    if (masked.get().where().filter(Attention::hasLoop).isPresent()) {
      return "which keys a query sees depends on the scores themselves";
    }
    return use(equation, key)
        .orElse("nothing sums products of it and of values over " + key.name());
  }

  /**
   * Who sums products of a pattern and values, and which of its indices the values have as well.
   */
  private Map<Equation, Set<Atom.Index>> values(Equation equation, Atom.Index key) {
    Map<Equation, Set<Atom.Index>> values = new LinkedHashMap<>();
    for (Equation user : graph.equations()) {
      Set<Atom.Index> own = new HashSet<>();
      Trees.visit(
          user.body(),
          term -> {
            if (term instanceof Term.Reduce sum && sum.op() == Term.ReduceOp.SUM) {
              values(equation, key, sum, own);
            }
          });
      values.put(user, own);
    }
    return values;
  }

  /** The indices of a pattern that what it is multiplied with in a sum over the key has as well. */
  private static void values(
      Equation equation, Atom.Index key, Term.Reduce sum, Set<Atom.Index> into) {
    List<Term> others = new ArrayList<>(Product.factors(sum.body()));
    Optional<Term.Read> pattern =
        others.stream().flatMap(f -> read(f, equation.target()).stream()).findFirst();
    int axis = equation.left().indexOf(key);
    if (pattern.isEmpty() || axis < 0) {
      return;
    }
    Set<Atom.Index> along = Trees.free(pattern.get().at().get(axis));
    Set<Atom.Index> ofValues = new HashSet<>();
    others.stream()
        .filter(f -> read(f, equation.target()).isEmpty())
        .map(Trees::free)
        .filter(free -> free.stream().anyMatch(along::contains))
        .forEach(ofValues::addAll);
    for (int a = 0; a < equation.left().size(); a++) {
      if (Trees.free(pattern.get().at().get(a)).stream().anyMatch(ofValues::contains)) {
        into.add(equation.left().get(a));
      }
    }
  }

  /** What is done with a pattern, or with what it is divided by, other than to weigh values. */
  private Optional<String> use(Equation equation, Atom.Index key) {
    if (!(equation.body() instanceof Term.Along)
        && Trees.any(equation.body(), t -> t instanceof Term.Along a && a.over() == key)) {
      return Optional.of("`" + graph.seenAs(equation.target()) + "` " + CHANGES);
    }
    int axis = axis(equation, key);
    if (axis < 0) {
      return graph.equations().stream()
          .filter(e -> reads(e, equation.target()))
          .filter(e -> axis(e, key) >= 0)
          .findFirst()
          .flatMap(pattern -> use(pattern, pattern.left().get(axis(pattern, key))));
    }
    Value pattern = equation.target();
    if (graph.results().containsValue(pattern)) {
      return Optional.of("it is a result");
    }
    return graph.equations().stream()
        .filter(e -> reads(e, pattern) && Attention.of(e).isEmpty())
        .findFirst()
        .map(user -> "`" + graph.seenAs(user.target()) + "` " + use(user, pattern, axis));
  }

  /** The axis that is the index's own, or of one like it. */
  private static int axis(Equation equation, Atom.Index key) {
    int own = equation.left().indexOf(key);
    List<String> names = equation.left().stream().map(Atom.Index::name).toList();
    List<Poly> sizes = equation.left().stream().map(Atom.Index::size).toList();
    int named = names.indexOf(key.name());
    return own >= 0 ? own : named >= 0 ? named : sizes.lastIndexOf(key.size());
  }

  private static boolean reads(Equation equation, Value value) {
    return Trees.any(equation.body(), t -> t instanceof Term.Read read && read.value() == value);
  }

  private String use(Equation user, Value pattern, int axis) {
    if (inRecurrence.get(user.target())) {
      return "reads it in a recurrence";
    }
    List<String> found = new ArrayList<>();
    Trees.visit(
        user.body(),
        term -> {
          Optional<Term.Read> read = read(term, pattern);
          if (read.isEmpty()) {
            return;
          }
          Set<Atom.Index> along = Trees.free(read.get().at().get(axis));
          if (term instanceof Term.Along scan && along.contains(scan.over())) {
            found.add("takes its " + scan.op().word + " along " + scan.over().name());
          } else if (term instanceof Term.Reduce reduce) {
            reduce.over().stream()
                .filter(index ->
                    reduce.op() != Term.ReduceOp.SUM
                        || !along.contains(index) && Trees.free(read.get()).contains(index))
                .findFirst()
                .ifPresent(index ->
                    found.add(
                        (reduce.op() == Term.ReduceOp.SUM
                                ? "sums it over "
                                : "takes its " + reduce.op().word + " over ")
                            + index.name()));
          }
        });
    return found.isEmpty() ? CHANGES : found.getLast();
  }

  /** The first read of a value in a term. */
  private static Optional<Term.Read> read(Term term, Value value) {
    return reads(term).stream().filter(read -> read.value() == value).findFirst();
  }

  private static List<Term.Read> reads(Term term) {
    List<Term.Read> reads = new ArrayList<>();
    Trees.visit(
        term,
        part -> {
          if (part instanceof Term.Read read) {
            reads.add(read);
          }
        });
    return reads;
  }

  /** Whether a score for each row and key is of a length times a length, or of a square. */
  private boolean isLarge(Term score, Atom.Index row, Atom.Index key) {
    boolean lengths = row.size().constant().isEmpty() && key.size().constant().isEmpty();
    return (lengths || row.size().equals(key.size()))
        && isOfPlaces(score, row)
        && isOfPlaces(score, key);
  }

  /** Whether an index goes through places of the input: that of a weight alone does not. */
  private boolean isOfPlaces(Term term, Atom.Index index) {
    return Trees.any(
        term,
        part -> {
          if (!(part instanceof Term.Read read)) {
            return false;
          }
          for (int axis = 0; axis < read.at().size(); axis++) {
            if (Trees.free(read.at().get(axis)).contains(index) && isOfPlaces(read.value(), axis)) {
              return true;
            }
          }
          return false;
        });
  }

  private boolean isOfPlaces(Value value, int axis) {
    boolean[] known = ofPlaces.get(value);
    if (known == null) {
      known = new boolean[value.shape().size()];
      ofPlaces.put(value, known); // a recurrence finds itself here
      Equation equation = equations.get(value);
      boolean input = graph.inputs().stream().anyMatch(i -> i.value() == value);
      for (int a = 0; a < known.length; a++) {
        known[a] = input || equation != null && isOfPlaces(equation.body(), equation.left().get(a));
      }
    }
    return known[axis];
  }
}
