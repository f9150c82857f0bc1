package xfm.runtime.text;

import java.text.Normalizer;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** What a text becomes before it is cut into words. */
final class Normalizers {
  private Normalizers() {}

  static UnaryOperator<String> of(Fields fields) {
    return switch (fields.type()) {
      case "Sequence" -> {
        List<UnaryOperator<String>> all =
            fields.parts("normalizers").stream().map(Normalizers::of).toList();
        yield text -> {
          String now = text;
          for (UnaryOperator<String> each : all) {
            now = each.apply(now);
          }
          return now;
        };
      }
      case "NFC" -> text -> normalized(text, Normalizer.Form.NFC);
      case "NFD" -> text -> normalized(text, Normalizer.Form.NFD);
      case "NFKC" -> text -> normalized(text, Normalizer.Form.NFKC);
      case "NFKD" -> text -> normalized(text, Normalizer.Form.NFKD);
      case "Lowercase" -> Normalizers::lowercase;
      case "StripAccents" -> text -> kept(text, c -> isMark(c) == Ranges.NEWER_ACCENTS.has(c));
      case "Nmt" -> Normalizers::forTranslation;
      case "Precompiled" -> CharacterMap.of(fields);
      case "Prepend" -> {
        String prepend = fields.needText("prepend");
        yield text -> text.isEmpty() ? text : prepend + text;
      }
      case "Strip" -> {
        boolean left = fields.flag("strip_left", true);
        boolean right = fields.flag("strip_right", true);
        yield text -> strip(text, left, right);
      }
      case "Replace" -> {
        Search search = Search.of(fields);
        String content = fields.needText("content");
        yield text -> search.replace(text, content);
      }
      case "BertNormalizer" -> bert(fields);
      case String other -> throw fields.unknown("normalizer");
    };
  }

  /** What came after the library's tables stays, and neighbours do not join across it. */
  private static String normalized(String text, Normalizer.Form form) {
    StringBuilder all = new StringBuilder();
    int from = 0;
    int c;
    for (int at = 0; at < text.length(); at += Character.charCount(c)) {
      c = text.codePointAt(at);
      if (Ranges.NEWER_FORMS.has(c)) {
        all.append(Normalizer.normalize(text.substring(from, at), form)).appendCodePoint(c);
        from = at + Character.charCount(c);
      }
    }
    String rest = Normalizer.normalize(text.substring(from), form);
    return from == 0 ? rest : all.append(rest).toString();
  }

  private static UnaryOperator<String> bert(Fields fields) {
    boolean clean = fields.flag("clean_text", true);
    boolean ideographs = fields.flag("handle_chinese_chars", true);
    boolean lower = fields.flag("lowercase", true);
    boolean plain = fields.flag("strip_accents", lower);
    return text -> {
      String now = clean ? cleaned(text) : text;
      now = ideographs ? apart(now) : now;
      now = plain ? withoutAccents(now) : now;
      return lower ? lowercase(now) : now;
    };
  }

  private static String withoutAccents(String text) {
    return kept(
        normalized(text, Normalizer.Form.NFD),
        c -> (Character.getType(c) == Character.NON_SPACING_MARK) == Ranges.NEWER_MARKS.has(c));
  }

  /** Each character for itself: no final sigma, no language. */
  static String lowercase(String text) {
    StringBuilder lower = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          // The one letter whose small form is two characters.
          lower.append(c == 0x130 ? "i\u0307" : Character.toString(Character.toLowerCase(c)));
        });
    return lower.toString();
  }

  private static String kept(String text, IntPredicate keep) {
    StringBuilder kept = new StringBuilder();
    text.codePoints().filter(keep).forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private static boolean isMark(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /** SentencePiece's rules for translation: no controls, all kinds of spaces one. */
  private static String forTranslation(String text) {
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .filter(c -> !Ranges.NMT_DROPPED.has(c))
        .forEach(c -> plain.appendCodePoint(Ranges.NMT_SPACES.has(c) ? ' ' : c));
    return plain.toString();
  }

  private static String cleaned(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .filter(c -> c == '\t' || c == '\n' || c == '\r' || !isControl(c))
        .forEach(c -> clean.appendCodePoint(isSpace(c) ? ' ' : c));
    return clean.toString();
  }

  private static boolean isControl(int c) {
    boolean control =
        switch (Character.getType(c)) {
          case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE -> true;
          default -> c == 0xFFFD;
        };
    return control != Ranges.NEWER_FORMATS.has(c);
  }

  /** Unicode's White_Space. */
  static boolean isSpace(int c) {
    return c >= 9 && c <= 13 || c == 0x85 || Character.isSpaceChar(c);
  }

  /** Each ideograph is a word of its own. */
  private static String apart(String text) {
    StringBuilder apart = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if (isIdeograph(c)) {
            apart.append(' ').appendCodePoint(c).append(' ');
          } else {
            apart.appendCodePoint(c);
          }
        });
    return apart.toString();
  }

  private static boolean isIdeograph(int c) {
    return c >= 0x4E00 && c <= 0x9FFF
        || c >= 0x3400 && c <= 0x4DBF
        || c >= 0x20000 && c <= 0x2A6DF
        || c >= 0x2A700 && c <= 0x2B73F
        || c >= 0x2B740 && c <= 0x2B81F
        || c >= 0x2B920 && c <= 0x2CEAF
        || c >= 0xF900 && c <= 0xFAFF
        || c >= 0x2F800 && c <= 0x2FA1F;
  }

  static String strip(String text, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && isSpace(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && isSpace(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }
}
