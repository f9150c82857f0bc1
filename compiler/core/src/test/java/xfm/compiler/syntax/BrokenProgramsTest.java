package xfm.compiler.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.Golden;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;

/** Programs with words left out, doubled, swapped or put in: errors with places, never a crash. */
class BrokenProgramsTest {
  private static final List<String> WORDS =
      List.of(
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "\n",
          ";",
          ",",
          ":",
          "=",
          "+=",
          "->",
          "...",
          ".",
          "|",
          "-",
          "+",
          "*",
          "<",
          "\"",
          "\"{",
          "\"{\"",
          "}\"",
          "#",
          "@",
          "'",
          "−",
          "1",
          "0.5",
          "2d",
          "x",
          "if",
          "then",
          "else",
          "where",
          "not",
          "and",
          "share",
          "let",
          "fn",
          "block",
          "model",
          "repeat",
          "for",
          "in",
          "while",
          "return",
          "weight",
          "const",
          "checkpoint",
          "ignore",
          "import",
          "require",
          "requires",
          "as",
          "keep",
          "penalty",
          "split",
          "stack",
          "transpose",
          "def",
          "\t",
          "\u00a0",
          "\ud83d\ude00",
          "\u0000",
          "\ud800");

  static Stream<Path> programs() {
    return Stream.of("syntax/programs", "syntax/trees", "syntax/errors")
        .flatMap(folder -> Golden.programs(folder).stream())
        .filter(program -> Golden.text(program).length() < 10_000);
  }

  private static String broken(String text, Random random) {
    StringBuilder broken = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(broken.length() + 1);
      int end = Math.min(broken.length(), at + random.nextInt(8));
      switch (random.nextInt(5)) {
        case 0 -> broken.delete(at, end);
        case 1 -> broken.insert(at, broken.substring(at, end));
        case 2 -> broken.setLength(at);
        default -> broken.insert(at, " " + WORDS.get(random.nextInt(WORDS.size())) + " ");
      }
    }
    return broken.toString();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void giveErrorsWithPlaces(Path program) {
    String text = Golden.text(program);
    Random random = new Random(text.hashCode());
    for (int i = 0; i < 40; i++) {
      Source source = new Source("broken", broken(text, random));
      Parser.incomplete(source.text());
      try {
        Parser.parse(source);
        assertEquals(Formatter.format(source), Formatter.format(source));
      } catch (XfmException e) {
        assertFalse(e.diagnostics().isEmpty());
        for (Diagnostic error : e.diagnostics()) {
          assertFalse(error.labels().isEmpty(), error.message());
          assertTrue(
              error.labels().stream().allMatch(l -> l.span().end() <= source.text().length()));
        }
        assertFalse(Renderer.plain(e.diagnostics()).isEmpty());
        assertFalse(Renderer.json(e.diagnostics()).isEmpty());
      }
    }
  }
}
