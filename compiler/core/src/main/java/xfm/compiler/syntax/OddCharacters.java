package xfm.compiler.syntax;

import static xfm.grammar.XfmLexer.*;

import java.util.Map;
import xfm.compiler.source.Span;

/** Characters that no program holds outside of texts and comments, and what is written instead. */
final class OddCharacters {
  private OddCharacters() {}

  /**
   * A sign, what it is called if it cannot be told from another, and the type of the token meant.
   */
  private record Meant(String write, int type) {}

  private static final Map<String, Meant> MEANT =
      Map.ofEntries(
          Map.entry("−", new Meant("-", MINUS)),
          Map.entry("–", new Meant("-", MINUS)),
          Map.entry("—", new Meant("-", MINUS)),
          Map.entry("×", new Meant("*", STAR)),
          Map.entry("·", new Meant("*", STAR)),
          Map.entry("⋅", new Meant("*", STAR)),
          Map.entry("∗", new Meant("*", STAR)),
          Map.entry("÷", new Meant("/", SLASH)),
          Map.entry("∕", new Meant("/", SLASH)),
          Map.entry("^", new Meant("**", POWER)),
          Map.entry("≤", new Meant("<=", LE)),
          Map.entry("≥", new Meant(">=", GE)),
          Map.entry("≠", new Meant("!=", NE)),
          Map.entry("→", new Meant("->", ARROW)),
          Map.entry("…", new Meant("...", ELLIPSIS)),
          Map.entry("∧", new Meant("and", AND)),
          Map.entry("&", new Meant("and", AND)),
          Map.entry("∨", new Meant("or", OR)),
          Map.entry("¬", new Meant("not", NOT)),
          Map.entry("!", new Meant("not", NOT)),
          Map.entry("，", new Meant(",", COMMA)),
          Map.entry("：", new Meant(":", COLON)),
          Map.entry("＝", new Meant("=", ASSIGN)));

  /** Reports the character; returns the type of the token meant, or OTHER. */
  static int report(Span span, Problems problems) {
    String text = span.text();
    Meant meant = MEANT.get(text);
    if (meant != null) {
      problems.syntax(span, "xfm has no sign `" + text + "`", "", "write `" + meant.write() + "`");
      return meant.type();
    }
    String help =
        switch (text) {
          case "'", "‘", "’", "“", "”", "„", "«", "»", "`" -> "a text stands between `\"` and `\"`";
          case "\u00a0", "\u3000", "\u2007", "\u202f" ->
              "it looks like a blank and is another character: write a blank";
          case "@" -> "a matrix product is written with its indices: `x[i, a] * w[a, b]`";
          case "?" -> "a choice is written `if c then a else b`";
          case "$" -> "a hole in a text is written `{name}`";
          case "\\" -> "a line goes on by itself inside brackets and after an operator";
          case "∑", "Σ" -> "a sum is written `sum[j](…)`";
          case "√" -> "a root is written `sqrt(x)`";
          default -> "";
        };
    String shown =
        text.codePoints().allMatch(c -> c > 0x20 && c < 0x7f)
            ? "`" + text + "`"
            : String.format("`%s` (U+%04X)", text, text.codePointAt(0));
    problems.syntax(span, "the character " + shown + " has no meaning here", "", help);
    return OTHER;
  }
}
