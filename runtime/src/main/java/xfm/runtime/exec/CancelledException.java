package xfm.runtime.exec;

/** Thrown out of a run whose {@link Cancellation} was asked to stop. Its results are incomplete. */
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CancelledException() {
    super("the run was cancelled");
  }
}
