package xfm.cli.host;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A standard stream, unbuffered, whose failures are not swallowed as {@link System#out} does.
 *
 * <p>Text is UTF-8 whatever the locale says: under {@code LC_ALL=C} Java would print a question
 * mark for each letter beyond ASCII.
 */
public final class Standard extends OutputStream {
  private final OutputStream stream;
  private final Consumer<IOException> failed;

  /**
   * @param failed is told of a write that failed, and decides what that means for the process
   */
  public Standard(OutputStream stream, Consumer<IOException> failed) {
    this.stream = stream;
    this.failed = failed;
  }

  /** Standard output: a reader that has gone ({@code | head}) ends the process quietly. */
  public static PrintStream output(PrintStream err) {
    return printer(
        FileDescriptor.out,
        e -> {
          if (isClosedPipe(e)) {
            Runtime.getRuntime().halt(Exit.FINE);
          }
          err.println("error: cannot write to standard output: " + e.getMessage());
          Runtime.getRuntime().halt(Exit.USER);
        });
  }

  /** Standard error: where it cannot be written to, nobody can be told. */
  public static PrintStream error() {
    return printer(FileDescriptor.err, e -> {});
  }

  private static PrintStream printer(FileDescriptor descriptor, Consumer<IOException> failed) {
    var stream = new Standard(new FileOutputStream(descriptor), failed);
    return new PrintStream(stream, false, StandardCharsets.UTF_8);
  }

  /** Says "pipe" in every language that an operating system was seen to speak. */
  static boolean isClosedPipe(IOException e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    try {
      stream.write(bytes, from, length);
    } catch (IOException e) {
      failed.accept(e);
    }
  }
}
