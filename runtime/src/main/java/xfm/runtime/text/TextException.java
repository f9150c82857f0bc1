package xfm.runtime.text;

/** A text or a token that a tokenizer cannot turn into the other, said for the user who gave it. */
public final class TextException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TextException(String message) {
    super(message);
  }
}
