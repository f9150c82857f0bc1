package xfm.runtime.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import xfm.runtime.io.FormatException;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;

/**
 * A tokenizer as {@code tokenizer.json} describes it: normalized, cut into words, the words into
 * pieces, special tokens around them. What the file says of cutting and filling up batches is
 * passed over.
 */
final class FileTokenizer implements Tokenizer {
  private final String[] pieces;
  private final boolean[] special;
  private final AddedTokens added;
  private final UnaryOperator<String> normalizer;
  private final Splitters.Splitter splitter;
  private final Subwords model;
  private final List<Integer> around; // −1 stands for the text
  private final Optional<UnaryOperator<List<String>>> decoder;

  private FileTokenizer(Fields file) {
    Fields core = file.need("model");
    Map<String, Integer> vocabulary = Subwords.vocabulary(core);
    model = Subwords.of(core, vocabulary);
    List<AddedTokens.Added> tokens =
        file.parts("added_tokens").stream().map(AddedTokens::read).toList();
    normalizer = file.part("normalizer").map(Normalizers::of).orElse(UnaryOperator.identity());
    added = new AddedTokens(tokens, normalizer);
    splitter =
        file.part("pre_tokenizer").map(Splitters::of).orElse((piece, first) -> List.of(piece));
    decoder = file.part("decoder").map(Decoders::of);
    around = file.part("post_processor").map(FileTokenizer::around).orElse(List.of(-1));
    int size =
        IntStream.concat(
                    vocabulary.values().stream().mapToInt(t -> t),
                    tokens.stream().mapToInt(AddedTokens.Added::token))
                .max()
                .orElse(-1)
            + 1;
    if (size > 2L * (vocabulary.size() + tokens.size()) + 1000) {
      throw file.odd("model", "the numbers of the pieces have large gaps");
    }
    pieces = new String[size];
    special = new boolean[size];
    vocabulary.forEach((piece, token) -> pieces[token] = piece);
    tokens.forEach(each -> {
      pieces[each.token()] = each.normalized() ? normalizer.apply(each.content()) : each.content();
      special[each.token()] = each.special();
    });
  }

  /**
   * Reads a file.
   *
   * @throws FormatException if it is broken, or has a part of a kind that is not known
   */
  static FileTokenizer read(Path file) {
    return new FileTokenizer(Fields.of(file, Json.readObject(file)));
  }

  /** The tokens before and after a text. */
  private static List<Integer> around(Fields fields) {
    return switch (fields.type()) {
      case "ByteLevel" -> List.of(-1);
      case "BertProcessing", "RobertaProcessing" ->
          List.of(end(fields, "cls"), -1, end(fields, "sep"));
      case "Sequence" -> {
        List<Integer> all = List.of(-1);
        for (Fields each : fields.parts("processors")) {
          List<Integer> inner = all;
          all =
              around(each).stream()
                  .flatMap(t -> t < 0 ? inner.stream() : java.util.stream.Stream.of(t))
                  .toList();
        }
        yield all;
      }
      case "TemplateProcessing" -> {
        List<Integer> all = new ArrayList<>();
        for (Fields each : fields.parts("single")) {
          if (each.part("Sequence").isPresent()) {
            all.add(-1);
          } else {
            String name = each.need("SpecialToken").needText("id");
            Fields named = fields.need("special_tokens").need(name);
            named.list("ids").forEach(id -> all.add(named.integer("ids", id)));
          }
        }
        yield all;
      }
      case String other -> throw fields.unknown("post-processor");
    };
  }

  private static int end(Fields fields, String name) {
    List<JsonValue> pair = fields.list(name);
    if (pair.size() != 2) {
      throw fields.odd(name, "a piece and its number were expected here");
    }
    return fields.integer(name, pair.get(1));
  }

  @Override
  public int[] encode(String text) {
    return tokens(text).toArray();
  }

  @Override
  public int[] prompt(String text) {
    return around.stream()
        .flatMapToInt(token -> token < 0 ? tokens(text) : IntStream.of(token))
        .toArray();
  }

  private IntStream tokens(String text) {
    IntStream.Builder tokens = IntStream.builder();
    for (AddedTokens.Part part : added.parts(text, normalizer)) {
      if (part.token() >= 0) {
        tokens.accept(part.token());
      } else {
        for (String word : splitter.split(part.text(), part.first())) {
          if (!word.isEmpty()) {
            model.encode(word, tokens);
          }
        }
      }
    }
    return tokens.build();
  }

  @Override
  public String decode(int[] tokens) {
    List<String> kept = new ArrayList<>();
    for (int token : tokens) {
      String piece = piece(token);
      if (!special[token]) {
        kept.add(piece);
      }
    }
    return decoder.isPresent()
        ? String.join("", decoder.get().apply(kept))
        : String.join(" ", kept);
  }

  @Override
  public int size() {
    return pieces.length;
  }

  @Override
  public String piece(int token) {
    if (token < 0 || token >= pieces.length || pieces[token] == null) {
      throw new TextException(
          "token "
              + token
              + " is not in the vocabulary, which goes from 0 to "
              + (pieces.length - 1));
    }
    return pieces[token];
  }
}
