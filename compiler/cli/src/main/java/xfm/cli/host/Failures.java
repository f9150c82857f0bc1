package xfm.cli.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.graalvm.polyglot.PolyglotException;

/** Turns whatever went wrong into one message on standard error and an exit code. */
public final class Failures {
  private final World world;

  public Failures(World world) {
    this.world = world;
  }

  /** Reports {@code failure} and returns the exit code that it calls for. */
  public int report(Throwable failure) {
    return switch (failure) {
      case PolyglotException e -> guest(e);
      case UserError e -> user(e.getMessage());
      case UncheckedIOException e -> user(describe(e.getCause()));
      case IOException e -> user(describe(e));
      case OutOfMemoryError e -> user(OUT_OF_MEMORY);
      default -> bug(failure);
    };
  }

  private static final String OUT_OF_MEMORY =
      "out of memory: the Java heap is full. Give it more with XFM_JAVA_OPTS=-Xmx8g";

  private int guest(PolyglotException e) {
    if (e.isExit()) {
      return e.getExitStatus();
    }
    if (e.isCancelled() || e.isInterrupted()) {
      world.err().println("interrupted");
      return Exit.INTERRUPTED;
    }
    if (e.isHostException()) {
      return report(e.asHostException());
    }
    if (e.isInternalError()) {
      return bug(e);
    }
    if (e.isResourceExhausted()) {
      return user(e.getMessage());
    }
    world.err().println(e.getMessage().stripTrailing()); // rendered by the language
    return Exit.USER;
  }

  private int user(String message) {
    world.err().println("error: " + message);
    return Exit.USER;
  }

  private int bug(Throwable failure) {
    world.err().println("error: xfm has a bug, and stopped: " + summary(failure));
    BugReport.write(world, failure)
        .ifPresentOrElse(
            file -> world.err().println("The details are in " + file + "."),
            () -> world.err().println("(The details could not be written to a file.)"));
    world
        .err()
        .println(
            "Please report it where you got xfm from, with that file and the program that"
                + " was run.");
    return Exit.BUG;
  }

  private static String summary(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow();
  }

  /** Java's messages for the common cases are the bare path. */
  private static String describe(IOException e) {
    return switch (e) {
      case NoSuchFileException f -> f.getFile() + ": there is no such file";
      case AccessDeniedException f -> f.getFile() + ": not allowed by the file's permissions";
      case FileSystemException f when f.getReason() == null -> f.getFile() + ": cannot be used";
      case FileSystemException f -> f.getFile() + ": " + f.getReason();
      default -> summary(e);
    };
  }
}
