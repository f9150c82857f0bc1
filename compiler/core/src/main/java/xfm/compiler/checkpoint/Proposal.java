package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import xfm.compiler.ast.Item;
import xfm.compiler.ir.Graph;
import xfm.runtime.io.Checkpoint;

/**
 * The lines of a checkpoint section for a model and a folder that no section reads yet, to be
 * pasted and mended: each weight with the tensor that fits it best by shape and name. What is in
 * doubt is said in a comment, and so is what was left over.
 */
public final class Proposal {
  private static final Pattern NUMBER = Pattern.compile("(?<=^|\\.)\\d+(?=\\.|$)");
  private static final double DOUBT = 0.1;

  /** Weights or tensors that differ in the number of their layer alone; in none, without one. */
  private record Kind(String pattern, Set<Long> layers, long[] shape) {
    long elements() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    boolean isFor(Kind weight) {
      return layers.equals(weight.layers());
    }
  }

  private record Weight(Kind kind, List<String> axes) {}

  /**
   * @param members the kinds that are stacked; itself, if it is not
   */
  private record Source(Kind kind, int stacked, List<Kind> members) {}

  private record Choice(Weight weight, Source source, String transforms, double score) {}

  private final List<Weight> weights;
  private final List<Source> sources;
  private final Likeness likeness;
  private final Map<Weight, String> lines = new LinkedHashMap<>();
  private final Map<Weight, Source> chosen = new LinkedHashMap<>();
  private final Set<Kind> used = new LinkedHashSet<>();
  private boolean transposed;

  private Proposal(Graph graph, Checkpoint files, List<Item.Checkpoint> known) {
    weights = weights(graph);
    sources = sources(files);
    likeness =
        new Likeness(
            known,
            weights.stream().map(w -> w.kind().pattern()).toList(),
            sources.stream().map(s -> s.kind().pattern()).toList());
  }

  /**
   * One line for each weight, those of all layers together.
   *
   * @param known sections that show what tensors are called
   */
  public static List<String> lines(Graph graph, Checkpoint files, List<Item.Checkpoint> known) {
    Proposal proposal = new Proposal(graph, files, known);
    proposal.match();
    proposal.split();
    return proposal.text();
  }

  private static List<Weight> weights(Graph graph) {
    Map<List<Object>, Set<Long>> layers = new LinkedHashMap<>();
    Map<List<Object>, Weight> kinds = new LinkedHashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      if (!weight.constant()) {
        Matcher number = Pattern.compile("\\[(\\d+)]").matcher(weight.value().path());
        boolean one = number.find();
        String pattern = one ? number.replaceFirst("[l]") : weight.value().path();
        long[] shape =
            weight.value().shape().stream().mapToLong(s -> s.constant().orElseThrow()).toArray();
        List<Object> key = List.of(pattern, Arrays.toString(shape));
        Set<Long> of = layers.computeIfAbsent(key, _ -> new TreeSet<>());
        if (one) {
          number.reset();
          number.find();
          of.add(Long.parseLong(number.group(1)));
        }
        kinds.putIfAbsent(key, new Weight(new Kind(pattern, of, shape), weight.axes()));
      }
    }
    return List.copyOf(kinds.values());
  }

  private static List<Source> sources(Checkpoint files) {
    Map<List<Object>, Kind> kinds = new LinkedHashMap<>();
    for (String name : files.names()) {
      Matcher number = NUMBER.matcher(name);
      boolean one = number.find();
      long layer = one ? Long.parseLong(number.group()) : 0;
      String pattern = one ? number.replaceFirst("{l}") : name;
      long[] shape = files.shape(name);
      Kind kind =
          kinds.computeIfAbsent(
              List.of(pattern, Arrays.toString(shape)),
              _ -> new Kind(pattern, new TreeSet<>(), shape));
      if (one) {
        kind.layers().add(layer);
      }
    }
    List<Source> sources = new ArrayList<>();
    Map<List<Object>, List<Kind>> stacks = new LinkedHashMap<>();
    for (Kind kind : kinds.values()) {
      sources.add(new Source(kind, 0, List.of(kind)));
      Matcher number = NUMBER.matcher(kind.pattern());
      if (number.find()) {
        stacks
            .computeIfAbsent(
                List.of(number.replaceFirst("{e}"), kind.layers(), Arrays.toString(kind.shape())),
                _ -> new ArrayList<>())
            .add(kind);
      }
    }
    stacks.forEach((key, of) -> {
      if (of.size() > 1) {
        Kind one = of.getFirst();
        Kind stack = new Kind((String) key.getFirst(), one.layers(), one.shape());
        sources.add(new Source(stack, of.size(), of));
      }
    });
    return sources;
  }

  private void match() {
    List<Choice> choices = new ArrayList<>();
    int plain = 0;
    int turned = 0;
    for (Weight weight : weights) {
      List<Choice> own = new ArrayList<>();
      for (Source source : sources) {
        List<String> ways = ways(weight, source);
        if (!ways.isEmpty()) {
          double score = likeness.of(weight.kind().pattern(), source.kind().pattern());
          ways.forEach(way -> own.add(new Choice(weight, source, way, score)));
        }
      }
      // The likeliest matrix of each weight in the layers votes; tables of tokens lie as they are
      // read, whatever is done to the others.
      Optional<Choice> likeliest =
          own.stream()
              .filter(c -> c.source().kind().shape().length == 2)
              .filter(c -> !weight.kind().layers().isEmpty())
              .max(Comparator.comparingDouble(Choice::score))
              .filter(c -> ways(weight, c.source()).size() == 1);
      if (likeliest.isPresent()) {
        boolean turns = likeliest.get().transforms().startsWith("transpose");
        turned += turns ? 1 : 0;
        plain += turns ? 0 : 1;
      }
      choices.addAll(own);
    }
    transposed = turned >= plain;
    // Where a square says nothing, what the others are decides.
    choices.removeIf(choice ->
        ways(choice.weight(), choice.source()).size() > 1
            && choice.transforms().startsWith("transpose") != transposed);
    for (Optional<Choice> best = best(choices); best.isPresent(); best = best(choices)) {
      Choice choice = best.get();
      lines.put(choice.weight(), line(choice, choices));
      used.addAll(choice.source().members());
      chosen.put(choice.weight(), choice.source());
    }
  }

  private Optional<Choice> best(List<Choice> choices) {
    return open(choices).stream().max(Comparator.comparingDouble(this::rank));
  }

  private List<Choice> open(List<Choice> choices) {
    return choices.stream()
        .filter(c -> !lines.containsKey(c.weight()))
        .filter(c -> c.source().members().stream().noneMatch(used::contains))
        .toList();
  }

  /** Matrices go first; a bias goes where its matrix went, a norm's gain and bias together. */
  private double rank(Choice choice) {
    boolean beside =
        chosen.entrySet().stream()
            .anyMatch(each ->
                related(each.getKey(), choice.weight())
                    && module(each.getValue()).equals(module(choice.source())));
    return choice.score() + (choice.source().kind().shape().length > 1 ? 2 : 0) + (beside ? 1 : 0);
  }

  private boolean related(Weight a, Weight b) {
    return place(a).equals(place(b))
        && (name(a).startsWith(name(b) + "_")
            || name(b).startsWith(name(a) + "_")
            || weights.stream().filter(w -> place(w).equals(place(a))).count() == 2);
  }

  private static String name(Weight weight) {
    return weight.kind().pattern().substring(place(weight).length());
  }

  private static String module(Source source) {
    String pattern = source.kind().pattern();
    return pattern.substring(0, pattern.lastIndexOf('.') + 1);
  }

  /** How the shape of a tensor can become that of a weight: text of transforms. */
  private static List<String> ways(Weight weight, Source source) {
    Kind kind = source.kind();
    long[] needed = weight.kind().shape();
    if (!kind.isFor(weight.kind())
        && !(weight.kind().layers().isEmpty() && kind.layers().size() == 1)) {
      return List.of();
    }
    if (source.stacked() > 0) {
      if (needed.length == 0 || needed[0] != source.stacked()) {
        return List.of();
      }
      List<String> rest = weight.axes().subList(1, weight.axes().size());
      return ways(kind.shape(), Arrays.copyOfRange(needed, 1, needed.length), rest).stream()
          .map(way -> (way + " stack " + weight.axes().getFirst()).strip())
          .toList();
    }
    return ways(kind.shape(), needed, weight.axes());
  }

  private static List<String> ways(long[] found, long[] needed, List<String> axes) {
    if (product(found) != product(needed)) {
      return List.of();
    }
    List<String> ways = new ArrayList<>();
    String as = " as [" + String.join(", ", axes) + "]";
    if (Arrays.equals(found, needed)) {
      ways.add("");
    } else if (found.length != 2 || falls(found[0], needed)) {
      ways.add(as.strip());
    }
    if (found.length == 2 && Arrays.equals(new long[] {found[1], found[0]}, needed)) {
      ways.add("transpose");
    } else if (found.length == 2 && needed.length > 1 && falls(found[1], needed)) {
      ways.add("transpose" + as);
    }
    return ways;
  }

  /** Whether the first axes of a shape are so many together. */
  private static boolean falls(long size, long[] shape) {
    long together = 1;
    for (long axis : shape) {
      together *= axis;
      if (together == size) {
        return true;
      }
    }
    return false;
  }

  private static long product(long[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  private String line(Choice choice, List<Choice> all) {
    String doubts =
        open(all).stream()
            .filter(c -> c.weight() == choice.weight() && c.source() != choice.source())
            .filter(c -> rank(c) > rank(choice) - DOUBT)
            .map(c -> '"' + c.source().kind().pattern() + '"')
            .distinct()
            .limit(3)
            .collect(Collectors.joining(" or "));
    boolean square = ways(choice.weight(), choice.source()).size() > 1;
    return written(choice.weight().kind().pattern(), choice.source().kind(), choice.transforms())
        + (doubts.isEmpty() ? "" : "  # ? or " + doubts)
        + (square && doubts.isEmpty()
            ? "  # square: "
                + (transposed ? "transposed as the others are" : "as it lies, like the others")
            : "");
  }

  private static String written(String path, Kind source, String transforms) {
    String name =
        source.layers().size() == 1 && !path.contains("[l]")
            ? source.pattern().replace("{l}", source.layers().iterator().next().toString())
            : source.pattern();
    return path + " = \"" + name + "\"" + (transforms.isEmpty() ? "" : " " + transforms);
  }

  /** Weights of one shape in one place that a tensor holds side by side. */
  private void split() {
    for (Source source : sources) {
      Kind kind = source.kind();
      if (source.stacked() > 0 || used.contains(kind)) {
        continue;
      }
      Map<List<Object>, List<Weight>> groups = new LinkedHashMap<>();
      weights.stream()
          .filter(w -> !lines.containsKey(w) && kind.isFor(w.kind()))
          .forEach(w ->
              groups
                  .computeIfAbsent(
                      List.of(place(w), Arrays.toString(w.kind().shape())), _ -> new ArrayList<>())
                  .add(w));
      groups.values().stream()
          .filter(group -> group.size() > 1)
          .filter(group -> kind.elements() == group.size() * group.getFirst().kind().elements())
          .max(
              Comparator.comparingDouble(
                  group -> likeness.of(group.getFirst().kind().pattern(), kind.pattern())))
          .ifPresent(group -> split(kind, group));
    }
  }

  private static String place(Weight weight) {
    String pattern = weight.kind().pattern();
    return pattern.substring(0, pattern.lastIndexOf('.') + 1);
  }

  private void split(Kind kind, List<Weight> group) {
    Weight first = group.getFirst();
    int parts = group.size();
    long[] shape = kind.shape();
    Optional<String> transforms = Optional.empty();
    if (shape.length == 1) {
      long[] part = {shape[0] / parts};
      transforms =
          ways(part, first.kind().shape(), first.axes()).stream()
              .findFirst()
              .map(way -> "split " + parts + " " + way);
    } else if (shape.length == 2) {
      for (boolean rows : new boolean[] {transposed, !transposed}) {
        long[] part =
            rows
                ? new long[] {shape[0] / parts, shape[1]}
                : new long[] {shape[0], shape[1] / parts};
        transforms =
            transforms.or(() ->
                ways(part, first.kind().shape(), first.axes()).stream()
                    .filter(way -> way.startsWith("transpose") == rows)
                    .findFirst()
                    .map(way -> "split " + parts + " on " + (rows ? "rows " : "columns ") + way));
      }
    }
    transforms.ifPresent(way -> {
      String names =
          group.stream().map(Proposal::name).collect(Collectors.joining(" | ", "(", ")"));
      used.add(kind);
      group.forEach(w -> lines.put(w, ""));
      lines.put(first, written(place(first) + names, kind, way.strip()) + "  # ? in this order");
    });
  }

  private List<String> text() {
    List<String> text = new ArrayList<>();
    for (Weight weight : weights) {
      String line = lines.get(weight);
      if (line == null) {
        text.add(
            "# ? "
                + weight.kind().pattern()
                + " "
                + weight.axes()
                + " "
                + Arrays.toString(weight.kind().shape())
                + ": no tensor that is left has its size");
      } else if (!line.isEmpty()) {
        text.add(line);
      }
    }
    for (Source source : sources) {
      if (source.stacked() == 0 && !used.contains(source.kind())) {
        text.add(
            "# ? \""
                + source.kind().pattern()
                + "\" "
                + Arrays.toString(source.kind().shape())
                + " becomes no weight: if it is none, ignore it");
      }
    }
    return text;
  }
}
