package xfm.runtime.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Tokens that a text names as they are written, before anything else is looked at: {@code <s>}. Of
 * several that begin at one place, the longest.
 */
final class AddedTokens {
  /**
   * One of them.
   *
   * @param alone only where no letter stands before or after it
   * @param left takes the spaces before it
   * @param right takes the spaces after it
   * @param normalized looked for in the normalized text
   * @param special no part of a decoded text
   */
  record Added(
      String content,
      int token,
      boolean alone,
      boolean left,
      boolean right,
      boolean normalized,
      boolean special) {}

  /**
   * A part of a text: a token ({@code text} is what it stands for), or −1 and what lies between.
   */
  record Part(String text, int token, boolean first) {}

  private final List<Added> plain;
  private final List<Added> normalized;

  AddedTokens(List<Added> all, UnaryOperator<String> normalizer) {
    Comparator<Added> longest = Comparator.comparing((Added a) -> -a.content().length());
    plain = all.stream().filter(a -> !a.normalized()).sorted(longest).toList();
    normalized =
        all.stream()
            .filter(Added::normalized)
            .map(a ->
                new Added(
                    normalizer.apply(a.content()),
                    a.token(),
                    a.alone(),
                    a.left(),
                    a.right(),
                    true,
                    a.special()))
            .filter(a -> !a.content().isEmpty())
            .sorted(longest)
            .toList();
  }

  static Added read(Fields fields) {
    String content = fields.needText("content");
    if (content.isEmpty()) {
      throw fields.odd("content", "an added token has no text");
    }
    return new Added(
        content,
        fields.integer("id", fields.find("id").orElseThrow(() -> fields.odd("id", "is missing"))),
        fields.flag("single_word", false),
        fields.flag("lstrip", false),
        fields.flag("rstrip", false),
        fields.flag("normalized", true),
        fields.flag("special", false));
  }

  /** The parts of a text; those without a token are normalized. */
  List<Part> parts(String text, UnaryOperator<String> normalizer) {
    List<Part> parts = new ArrayList<>();
    for (Part part : cut(text, plain, true)) {
      if (part.token() >= 0) {
        parts.add(part);
      } else {
        parts.addAll(cut(normalizer.apply(part.text()), normalized, part.first()));
      }
    }
    return parts;
  }

  private static List<Part> cut(String text, List<Added> tokens, boolean first) {
    List<Part> parts = new ArrayList<>();
    int done = 0;
    for (int at = 0; at < text.length(); ) {
      Added found = at(text, at, tokens);
      if (found == null) {
        at++;
        continue;
      }
      int start = at;
      int end = at + found.content().length();
      at = end;
      if (found.alone() && (letterBefore(text, start) || letterAt(text, end))) {
        continue;
      }
      if (found.left()) {
        start = Math.max(done, Normalizers.strip(text.substring(0, start), false, true).length());
      }
      if (found.right()) {
        end += text.length() - end - Normalizers.strip(text.substring(end), true, false).length();
      }
      if (done < start) {
        parts.add(new Part(text.substring(done, start), -1, first && done == 0));
      }
      parts.add(new Part(text.substring(start, end), found.token(), false));
      done = end;
    }
    if (done < text.length()) {
      parts.add(new Part(text.substring(done), -1, first && done == 0));
    }
    return parts;
  }

  private static Added at(String text, int at, List<Added> tokens) {
    for (Added token : tokens) {
      if (text.startsWith(token.content(), at)) {
        return token;
      }
    }
    return null;
  }

  private static boolean letterBefore(String text, int at) {
    return at > 0 && isLetter(text.codePointBefore(at));
  }

  private static boolean letterAt(String text, int at) {
    return at < text.length() && isLetter(text.codePointAt(at));
  }

  /** What a word consists of, for regular expressions. */
  private static boolean isLetter(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.CONNECTOR_PUNCTUATION ->
          true;
      default -> Character.isAlphabetic(c) || c == 0x200C || c == 0x200D;
    };
  }
}
