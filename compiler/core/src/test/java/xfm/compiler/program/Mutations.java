package xfm.compiler.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs with a token deleted, doubled, exchanged or replaced. */
final class Mutations {
  private static final Pattern TOKEN =
      Pattern.compile(
          "[A-Za-z_]\\w*|\\d[\\w.]*|\"[^\"\\n]*\"|\\s+|#[^\\n]*|\\*\\*|//|[-+*/<>=!]=?|.",
          Pattern.DOTALL);

  private static final Set<String> WORDS =
      Set.of(
          "fn",
          "block",
          "model",
          "checkpoint",
          "weight",
          "let",
          "return",
          "repeat",
          "as",
          "if",
          "then",
          "else",
          "require",
          "where",
          "import",
          "int",
          "float",
          "bool",
          "token",
          "print",
          "show",
          "sum",
          "mean",
          "max",
          "softmax",
          "logsumexp",
          "cumsum",
          "rank",
          "top",
          "concat");
  private static final List<String> OPERATORS =
      List.of("+", "-", "*", "/", "<", "<=", "==", "//", "%", "**");
  private static final List<String> NUMBERS =
      List.of("0", "1", "2", "3", "4", "6", "12", "0.5", "1e300", "9223372036854775807", "100000");

  private final Random random;

  Mutations(Random random) {
    this.random = random;
  }

  static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  private enum Kind {
    NAME,
    NUMBER,
    OPERATOR,
    OTHER,
    SPACE
  }

  private static Kind kind(String token) {
    if (token.isBlank() || token.startsWith("#")) {
      return Kind.SPACE;
    }
    if (Character.isDigit(token.charAt(0))) {
      return Kind.NUMBER;
    }
    if (Character.isLetter(token.charAt(0))) {
      return WORDS.contains(token) ? Kind.OTHER : Kind.NAME;
    }
    return OPERATORS.contains(token) ? Kind.OPERATOR : Kind.OTHER;
  }

  /** A random token of a kind. */
  private int place(List<String> tokens, Predicate<Kind> kinds) {
    int at;
    do {
      at = random.nextInt(tokens.size());
    } while (!kinds.test(kind(tokens.get(at))));
    return at;
  }

  /** Mostly a name for a name, a number for a number: that can be parsed, and may even be right. */
  String mutated(List<String> original) {
    List<String> tokens = new ArrayList<>(original);
    for (int slips = random.nextInt(3) == 0 ? 2 : 1; slips > 0; slips--) {
      switch (random.nextInt(10)) {
        case 0 -> tokens.remove(place(tokens, each -> each != Kind.SPACE));
        case 1 -> {
          int at = place(tokens, each -> each != Kind.SPACE);
          tokens.add(at, tokens.get(at) + " ");
        }
        case 2, 3, 4 -> tokens.set(place(tokens, each -> each == Kind.OPERATOR), any(OPERATORS));
        case 5, 6 -> tokens.set(place(tokens, each -> each == Kind.NUMBER), any(NUMBERS));
        default -> {
          int at = place(tokens, kind -> kind != Kind.SPACE && kind != Kind.OTHER);
          int other = place(tokens, each -> each == kind(tokens.get(at)));
          String exchanged = tokens.set(at, tokens.get(other));
          if (random.nextBoolean()) {
            tokens.set(other, exchanged);
          }
        }
      }
    }
    return String.join("", tokens);
  }

  private String any(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }
}
