package xfm.compiler.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.syntax.Parser;

/**
 * Follows {@code import "masks.xfm"}: relative to the importing file, never outside the folder of
 * the file that everything began with; a cycle is an error. Under a name, {@code as masks}, what
 * the file declares is known as {@code masks.causal}.
 */
final class Imports {
  private final Optional<Path> root;
  private final Stdlib stdlib;
  private final Map<Path, Program> known = new HashMap<>();
  private final List<Path> open = new ArrayList<>();

  private Imports(Optional<Path> root, Stdlib stdlib) {
    this.root = root;
    this.stdlib = stdlib;
  }

  static Program open(Path path) {
    Ast.File file = Parser.parse(Parser.read(path));
    Optional<Path> folder = Optional.of(folder(path));
    Imports imports = new Imports(folder, new Stdlib());
    Program program = Program.of(file, imports.stdlib);
    imports.open.add(real(path).orElse(absolute(path)));
    imports.follow(program, file, folder);
    return program;
  }

  static void into(Program program, Ast.File file, Optional<Path> folder) {
    new Imports(folder, program.stdlib()).follow(program, file, folder);
  }

  private void follow(Program program, Ast.File file, Optional<Path> folder) {
    for (Item item : file.items()) {
      if (item instanceof Item.Import i) {
        Program imported = resolve(i, folder);
        if (i.name().isPresent()) {
          program.addImport(i.name().get(), imported);
        } else {
          program.addImport(imported);
        }
      }
    }
  }

  private Program resolve(Item.Import i, Optional<Path> folder) {
    String text = i.path().value();
    if (text.startsWith("stdlib/")) {
      return stdlib
          .file(text.substring("stdlib/".length()))
          .orElseThrow(() ->
              problem(
                  i,
                  "the standard library has no file `" + text + "`",
                  Nearest.suggest(text, stdlib.files())
                      .map(near -> "did you mean `" + near + "`?")
                      .orElse("it has " + String.join(", ", stdlib.files()))));
    }
    if (folder.isEmpty() || root.isEmpty()) {
      throw problem(i, "this text has no folder that an import could be relative to", "");
    }
    Path shown;
    try {
      shown = folder.get().resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw problem(i, "this is no path of a file", "");
    }
    if (!text.endsWith(".xfm")) {
      throw problem(
          i,
          "an import is a program, whose name ends in `.xfm`",
          text.indexOf('.') < 0
              ? "write `import \"" + text + ".xfm\"`"
              : "a script reads a text by `read(\"" + text + "\")`");
    }
    Path path = absolute(shown);
    if (!path.startsWith(absolute(root.get()))) {
      throw leaves(i);
    }
    Path real =
        real(path)
            .orElseThrow(() ->
                problem(
                    i,
                    "there is no file `" + shown + "`",
                    stdlib.files().contains("stdlib/" + text)
                        ? "what the standard library declares is known without an import"
                        : "imports are relative to the file that they stand in"));
    if (!real.startsWith(real(root.get()).orElse(absolute(root.get())))) {
      throw leaves(i);
    }
    if (open.contains(real)) {
      List<String> circle = new ArrayList<>();
      open.subList(open.indexOf(real), open.size())
          .forEach(f -> circle.add(f.getFileName().toString()));
      circle.add(real.getFileName().toString());
      throw problem(
          i,
          circle.size() == 2
              ? "this file imports itself"
              : "these files import each other in a circle: " + String.join(" → ", circle),
          circle.size() == 2
              ? "leave the line out: a file sees its own declarations"
              : "move what they share into a file of its own");
    }
    Program before = known.get(real);
    if (before != null) {
      return before;
    }
    Ast.File file = Parser.parse(Parser.read(shown));
    Program program = Program.of(file, stdlib);
    open.add(real);
    follow(program, file, Optional.of(folder(shown)));
    open.removeLast();
    known.put(real, program);
    return program;
  }

  /** The path as messages show it: like that of the first file, relative where that is. */
  private static Path folder(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static XfmException leaves(Item.Import i) {
    return problem(
        i,
        "an import cannot leave the folder of the program",
        "move the file into it, or below it");
  }

  private static Optional<Path> real(Path path) {
    try {
      return Files.exists(path) ? Optional.of(path.toRealPath()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static XfmException problem(Item.Import i, String message, String help) {
    return Diagnostic.of(Code.FILE, message).at(i.path().span()).help(help).raise();
  }
}
