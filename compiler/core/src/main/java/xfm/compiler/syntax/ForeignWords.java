package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.antlr.v4.runtime.Token;
import xfm.compiler.diag.Nearest;

/** Words that start a statement in other languages, and how xfm says the same. */
final class ForeignWords {
  private static final String FUNCTION = "a function is declared by `fn name(…) = …`";
  private static final String BINDING = "a name is bound by `let name = …`";

  private static final Map<String, String> SAID =
      Map.ofEntries(
          Map.entry("def", FUNCTION),
          Map.entry("function", FUNCTION),
          Map.entry("func", FUNCTION),
          Map.entry("fun", FUNCTION),
          Map.entry("lambda", "a function without a name is `(i) -> …`"),
          Map.entry("class", "there are no classes: weights and equations stand in a `block`"),
          Map.entry("struct", "there are no structures: a record is `{name: value}`"),
          Map.entry("var", BINDING),
          Map.entry("val", BINDING),
          Map.entry("auto", BINDING),
          Map.entry("elif", "write `else if`"),
          Map.entry("elseif", "write `else if`"),
          Map.entry("elsif", "write `else if`"),
          Map.entry("loop", "write `repeat count { … }` or `while c { … }`"),
          Map.entry("from", "write `import \"file.xfm\"`"),
          Map.entry("use", "write `import \"file.xfm\"`"),
          Map.entry("param", "a weight is declared by `weight name: [sizes]`"),
          Map.entry("parameter", "a weight is declared by `weight name: [sizes]`"),
          Map.entry("layer", "what owns weights is declared by `block name(…) -> type { … }`"),
          Map.entry("module", "what owns weights is declared by `block name(…) -> type { … }`"));

  private static final List<String> KEYWORDS =
      List.of(
          "block",
          "checkpoint",
          "const",
          "fn",
          "for",
          "if",
          "import",
          "keep",
          "let",
          "model",
          "penalty",
          "repeat",
          "require",
          "requires",
          "return",
          "weight",
          "while");

  private ForeignWords() {}

  /**
   * How to say what a statement with this first word means; empty if the word is not one of them.
   */
  static String help(String first, Token second) {
    boolean word =
        Signs.isName(second.getType())
            || second.getType() == TEXT
            || second.getType() == LBRACE
            || second.getType() == INT
            || (first.startsWith("els") || first.equals("elif")) && second.getType() == LPAREN;
    return word ? SAID.getOrDefault(first, "") : "";
  }

  /** The keyword of a statement that a word was probably meant to be. */
  static Optional<String> nearKeyword(String word) {
    return Nearest.suggest(word, KEYWORDS);
  }
}
