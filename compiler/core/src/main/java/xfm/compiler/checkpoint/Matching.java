package xfm.compiler.checkpoint;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.ir.Graph;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.io.Printable;
import xfm.runtime.tensor.Shapes;

/** Compares what the routes need with what the files hold, and lists every disagreement at once. */
final class Matching {
  /** How many lines of one kind an error shows. */
  private static final int SHOWN = 12;

  private final Item.Checkpoint section;
  private final Graph graph;
  private final Checkpoint files;
  private final List<Route> routes;
  private final List<String> prefixes;
  private final List<Pattern> ignored;

  private final Map<Route, List<String>> sources = new LinkedHashMap<>();
  private final Set<String> used = new LinkedHashSet<>();
  private final List<String> misfits = new ArrayList<>();

  Matching(Item.Checkpoint section, Graph graph, Map<String, Object> settings, Checkpoint files) {
    this.section = section;
    this.graph = graph;
    this.files = files;
    this.routes = Routes.of(section, graph, settings);
    this.prefixes = Routes.prefixes(section);
    this.ignored =
        section.lines().stream()
            .filter(line -> line instanceof Ast.Ignore)
            .flatMap(line -> ((Ast.Ignore) line).files().stream())
            .map(text -> FileName.of(text).pattern())
            .toList();
  }

  BoundWeights match() {
    List<Route> missing = new ArrayList<>();
    Set<String> first = new LinkedHashSet<>();
    routes.forEach(route -> first.add(route.files().getFirst()));
    for (Route route : routes) {
      // A tied name is another weight's own where that weight exists: an untied head.
      String own = route.files().getFirst();
      List<List<String>> present =
          route.files().stream()
              .filter(name -> name.equals(own) || !first.contains(name))
              .map(name -> route.tensors(name).stream().flatMap(n -> find(n).stream()).toList())
              .filter(found -> found.size() == route.tensors(own).size())
              .distinct()
              .toList();
      if (present.isEmpty()) {
        missing.add(route);
        // Of a stack that lacks some, the others are not the problem.
        route.files().stream()
            .flatMap(name -> route.tensors(name).stream())
            .flatMap(name -> find(name).stream())
            .forEach(used::add);
      } else {
        present.forEach(used::addAll);
        sources.put(route, present.getFirst());
        shape(route, present);
      }
    }
    List<String> problems = new ArrayList<>();
    add(problems, missing.stream().map(this::missing).toList());
    add(problems, misfits);
    add(problems, unnamed());
    add(problems, twice());
    add(problems, unread());
    if (!problems.isEmpty()) {
      Diagnostic diagnostic =
          Diagnostic.of(
                  Code.CHECKPOINT,
                  "the weights of the model and the tensors of the file do not match")
              .at(section.model().span(), "read by this section");
      for (String problem : problems) {
        diagnostic = diagnostic.note(problem);
      }
      throw diagnostic.raise();
    }
    return new BoundWeights(files, sources);
  }

  private static void add(List<String> problems, List<String> more) {
    problems.addAll(more.subList(0, Math.min(SHOWN, more.size())));
    if (more.size() > SHOWN) {
      problems.add("… and " + (more.size() - SHOWN) + " more like the last one");
    }
  }

  /** The name as it is in the file: as written, or behind a prefix. */
  private Optional<String> find(String name) {
    if (files.names().contains(name)) {
      return Optional.of(name);
    }
    return prefixes.stream().map(p -> p + name).filter(n -> files.names().contains(n)).findFirst();
  }

  private String missing(Route route) {
    StringJoiner weights = new StringJoiner(", ");
    route.weights().forEach(weight -> weights.add(described(weight)));
    String name =
        route.tensors(route.files().getFirst()).stream()
            .filter(n -> find(n).isEmpty())
            .findFirst()
            .orElse(route.files().getFirst());
    Map<String, String> free = new LinkedHashMap<>();
    files.names().stream().filter(n -> !wanted(n)).forEach(n -> free.put(withoutPrefix(n), n));
    return "the file has no tensor \""
        + (route.files().size() == 1 ? name : String.join("\" or \"", route.files()))
        + "\" for "
        + weights
        + Nearest.suggest(name, free.keySet())
            .map(free::get)
            .map(near -> "; did you mean " + Printable.quote(near) + ", " + shape(near) + "?")
            .orElse("");
  }

  private String withoutPrefix(String name) {
    return prefixes.stream()
        .filter(name::startsWith)
        .map(prefix -> name.substring(prefix.length()))
        .findFirst()
        .orElse(name);
  }

  private boolean wanted(String name) {
    return used.contains(name)
        || routes.stream()
            .anyMatch(r -> r.files().stream().anyMatch(f -> r.tensors(f).contains(name)));
  }

  private static String described(Graph.Weight weight) {
    StringJoiner axes = new StringJoiner(", ", "[", "]");
    for (int k = 0; k < weight.axes().size(); k++) {
      String size = weight.value().shape().get(k).toString();
      axes.add(weight.axes().get(k).equals(size) ? size : weight.axes().get(k) + " " + size);
    }
    return "`" + weight.value().path() + "` " + axes;
  }

  private String shape(String name) {
    return Shapes.text(files.shape(name));
  }

  private void shape(Route route, List<List<String>> present) {
    String file = present.getFirst().getFirst();
    for (String each : present.getFirst()) {
      if (!Widening.takes(files.dtype(each))) {
        misfits.add(
            Printable.quote(each)
                + " holds "
                + files.dtype(each)
                + ", and only float weights (F16, BF16, F32, F64) are read");
        return;
      }
      if (!Arrays.equals(files.shape(each), files.shape(file))) {
        misfits.add(
            Printable.quote(each)
                + " is "
                + shape(each)
                + ", and "
                + Printable.quote(file)
                + ", on which it is stacked, is "
                + shape(file));
        return;
      }
    }
    for (List<String> other : present.subList(1, present.size())) {
      for (int k = 0; k < other.size(); k++) {
        if (!same(present.getFirst().get(k), other.get(k))) {
          misfits.add(
              Printable.quote(present.getFirst().get(k))
                  + " and "
                  + Printable.quote(other.get(k))
                  + " must be equal, as both are "
                  + described(route.weights().getFirst())
                  + ", and they are not");
        }
      }
    }
    Shaping shaping = Shaping.of(files.shape(file), route.steps());
    if (shaping.failed()) {
      misfits.add(Printable.quote(file) + " is " + shaping.text());
      return;
    }
    for (Graph.Weight weight : route.weights()) {
      long[] needed =
          weight.value().shape().stream()
              .mapToLong(size -> size.constant().orElseThrow())
              .toArray();
      if (!Arrays.equals(needed, shaping.shape())) {
        misfits.add(
            Printable.quote(file)
                + " is "
                + shaping.text()
                + ", and the weight is "
                + described(weight)
                + mend(needed, shaping.shape(), weight));
      }
    }
  }

  /** What may be missing from the line, where the elements are as many as they should be. */
  private static String mend(long[] needed, long[] found, Graph.Weight weight) {
    if (needed.length == 2 && found.length == 2 && needed[0] == found[1] && needed[1] == found[0]) {
      return "; is a `transpose` missing, or one too many?";
    }
    return product(needed) == product(found) ? "; did you mean `as " + weight.axes() + "`?" : "";
  }

  private static long product(long[] shape) {
    return Shapes.elements(shape);
  }

  /** Bit for bit. */
  private boolean same(String a, String b) {
    if (files.dtype(a) != files.dtype(b) || !Arrays.equals(files.shape(a), files.shape(b))) {
      return false;
    }
    try (Arena arena = Arena.ofShared()) { // not confined: see plan.Weights
      return files.tensor(a, arena).data().mismatch(files.tensor(b, arena).data()) == -1;
    }
  }

  /** Weights that no line speaks of. */
  private List<String> unnamed() {
    Set<String> named = new LinkedHashSet<>();
    routes.forEach(route -> route.weights().forEach(weight -> named.add(weight.value().path())));
    return graph.weights().stream()
        .filter(weight -> !weight.constant() && !named.contains(weight.value().path()))
        .map(weight -> "no line of the section says where the weight " + described(weight) + " is")
        .toList();
  }

  private List<String> twice() {
    Map<String, Ast.Mapping> first = new HashMap<>();
    List<String> problems = new ArrayList<>();
    for (Route route : routes) {
      for (Graph.Weight weight : route.weights()) {
        Ast.Mapping before = first.put(weight.value().path(), route.line());
        if (before != null) {
          problems.add(
              "two lines of the section speak of `"
                  + weight.value().path()
                  + "`: "
                  + before.span()
                  + " and "
                  + route.line().span());
        }
      }
    }
    return problems;
  }

  /** Tensors that nobody reads. */
  private List<String> unread() {
    return files.names().stream()
        .filter(name -> !used.contains(name) && !ignores(name))
        .map(name ->
            "no line of the section reads the tensor " + Printable.quote(name) + ", " + shape(name))
        .toList();
  }

  private boolean ignores(String name) {
    return ignored.stream()
        .anyMatch(pattern ->
            pattern.matcher(name).matches()
                || prefixes.stream()
                    .anyMatch(p ->
                        name.startsWith(p)
                            && pattern.matcher(name.substring(p.length())).matches()));
  }
}
