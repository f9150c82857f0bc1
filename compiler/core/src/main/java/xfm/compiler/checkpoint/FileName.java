package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;

/**
 * The name of tensors in a file, as a section writes it: {@code h.{l}.(ln_1 | ln_2).weight}, with
 * the numbers of layers in braces and alternatives in parentheses.
 */
record FileName(Expr.Text text, List<Piece> pieces) {

  sealed interface Piece {}

  record Words(String text) implements Piece {}

  record Number(String name) implements Piece {}

  record Choice(List<String> alternatives) implements Piece {}

  static FileName of(Expr.Text text) {
    List<Piece> pieces = new ArrayList<>();
    String rest = text.value();
    int at = 0;
    while (at < rest.length()) {
      char c = rest.charAt(at);
      if (c == '{' || c == '(') {
        int end = rest.indexOf(c == '{' ? '}' : ')', at);
        if (end < 0) {
          throw error(text, "this text opens `" + c + "` and does not close it", "");
        }
        String inside = rest.substring(at + 1, end).strip();
        pieces.add(c == '{' ? number(text, inside) : choice(inside));
        at = end + 1;
      } else {
        int end = at;
        while (end < rest.length() && rest.charAt(end) != '{' && rest.charAt(end) != '(') {
          end++;
        }
        pieces.add(new Words(rest.substring(at, end)));
        at = end;
      }
    }
    return new FileName(text, pieces);
  }

  private static Piece number(Expr.Text text, String name) {
    if (!name.matches("[\\p{L}_][\\p{L}_0-9]*")) {
      throw error(text, "braces hold the letter of a `[l]` on the left, and nothing else", "");
    }
    return new Number(name);
  }

  private static Piece choice(String inside) {
    List<String> alternatives = new ArrayList<>();
    for (String each : inside.split("\\|", -1)) {
      alternatives.add(each.strip());
    }
    return new Choice(alternatives);
  }

  static XfmException error(Expr.Text text, String message, String help) {
    return Diagnostic.of(Code.CHECKPOINT, message).at(text.span()).help(help).raise();
  }

  /** The number of alternatives in each parenthesis, in order. */
  List<Integer> choices() {
    return pieces.stream()
        .filter(piece -> piece instanceof Choice)
        .map(piece -> ((Choice) piece).alternatives().size())
        .toList();
  }

  /** The name without its numbers. */
  String spoken(List<Integer> picks) {
    StringBuilder name = new StringBuilder();
    int group = 0;
    for (Piece piece : pieces) {
      switch (piece) {
        case Words(String words) -> name.append(words);
        case Number _ -> {}
        case Choice(List<String> alternatives) ->
            name.append(
                alternatives.get(
                    group < picks.size() ? picks.get(group++) % alternatives.size() : 0));
      }
    }
    return name.toString();
  }

  /** The letters of its numbers. */
  List<String> letters() {
    return pieces.stream()
        .filter(piece -> piece instanceof Number)
        .map(piece -> ((Number) piece).name())
        .toList();
  }

  /**
   * The one name that is meant for these numbers and these alternatives.
   *
   * @param open the letter that stays as it is, in braces: that of a stack; or an empty text
   */
  String fill(Map<String, Long> numbers, List<Integer> picks, String open) {
    StringBuilder name = new StringBuilder();
    int group = 0;
    for (Piece piece : pieces) {
      switch (piece) {
        case Words(String words) -> name.append(words);
        case Choice(List<String> alternatives) -> name.append(alternatives.get(picks.get(group++)));
        case Number(String letter) -> {
          Long number = numbers.get(letter);
          if (letter.equals(open)) {
            name.append('{').append(letter).append('}');
          } else if (number == null) {
            throw error(
                text,
                "nothing on the left is counted by `" + letter + "`",
                numbers.isEmpty()
                    ? "write the path of the weight with a letter: `layer[" + letter + "].…`"
                    : "the left side has " + String.join(", ", numbers.keySet()));
          } else {
            name.append(number);
          }
        }
      }
    }
    return name.toString();
  }

  /** Matches every name that is meant for some numbers; a letter used twice is one number. */
  Pattern pattern() {
    StringBuilder regex = new StringBuilder();
    Set<String> seen = new LinkedHashSet<>();
    for (Piece piece : pieces) {
      switch (piece) {
        case Words(String words) -> regex.append(Pattern.quote(words));
        case Choice(List<String> alternatives) ->
            regex
                .append("(?:")
                .append(String.join("|", alternatives.stream().map(Pattern::quote).toList()))
                .append(")");
        case Number(String letter) -> {
          if (seen.add(letter)) {
            regex.append("([0-9]+)");
          } else {
            regex
                .append("\\")
                .append(new ArrayList<>(seen).indexOf(letter) + 1)
                .append("(?![0-9])");
          }
        }
      }
    }
    return Pattern.compile(regex.toString());
  }
}
