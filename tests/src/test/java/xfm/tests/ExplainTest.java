package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import xfm.cli.host.Session;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Explanation;

/** The examples of {@code xfm explain} are what they say. */
final class ExplainTest {
  private static final Pattern CODES = Pattern.compile("error\\[(\\w+)]");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Code.class)
  void theWrongProgramHasThisErrorAndTheRightOneNone(Code code) throws IOException {
    Explanation explanation = Explanation.of(code);
    try (Session session = Console.session()) {
      Path right = Files.writeString(folder.resolve("right.xfm"), explanation.mend());
      assertEquals("", session.tool().check(right.toString()).text());
      Path wrong = Files.writeString(folder.resolve("wrong.xfm"), explanation.wrong());
      String said = session.tool().check(wrong.toString()).text();
      if (said.isEmpty()) {
        Source source = Source.newBuilder("xfm", wrong.toFile()).build();
        said = assertThrows(PolyglotException.class, () -> session.evaluate(source)).getMessage();
      }
      List<String> codes = CODES.matcher(said).results().map(found -> found.group(1)).toList();
      assertEquals(List.of(code.word()), codes, said);
    }
    assertTrue(explanation.text(code).lines().allMatch(line -> line.length() <= 100));
  }
}
