package xfm.runtime.text;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import xfm.runtime.io.Folders;
import xfm.runtime.io.FormatException;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.Printable;

/**
 * Finds and reads the tokenizer in a model's folder: a {@code tokenizer.json}, or a {@code
 * vocab.json} of single characters.
 */
public final class Tokenizers {
  private static final String VOCABULARY = "vocab.json";
  private static final String CONFIG = "config.json";
  private static final String FILE = "tokenizer.json";

  /** Files of tokenizers that are not read yet; one of them beside a vocabulary decides. */
  private static final List<String> NOT_READ =
      List.of("merges.txt", "tokenizer.model", "vocab.txt", "tekken.json");

  private static final String TOKENS =
      "give tokens as numbers: `[1, 2, 3]`, on the command line --tokens 1,2,3";

  private Tokenizers() {}

  /**
   * The tokenizer of the model in {@code folder}.
   *
   * @throws FormatException if there is none, it is of a kind not read yet, or its files are broken
   *     or contradict {@code config.json}
   */
  public static Tokenizer open(Path folder) {
    List<String> names = Folders.names(folder);
    if (names.contains(FILE)) {
      return FileTokenizer.read(folder.resolve(FILE));
    }
    for (String name : NOT_READ) {
      if (names.contains(name)) {
        throw new FormatException(
            folder.resolve(name),
            "",
            "this kind of tokenizer is not supported yet",
            "only " + FILE + " and a " + VOCABULARY + " of single characters are read so far",
            TOKENS);
      }
    }
    if (!names.contains(VOCABULARY)) {
      List<String> looked = new ArrayList<>(List.of(FILE, VOCABULARY));
      looked.addAll(NOT_READ);
      throw new FormatException(
          folder,
          "",
          "there is no tokenizer in this folder",
          "looked for " + String.join(", ", looked) + "; " + Folders.describe(names),
          TOKENS);
    }
    Tokenizer tokenizer = readCharacters(folder.resolve(VOCABULARY));
    if (names.contains(CONFIG)) {
      checkConfig(folder, tokenizer.size());
    }
    return tokenizer;
  }

  private static Tokenizer readCharacters(Path file) {
    Map<String, JsonValue> members = Json.readObject(file).members();
    if (members.isEmpty()) {
      throw new FormatException(file, "", "the vocabulary is empty", "", "");
    }
    String[] pieces = new String[members.size()];
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      String piece = member.getKey();
      if (!CharTokenizer.isCharacter(piece) && !isSpecial(piece)) {
        throw new FormatException(
            file,
            "",
            "the vocabulary has pieces of several characters",
            "such as " + Printable.quote(piece) + "; only single characters are read so far",
            TOKENS);
      }
      int token = token(file, piece, member.getValue(), pieces.length);
      if (pieces[token] != null) {
        throw new FormatException(
            file,
            "",
            "two pieces have one number",
            Printable.quote(pieces[token]) + " and " + Printable.quote(piece) + " have " + token,
            "");
      }
      pieces[token] = piece;
    }
    return new CharTokenizer(Arrays.asList(pieces));
  }

  /** Published vocabularies write special tokens as {@code <pad>} or {@code [CLS]}. */
  private static boolean isSpecial(String piece) {
    return piece.startsWith("<") && piece.endsWith(">")
        || piece.startsWith("[") && piece.endsWith("]");
  }

  /** With n numbers below n, none of them twice, none is missing. */
  private static int token(Path file, String piece, JsonValue value, int size) {
    if (!(value instanceof JsonValue.Int(BigInteger number))) {
      throw new FormatException(
          file, "piece " + Printable.quote(piece), "a whole number was expected here", "", "");
    }
    if (number.signum() < 0 || number.compareTo(BigInteger.valueOf(size)) >= 0) {
      throw new FormatException(
          file,
          "piece " + Printable.quote(piece),
          "the number of a piece is out of range",
          size
              + " pieces have the numbers from 0 to "
              + (size - 1)
              + " without gaps, and this one has "
              + number,
          "");
    }
    return number.intValueExact();
  }

  private static void checkConfig(Path folder, int size) {
    JsonValue.Obj config = Json.readObject(folder.resolve(CONFIG));
    if (config.find("vocab_size").isEmpty()) {
      return;
    }
    if (!(config.find("vocab_size").get() instanceof JsonValue.Int(BigInteger rows))) {
      throw new FormatException(
          folder.resolve(CONFIG), "vocab_size", "a whole number was expected here", "", "");
    }
    if (rows.compareTo(BigInteger.valueOf(size)) < 0) {
      throw new FormatException(
          folder.resolve(VOCABULARY),
          "",
          "the vocabulary is larger than the model's",
          "it has " + size + " pieces, and config.json says vocab_size " + rows,
          "take the vocabulary that the model was trained with");
    }
  }
}
