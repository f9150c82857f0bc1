package xfm.runtime.exec;

/**
 * A request to stop, set by any thread and polled by the threads that compute.
 *
 * <p>{@link WorkerTeam} polls between tasks; a task that may run longer than some milliseconds polls
 * by itself.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  /** A request that nobody has made yet. */
  public Cancellation() {}

  /** Asks every run that polls this object to stop. */
  public void cancel() {
    cancelled = true;
  }

  /** Withdraws the request, so that the next run may start. */
  public void reset() {
    cancelled = false;
  }

  /** Whether a stop was asked for. */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Returns if nobody asked for a stop.
   *
   * @throws CancelledException if somebody did
   */
  public void check() {
    if (cancelled) {
      throw new CancelledException();
    }
  }
}
