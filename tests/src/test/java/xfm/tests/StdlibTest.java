package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Formatter;
import xfm.compiler.syntax.Parser;

/** The standard library is whole and without errors, and every program has the one layout. */
final class StdlibTest {
  static List<Path> stdlib() {
    return Checkout.programs(Checkout.STDLIB).stream().map(Checkout.STDLIB::relativize).toList();
  }

  @Test
  void filesListsWhatIsThere() {
    assertEquals(
        String.join("\n", stdlib().stream().map(p -> p.toString().replace('\\', '/')).toList())
            + "\n",
        Checkout.text(Checkout.STDLIB.resolve("FILES")));
  }

  @ParameterizedTest
  @MethodSource("stdlib")
  void checksWithoutErrors(Path file) {
    assertEquals("", Renderer.plain(Program.open(Checkout.STDLIB.resolve(file)).check()));
  }

  @Test
  void everyProgramOfTheRepositoryIsFormatted() {
    List<String> unformatted = new ArrayList<>();
    int formatted = 0;
    for (Path folder :
        List.of(Checkout.STDLIB, Checkout.EXAMPLES, Checkout.ROOT.resolve("tests/golden"))) {
      for (Path file : Checkout.programs(folder)) {
        Source source;
        try {
          source = Parser.read(file);
          Parser.parse(source);
        } catch (XfmException e) {
          continue; // what is wrong with its syntax is what it is there for
        }
        formatted++;
        if (!Formatter.format(source).equals(source.text())) {
          unformatted.add(Checkout.relative(file));
        }
      }
    }
    assertEquals(List.of(), unformatted, "./xfm fmt mends it");
    assertFalse(formatted < 50, "only " + formatted + " programs were found");
  }
}
