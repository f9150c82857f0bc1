package xfm.compiler.syntax;

import java.nio.file.Path;
import xfm.compiler.ast.Ast;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.DeepStack;
import xfm.compiler.source.Source;

/** Reads programs. */
public final class Parser {
  private Parser() {}

  /**
   * The tree of a text.
   *
   * @throws XfmException with every syntax error that was found, in the order of the text
   */
  public static Ast.File parse(Source source) {
    Characters.check(source);
    return DeepStack.call(() -> new FileParser(source).parse());
  }

  /**
   * A file as a source, under the name by which it was asked for.
   *
   * @throws XfmException where it cannot be read, is too long, or is no UTF-8
   */
  public static Source read(Path path) {
    return Characters.read(path);
  }

  /**
   * Whether a text is the start of a program rather than one: a bracket is open, or its last line
   * ends with a sign or word that wants more. (A text in quotes ends on its line, so an open quote
   * is an error at once.) Never throws.
   */
  public static boolean incomplete(String text) {
    Source source = new Source("<repl>", text);
    try {
      return DeepStack.call(() -> Incomplete.test(source));
    } catch (XfmException tooLarge) {
      return false;
    }
  }
}
