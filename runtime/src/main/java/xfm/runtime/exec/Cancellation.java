package xfm.runtime.exec;

/**
 * A request to stop, set by any thread and polled by the threads that compute.
 *
 * <p>{@link WorkerTeam} polls between tasks; a task that may run longer than some milliseconds
 * polls by itself.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  private final Runnable poll;

  /** A request that nobody has made yet. */
  public Cancellation() {
    this(() -> {});
  }

  /**
   * A request that nobody has made yet.
   *
   * @param poll runs at every {@link #check}, on whichever thread checks; what it throws ends the
   *     run. A host that can only be asked from its own thread whether to stop is asked here.
   */
  public Cancellation(Runnable poll) {
    this.poll = poll;
  }

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
    poll.run();
    if (cancelled) {
      throw new CancelledException();
    }
  }
}
