package xfm.compiler.program;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.source.Span;

/** Lengths that are asked about where there is no input yet. */
final class Lengths {
  /** Stands for every length that is not named. */
  static final String ALL = "";

  private Lengths() {}

  /**
   * The lengths that were asked for; the others at their bounds, if they have one.
   *
   * @param file declares the model, if its settings can be chosen
   * @param asked numbers, 1 or more, by the names of lengths, or for {@link #ALL}
   * @throws XfmException if the model has no such length, or takes none of that size
   */
  static Map<Atom.Symbol, Long> of(Graph graph, Optional<Ast.File> file, Map<String, Long> asked) {
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
              .help(
                  "ask for a shorter one"
                      + file.flatMap(f -> bound(f, graph.name(), length.name()))
                          .map(
                              name -> ", or give the model room: `--set " + name + "=" + size + "`")
                          .orElse(""))
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

  /** The setting that a length is bounded by: {@code context}, of {@code [n <= context]}. */
  private static Optional<String> bound(Ast.File file, String model, String length) {
    return file.items().stream()
        .filter(item -> item instanceof Item.Declaration d && d.name().text().equals(model))
        .flatMap(item -> ((Item.Declaration) item).parameters().stream())
        .flatMap(parameter -> parameter.type().stream())
        .filter(Type.Tensor.class::isInstance)
        .flatMap(type -> ((Type.Tensor) type).dims().stream())
        .map(dim ->
            dim instanceof Ast.Size(Expr.Name(String of, Span _), Optional<Expr> atMost, Span _)
                    && of.equals(length)
                    && atMost.orElse(null) instanceof Expr.Name(String setting, Span _)
                ? setting
                : "")
        .filter(setting -> !setting.isEmpty())
        .findFirst();
  }

  private static Diagnostic call(String message) {
    return Diagnostic.of(Code.CALL, message);
  }
}
