package xfm.runtime.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import xfm.runtime.io.JsonValue;

/** Turns a word into tokens. */
interface Subwords {
  void encode(String word, IntConsumer tokens);

  /** Reads the model of a tokenizer. */
  static Subwords of(Fields fields, Map<String, Integer> vocabulary) {
    // Files of before 2020 do not name the type of what merges pairs.
    return switch (fields.text("type").orElse("BPE")) {
      case "BPE" -> PairMerger.of(fields, vocabulary);
      case "WordPiece" -> longest(fields, vocabulary);
      case "Unigram" -> Unigram.of(fields, vocabulary);
      case "WordLevel" -> {
        int unknown = need(fields, vocabulary, fields.needText("unk_token"));
        yield (word, tokens) -> tokens.accept(vocabulary.getOrDefault(word, unknown));
      }
      case String other -> throw fields.unknown("model");
    };
  }

  /** The number of every piece: an object, or a list of pieces with scores. */
  static Map<String, Integer> vocabulary(Fields fields) {
    Map<String, Integer> numbers = new HashMap<>();
    switch (fields.find("vocab").orElseThrow(() -> fields.odd("vocab", "there is no vocabulary"))) {
      case JsonValue.Obj(Map<String, JsonValue> members) ->
          members.forEach((piece, number) -> numbers.put(piece, fields.integer("vocab", number)));
      case JsonValue.Arr(List<JsonValue> items) -> {
        for (int token = 0; token < items.size(); token++) {
          if (items.get(token) instanceof JsonValue.Arr(List<JsonValue> pair)
              && pair.size() == 2
              && pair.getFirst() instanceof JsonValue.Text(String piece)) {
            numbers.put(piece, token);
          } else {
            throw fields.odd("vocab[" + token + "]", "a piece and its score were expected here");
          }
        }
      }
      case JsonValue other -> throw fields.odd("vocab", "a vocabulary was expected here");
    }
    return numbers;
  }

  static int need(Fields fields, Map<String, Integer> vocabulary, String piece) {
    Integer token = vocabulary.get(piece);
    if (token == null) {
      throw fields.odd("unk_token", "the vocabulary lacks it");
    }
    return token;
  }

  /** The tokens of the bytes of a text, {@code <0x0A>} and so on, if there are such. */
  static Optional<List<Integer>> bytes(String text, Map<String, Integer> vocabulary) {
    List<Integer> tokens = new ArrayList<>();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      Integer token = vocabulary.get("<0x%02X>".formatted(b & 0xFF));
      if (token == null) {
        return Optional.empty();
      }
      tokens.add(token);
    }
    return Optional.of(tokens);
  }

  /**
   * WordPiece (Schuster, Nakajima 2012; as in BERT): from the left, the longest piece that there
   * is; a word that does not come out is unknown as a whole.
   */
  private static Subwords longest(Fields fields, Map<String, Integer> vocabulary) {
    String prefix = fields.text("continuing_subword_prefix").orElse("##");
    int unknown = need(fields, vocabulary, fields.text("unk_token").orElse("[UNK]"));
    int most = fields.number("max_input_chars_per_word", 100);
    return (word, tokens) -> {
      if (word.codePointCount(0, word.length()) > most) {
        tokens.accept(unknown);
        return;
      }
      List<Integer> found = new ArrayList<>();
      for (int from = 0; from < word.length(); ) {
        int to = word.length();
        Integer token = null;
        while (to > from && token == null) {
          token = vocabulary.get((from > 0 ? prefix : "") + word.substring(from, to));
          to = token == null ? word.offsetByCodePoints(to, -1) : to;
        }
        if (token == null) {
          tokens.accept(unknown);
          return;
        }
        found.add(token);
        from = to;
      }
      found.forEach(tokens::accept);
    };
  }
}
