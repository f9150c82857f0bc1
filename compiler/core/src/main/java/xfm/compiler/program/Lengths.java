package xfm.compiler.program;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;

/** Lengths that are asked about where there is no input yet. */
final class Lengths {
  /** Stands for every length that is not named. */
  static final String ALL = "";

  private Lengths() {}

  /**
   * The lengths that were asked for; the others at their bounds, if they have one.
   *
   * @param asked numbers, 1 or more, by the names of lengths, or for {@link #ALL}
   * @throws XfmException if the model has no such length, or takes none of that size
   */
  static Map<Atom.Symbol, Long> of(Graph graph, Map<String, Long> asked) {
    List<String> names = graph.lengths().stream().map(Atom.Symbol::name).toList();
    if (names.isEmpty() && !asked.isEmpty()) {
      throw call("the model `" + graph.name() + "` has no length: all its sizes are fixed")
          .help("leave --length out")
          .raise();
    }
    asked.keySet().stream()
        .filter(name -> !name.equals(ALL) && !names.contains(name))
        .findFirst()
        .ifPresent(name -> {
          Optional<String> meant = Nearest.suggest(name, names);
          throw call("the model `" + graph.name() + "` has no length `" + name + "`")
              .help(
                  meant
                      .map(m -> "did you mean `" + m + "`?")
                      .orElse("it has " + String.join(", ", names)))
              .raise();
        });
    Map<Atom.Symbol, Long> longest = graph.longest();
    Map<Atom.Symbol, Long> lengths = new LinkedHashMap<>();
    for (Atom.Symbol length : graph.lengths()) {
      Optional<Long> most = Optional.ofNullable(longest.get(length));
      Optional<Long> own =
          Optional.ofNullable(asked.getOrDefault(length.name(), asked.get(ALL))).or(() -> most);
      own.ifPresent(size -> {
        if (most.isPresent() && size > most.get()) {
          throw call("`%s` is %,d, and the model `%s` takes at most %,d"
                  .formatted(length, size, graph.name(), most.get()))
              .help("ask for a shorter one")
              .raise();
        }
        lengths.put(length, size);
      });
    }
    if (lengths.size() == names.size()) {
      Inputs.conditions(graph, lengths);
    }
    return lengths;
  }

  private static Diagnostic call(String message) {
    return Diagnostic.of(Code.CALL, message);
  }
}
