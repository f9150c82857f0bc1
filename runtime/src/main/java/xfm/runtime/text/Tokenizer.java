package xfm.runtime.text;

/**
 * Turns text into tokens, the numbers from 0 to {@link #size} that a model reads, and back.
 * Immutable, for any thread.
 */
public sealed interface Tokenizer permits CharTokenizer {
  /**
   * The tokens of a text. Special tokens never come from text: a user who writes {@code </s>} gets
   * those four characters.
   *
   * @throws TextException if the text has a character that the vocabulary lacks, or half of a
   *     surrogate pair
   */
  int[] encode(String text);

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
