package xfm.runtime.text;

/**
 * Turns text into tokens, the numbers from 0 to {@link #size} that a model reads, and back.
 * Immutable, for any thread.
 */
public sealed interface Tokenizer permits CharTokenizer, FileTokenizer {
  /**
   * The tokens of a text alone. A {@code tokenizer.json} may name texts that stand for special
   * tokens, such as {@code </s>}; in a vocabulary of characters they are characters.
   *
   * @throws TextException if the text has a character that the vocabulary lacks, or half of a
   *     surrogate pair
   */
  int[] encode(String text);

  /**
   * The same with the special tokens that the model reads around a text, as {@code tokenizer.json}
   * says: a first one, a last one.
   */
  default int[] prompt(String text) {
    return encode(text);
  }

  /**
   * The text of tokens; special tokens have none.
   *
   * @throws TextException if a token is not in the vocabulary
   */
  String decode(int[] tokens);

  /** The number of tokens; they are 0 to {@code size() - 1}. */
  int size();

  /**
   * The name of a token as the vocabulary spells it, special or not.
   *
   * @throws TextException if it is not in the vocabulary
   */
  String piece(int token);
}
