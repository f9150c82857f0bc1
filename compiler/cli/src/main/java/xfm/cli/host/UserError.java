package xfm.cli.host;

/** The user's mistake, found outside the language; the message says what, where and what to do. */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UserError(String message) {
    super(message);
  }
}
