package xfm.language.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import xfm.runtime.text.Tokenizer;

/**
 * Tokens as they come, and their text as soon as it is certain: a character may take several
 * tokens, and until it is whole it decodes to the replacement character.
 */
final class Pieces {
  private static final char REPLACEMENT = '\uFFFD';

  private final Optional<Tokenizer> tokenizer;
  private final boolean spell;
  private final Consumer<Object> each;
  private int[] tokens = new int[64];
  private int size;
  private int said;
  private String text = "";

  /**
   * Hands on pieces of text, or tokens where there is no tokenizer.
   *
   * @param spell whether tokens are handed on as a text, with a space between two
   */
  Pieces(Optional<Tokenizer> tokenizer, boolean spell, Consumer<Object> each) {
    this.tokenizer = tokenizer;
    this.spell = spell;
    this.each = each;
  }

  void add(int token) {
    if (tokenizer.isEmpty()) {
      each.accept(spell ? (size++ == 0 ? "" : " ") + token : (Object) (long) token);
      return;
    }
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
    }
    tokens[size++] = token;
    text = tokenizer.get().decode(Arrays.copyOf(tokens, size));
    int certain = text.length();
    while (certain > said && text.charAt(certain - 1) == REPLACEMENT) {
      certain--;
    }
    say(certain);
  }

  /** Nothing comes any more: hands on what is left. */
  void finish() {
    say(text.length());
  }

  private void say(int end) {
    if (end > said) {
      each.accept(text.substring(said, end));
      said = end;
    }
  }

  /** All of the text, where there is a tokenizer. */
  Optional<String> text() {
    return tokenizer.map(_ -> text);
  }
}
