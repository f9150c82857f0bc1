package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Program;

/**
 * Programs that are wrong, each with what {@code xfm check} prints about it beside it: {@code
 * golden/errors/NAME.xfm} and {@code NAME.err}. A missing text is written, and the test fails;
 * {@code -Dxfm.golden=write} writes all of them again. Read them as the one who wrote the program
 * would.
 */
class GoldenErrorsTest {
  private static final Path FOLDER = Path.of("golden", "errors");

  static List<Path> programs() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".xfm")).sorted().toList();
    }
  }

  private static List<Diagnostic> check(Path program) {
    try {
      return Program.open(program).check();
    } catch (XfmException e) {
      return e.diagnostics();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void says(Path program) throws IOException {
    List<Diagnostic> problems = check(program);
    assertTrue(!problems.isEmpty(), program + " is without errors");
    String actual = Renderer.plain(problems).replace('\\', '/');
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
    for (Diagnostic problem : check(program)) {
      assertTrue(!problem.labels().isEmpty(), problem.message());
      assertTrue(!problem.message().endsWith("."), problem.message());
      String text = Renderer.plain(List.of(problem));
      assertTrue(!text.contains("Exception") && !text.contains("null"), text);
      assertTrue(!text.contains(Path.of("").toAbsolutePath().toString()), text);
    }
  }
}
