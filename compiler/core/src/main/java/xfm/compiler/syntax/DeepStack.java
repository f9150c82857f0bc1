package xfm.compiler.syntax;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs what descends once for every level of a text (ANTLR, the builders of the tree, the checker)
 * on a stack of known size. Limits bound the levels, and this makes sure that there is room for
 * them, however deep the caller stands in its own stack.
 */
public final class DeepStack {
  private DeepStack() {}

  public static <T> T call(Supplier<T> reading) {
    FutureTask<T> task = new FutureTask<>(reading::get);
    Thread thread = new Thread(null, task, "xfm-reader", Limits.STACK, false);
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // reading is short: end it, then let the caller see the interrupt
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
