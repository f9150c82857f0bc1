package xfm.cli.host;

/** The exit codes of {@code xfm}. They are stable: scripts rely on them. */
public final class Exit {
  /** All went well. */
  public static final int FINE = 0;

  /** The user's program, files or model are at fault; the message says how. */
  public static final int USER = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** A bug in xfm (EX_SOFTWARE of sysexits.h). */
  public static final int BUG = 70;

  /** Cancelled by Ctrl-C (128 + SIGINT, as shells report it). */
  public static final int INTERRUPTED = 130;

  private Exit() {}
}
