package xfm.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class StartTest {
  private static final String VECTOR = "--add-modules=jdk.incubator.vector\n";

  @TempDir Path folder;
  private FakeCheckout checkout;

  @BeforeEach
  void create() throws IOException {
    checkout = new FakeCheckout(folder);
    checkout.jdk("usr/lib/jvm/jdk", "25.0.3");
    checkout.run("--version"); // builds
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "--version", "fmt a", "check a", "dump a", "account a", "run --help"})
  void withoutVectorsWhereNothingIsComputed(String command) {
    assertFalse(checkout.run(command.split(" ")).out().contains(VECTOR));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run a", "repl", "logits m", "generate m", "doctor", "--threads 2 run a"})
  void withVectorsWhereTensorsAre(String command) {
    assertTrue(checkout.run(command.split(" ")).out().contains(VECTOR));
  }

  @Test
  void passesArgumentsAsTheyAre() {
    List<String> arguments = List.of("run", "a b", "", "*", "$HOME", "é\n", "-x");
    var outcome = checkout.run(arguments.toArray(String[]::new));
    assertTrue(
        outcome.out().endsWith("xfm.cli/xfm.cli.Main\n" + String.join("\n", arguments) + "\n"),
        outcome.out());
  }

  @Test
  void startsThroughALinkFromAnywhere() throws IOException {
    Path first = Files.createSymbolicLink(folder.resolve("first"), checkout.root.resolve("xfm"));
    Path link = Files.createSymbolicLink(checkout.path.resolve("link"), Path.of("../first"));
    assertTrue(Files.exists(first));
    var outcome = checkout.start(link, "--version");
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.out().contains("\n" + checkout.root.resolve("target/xfm/lib") + "\n"));
  }

  @Test
  void dropsTheIncubatorWarningAndNothingElse() throws IOException {
    checkout.jdk(
        "usr/lib/jvm/jdk",
        "25.0.3",
        """
        echo 'WARNING: Using incubator modules: jdk.incubator.vector' >&2
        echo 'Error: no memory' >&2
        echo result
        exit 7
        """);
    var outcome = checkout.run("run", "a");
    assertEquals(7, outcome.code());
    assertEquals("result\n", outcome.out());
    assertEquals("Error: no memory\n", outcome.err());
  }

  @Test
  void givesJavaTheTrueStandardErrorAsDescriptorThree() throws IOException {
    checkout.jdk("usr/lib/jvm/jdk", "25.0.3", "echo straight >&3; printf '%s\\n' \"$@\"");
    var outcome = checkout.run("run", "a");
    assertEquals("straight\n", outcome.err());
    assertTrue(outcome.out().contains("-Dxfm.stderr3=true\n"));
  }

  @Test
  void setsALocaleThatCanNameEveryFile() throws IOException {
    checkout.jdk("usr/lib/jvm/jdk", "25.0.3", "echo \"$LC_ALL\"");
    checkout.environment.put("LC_ALL", "C");
    assertEquals("C.UTF-8\n", checkout.run("check", "a").out());
    checkout.environment.put("LC_ALL", "de_DE.utf8");
    assertEquals("de_DE.utf8\n", checkout.run("check", "a").out());
  }

  @Test
  void leavesNothingInTheTemporaryFolder() throws IOException {
    checkout.run("run", "a");
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of("bin", "check out", "system"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}
