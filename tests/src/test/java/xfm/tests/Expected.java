package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Expected texts, which are files of the repository. A missing one is written, and the test fails;
 * {@code -Dxfm.golden=write} writes all of them again: read the difference before it is kept.
 */
final class Expected {
  private Expected() {}

  static void check(Path file, String actual) {
    boolean missing = !Files.exists(file);
    if (missing || "write".equals(System.getProperty("xfm.golden"))) {
      try {
        Files.createDirectories(file.getParent());
        Files.writeString(file, actual);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (missing) {
      fail(file + " was missing and has been written: read it, then run the test again");
    }
    assertEquals(Checkout.text(file), actual, Checkout.relative(file));
  }
}
