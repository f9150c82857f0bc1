package xfm.runtime.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** From pieces back to text, step by step; the pieces that are left are joined. */
final class Decoders {
  private static final String[] CLEANED = {
    " .", ".", " ?", "?", " !", "!", " ,", ",", " ' ", "'", " n't", "n't", " 'm", "'m", " do not",
    " don't", " 's", "'s", " 've", "'ve", " 're", "'re"
  };

  private Decoders() {}

  static UnaryOperator<List<String>> of(Fields fields) {
    return switch (fields.type()) {
      case "Sequence" -> {
        List<UnaryOperator<List<String>>> all =
            fields.parts("decoders").stream().map(Decoders::of).toList();
        yield pieces -> {
          List<String> now = pieces;
          for (UnaryOperator<List<String>> each : all) {
            now = each.apply(now);
          }
          return now;
        };
      }
      case "ByteLevel" -> Decoders::fromLetters;
      case "ByteFallback" -> Decoders::fromBytes;
      case "Fuse" -> pieces -> List.of(String.join("", pieces));
      case "Replace" -> {
        Search search = Search.of(fields);
        String content = fields.needText("content");
        yield each(piece -> search.replace(piece, content));
      }
      case "Strip" -> {
        String content = fields.needText("content");
        int start = fields.number("start", 0);
        int stop = fields.number("stop", 0);
        yield each(piece -> strip(piece, content, start, stop));
      }
      case "Metaspace" -> {
        String mark = fields.text("replacement").orElse("\u2581");
        boolean prepended =
            fields.flag("add_prefix_space", true)
                && !fields.text("prepend_scheme").orElse("always").equals("never");
        yield numbered((piece, i) -> piece.replace(mark, i == 0 && prepended ? "" : " "));
      }
      case "WordPiece" -> {
        String prefix = fields.text("prefix").orElse("##");
        boolean clean = fields.flag("cleanup", true);
        yield numbered((piece, i) -> {
          String text =
              i == 0
                  ? piece
                  : piece.startsWith(prefix) ? piece.substring(prefix.length()) : " " + piece;
          return clean ? cleaned(text) : text;
        });
      }
      case "BPEDecoder" -> {
        String suffix = fields.text("suffix").orElse("</w>");
        yield pieces -> {
          List<String> words = new ArrayList<>();
          for (int i = 0; i < pieces.size(); i++) {
            words.add(pieces.get(i).replace(suffix, i < pieces.size() - 1 ? " " : ""));
          }
          return words;
        };
      }
      case String other -> throw fields.unknown("decoder");
    };
  }

  private interface Numbered {
    String apply(String piece, int i);
  }

  private static UnaryOperator<List<String>> numbered(Numbered f) {
    return pieces -> {
      List<String> words = new ArrayList<>();
      for (int i = 0; i < pieces.size(); i++) {
        words.add(f.apply(pieces.get(i), i));
      }
      return words;
    };
  }

  private static UnaryOperator<List<String>> each(UnaryOperator<String> f) {
    return pieces -> pieces.stream().map(f).toList();
  }

  private static String cleaned(String text) {
    String now = text;
    for (int i = 0; i < CLEANED.length; i += 2) {
      now = now.replace(CLEANED[i], CLEANED[i + 1]);
    }
    return now;
  }

  private static String strip(String piece, String content, int start, int stop) {
    String text = piece;
    for (int i = 0; i < start && text.startsWith(content); i++) {
      text = text.substring(content.length());
    }
    for (int i = 0; i < stop && text.endsWith(content); i++) {
      text = text.substring(0, text.length() - content.length());
    }
    return text;
  }

  /** A piece with anything but GPT-2's letters stands for itself. */
  private static List<String> fromLetters(List<String> pieces) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String piece : pieces) {
      if (piece.chars().allMatch(c -> ByteLetters.value((char) c) >= 0)) {
        piece.chars().forEach(c -> bytes.write(ByteLetters.value((char) c)));
      } else {
        bytes.writeBytes(piece.getBytes(StandardCharsets.UTF_8));
      }
    }
    return List.of(bytes.toString(StandardCharsets.UTF_8));
  }

  /** Bytes that are no UTF-8 together are one mark of replacement each. */
  private static List<String> fromBytes(List<String> pieces) {
    List<String> words = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String piece : pieces) {
      if (piece.matches("<0x[0-9A-Fa-f]{2}>")) {
        bytes.write(Integer.parseInt(piece.substring(3, 5), 16));
      } else {
        flush(bytes, words);
        words.add(piece);
      }
    }
    flush(bytes, words);
    return words;
  }

  private static void flush(ByteArrayOutputStream bytes, List<String> words) {
    if (bytes.size() > 0) {
      String text = bytes.toString(StandardCharsets.UTF_8);
      boolean whole =
          java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes.toByteArray());
      words.add(whole ? text : "\uFFFD".repeat(bytes.size()));
      bytes.reset();
    }
  }
}
