package xfm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import xfm.cli.host.UserError;

/** What each command asks of the language, and what it prints of the answer. */
class CommandsTest {
  @TempDir Path home;

  @Test
  void checkPrintsFindingsOnStandardErrorAndFails() {
    var fake =
        new Fake(home)
            .with(
                "check",
                a ->
                    Fake.record(
                        "errors", 2, "json", "{}", "text", "error: no such x", "more", "shape"));
    assertEquals(1, fake.run("check", "a.xfm"));
    assertEquals("error: no such x\n\nxfm explain shape\n", fake.err());
    assertEquals("", fake.out());
  }

  @Test
  void checkPrintsJsonOnStandardOutput() {
    var fake =
        new Fake(home)
            .with(
                "check",
                a -> Fake.record("errors", 0, "json", "{\"errors\":0}", "text", "", "more", ""));
    assertEquals(0, fake.run("check", "--json", "a.xfm"));
    assertEquals("{\"errors\":0}\n", fake.out());
    assertEquals("", fake.err());
  }

  @Test
  void fmtRewritesOnlyWhatChanges() throws IOException {
    Path file = Files.writeString(home.resolve("a.xfm"), "let  x=1");
    var fake =
        new Fake(home).with("format", a -> Fake.record("text", "let x = 1\n", "changed", true));
    assertEquals(1, fake.run("fmt", "--check", file.toString()));
    assertEquals("let  x=1", Files.readString(file));
    assertEquals(0, fake.run("fmt", file.toString()));
    assertEquals("let x = 1\n", Files.readString(file));
    try (var files = Files.list(home)) {
      assertEquals(List.of(file), files.toList());
    }
    assertTrue(fake.err().contains("formatted " + file), fake.err());
  }

  @Test
  void fmtKeepsALinkALink() throws IOException {
    Path file = Files.writeString(home.resolve("a.xfm"), "x");
    Path link = Files.createSymbolicLink(home.resolve("link.xfm"), file);
    var fake = new Fake(home).with("format", a -> Fake.record("text", "y\n", "changed", true));
    assertEquals(0, fake.run("fmt", link.toString()));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("y\n", Files.readString(file));
  }

  @Test
  void dumpNamesItsStage() {
    var fake =
        new Fake(home)
            .with(
                "dump",
                a ->
                    a[0].asString()
                        + " of "
                        + a[1].asString()
                        + a[2].asString()
                        + Fake.list(a[3])
                        + lengths(a[4]));
    assertEquals(0, fake.run("dump", "--flat", "a.xfm#gpt"));
    assertEquals("flat of a.xfm#gpt[]\n", fake.out());
    assertEquals(0, fake.run("dump", "--plan", "--set", "d=8", "h=2", "--length", "n=7", "a.xfm"));
    assertEquals("flat of a.xfm#gpt[]\nplan of a.xfm[d=8, h=2] n 7\n", fake.out());
  }

  private static String lengths(Value lengths) {
    return lengths.getMemberKeys().stream()
        .map(name -> " " + name + " " + lengths.getMember(name))
        .collect(Collectors.joining());
  }

  @Test
  void onlyAPlanHasLengths() {
    var fake = new Fake(home).with("dump", a -> "dumped");
    assertEquals(2, fake.run("dump", "--graph", "a.xfm", "--length", "7"));
    assertTrue(fake.err().contains("--length is for --plan"), fake.err());
    assertEquals(2, fake.run("dump", "--ast", "a.xfm", "--set", "d=8"));
    assertTrue(fake.err().contains("--set changes nothing in --ast"), fake.err());
    assertEquals("", fake.out());
  }

  @Test
  void accountTakesSettingsBeforeAndAfterTheModel() {
    var fake =
        new Fake(home)
            .with(
                "account",
                a -> "" + Fake.list(a[0]) + Fake.list(a[2]) + lengths(a[3]) + a[4].asBoolean());
    assertEquals(
        0,
        fake.run("account", "--set", "d=8", "heads=2", "a.xfm#gpt", "--set", "layers=1", "--json"));
    assertEquals("[a.xfm#gpt][d=8, heads=2, layers=1]true\n", fake.out());
  }

  @Test
  void accountComparesSeveralModels() {
    var fake = new Fake(home).with("account", a -> "" + Fake.list(a[0]) + lengths(a[3]));
    assertEquals(0, fake.run("account", "a.xfm", "b.xfm#gpt", "--length", "512"));
    assertEquals("[a.xfm, b.xfm#gpt]  512\n", fake.out());
    assertEquals(0, fake.run("account", "a.xfm", "b.xfm#gpt", "--length", "n=512,m=7"));
    assertEquals("[a.xfm, b.xfm#gpt]  512\n[a.xfm, b.xfm#gpt] n 512 m 7\n", fake.out());
  }

  @Test
  void aLengthIsOneNumberOrSomeByName() {
    var fake = new Fake(home).with("account", a -> Fake.list(a[0]) + lengths(a[3]));
    assertEquals(0, fake.run("account", "--length", "7", "8"));
    assertEquals("[8]  7\n", fake.out());
    assertEquals(0, fake.run("account", "a.xfm", "--length=n=5", "m=6", "--length", "4"));
    assertEquals("[8]  7\n[a.xfm] n 5 m 6  4\n", fake.out());
    assertEquals(2, fake.run("account", "a.xfm", "--length", "n=0"));
    assertTrue(fake.err().contains("--length must be from 1 to 2147483647, but is 0"), fake.err());
    assertEquals(2, fake.run("account", "a.xfm", "--length", "long"));
    assertTrue(fake.err().contains("as in --length 512 or --length n=512 m=128"), fake.err());
  }

  @Test
  void aSizeIsGivenOnce() {
    var fake = new Fake(home).with("account", a -> Fake.list(a[0]) + lengths(a[3]));
    assertEquals(2, fake.run("account", "a.xfm", "--length", "n=512", "n=3"));
    assertTrue(fake.err().contains("--length gives n= twice"), fake.err());
    assertEquals(2, fake.run("account", "a.xfm", "--length", "7", "--length", "8"));
    assertTrue(fake.err().contains("--length gives two numbers for all lengths"), fake.err());
    assertEquals(2, fake.run("account", "a.xfm", "--set", "d=8", "--set", "dd=8", "d=9"));
    assertTrue(fake.err().contains("--set gives d= twice"), fake.err());
    assertEquals(0, fake.run("account", "a.xfm", "--set", "dd=8", "d=9", "--length", "7", "n=3"));
  }

  @Test
  void logitsPassesTokensAndPrintsItsSummaryOnStandardError() {
    var fake =
        new Fake(home)
            .with(
                "logits",
                a ->
                    a[0].asString()
                        + Fake.list(a[1])
                        + Fake.list(a[2])
                        + a[3].asString()
                        + Fake.list(a[4])
                        + a[5].asString());
    assertEquals(
        0,
        fake.run(
            "logits",
            "gpt2",
            "--tokens",
            "1,2, 3",
            "--see",
            "a",
            "--see",
            "layer[0].b",
            "--out",
            "f.npy"));
    assertEquals("gpt2[[1, 2, 3]][][a, layer[0].b]f.npy\n", fake.err());
    assertEquals("", fake.out());
  }

  @Test
  void generatePrintsTheContinuationAlone() {
    var seen = new StringBuilder();
    var fake =
        new Fake(home)
            .with(
                "generate",
                a -> {
                  Value options = a[1];
                  seen.append(options.getMember("prompt").asString())
                      .append(options.getMember("max").asLong())
                      .append(options.getMember("greedy").asBoolean())
                      .append(options.hasMember("temperature"))
                      .append(options.hasMember("xfm"));
                  a[2].execute("thou ");
                  a[2].execute("art ❦");
                  return Fake.record("tokens", 2, "seconds", 0.5);
                });
    assertEquals(0, fake.run("generate", "m", "--prompt", "@ROMEO:\n", "--max", "7", "--greedy"));
    assertEquals("@ROMEO:\n7truefalsefalse", seen.toString());
    assertEquals("thou art ❦", fake.out());
    assertEquals("2 tokens in 0.50 s, 4.0 tokens/s\n", fake.err());
  }

  @Test
  void generateTakesTokens() {
    var fake =
        new Fake(home)
            .with(
                "generate",
                a -> {
                  a[2].execute(Fake.list(a[1].getMember("tokens")).toString());
                  return Fake.record("tokens", 0, "seconds", 0);
                });
    assertEquals(0, fake.run("generate", "m", "--tokens", "5,6", "--ids"));
    assertEquals("[5, 6]", fake.out());
    for (String missing : new String[] {"1,,2", "1, ", ",1", ""}) {
      assertEquals(2, fake.run("generate", "m", "--tokens", missing));
      assertTrue(fake.err().contains("a token id is missing in '" + missing + "'"), fake.err());
    }
  }

  @Test
  void doctorShowsATableWithUnits() {
    var fake =
        new Fake(home)
            .with("machine", a -> Fake.record("lanes", 16, "bandwidth", 38.94, "new", "z"));
    assertEquals(0, fake.run("doctor"));
    assertTrue(fake.out().contains("float32 lanes  16\n"), fake.out());
    assertTrue(fake.out().contains("memory read    38.9 GB/s\n"), fake.out());
    assertTrue(fake.out().contains("new            z\n"), fake.out());
  }

  @Test
  void threadsMayStandBeforeOrAfterTheCommand() {
    var fake =
        new Fake(home).with("machine", a -> Fake.record()).with("logits", a -> "written to a.npy");
    assertEquals(0, fake.run("doctor", "--threads", "3"));
    assertEquals(Map.of("Threads", "3"), fake.options);
    String[] logits = {
      "--threads", "2", "logits", "m", "--tokens", "1", "--out", "a.npy", "--memory", "1.5g"
    };
    assertEquals(0, fake.run(logits));
    assertEquals(Map.of("Threads", "2", "Memory", "1.5g"), fake.options);
    assertEquals(0, fake.run("doctor"));
    assertEquals(Map.of(), fake.options);
  }

  @Test
  void aScriptGetsItsArgumentsAsTheyAre() {
    var fake = new Fake(home);
    assertEquals(1, fake.run("run", home + "/none.xfm", "--threads", "x", "-h", "a b"));
    assertEquals(List.of("--threads", "x", "-h", "a b"), fake.arguments);
    assertEquals("error: " + home + "/none.xfm: there is no such file\n", fake.err());
  }

  @Test
  void aFolderIsNoProgram() {
    var fake = new Fake(home);
    assertEquals(1, fake.run("run", home.toString()));
    assertEquals("error: " + home + ": is a folder; a program is one .xfm file\n", fake.err());
  }

  @Test
  void aUsersErrorIsOneMessage() {
    var fake =
        new Fake(home)
            .with(
                "dump",
                a -> {
                  throw new UserError("no model named 'x'");
                });
    assertEquals(1, fake.run("dump", "--ast", "a.xfm#x"));
    assertEquals("error: no model named 'x'\n", fake.err());
  }

  @Test
  void aBugIsReportedWithoutAStackTrace() throws IOException {
    var fake =
        new Fake(home)
            .with(
                "dump",
                a -> {
                  throw new IllegalStateException("the plan has a cycle");
                });
    assertEquals(70, fake.run("dump", "--plan", "a.xfm"));
    assertTrue(fake.err().contains("xfm has a bug"), fake.err());
    assertTrue(fake.err().contains("the plan has a cycle"), fake.err());
    assertTrue(fake.err().contains("report"), fake.err());
    assertFalse(fake.err().contains("\tat "), fake.err());
    try (var files = Files.list(home.resolve(".local/state/xfm"))) {
      String details = Files.readString(files.findFirst().orElseThrow());
      assertTrue(details.contains("command: dump --plan a.xfm"), details);
      assertTrue(details.contains("\tat "), details);
    }
  }

  @Test
  void aLanguageThatLacksAFunctionIsABug() {
    var fake = new Fake(home);
    assertEquals(70, fake.run("check", "a.xfm"));
    assertTrue(fake.err().contains("xfm has a bug"), fake.err());
  }
}
