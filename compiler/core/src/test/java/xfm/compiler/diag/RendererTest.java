package xfm.compiler.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;

class RendererTest {
  private static Span span(Source source, String words) {
    int start = source.text().indexOf(words);
    assertTrue(start >= 0, words);
    return new Span(source, start, start + words.length());
  }

  private static void shows(String expected, Diagnostic diagnostic) {
    assertEquals(expected, Renderer.plain(List.of(diagnostic)));
  }

  @Test
  void severalPlacesInALine() {
    Source source =
        new Source("decoder.xfm", "\n".repeat(13) + "  q[i, e] = x[i, a] * query[a, e]\n");
    shows(
        """
        error[shape]: these two sizes must be the same, and are not
          ┌ decoder.xfm:14:13
        14│   q[i, e] = x[i, a] * query[a, e]
          │             ───┬───   ─────┬─────
          │                │           └ here `a` runs over 512
          │                └ here `a` runs over 768
          note: first
          note: second
                and its second line
          help: mend it
        """,
        Diagnostic.of(Code.SHAPE, "these two sizes must be the same, and are not")
            .at(span(source, "x[i, a]"), "here `a` runs over 768")
            .at(span(source, "query[a, e]"), "here `a` runs over 512")
            .note("first")
            .note("second\nand its second line")
            .help("mend it"));
  }

  @Test
  void severalLinesAndFiles() {
    Source one = new Source("one.xfm", "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n");
    Source two = new Source("two.xfm", "\n".repeat(1233) + "there = here");
    shows(
        """
        error[name]: both
            ┌ one.xfm:4:1
           1│ a = 1
            │     ┬
            │     └ one
           2│ b = 2
            │ ^^^^^
            ┆
           4│ d = 4
            │ ┬
            │ └ four
            ├ two.xfm:1234:9
        1234│ there = here
            │         ─┬──
            │          └ elsewhere
        """,
        Diagnostic.of(Code.NAME, "both")
            .at(span(one, "d"), "four")
            .at(span(one, "1"), "one")
            .at(new Span(two, two.text().length() - 4, two.text().length()), "elsewhere")
            .at(span(one, "b = 2")));
  }

  @Test
  void placesThatOverlap() {
    Source source = new Source("x", "abc + def * ghi");
    shows(
        """
        error[type]: m
          ┌ x:1:7
         1│ abc + def * ghi
          │ ─┬─   ─┬─
          │  │     └ factor
          │  └ term
          │       ────┬────
          │           └ product
          │ ^^^^^^^^^^^^^^^
        """,
        Diagnostic.of(Code.TYPE, "m")
            .at(span(source, "def"), "factor")
            .at(span(source, "def * ghi"), "product")
            .at(span(source, "abc"), "term")
            .at(source.all()));
  }

  @Test
  void tabsWideAndCombiningCharacters() {
    Source source = new Source("x", "\tab\t漢字 e\u0301😀 = z");
    shows(
        """
        error[name]: m
          ┌ x:1:14
         1│     ab  漢字 e\u0301😀 = z
          │                    ┬
          │                    └ here
        """,
        Diagnostic.of(Code.NAME, "m").at(span(source, "z"), "here"));
  }

  @Test
  void aLongLineIsCutAroundEachPlace() {
    String text = "x = " + "a + ".repeat(500) + "BAD" + " + b".repeat(500) + " + WORSE";
    Source source = new Source("x", text);
    String shown =
        Renderer.plain(
            List.of(
                Diagnostic.of(Code.NAME, "m")
                    .at(span(source, "BAD"), "first")
                    .at(span(source, "WORSE"), "second")));
    assertEquals(
        """
        error[name]: m
          ┌ x:1:2005
         1│ … a + a + a + a + a + a + a + BAD + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b +…
          │                               ─┬─
          │                                └ first
         1│ …+ b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + b + WORSE
          │                                                                                                ──┬──
          │                                                                                                  └ second
        """,
        shown);
  }

  @Test
  void aPlaceOverSeveralLinesAndTheEndOfTheText() {
    Source source = new Source("x", "f(a,\n  b)\n");
    shows(
        """
        error[call]: m
          ┌ x:1:1
         1│ f(a,
          │ ─┬──
          │  └ this call (up to line 2)
          ┆
         3│
          │ ┬
          │ └ end
        """,
        Diagnostic.of(Code.CALL, "m")
            .at(new Span(source, 0, 9), "this call")
            .at(new Span(source, 10, 10), "end"));
  }

  @Test
  void nothingInASourceReachesTheTerminalAsACommand() {
    Source source = new Source("a\u001b[2Jb", "x = \"\u001b[31m\u202e\u007f\u0000\u009b\" y");
    List<Diagnostic> error =
        List.of(
            Diagnostic.of(Code.NAME, "found `\u001b[1m`\nin it")
                .at(span(source, "y"), "\u001b]0;title\u0007")
                .note("\u202e")
                .help("\r\n\u0008"));
    String shown = Renderer.plain(error);
    assertTrue(
        shown.chars().allMatch(c -> c == '\n' || c >= 0x20 && c != 0x7f && (c < 0x80 || c > 0x9f)));
    assertFalse(shown.contains("\u202e"));
    assertTrue(shown.contains("␛[31m"));
    assertFalse(Renderer.json(error).contains("\u001b"));
  }

  @Test
  void coloursAreOnlyAdded() {
    Source source = new Source("x", "abc + def");
    List<Diagnostic> error =
        List.of(
            Diagnostic.of(Code.TYPE, "m")
                .at(span(source, "def"), "here")
                .at(span(source, "abc"))
                .note("n")
                .help("h"));
    String coloured = Renderer.colour(error);
    assertTrue(coloured.startsWith("\u001b[1;31merror[type]\u001b[0m\u001b[1m: m\u001b[0m\n"));
    assertEquals(Renderer.plain(error), coloured.replaceAll("\u001b\\[[0-9;]*m", ""));
  }

  @Test
  void json() {
    Source source = new Source("x.xfm", "a = 1\n😀 = \"b\"\n");
    Diagnostic placed =
        Diagnostic.of(Code.TYPE, "a \"quoted\" word")
            .at(span(source, "\"b\"\n"), "text")
            .at(span(source, "a"))
            .note("why")
            .help("so");
    assertEquals(
        "[{\"code\":\"type\",\"severity\":\"error\",\"message\":\"a \\\"quoted\\\" word\",\"file\":\"x.xfm\",\"line\":2,"
            + "\"column\":5,\"endLine\":3,\"endColumn\":1,\"labels\":[{\"file\":\"x.xfm\","
            + "\"line\":2,\"column\":5,\"endLine\":3,\"endColumn\":1,\"text\":\"text\"},"
            + "{\"file\":\"x.xfm\",\"line\":1,\"column\":1,\"endLine\":1,\"endColumn\":2,"
            + "\"text\":\"\"}],\"notes\":[\"why\"],\"help\":\"so\"},"
            + "{\"code\":\"file\",\"severity\":\"error\",\"message\":\"m\",\"labels\":[],\"notes\":[],\"help\":\"\"}]",
        Renderer.json(List.of(placed, Diagnostic.of(Code.FILE, "m"))));
    assertEquals("[]", Renderer.json(List.of()));
  }
}
