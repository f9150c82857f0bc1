package xfm.language;

import com.oracle.truffle.api.RootCallTarget;
import com.oracle.truffle.api.source.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Program;
import xfm.compiler.syntax.Parser;
import xfm.language.error.Problems;
import xfm.language.translate.Translator;

/**
 * Reads texts into a context. A text with a path is a program of its own, with the imports of its
 * folder; one without a path, as a console or a host gives it, goes on where the last text ended.
 */
final class Scripts {
  private final Problems problems;
  private final Files files;
  private final Translator translator;
  private final Globals globals;
  private final Declarations declarations;
  private Optional<Program> last = Optional.empty();

  Scripts(XfmLanguage language, Problems problems, Files files, Globals globals) {
    this.problems = problems;
    this.files = files;
    this.translator = new Translator(language, problems);
    this.globals = globals;
    this.declarations = new Declarations(translator);
  }

  Declarations declarations() {
    return declarations;
  }

  /** The entry of a text; its declarations are checked and known when this returns. */
  RootCallTarget read(Source source) throws XfmException {
    xfm.compiler.source.Source text =
        new xfm.compiler.source.Source(source.getName(), source.getCharacters().toString());
    problems.know(text, source);
    Ast.File file = Parser.parse(text);
    Optional<Path> folder = files.folder(Optional.ofNullable(source.getPath()));
    Program program =
        source.getPath() == null && last.isPresent()
            ? last.get().with(file, folder)
            : Program.of(file, folder);
    RootCallTarget entry = translator.script(file, program.checked(), globals, declarations);
    last = Optional.of(program);
    return entry;
  }

  /** Everything wrong with a file, and remarks if nothing is; nothing of it becomes known here. */
  List<Diagnostic> check(Path path) {
    List<Diagnostic> found = new ArrayList<>();
    try {
      Program program = Program.open(path);
      found.addAll(program.check());
      translator.script(program.file(), program, new Globals(), new Declarations(translator));
      if (found.isEmpty()) {
        found.addAll(program.made());
        found.addAll(program.remarks());
      }
    } catch (XfmException e) {
      found.addAll(e.diagnostics());
    }
    return found;
  }
}
