package xfm.language.tool;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.language.XfmContext;
import xfm.language.call.Parameter;
import xfm.language.translate.Translator;
import xfm.language.value.Values;

/** What a command is about: {@code FILE.xfm}, {@code FILE.xfm#model}, or a folder with a model. */
record Target(String written, Path path, Optional<String> model) {

  /**
   * Finds the file or folder.
   *
   * @throws XfmException if it is not there
   */
  static Target of(XfmContext context, String written) {
    int mark = written.lastIndexOf('#');
    String path = mark < 0 ? written : written.substring(0, mark);
    Optional<String> model = mark < 0 ? Optional.empty() : Optional.of(written.substring(mark + 1));
    return new Target(written, context.files().path(path, null), model);
  }

  boolean isFolder() {
    return Files.isDirectory(path);
  }

  /**
   * The checked program of a file.
   *
   * @throws XfmException with everything that is wrong with it
   */
  Program program() {
    return Program.open(path).checked();
  }

  /**
   * The model: of a folder the one that reads it, of a file the one that is named, or the only one.
   *
   * @param xfm the file that declares the model of a folder, in place of the standard library's
   * @throws XfmException if there is none, or several and none is named
   */
  Model open(Map<String, Object> settings, Optional<Path> xfm) {
    if (isFolder()) {
      if (!settings.isEmpty()) {
        throw Diagnostic.of(Code.CALL, "the settings of a folder's model are in its config.json")
            .help("to try others, name a file: FILE.xfm#model")
            .raise();
      }
      return Program.find(path, xfm);
    }
    if (xfm.isPresent()) {
      throw Diagnostic.of(
              Code.CALL, "--xfm says what reads a folder, and `" + written + "` is a file")
          .help("leave --xfm out")
          .raise();
    }
    Program program = program();
    Item.Declaration declaration = declaration(program);
    settings.forEach((name, value) -> fits(declaration, name, value));
    return program.make(declaration, settings, declaration.name().span());
  }

  /** What is wrong with a setting stands on the command line, not in the file. */
  private static void fits(Item.Declaration model, String name, Object value) {
    List<Ast.Parameter> parameters =
        model.parameters().stream()
            .filter(p -> !(p.type().orElse(null) instanceof Type.Tensor))
            .toList();
    List<String> names = parameters.stream().map(p -> p.name().text()).toList();
    String option = "`--set " + name + "=" + value + "`: ";
    int at = names.indexOf(name);
    if (at < 0) {
      throw Diagnostic.of(
              Code.CALL, option + "the model `" + model.name() + "` has no setting `" + name + "`")
          .help(
              Nearest.suggest(name, names)
                  .map(m -> "did you mean `" + m + "`?")
                  .orElse(names.isEmpty() ? "it has none" : "it has " + String.join(", ", names)))
          .raise();
    }
    Parameter.Kind kind = Translator.signature("", parameters).parameters().get(at).kind();
    if (kind.accept(value).isEmpty()) {
      throw Diagnostic.of(
              Code.TYPE,
              option
                  + "`"
                  + name
                  + "` is "
                  + kind.words()
                  + ", and this is "
                  + Values.describe(value))
          .at(parameters.get(at).span(), "declared here")
          .raise();
    }
  }

  private Item.Declaration declaration(Program program) {
    List<String> models = program.models();
    if (model.isEmpty() && models.size() != 1) {
      throw Diagnostic.of(
              Code.NAME,
              models.isEmpty()
                  ? "`" + written + "` declares no model"
                  : "`" + written + "` declares " + models.size() + " models: name one")
          .help(models.isEmpty() ? "" : "such as " + written + "#" + models.getFirst())
          .raise();
    }
    String name = model.orElseGet(models::getFirst);
    return program
        .declaration(name)
        .filter(d -> d.kind() == Item.Kind.MODEL)
        .orElseThrow(() -> {
          Optional<String> meant = Nearest.suggest(name, models);
          return Diagnostic.of(
                  Code.NAME, "`" + path.getFileName() + "` has no model `" + name + "`")
              .help(
                  meant
                      .map(m -> "did you mean `" + m + "`?")
                      .orElse(models.isEmpty() ? "" : "it has " + String.join(", ", models)))
              .raise();
        });
  }
}
