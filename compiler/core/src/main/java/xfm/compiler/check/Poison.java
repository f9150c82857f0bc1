package xfm.compiler.check;

/**
 * Something that is used here went wrong where it was defined: that was said there, so that nothing
 * is said here.
 */
final class Poison extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Poison() {
    super(null, null, false, false);
  }
}
