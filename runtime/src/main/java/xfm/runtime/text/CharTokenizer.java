package xfm.runtime.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import xfm.runtime.io.Printable;

/**
 * One character (a Unicode code point), one token. Pieces of several characters are special tokens,
 * such as {@code <pad>}: they have a number and never stand for text.
 */
public final class CharTokenizer implements Tokenizer {
  private final List<String> pieces;
  private final Map<Integer, Integer> tokens;

  /**
   * A tokenizer whose token {@code i} is {@code pieces.get(i)}.
   *
   * @throws IllegalArgumentException if a piece is empty or there twice
   */
  public CharTokenizer(List<String> pieces) {
    this.pieces = List.copyOf(pieces);
    this.tokens = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (int token = 0; token < pieces.size(); token++) {
      String piece = pieces.get(token);
      if (piece.isEmpty() || !seen.add(piece)) {
        throw new IllegalArgumentException("empty or repeated piece " + Printable.quote(piece));
      }
      if (isCharacter(piece)) {
        tokens.put(piece.codePointAt(0), token);
      }
    }
  }

  static boolean isCharacter(String piece) {
    return piece.codePointCount(0, piece.length()) == 1;
  }

  @Override
  public int[] encode(String text) {
    int[] characters = text.codePoints().toArray();
    int[] encoded = new int[characters.length];
    for (int i = 0; i < characters.length; i++) {
      Integer token = tokens.get(characters[i]);
      if (token == null) {
        throw unknown(characters[i], i);
      }
      encoded[i] = token;
    }
    return encoded;
  }

  private static TextException unknown(int character, int position) {
    String name = "U+%04X, character ".formatted(character) + (position + 1) + " of the text";
    if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
      return new TextException("half of a surrogate pair stands alone: " + name);
    }
    return new TextException(
        "the model's vocabulary has no "
            + Printable.quote(Character.toString(character))
            + " ("
            + name
            + ")");
  }

  @Override
  public String decode(int[] tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      String piece = piece(token);
      if (isCharacter(piece)) {
        text.append(piece);
      }
    }
    return text.toString();
  }

  @Override
  public int size() {
    return pieces.size();
  }

  @Override
  public String piece(int token) {
    if (token < 0 || token >= pieces.size()) {
      throw new TextException(
          "token "
              + token
              + " is not in the vocabulary, which goes from 0 to "
              + (pieces.size() - 1));
    }
    return pieces.get(token);
  }
}
