package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;

/**
 * Brings the lines of a section together with the weights of a graph. A line applies to those
 * layers and weights that exist; the k-th parenthesis of the path goes with the k-th of the text,
 * alternative by alternative, and the last one of the path takes the parts of a {@code split}.
 */
public final class Routes {
  /** A mapping of this name gives what all names of the file may begin with. */
  static final String PREFIX = "prefix";

  private static final int MOST_PARTS = 1000;

  private final Map<String, Object> settings;
  private final List<Diagnostic> problems = new ArrayList<>();

  private Routes(Map<String, Object> settings) {
    this.settings = settings;
  }

  /**
   * All routes, line by line, in the order of the graph's weights.
   *
   * @param settings the values of the section's settings, for the sizes in {@code as} and {@code
   *     split}
   * @throws XfmException with everything that is wrong with the lines themselves
   */
  public static List<Route> of(Item.Checkpoint section, Graph graph, Map<String, Object> settings) {
    Routes routes = new Routes(settings);
    List<Route> found = new ArrayList<>();
    for (Ast.CheckpointLine line : section.lines()) {
      if (line instanceof Ast.Mapping mapping && !isPrefix(mapping)) {
        try {
          found.addAll(routes.line(mapping, graph));
        } catch (XfmException e) {
          routes.problems.addAll(e.diagnostics());
        }
      }
    }
    if (!routes.problems.isEmpty()) {
      throw new XfmException(routes.problems);
    }
    return found;
  }

  /** Texts that every tensor's name may begin with in a file, beside nothing. */
  public static List<String> prefixes(Item.Checkpoint section) {
    return section.lines().stream()
        .filter(line -> line instanceof Ast.Mapping mapping && isPrefix(mapping))
        .flatMap(line -> ((Ast.Mapping) line).files().stream())
        .map(Expr.Text::value)
        .toList();
  }

  private static boolean isPrefix(Ast.Mapping line) {
    Ast.PathSegment first = line.path().getFirst();
    return line.path().size() == 1
        && first.alternatives().size() == 1
        && first.index().isEmpty()
        && first.alternatives().getFirst().text().equals(PREFIX);
  }

  /** Weights that one tensor is cut into, by the place of their part. */
  private record Group(
      Map<String, Long> numbers, List<Integer> picks, Map<Integer, Graph.Weight> parts) {}

  private List<Route> line(Ast.Mapping line, Graph graph) {
    List<FileName> names = line.files().stream().map(FileName::of).toList();
    List<Integer> groups =
        line.path().stream().map(s -> s.alternatives().size()).filter(n -> n > 1).toList();
    boolean split = line.transforms().stream().anyMatch(t -> t instanceof Ast.Split);
    fits(line, names, groups, split);
    String open = stacked(line, names, split);

    Map<List<Object>, Group> found = new LinkedHashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      Optional<WeightPath.Match> match = WeightPath.of(weight.value().path()).match(line.path());
      if (match.isEmpty()) {
        continue;
      }
      List<Integer> picks = new ArrayList<>(match.get().picks());
      int part = split ? picks.removeLast() : 0;
      found
          .computeIfAbsent(
              List.of(match.get().numbers(), picks),
              k -> new Group(match.get().numbers(), picks, new TreeMap<>()))
          .parts()
          .put(part, weight);
    }
    List<Route> routes = new ArrayList<>();
    for (Group group : found.values()) {
      List<Graph.Weight> weights = List.copyOf(group.parts().values());
      List<Step> steps = steps(line, weights.getFirst());
      if (split) {
        complete(line, group, groups.getLast(), steps);
      }
      List<String> files =
          names.stream().map(n -> n.fill(group.numbers(), group.picks(), open)).toList();
      routes.add(new Route(line, weights, files, steps));
    }
    return routes;
  }

  private static void fits(
      Ast.Mapping line, List<FileName> names, List<Integer> groups, boolean split) {
    if (split && groups.isEmpty()) {
      throw Diagnostic.of(
              Code.CHECKPOINT, "a split makes several parts, and the path names one weight")
          .at(line.span())
          .help("name all parts in order: `(query | key | value) = … split 3 on columns`")
          .raise();
    }
    List<Integer> paired = split ? groups.subList(0, groups.size() - 1) : groups;
    for (FileName name : names) {
      List<Integer> choices = name.choices().stream().filter(n -> n > 1).toList();
      if (!choices.equals(paired)) {
        throw Diagnostic.of(
                Code.CHECKPOINT, "the alternatives of the path and of the text do not pair")
            .at(
                line.path().getFirst().span().to(line.path().getLast().span()),
                "groups of " + paired + " here")
            .at(name.text().span(), "groups of " + choices + " here")
            .help(
                "`(a | b) = \"…(p | q)…\"` pairs in order; a split takes the last group of the path")
            .raise();
      }
    }
  }

  /** The letter that a stack counts by: the one of the text that the path does not have. */
  private static String stacked(Ast.Mapping line, List<FileName> names, boolean split) {
    List<Ast.Stack> stacks =
        line.transforms().stream()
            .filter(t -> t instanceof Ast.Stack)
            .map(t -> (Ast.Stack) t)
            .toList();
    if (stacks.isEmpty()) {
      return "";
    }
    List<String> bound =
        line.path().stream()
            .flatMap(s -> s.index().stream())
            .filter(index -> index instanceof Expr.Name)
            .map(index -> ((Expr.Name) index).text())
            .toList();
    Set<List<String>> open =
        names.stream()
            .map(n -> n.letters().stream().filter(letter -> !bound.contains(letter)).toList())
            .collect(Collectors.toSet());
    if (split || stacks.size() > 1) {
      throw Diagnostic.of(Code.CHECKPOINT, "a line splits a tensor or stacks some, once")
          .at(stacks.getLast().span())
          .raise();
    }
    if (open.size() != 1 || open.iterator().next().size() != 1) {
      throw Diagnostic.of(
              Code.CHECKPOINT, "a stack counts by one letter of the text that the path lacks")
          .at(stacks.getFirst().span(), "stacked here")
          .at(names.getFirst().text().span(), "open here: " + open.iterator().next())
          .help(
              "as in `layer[l].up = \"layers.{l}.experts.{e}.up.weight\" transpose stack experts`")
          .raise();
    }
    return open.iterator().next().getFirst();
  }

  private static void complete(Ast.Mapping line, Group group, int alternatives, List<Step> steps) {
    int parts =
        steps.stream()
            .filter(s -> s instanceof Step.Split)
            .mapToInt(s -> ((Step.Split) s).parts())
            .findFirst()
            .orElseThrow();
    if (parts != alternatives) {
      throw Diagnostic.of(
              Code.CHECKPOINT,
              "the split makes " + parts + " parts, and the path names " + alternatives)
          .at(line.span())
          .raise();
    }
    if (group.parts().size() != parts) {
      throw Diagnostic.of(Code.CHECKPOINT, "some parts of this split would be read by no weight")
          .at(
              line.span(),
              "of its "
                  + parts
                  + " parts, only these are weights of the model: "
                  + String.join(
                      ", ", group.parts().values().stream().map(w -> w.value().path()).toList()))
          .raise();
    }
  }

  /** Sizes are settings, and the names that the weight's declaration gives its axes. */
  private List<Step> steps(Ast.Mapping line, Graph.Weight weight) {
    Map<String, Datum> names = new TreeMap<>();
    settings.forEach((name, value) -> names.put(name, Datum.of(value)));
    for (int axis = 0; axis < weight.axes().size(); axis++) {
      names.put(
          weight.axes().get(axis),
          new Datum.Int(weight.value().shape().get(axis).constant().orElseThrow()));
    }
    Formula formula = new Formula(names);
    List<Step> steps = new ArrayList<>();
    for (Ast.Transform transform : line.transforms()) {
      steps.add(
          switch (transform) {
            case Ast.Transpose t -> new Step.Transpose();
            case Ast.As(List<Expr> sizes, var span) ->
                new Step.As(sizes.stream().map(formula::integer).toList());
            case Ast.Split s -> split(s, formula, steps);
            case Ast.Stack(Expr parts, var span) -> new Step.Stack(parts(parts, formula));
          });
    }
    return steps;
  }

  private static int parts(Expr count, Formula formula) {
    long parts = formula.integer(count);
    if (parts < 1 || parts > MOST_PARTS) {
      throw Diagnostic.of(Code.CHECKPOINT, "of parts there are 1 … " + MOST_PARTS)
          .at(count.span(), "this is " + parts)
          .raise();
    }
    return (int) parts;
  }

  private static Step split(Ast.Split split, Formula formula, List<Step> before) {
    if (before.stream().anyMatch(s -> s instanceof Step.Split)) {
      throw Diagnostic.of(Code.CHECKPOINT, "a tensor is split once").at(split.span()).raise();
    }
    String axis = split.axis().map(Ast.Id::text).orElse("");
    return new Step.Split(
        parts(split.parts(), formula),
        switch (axis) {
          case "rows" -> Step.Axis.ROWS;
          case "columns" -> Step.Axis.COLUMNS;
          case "" -> Step.Axis.ONLY;
          default ->
              throw Diagnostic.of(Code.CHECKPOINT, "a tensor is split on `rows` or on `columns`")
                  .at(split.axis().orElseThrow().span())
                  .note("rows are its first axis, columns its last")
                  .raise();
        });
  }
}
