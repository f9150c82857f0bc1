package xfm.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class BuildTest {
  @TempDir Path folder;
  private FakeCheckout checkout;

  @BeforeEach
  void create() throws IOException {
    checkout = new FakeCheckout(folder);
    checkout.jdk("usr/lib/jvm/jdk", "25.0.3");
  }

  @Test
  void buildsOnFirstUseAndThenNoMore() throws IOException {
    var first = checkout.run("--version");
    assertEquals(0, first.code(), first.err());
    assertEquals(
        "Building xfm (first use; later starts take no time)\n  runtime (1/2)\n", first.err());
    assertEquals("", checkout.run("--version").err());
    assertEquals(1, checkout.builds());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "runtime/src/main/java/xfm/A.java",
        "stdlib/norm/rms.xfm",
        "grammar/XfmParser.g4",
        "compiler/cli/pom.xml",
      })
  void buildsAgainWhenASourceChanges(String source) throws IOException {
    checkout.run("--version");
    checkout.edit(source, 5);
    assertTrue(
        checkout.run("--version").err().startsWith("Building xfm (its sources have changed)"));
    assertEquals(2, checkout.builds());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runtime/src/test/java/xfm/ATest.java",
        "runtime/target/classes/A.class",
        "compiler/README.md",
        "stdlib/norm/.rms.xfm.swp",
        "examples/a.xfm",
      })
  void doesNotBuildForWhatIsNoSource(String other) throws IOException {
    checkout.run("--version");
    checkout.edit(other, 5);
    assertEquals("", checkout.run("--version").err());
    assertEquals(1, checkout.builds());
  }

  @Test
  void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws IOException {
    FakeCheckout.script(
        checkout.root.resolve("mvnw"),
        """
        echo '[INFO] Building xfm-runtime 0.1.0                [1/2]'
        echo '[ERROR] A.java:[3,5] cannot find symbol'
        echo '[ERROR] Re-run Maven using the -X switch to enable full debug logging.'
        exit 1
        """);
    for (int i = 0; i < 2; i++) {
      var outcome = checkout.run("--version");
      assertEquals(1, outcome.code());
      assertEquals("", outcome.out());
      assertTrue(outcome.err().contains("A.java:[3,5] cannot find symbol"), outcome.err());
      assertFalse(outcome.err().contains("Re-run"), outcome.err());
      assertTrue(outcome.err().contains("target/build.log"), outcome.err());
    }
  }

  @Test
  void aBuildThatWasKilledIsNoObstacle() throws IOException {
    Path lock = Files.createDirectories(checkout.root.resolve("target/xfm/lock"));
    Files.writeString(lock.resolve("pid"), "999999999\n");
    assertEquals(0, checkout.run("--version").code());
    assertEquals(1, checkout.builds());
    assertFalse(Files.exists(lock));
  }

  @Test
  void testCountsWhatWasRun() throws IOException {
    report("runtime", 5, 0, 0, 1, "<testcase name=\"a\" classname=\"xfm.A\"/>");
    report("compiler/core", 2, 0, 0, 0, "<testcase name=\"b\" classname=\"xfm.B\"/>");
    var outcome = checkout.run("test");
    assertEquals(0, outcome.code(), outcome.err());
    assertTrue(outcome.out().endsWith("\n6 passed, 0 failed, 1 skipped\n"), outcome.out());
  }

  @Test
  void testNamesWhatFailed() throws IOException {
    report(
        "runtime",
        3,
        1,
        1,
        0,
        """
        <testcase name="adds" classname="xfm.A" time="0.1">
          <failure message="expected 1 &quot;x&quot;" type="T">
        tests="900" errors="900"
        </failure></testcase>
        <testcase name="dies" classname="xfm.A"><error type="T">at</error></testcase>
        <testcase name="fine" classname="xfm.A"/>\
        """);
    var outcome = checkout.run("test");
    assertEquals(1, outcome.code());
    assertTrue(
        outcome.out().endsWith("FAILED xfm.A.adds\nFAILED xfm.A.dies\n1 passed, 2 failed\n"),
        outcome.out());
  }

  @Test
  void testSaysWhichClassRunsAndHowItEnded() throws IOException {
    assertEquals(0, checkout.run("--version").code());
    FakeCheckout.script(
        checkout.root.resolve("mvnw"),
        """
        echo '[INFO] Building xfm-runtime 0.1.0 [1/2]'
        echo '[INFO] Running xfm.A'
        echo '[INFO] Tests run: 3, Failures: 0, Skipped: 0, Time elapsed: 0.25 s -- in xfm.A'
        echo '[INFO] --- surefire:3.6.1:test (lanes-128) @ xfm-runtime ---'
        echo '[INFO] Running xfm.B'
        echo '[ERROR] Tests run: 2, Failures: 1, Time elapsed: 1.5 s <<< FAILURE! -- in xfm.B'
        echo '[INFO] Running xfm.C'
        echo '[ERROR] the JVM ended'
        """);
    String out = checkout.run("test").out();
    assertTrue(
        out.startsWith(
            """
            runtime 0.1.0 [1/2]
              xfm.A: ok (3 in 0.25 s)
              again, with vectors of 128 bits:
              xfm.B: FAILED (2 in 1.5 s)
              xfm.C
            [ERROR] the JVM ended
            """),
        out);
  }

  @Test
  void testFailsWhereNothingWasRun() {
    checkout.run("--version");
    var outcome = checkout.run("test");
    assertEquals(1, outcome.code());
    assertTrue(outcome.out().endsWith("0 passed, 0 failed\n"), outcome.out());
  }

  @Test
  void testFailsWhereTheBuildDoes() throws IOException {
    report("runtime", 5, 0, 0, 0, "");
    Path maven = checkout.root.resolve("mvnw");
    FakeCheckout.script(maven, Files.readString(maven) + "[ \"$5\" != test ] || exit 3\n");
    var outcome = checkout.run("test");
    assertEquals(3, outcome.code(), outcome.out());
    assertTrue(outcome.out().contains("The build failed"), outcome.out());
    assertTrue(outcome.out().endsWith("5 passed, 0 failed\n"), outcome.out());
  }

  /** Has Maven write a report as Surefire does. */
  private void report(String module, int tests, int failures, int errors, int skipped, String cases)
      throws IOException {
    Path reports = checkout.root.resolve(module).resolve("target/surefire-reports");
    Path maven = checkout.root.resolve("mvnw");
    String text =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="xfm.A" time="1.2" \
        tests="%d" errors="%d" skipped="%d" failures="%d">
        <properties><property name="a" value=" tests=1"/></properties>
        %s
        </testsuite>
        """
            .formatted(tests, errors, skipped, failures, cases);
    FakeCheckout.script(
        maven,
        Files.readString(maven)
            + "mkdir -p '%s'\ncat >'%s/TEST-xfm.A.xml' <<'END'\n%sEND\n"
                .formatted(reports, reports, text));
  }
}
