package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** Each example prints what the file {@code NAME.expected} beside it says. */
final class ExamplesTest {
  static List<Path> programs() throws IOException {
    try (Stream<Path> files = Files.list(Checkout.EXAMPLES)) {
      return files
          .filter(f -> f.toString().endsWith(".xfm"))
          .map(Path::getFileName)
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void printsWhatIsExpected(Path name) throws IOException {
    Path program = Checkout.EXAMPLES.resolve(name);
    var out = new ByteArrayOutputStream();
    var builder =
        Context.newBuilder("xfm")
            .allowIO(IOAccess.ALL)
            .out(out)
            .err(new ByteArrayOutputStream())
            .option("engine.WarnInterpreterOnly", "false");
    try (Context context = builder.build()) {
      context.eval(Source.newBuilder("xfm", program.toFile()).build());
    }
    String expected = name.toString().replace(".xfm", ".expected");
    Expected.check(
        Checkout.EXAMPLES.resolve(expected), masked(out.toString(StandardCharsets.UTF_8)));
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
