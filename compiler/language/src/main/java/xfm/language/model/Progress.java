package xfm.language.model;

import java.time.Duration;
import java.util.Locale;
import xfm.language.XfmContext;

/** One line on standard error that says how far something is; nothing where no person reads it. */
final class Progress implements AutoCloseable {
  private static final int CELLS = 30;
  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  private final XfmContext context;
  private final String what;
  private final long start = System.nanoTime();
  private long shown = start;
  private int drawn;

  Progress(XfmContext context, String what) {
    this.context = context;
    this.what = what;
  }

  /** {@code share} of it is done, above 0 and at most 1. */
  void at(double share) {
    long now = System.nanoTime();
    if (!context.terminal() || now - shown < PAUSE_NANOS) {
      return;
    }
    shown = now;
    int full = (int) (share * CELLS);
    double left = (now - start) / 1e9 * (1 - share) / share;
    String line =
        String.format(
            Locale.ROOT,
            "%s %s%s %3.0f%%, %.0f s left",
            what,
            "█".repeat(full),
            "░".repeat(CELLS - full),
            100 * share,
            left);
    context.err().print("\r" + line + " ".repeat(Math.max(0, drawn - line.length())));
    context.err().flush();
    drawn = line.length();
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (drawn > 0) {
      context.err().print("\r" + " ".repeat(drawn) + "\r");
      context.err().flush();
    }
  }
}
