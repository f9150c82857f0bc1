package xfm.compiler.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.runtime.io.JsonValue;

/** Which section reads a folder. */
public final class Sections {
  /** The name of sections that read no model, whose ignored keys hold for all models. */
  public static final String ANY = "any";

  private Sections() {}

  /**
   * The first section that applies to a folder: its name is the {@code model_type}, or it requires
   * values of {@code config.model_type} and they hold.
   *
   * @param file where the configuration was read, for messages
   * @throws XfmException if none applies, naming those that there are
   */
  public static Item.Checkpoint find(
      List<Item.Checkpoint> sections, Path file, JsonValue.Obj config) {
    if (!(config.members().get(Keys.MODEL_TYPE) instanceof JsonValue.Text(String type))) {
      throw Diagnostic.of(Code.CHECKPOINT, file + " names no model_type")
          .note("the model_type says which checkpoint section reads the folder")
          .raise();
    }
    return sections.stream()
        .filter(section -> applies(section, type, config))
        .findFirst()
        .orElseThrow(() -> none(sections, file, type));
  }

  /** Whether a section reads folders with this configuration. */
  public static boolean applies(Item.Checkpoint section, JsonValue.Obj config) {
    return config.members().get(Keys.MODEL_TYPE) instanceof JsonValue.Text(String type)
        && applies(section, type, config);
  }

  private static boolean applies(Item.Checkpoint section, String type, JsonValue.Obj config) {
    if (section.model().text().equals(ANY)) {
      return false;
    }
    List<Expr> types = types(section);
    if (types.isEmpty()) {
      return section.model().text().equals(type);
    }
    Formula formula =
        new Formula(Map.of(Formula.CONFIG, new Datum.Fields(Formula.CONFIG, config.members())));
    return types.stream().allMatch(formula::truth);
  }

  /** Whether the section says by conditions which {@code model_type} it reads, not by its name. */
  public static boolean choosesType(Item.Checkpoint section) {
    return !types(section).isEmpty();
  }

  /** The conditions on the model_type. */
  static List<Expr> types(Item.Checkpoint section) {
    return section.lines().stream()
        .filter(line -> line instanceof Ast.CheckpointRequire)
        .map(line -> ((Ast.CheckpointRequire) line).condition())
        .filter(condition -> Keys.in(condition).contains(Keys.MODEL_TYPE))
        .toList();
  }

  private static XfmException none(List<Item.Checkpoint> sections, Path file, String type) {
    Set<String> known = new LinkedHashSet<>();
    for (Item.Checkpoint section : sections) {
      List<Expr> types = types(section);
      if (types.isEmpty() && !section.model().text().equals(ANY)) {
        known.add(section.model().text());
      }
      types.forEach(condition -> texts(condition, known));
    }
    Diagnostic diagnostic =
        Diagnostic.of(
                Code.CHECKPOINT,
                "no checkpoint section reads folders of model_type \"" + type + "\"")
            .note(
                file
                    + " says so; "
                    + (known.isEmpty()
                        ? "the program has no checkpoint section"
                        : "there are sections for " + String.join(", ", known)));
    Optional<String> near = Nearest.suggest(type, known);
    return diagnostic
        .help(
            near.map(n -> "is it a \"" + n + "\"? Otherwise ").orElse("")
                + "declare the model in a file with `checkpoint "
                + type
                + " { … }`, and name the file with --xfm")
        .raise();
  }

  private static void texts(Expr expr, Set<String> into) {
    switch (expr) {
      case Expr.Text text -> into.add(text.value());
      case Expr.Group group -> texts(group.inner(), into);
      case Expr.Binary binary -> {
        texts(binary.left(), into);
        texts(binary.right(), into);
      }
      default -> {}
    }
  }
}
