package xfm.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS) // its launcher is xfm.cmd
@Timeout(60)
class JdkSearchTest {
  @TempDir Path folder;
  private FakeCheckout checkout;

  @BeforeEach
  void create() throws IOException {
    checkout = new FakeCheckout(folder);
  }

  /** The JDK that Maven was started on is the one that was found. */
  private String found() throws IOException {
    var outcome = checkout.run("--version");
    assertEquals(0, outcome.code(), outcome.err());
    String line = Files.readAllLines(checkout.root.resolve("maven.log")).getFirst();
    return line.substring(0, line.indexOf(": "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr/lib/jvm/temurin-25-jdk-amd64",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home",
      })
  void findsOneInTheUsualFolders(String place) throws IOException {
    checkout.jdk("usr/lib/jvm/a-old", "17.0.15");
    assertEquals(checkout.jdk(place, "25.0.3").toString(), found());
  }

  @ParameterizedTest
  @ValueSource(strings = {".sdkman/candidates/java/25.0.3-tem", ".jdks/temurin 25"})
  void findsOneInTheHomeFolder(String place) throws IOException {
    checkout.environment.put("HOME", checkout.system.toString());
    assertEquals(checkout.jdk(place, "25.0.3").toString(), found());
  }

  @Test
  void prefersJavaHomeThenThePath() throws IOException {
    checkout.jdk("usr/lib/jvm/a", "25");
    Path onPath = checkout.jdk("elsewhere/b", "26-ea");
    Path chosen = checkout.jdk("elsewhere/c", "25.0.4");
    Path alternatives = checkout.system.resolve("alternatives");
    Files.createSymbolicLink(alternatives, onPath.resolve("bin/java"));
    Files.createSymbolicLink(checkout.path.resolve("java"), alternatives);
    assertEquals(onPath.toString(), found());
    Files.delete(checkout.root.resolve("maven.log"));
    checkout.environment.put("JAVA_HOME", chosen.toString());
    checkout.edit("pom.xml", 5);
    assertEquals(chosen.toString(), found());
  }

  @Test
  void passesOverAnOldJavaHome() throws IOException {
    checkout.environment.put("JAVA_HOME", checkout.jdk("old", "21.0.2").toString());
    assertEquals(checkout.jdk("usr/lib/jvm/new", "25").toString(), found());
  }

  @Test
  void saysHowToGetOneAndWhatWasFound() throws IOException {
    checkout.jdk("usr/lib/jvm/seventeen", "17.0.15");
    checkout.jdk("usr/lib/jvm/eight", "1.8.0_402");
    Files.delete(checkout.jdk("usr/lib/jvm/jre", "25.0.3").resolve("bin/javac"));
    var outcome = checkout.run("run", "a.xfm");
    assertEquals(1, outcome.code());
    assertEquals("", outcome.out());
    for (String part :
        new String[] {
          "needs a JDK 25",
          "sudo apt install openjdk-25-jdk",
          "brew install --cask temurin@25",
          "winget install",
          "sdk install java 25",
          "/usr/lib/jvm/seventeen is Java 17",
          "/usr/lib/jvm/eight is Java 1\n",
          "/usr/lib/jvm/jre has no compiler",
        }) {
      assertTrue(outcome.err().contains(part), () -> part + " in\n" + outcome.err());
    }
  }
}
