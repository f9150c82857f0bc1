package xfm.language.model;

import com.oracle.truffle.api.TruffleSafepoint;
import com.oracle.truffle.api.nodes.Node;
import xfm.runtime.exec.Cancellation;

/**
 * Cancelling of long runs. A host cancels or interrupts a context by actions that run where the
 * context's own thread polls for them; kernels check their {@link Cancellation} between tiles, the
 * calling thread among them, and that check polls. So a run ends at the next tile, and an action
 * that does not end it (a profiler's) only pauses it.
 */
public final class Runs {
  private Runs() {}

  /** To be given to runs on the current thread; {@code location} is the call, or null. */
  public static Cancellation cancellation(Node location) {
    Thread owner = Thread.currentThread();
    return new Cancellation(() -> {
      if (Thread.currentThread() == owner) {
        TruffleSafepoint.poll(location);
      }
    });
  }
}
