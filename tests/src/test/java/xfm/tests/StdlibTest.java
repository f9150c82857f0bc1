package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.ast.Item;
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

  /** What other libraries call it is no name here, and what it is called here is one. */
  @Test
  void synonymsAreOfWhatIsThere() {
    Set<String> declared =
        Checkout.programs(Checkout.STDLIB).stream()
            .flatMap(file -> Parser.parse(Parser.read(file)).items().stream())
            .filter(Item.Declaration.class::isInstance)
            .map(item -> ((Item.Declaration) item).name().text())
            .collect(Collectors.toSet());
    for (String line : Checkout.text(Checkout.STDLIB.resolve("SYNONYMS")).lines().toList()) {
      String[] names = line.split(" ");
      assertEquals(2, names.length, line);
      assertFalse(declared.contains(names[0]), line);
      assertTrue(declared.contains(names[1]), line);
    }
  }

  /** A published model is a text that is read at a glance. */
  @Test
  void aModelHasAtMostSixtyLines() {
    List<Path> models = Checkout.programs(Checkout.STDLIB.resolve("models"));
    assertFalse(models.isEmpty());
    for (Path model : models) {
      long lines = Checkout.text(model).lines().count();
      assertTrue(lines <= 60, () -> model + " has " + lines + " lines");
    }
  }

  @ParameterizedTest
  @MethodSource("stdlib")
  void checksWithoutErrors(Path file) {
    assertEquals("", Renderer.plain(Program.open(Checkout.STDLIB.resolve(file)).check()));
  }

  /** The names of the standard library, with what they take, stand in the reference as declared. */
  @Test
  void theReferenceListsTheStandardLibrary() {
    StringBuilder list = new StringBuilder();
    for (Path file : Checkout.programs(Checkout.STDLIB)) {
      List<String> heads =
          Parser.parse(Parser.read(file)).items().stream()
              .filter(Item.Declaration.class::isInstance)
              .map(item -> head((Item.Declaration) item))
              .toList();
      if (!heads.isEmpty()) {
        list.append(Checkout.STDLIB.relativize(file).toString().replace('\\', '/')).append('\n');
        heads.forEach(head -> list.append("  ").append(head).append('\n'));
      }
    }
    Path page = Checkout.ROOT.resolve("grammar/LANGUAGE.md");
    String text = Checkout.text(page);
    int from = text.indexOf("```text\n", text.indexOf("## The standard library")) + 8;
    int to = text.indexOf("```\n", from);
    Expected.check(page, text.substring(0, from) + list + text.substring(to));
  }

  private static String head(Item.Declaration d) {
    String parameters =
        d.parameters().stream().map(p -> plain(p.span().text())).collect(Collectors.joining(", "));
    String result = d.result().map(type -> " -> " + plain(type.span().text())).orElse("");
    return d.kind().word() + " " + d.name() + "(" + parameters + ")" + result;
  }

  private static String plain(String text) {
    return text.replaceAll("\\s+", " ");
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
