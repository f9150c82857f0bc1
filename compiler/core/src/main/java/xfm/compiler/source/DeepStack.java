package xfm.compiler.source;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs what descends once for every level of an expression (ANTLR, the builders of the tree, the
 * checker, the passes over a graph) on a stack of known size. Limits bound the levels, and this
 * makes sure that there is room for them, however deep the caller stands in its own stack.
 */
public final class DeepStack {
  /** Bytes. Reading, checking and rewriting take about 3,000 for each of 500 levels; times ten. */
  private static final long STACK = 16L << 20;

  private DeepStack() {}

  /** What {@code work} gives, or throws. */
  public static <T> T call(Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread = new Thread(null, task, "xfm-deep", STACK, false);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // the work is short: end it, then let the caller see the interrupt
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) e.getCause(); // a supplier throws nothing else
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
