package xfm.compiler.syntax;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.compiler.ast.Dump;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;

class LimitsTest {
  private static List<Diagnostic> errors(String text) {
    return assertThrows(XfmException.class, () -> Parser.parse(new Source("test", text)))
        .diagnostics();
  }

  static Stream<String> tooMuch() {
    return Stream.of(
        "x = " + "a".repeat(10_000_000),
        "x = " + "(".repeat(100_000) + ")".repeat(100_000),
        "x = " + "(".repeat(100_000),
        "[".repeat(100_000),
        "repeat 3 {".repeat(100_000),
        "a ".repeat(1_000_000),
        "a\n".repeat(1_000_000),
        "x = " + "-".repeat(100_000) + "1",
        "x = " + "not ".repeat(100_000) + "a",
        "x = " + "2 ** ".repeat(100_000) + "1",
        "x = " + "2 + ".repeat(100_000) + "1",
        "x = f" + "()".repeat(100_000),
        "x = f" + ".a".repeat(100_000),
        "x = " + "(i) -> ".repeat(10_000) + "1",
        "x = " + "share ".repeat(10_000) + "f",
        "x = " + "if a then b else ".repeat(10_000) + "c",
        "x = " + "if ".repeat(10_000) + "a",
        "if a { b }" + " else if a { b }".repeat(10_000),
        "x = \"{" + "(".repeat(300) + "1" + ")".repeat(300) + "}\"",
        "1.".repeat(1_000_000),
        "≈".repeat(1_000_000));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("tooMuch")
  void areErrorsOfTheirOwn(String text) {
    List<Diagnostic> errors = errors(text);
    assertEquals(Code.LIMIT, errors.getFirst().code());
    assertEquals(1, errors.size());
    assertTrue(Renderer.plain(errors).length() < 1000);
  }

  static Stream<String> asMuchAsMayBe() {
    return Stream.of(
        "x = " + "(".repeat(200) + "1" + ")".repeat(200),
        "x = " + "f(".repeat(200) + "1" + ")".repeat(200),
        "x = " + "(-".repeat(199) + "1" + ")".repeat(199),
        "x = " + "{a: ".repeat(200) + "1" + "}".repeat(200),
        "x = " + "- ".repeat(499) + "1",
        "x = " + "2 ** ".repeat(499) + "1",
        "x = " + "2 + ".repeat(499) + "1",
        "x = f" + "()".repeat(499),
        "x = " + "(i) -> ".repeat(240) + "1",
        "x = " + "if a then b else ".repeat(160) + "c",
        "repeat 3 {".repeat(200) + "x = 1" + "}".repeat(200),
        "if a { b }" + " else if a { b }".repeat(240),
        "fn f(a: " + "(b: ".repeat(190) + "int" + ") -> int".repeat(190) + ") = 3",
        "x = [" + "1, ".repeat(100_000) + "1]",
        "x = " + "a".repeat(4_000_000));
  }

  /** From a thread with the least stack that Java gives: reading has its own. */
  @ParameterizedTest(name = "{index}")
  @MethodSource("asMuchAsMayBe")
  void leaveRoom(String text) throws InterruptedException {
    Source source = new Source("test", text);
    Thread small =
        new Thread(null, () -> assertDoesNotThrow(() -> Parser.parse(source)), "small", 1);
    List<Throwable> thrown = new java.util.ArrayList<>();
    small.setUncaughtExceptionHandler((thread, e) -> thrown.add(e));
    small.start();
    small.join();
    assertEquals(List.of(), thrown);
    assertDoesNotThrow(() -> Dump.of(Parser.parse(source)));
    assertDoesNotThrow(() -> Parser.parse(new Source("again", Formatter.format(source))));
  }

  @Test
  void onErrors() {
    assertEquals(Limits.ERRORS, errors("x = = 3\n".repeat(10_000)).size());
    assertEquals(Limits.ERRORS, errors(")".repeat(10_000)).size());
  }

  @Test
  void anInterruptOfTheReaderIsKept() {
    Thread.currentThread().interrupt();
    Parser.parse(new Source("test", "x = 3"));
    assertTrue(Thread.interrupted());
  }
}
