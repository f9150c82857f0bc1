package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.IOAccess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.examples.StreamShakespeare;

/**
 * Each example prints what the file {@code NAME.expected} beside it says. Those that read the
 * sentence encoder run if {@code -Dxfm.minilm=FOLDER} names its folder.
 */
final class ExamplesTest {
  static List<Path> programs() throws IOException {
    List<Path> programs = new ArrayList<>();
    for (Path folder : List.of(Checkout.EXAMPLES, Checkout.EXAMPLES.resolve("explained"))) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(f -> f.toString().endsWith(".xfm"))
            .map(Checkout.EXAMPLES::relativize)
            .sorted()
            .forEach(programs::add);
      }
    }
    return programs;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void printsWhatIsExpected(Path name) throws IOException {
    Path program = Checkout.EXAMPLES.resolve(name);
    String minilm = System.getProperty("xfm.minilm", "");
    boolean needed = Checkout.text(program).contains("args()");
    assumeTrue(!needed || !minilm.isEmpty(), "-Dxfm.minilm names no folder");
    String printed = masked(printed(program, needed ? List.of(minilm) : List.of()));
    Expected.check(
        Checkout.EXAMPLES.resolve(name.toString().replace(".xfm", ".expected")), printed);
  }

  @Test
  void withoutItsFolderAnExampleSaysHowToGiveIt() throws IOException {
    String printed = printed(Checkout.EXAMPLES.resolve("explained/look_up.xfm"), List.of());
    assertTrue(printed.contains("Give their folder: xfm run look_up.xfm FOLDER"), printed);
  }

  private static String printed(Path program, List<String> arguments) throws IOException {
    var out = new ByteArrayOutputStream();
    var builder =
        Context.newBuilder("xfm")
            .allowIO(IOAccess.ALL)
            .out(out)
            .err(new ByteArrayOutputStream())
            .option("engine.WarnInterpreterOnly", "false");
    builder.arguments("xfm", arguments.toArray(String[]::new));
    try (Context context = builder.build()) {
      context.eval(Source.newBuilder("xfm", program.toFile()).build());
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** A time is the machine's: the number in front of these words becomes a #. */
  private static String masked(String printed) {
    return printed.replaceAll(
        "\\d+(\\.\\d+)?(?= tokens per second| seconds,|% of this machine's peak)", "#");
  }

  @Test
  void theHostGetsTheTextAsItIsWritten() throws IOException {
    var pieces = new ArrayList<String>();
    StreamShakespeare.write(
        Checkout.EXAMPLES.resolve("host/writer.xfm").toFile(), "ROMEO:\n", 30, pieces::add);
    assertEquals(30, pieces.size());
    assertEquals("I have been so much a prisoner", String.join("", pieces));
    assertTrue(
        Checkout.text(Checkout.SHAKESPEARE.resolve("README.md")).contains(String.join("", pieces)));
  }
}
