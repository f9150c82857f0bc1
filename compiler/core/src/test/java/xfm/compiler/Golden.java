package xfm.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Expected texts beside the programs that give them. A missing one is written, and the test fails;
 * {@code -Dxfm.golden=write} writes all of them again.
 */
public final class Golden {
  private static final Path ROOT = Path.of("src", "test", "resources");

  private Golden() {}

  /** The programs in a folder of the test resources, by name. */
  public static List<Path> programs(String folder) {
    try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".xfm")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a program. */
  public static String text(Path program) {
    try {
      return Files.readString(program);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares a result with the text beside its program, whose name ends with {@code suffix}. */
  public static void check(Path program, String suffix, String actual) {
    String name = program.getFileName().toString().replace(".xfm", suffix);
    Path expected = program.resolveSibling(name);
    boolean missing = !Files.exists(expected);
    try {
      if (missing || "write".equals(System.getProperty("xfm.golden"))) {
        Files.writeString(expected, actual);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (missing) {
      fail(expected + " was missing and has been written: read it, then run the test again");
    }
    assertEquals(text(expected), actual, program.toString());
  }
}
