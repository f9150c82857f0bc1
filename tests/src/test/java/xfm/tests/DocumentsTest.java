package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.io.IOAccess;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;

/**
 * What the documents show as xfm is xfm: each example is checked and run. One that is a part of a
 * program stands after a comment that the page does not show, with the rest of the program around a
 * line {@code …}.
 */
class DocumentsTest {
  private static final List<String> DOCUMENTS =
      List.of("README.md", "grammar/LANGUAGE.md", "stdlib/README.md", "examples/README.md");

  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)(?:^<!--\\n(.*?)\\n-->\\n\\n?)?^```(\\w*)\\n(.*?)^```$");

  private record Example(String document, int line, Optional<String> around, String text) {
    String program() {
      return around
          .map(a -> a.replaceFirst("(?m)^\\s*…$", Matcher.quoteReplacement(text)))
          .orElse(text);
    }

    String name() {
      return document + ":" + line;
    }
  }

  private static List<Example> examples(String document, String language) {
    String text = Checkout.text(Checkout.ROOT.resolve(document));
    List<Example> examples = new ArrayList<>();
    Matcher matcher = EXAMPLE.matcher(text);
    while (matcher.find()) {
      if (matcher.group(2).equals(language)) {
        int line = (int) text.substring(0, matcher.start(3)).lines().count() + 1;
        examples.add(
            new Example(document, line, Optional.ofNullable(matcher.group(1)), matcher.group(3)));
      }
    }
    return examples;
  }

  @TestFactory
  Stream<DynamicTest> examplesRun() {
    return DOCUMENTS.stream()
        .flatMap(document -> examples(document, "xfm").stream())
        .map(example -> DynamicTest.dynamicTest(example.name(), () -> runs(example)));
  }

  private static void runs(Example example) {
    Source source = new Source(example.name(), example.program());
    List<Diagnostic> problems;
    try {
      problems =
          Program.of(Parser.parse(source), Optional.of(Path.of(Checkout.ROOT.toString()))).check();
    } catch (XfmException e) {
      problems = e.diagnostics();
    }
    assertEquals("", Renderer.plain(problems));
    var out = new ByteArrayOutputStream();
    try (Context context =
        Context.newBuilder("xfm")
            .allowIO(IOAccess.ALL)
            .currentWorkingDirectory(Checkout.ROOT.toAbsolutePath())
            .option("engine.WarnInterpreterOnly", "false")
            .out(out)
            .err(out)
            .build()) {
      context.eval("xfm", example.program());
    }
  }

  /** Nothing escapes the test above by being called nothing. */
  @Test
  void everyExampleOfTheLanguageSaysWhatItIs() {
    for (String document : DOCUMENTS) {
      assertEquals(List.of(), examples(document, ""), document);
    }
    assertTrue(examples("grammar/LANGUAGE.md", "xfm").size() >= 4);
  }
}
