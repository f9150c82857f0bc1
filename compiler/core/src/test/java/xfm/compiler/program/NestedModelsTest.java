package xfm.compiler.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Graph;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;

/** Models that other declarations call, and files that are imported under a name. */
class NestedModelsTest {
  private static final String INNER =
      """
      model inner(tokens: [n <= context] token(vocab), vocab: int = 7, context: int = 9, d: int = 2) -> [n, d] {
        weight table: [vocab, d]
        weight place: [context, d]
        return y[i: n, a] = table[tokens[i], a] + place[i, a]
      }
      """;

  private static Program program(String text) {
    return Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
  }

  private static Graph make(Program program, String model) {
    Item.Declaration declaration = program.declaration(model).orElseThrow();
    return program.graph(declaration, Map.of(), declaration.span());
  }

  private static List<String> messages(Program program) {
    return program.check().stream().map(Diagnostic::message).toList();
  }

  @Test
  void aModelIsCalledAsABlockIs() {
    Program program =
        program(
            INNER
                + """
                model outer(tokens: [n <= 5] token(7)) -> {one: [n, 3], two: [n, 2]} {
                  weight up: [2, 3]
                  first = a: inner(tokens)
                  second = b: inner(tokens, context = 6)
                  one[i, b] = first[i, a] * up[a, b]
                  return {one: one, two: second}
                }
                """);
    assertEquals(List.of(), messages(program));
    assertEquals(
        "a.place [9, 2], a.table [7, 2], b.place [6, 2], b.table [7, 2], up [2, 3]",
        make(program, "outer").weights().stream()
            .map(w -> w.value().path() + " " + w.value().shape())
            .sorted()
            .collect(Collectors.joining(", ")));
  }

  @Test
  void itsInputsKeepToTheirBounds() {
    assertEquals(
        List.of("`tokens` is not proved to be at most 9 long"),
        messages(
            program(
                INNER
                    + "model outer(tokens: [n] token(7)) -> [n, 2] {\n  return inner(tokens)\n}\n")));
    assertEquals(
        List.of("the elements of `tokens` are not proved to be in 0 … 6"),
        messages(
            program(
                INNER
                    + "model outer(tokens: [n <= 9] token(8)) -> [n, 2] {\n  return inner(tokens)\n}\n")));
  }

  @Test
  void aFileUnderAName(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("parts.xfm"),
        """
        fn half(z: float) = z / 2
        block scaled(x: [n, d]) -> [n, d] {
          weight gain: [d]
          return y[i, a] = half(x[i, a]) * gain[a]
        }
        """);
    Files.writeString(
        folder.resolve("main.xfm"),
        """
        import "parts.xfm" as parts
        fn half(z: float) = z / 4
        model m(x: [n, 2]) -> [n, 2] {
          let twice = parts.scaled
          x = first: parts.scaled(x)
          x = second: twice(x)
          return y[i, a] = parts.half(x[i, a]) + half(1.0)
        }
        """);
    Program program = Program.open(folder.resolve("main.xfm"));
    assertEquals(List.of(), messages(program));
    Graph graph = make(program, "m");
    assertEquals(
        List.of("first.gain", "second.gain"),
        graph.weights().stream().map(w -> w.value().path()).toList());
    assertTrue(graph.seen().containsKey("first.y"));
    Files.writeString(
        folder.resolve("main.xfm"),
        "import \"parts.xfm\" as parts\nmodel m(x: [n]) -> [n] {\n  return y[i] = half(x[i])\n}\n");
    assertEquals(
        List.of("nothing here is called `half`"),
        messages(Program.open(folder.resolve("main.xfm"))));
  }

  /** The standard library has a mask {@code causal}; what a file calls its own comes first. */
  @Test
  void importsMayBeCalledWhatTheStandardLibraryHas(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("parts.xfm"), "fn half(z: float) = z / 2\n");
    Files.writeString(
        folder.resolve("main.xfm"),
        """
        import "parts.xfm" as causal
        model m(x: [n]) -> [n] {
          return y[i] = causal.half(x[i])
        }
        """);
    assertEquals(List.of(), messages(Program.open(folder.resolve("main.xfm"))));
  }
}
