package xfm.runtime.text;

import java.util.ArrayList;
import java.util.List;

/** How a text is cut into words, which no token goes beyond. */
final class Splitters {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  /** Cuts one piece into others; {@code first}: nothing of the text stands before it. */
  interface Splitter {
    List<String> split(String piece, boolean first);
  }

  private enum Behavior {
    REMOVED,
    ISOLATED,
    WITH_PREVIOUS,
    WITH_NEXT,
    CONTIGUOUS
  }

  private Splitters() {}

  static Splitter of(Fields fields) {
    return switch (fields.type()) {
      case "Sequence" -> {
        List<Splitter> all = fields.parts("pretokenizers").stream().map(Splitters::of).toList();
        yield (text, first) -> {
          List<String> pieces = List.of(text);
          for (Splitter each : all) {
            List<String> next = new ArrayList<>();
            for (int i = 0; i < pieces.size(); i++) {
              next.addAll(each.split(pieces.get(i), first && i == 0));
            }
            pieces = next;
          }
          return pieces;
        };
      }
      case "ByteLevel" -> {
        boolean spaced = fields.flag("add_prefix_space", true);
        Splitter words =
            fields.flag("use_regex", true)
                ? cut(Search.of(fields, GPT2), Behavior.ISOLATED, false)
                : (piece, first) -> List.of(piece);
        yield (piece, first) -> {
          String text = spaced && !piece.startsWith(" ") ? " " + piece : piece;
          return words.split(text, first).stream().map(ByteLetters::of).toList();
        };
      }
      case "Split" -> cut(Search.of(fields), behavior(fields), fields.flag("invert", false));
      case "Punctuation" -> cut(Splitters::punctuation, behavior(fields), false);
      case "BertPreTokenizer" -> {
        Splitter spaces = cut(Search.of(fields, "\\s"), Behavior.REMOVED, false);
        Splitter marks = cut(Splitters::punctuation, Behavior.ISOLATED, false);
        yield (piece, first) ->
            spaces.split(piece, first).stream()
                .flatMap(word -> marks.split(word, first).stream())
                .toList();
      }
      case "Whitespace" -> cut(Search.of(fields, "\\w+|[^\\w\\s]+"), Behavior.REMOVED, true);
      case "WhitespaceSplit" -> cut(Search.of(fields, "\\s"), Behavior.REMOVED, false);
      case "Digits" ->
          cut(
              Search.of(fields, "\\p{N}"),
              fields.flag("individual_digits", false) ? Behavior.ISOLATED : Behavior.CONTIGUOUS,
              false);
      case "Metaspace" -> metaspace(fields);
      case String other -> throw fields.unknown("pre-tokenizer");
    };
  }

  private static Behavior behavior(Fields fields) {
    return switch (fields.text("behavior").orElse("Isolated")) {
      case "Removed" -> Behavior.REMOVED;
      case "Isolated" -> Behavior.ISOLATED;
      case "MergedWithPrevious" -> Behavior.WITH_PREVIOUS;
      case "MergedWithNext" -> Behavior.WITH_NEXT;
      case "Contiguous" -> Behavior.CONTIGUOUS;
      case String other -> throw fields.odd("behavior", "no such way to split is known");
    };
  }

  private static Splitter metaspace(Fields fields) {
    String mark = fields.text("replacement").orElse("\u2581");
    String scheme =
        fields
            .text("prepend_scheme")
            .orElse(fields.flag("add_prefix_space", true) ? "always" : "never");
    if (!List.of("always", "first", "never").contains(scheme)) {
      throw fields.odd("prepend_scheme", "no such scheme is known");
    }
    Splitter words =
        fields.flag("split", true)
            ? cut(Search.of(fields, java.util.regex.Pattern.quote(mark)), Behavior.WITH_NEXT, false)
            : (piece, first) -> List.of(piece);
    return (piece, first) -> {
      String text = piece.replace(" ", mark);
      boolean prepend = scheme.equals("always") || scheme.equals("first") && first;
      return words.split(prepend && !text.startsWith(mark) ? mark + text : text, first);
    };
  }

  /** Matches and what lies between them. */
  private static Splitter cut(Search search, Behavior behavior, boolean invert) {
    return cut(search::each, behavior, invert);
  }

  /** Finds all places of something in a text. */
  private interface Finder {
    void each(String text, Search.Found found);
  }

  private static void punctuation(String text, Search.Found found) {
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int end = at + Character.charCount(c);
      boolean mark =
          switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                Character.DASH_PUNCTUATION,
                Character.START_PUNCTUATION,
                Character.END_PUNCTUATION,
                Character.INITIAL_QUOTE_PUNCTUATION,
                Character.FINAL_QUOTE_PUNCTUATION,
                Character.OTHER_PUNCTUATION ->
                true;
            default -> "$+<=>^`|~".indexOf(c) >= 0;
          };
      if (mark != Ranges.NEWER_PUNCTUATION.has(c)) {
        found.at(at, end);
      }
      at = end;
    }
  }

  private static Splitter cut(Finder search, Behavior behavior, boolean invert) {
    return (text, first) -> {
      List<String> parts = new ArrayList<>();
      List<Boolean> matched = new ArrayList<>();
      int[] from = new int[1];
      search.each(
          text,
          (start, end) -> {
            add(parts, matched, text.substring(from[0], start), invert);
            add(parts, matched, text.substring(start, end), !invert);
            from[0] = end;
          });
      add(parts, matched, text.substring(from[0]), invert);
      return joined(parts, matched, behavior);
    };
  }

  private static void add(List<String> parts, List<Boolean> matched, String part, boolean isMatch) {
    if (!part.isEmpty()) {
      parts.add(part);
      matched.add(isMatch);
    }
  }

  private static List<String> joined(List<String> parts, List<Boolean> matched, Behavior behavior) {
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean before = i > 0 && matched.get(i - 1);
      boolean join =
          switch (behavior) {
            case REMOVED, ISOLATED -> false;
            case WITH_PREVIOUS -> matched.get(i) && i > 0 && !before;
            case WITH_NEXT -> !matched.get(i) && before;
            case CONTIGUOUS -> i > 0 && matched.get(i) == before;
          };
      if (behavior == Behavior.REMOVED && matched.get(i)) {
        continue;
      }
      if (join) {
        pieces.set(pieces.size() - 1, pieces.getLast() + parts.get(i));
      } else {
        pieces.add(parts.get(i));
      }
    }
    return pieces;
  }
}
