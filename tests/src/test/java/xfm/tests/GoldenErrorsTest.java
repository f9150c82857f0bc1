package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.cli.host.Session;
import xfm.cli.host.Tool;

/**
 * Programs that are wrong, each with what {@code xfm check} prints about it beside it: {@code
 * golden/errors/NAME.xfm} and {@code NAME.err}. A missing text is written, and the test fails;
 * {@code -Dxfm.golden=write} writes all of them again. Read them as the one who wrote the program
 * would.
 */
class GoldenErrorsTest {
  private static final Path FOLDER = Path.of("golden", "errors");
  private static Session session;

  static List<Path> programs() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".xfm")).sorted().toList();
    }
  }

  @BeforeAll
  static void open() {
    session = Console.session();
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void says(Path program) throws IOException {
    Tool.Checked found = session.tool().check(program.toString());
    assertTrue(found.errors() > 0, program + " is without errors");
    String actual = found.text().replace('\\', '/');
    Path expected =
        program.resolveSibling(program.getFileName().toString().replace(".xfm", ".err"));
    boolean missing = !Files.exists(expected);
    if (missing || "write".equals(System.getProperty("xfm.golden"))) {
      Files.writeString(expected, actual);
    }
    if (missing) {
      fail(expected + " was missing and has been written: read it, then run the test again");
    }
    assertEquals(Files.readString(expected), actual, program.toString());
  }

  @Test
  void everyTextHasItsProgram() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<Path> orphans =
          files
              .filter(file -> file.toString().endsWith(".err"))
              .filter(file ->
                  !Files.exists(
                      file.resolveSibling(file.getFileName().toString().replace(".err", ".xfm"))))
              .toList();
      assertEquals(List.of(), orphans);
    }
  }

  /** Whatever is wrong: it has a place, words for a reader, and nothing of the machine in them. */
  @ParameterizedTest
  @MethodSource("programs")
  void hasPlacesAndPlainWords(Path program) {
    String text = session.tool().check(program.toString()).text();
    assertTrue(!text.contains("Exception") && !text.contains("null"), text);
    assertTrue(!text.contains(Path.of("").toAbsolutePath().toString()), text);
    for (String problem : text.split("\n\n")) {
      String message = problem.lines().findFirst().orElseThrow();
      assertTrue(message.startsWith("error[") && !message.endsWith("."), message);
      assertTrue(problem.lines().skip(1).anyMatch(line -> line.startsWith("  ┌ ")), problem);
    }
  }
}
