package xfm.language.translate;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.program.Program;
import xfm.compiler.source.Span;
import xfm.language.Declarations;
import xfm.language.Globals;
import xfm.language.builtin.Builtins;
import xfm.language.node.Global;

/** What a name at the top of a text means: see {@link #find} for the order. */
final class Names {
  private final Program program;
  private final Globals globals;
  private final Declarations declarations;
  private final Map<String, Expr> once;

  /**
   * The names of a script.
   *
   * @param once what its variables are bound to that are bound once and for all
   */
  Names(Program program, Globals globals, Declarations declarations, Map<String, Expr> once) {
    this.program = program;
    this.globals = globals;
    this.declarations = declarations;
    this.once = once;
  }

  /** What a variable of the script is bound to, if that cannot change. */
  Optional<Expr> once(String variable) {
    return Optional.ofNullable(once.get(variable));
  }

  /** A variable of the script. */
  Optional<Global> variable(String name) {
    return globals.find(name);
  }

  /** What a name that is no variable means: a declaration in sight, then a builtin. */
  Optional<Object> find(String name) {
    Optional<Item.Declaration> declared = program.declaration(name);
    return declared.isPresent()
        ? declared.map(d -> declarations.value(d, program))
        : Builtins.find(name);
  }

  /** Whether a file was imported under this name. */
  boolean isImported(String file) {
    return program.imported(file).isPresent() && program.declaration(file).isEmpty();
  }

  /** What a file declares that was imported under a name. */
  Object imported(String file, String name, Span span) {
    Program from = program.imported(file).orElseThrow();
    return from.declares(name)
        .map(d -> declarations.value(d, from))
        .orElseThrow(() ->
            Diagnostic.of(Code.NAME, "`" + file + "` declares nothing called `" + name + "`")
                .at(span)
                .help(
                    Nearest.suggest(name, from.declared())
                        .map(near -> "did you mean `" + near + "`?")
                        .orElse(
                            "it declares "
                                + String.join(", ", from.declared().stream().sorted().toList())))
                .raise());
  }

  /** A new variable of the script. */
  Global declare(String name) {
    return globals.declare(name);
  }

  Program program() {
    return program;
  }

  Declarations declarations() {
    return declarations;
  }

  /** All names, for suggestions. */
  Set<String> all() {
    Set<String> names = new TreeSet<>(globals.names());
    names.addAll(Builtins.names());
    names.addAll(program.models());
    return names;
  }
}
