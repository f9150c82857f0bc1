package xfm.compiler.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.check.Checker;
import xfm.compiler.check.ScriptCalls;
import xfm.compiler.check.Unread;
import xfm.compiler.checkpoint.Sections;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;

/** What is wrong with a file and its imports, and worth to know of it, before anything runs. */
final class Checks {
  /** More are not read. */
  private static final int MOST_REMARKS = 50;

  private final Program program;

  Checks(Program program) {
    this.program = program;
  }

  /**
   * Everything that is wrong.
   *
   * @param defaults whether the file's models are made once, too; of its imports those alone that
   *     something makes
   */
  List<Diagnostic> all(boolean defaults) {
    List<Diagnostic> found = new ArrayList<>();
    List<Wrong> wrong = new ArrayList<>();
    for (Program each : program.withImports()) {
      names(each, found);
      if (!declarations(each, defaults && each == program, wrong)) {
        break; // what uses it would run into the same limit, and each time take as long
      }
    }
    found.addAll(once(wrong));
    repeated(found);
    return found;
  }

  /** Looks for names that are declared twice, and sections of models that are not declared. */
  private static void names(Program program, List<Diagnostic> found) {
    program
        .declaredAgain()
        .forEach((name, again) ->
            found.add(
                Diagnostic.of(Code.NAME, "`" + name + "` is declared twice")
                    .at(again.name().span(), "again here")
                    .at(program.declares(name).orElseThrow().name().span(), "first here")));
    for (Item.Checkpoint checkpoint : program.checkpoints()) {
      String name = checkpoint.model().text();
      if (!name.equals(Sections.ANY)
          && program.declaration(name).filter(d -> d.kind() == Item.Kind.MODEL).isEmpty()) {
        found.add(
            Diagnostic.of(
                    Code.NAME,
                    "this section reads files for a model `" + name + "`, which is not declared")
                .at(checkpoint.model().span())
                .help(
                    Nearest.suggest(name, program.models())
                        .map(near -> "did you mean `" + near + "`?")
                        .orElse("")));
      }
    }
  }

  /**
   * Checks each declaration.
   *
   * @return false if one is beyond a limit
   */
  private static boolean declarations(Program program, boolean defaults, List<Wrong> wrong) {
    for (Item.Declaration d : program.declaredHere()) {
      List<Diagnostic> problems = Checker.check(d, program.declarations());
      if (defaults && problems.isEmpty() && d.kind() == Item.Kind.MODEL) {
        problems = tryDefaults(program, d);
      }
      problems.forEach(p -> wrong.add(new Wrong(d, p)));
      if (problems.stream().anyMatch(p -> p.code() == Code.LIMIT)) {
        return false;
      }
    }
    return true;
  }

  /** A model whose parameters all have defaults is made once with them. */
  private static List<Diagnostic> tryDefaults(Program program, Item.Declaration d) {
    boolean complete =
        d.parameters().stream()
            .allMatch(
                p -> p.defaultValue().isPresent() || p.type().orElse(null) instanceof Type.Tensor);
    if (complete) {
      try {
        program.graph(d, Map.of(), d.name().span());
      } catch (XfmException e) {
        return e.diagnostics();
      }
    }
    return List.of();
  }

  /** What is wrong with the models that the script makes of plain numbers, texts and truths. */
  List<Diagnostic> made() {
    List<Diagnostic> found = new ArrayList<>();
    for (Expr.Call call : ScriptCalls.of(program.file().items())) {
      Optional<Item.Declaration> model =
          program
              .declaration(((Expr.Name) call.callee()).text())
              .filter(d -> d.kind() == Item.Kind.MODEL && complete(d, call));
      Optional<Map<String, Object>> settings = settings(call);
      if (model.isPresent() && settings.isPresent() && !call.arguments().isEmpty()) {
        try {
          program.graph(model.get(), settings.get(), call.span());
        } catch (XfmException e) {
          e.diagnostics().forEach(d -> found.add(d.from(call.span(), "made here")));
        }
      }
    }
    return found;
  }

  /** Whether every setting has a default or is given by name. */
  private static boolean complete(Item.Declaration d, Expr.Call call) {
    Set<String> given =
        call.arguments().stream()
            .flatMap(a -> a.name().stream())
            .map(Ast.Id::text)
            .collect(Collectors.toSet());
    return d.parameters().stream()
        .allMatch(p ->
            p.defaultValue().isPresent()
                || p.type().orElse(null) instanceof Type.Tensor
                || given.contains(p.name().text()));
  }

  /** The arguments of a call, where each has a name and is a literal. */
  private static Optional<Map<String, Object>> settings(Expr.Call call) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (Ast.Argument argument : call.arguments()) {
      boolean negative =
          argument.value() instanceof Expr.Unary(Expr.UnaryOp op, Expr _, Span _)
              && op == Expr.UnaryOp.NEGATE;
      Expr plain = negative ? ((Expr.Unary) argument.value()).operand() : argument.value();
      Optional<Object> value =
          switch (plain) {
            case Expr.IntLiteral n -> Optional.of(negative ? -n.value() : n.value());
            case Expr.FloatLiteral n -> Optional.of(negative ? -n.value() : n.value());
            case Expr.BoolLiteral truth when !negative -> Optional.of(truth.value());
            case Expr.Text text when !negative -> Optional.of(text.value());
            default -> Optional.empty();
          };
      if (argument.name().isEmpty() || value.isEmpty()) {
        return Optional.empty();
      }
      settings.put(argument.name().get().text(), value.get());
    }
    return Optional.of(settings);
  }

  /** What is worth to know of this file's declarations, though nothing is wrong with it. */
  List<Diagnostic> remarks() {
    return program.declaredHere().stream()
        .flatMap(d -> Unread.weights(d).stream())
        .limit(MOST_REMARKS)
        .toList();
  }

  /** What was found in checking a declaration; perhaps inside another one that it calls. */
  private record Wrong(Item.Declaration checked, Diagnostic problem) {
    boolean atHome() {
      return problem.place().filter(checked.span()::holds).isPresent();
    }

    List<Object> same() {
      return List.of(problem.code(), problem.place());
    }
  }

  /**
   * What is wrong in a body as it stands is so in each of its calls: it is said once, in the body.
   * What a call alone makes wrong is said of each call.
   */
  private static List<Diagnostic> once(List<Wrong> wrong) {
    Set<List<Object>> said = new HashSet<>();
    wrong.stream().filter(Wrong::atHome).forEach(w -> said.add(w.same()));
    return wrong.stream()
        .filter(w -> w.atHome() || !said.contains(w.same()))
        .map(Wrong::problem)
        .toList();
  }

  /** Blocks that call each other are found from each of them: the same places say the same. */
  private static void repeated(List<Diagnostic> found) {
    Set<Set<Span>> seen = new HashSet<>();
    found.removeIf(d ->
        d.labels().size() > 1
            && !seen.add(
                d.labels().stream().map(Diagnostic.Label::span).collect(Collectors.toSet())));
  }
}
