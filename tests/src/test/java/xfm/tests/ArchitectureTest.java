package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the layout promises: the compiler knows equations, not names; every arrow points one way.
 */
final class ArchitectureTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern DECLARATION =
      Pattern.compile("(?m)^(?:fn|block|model)\\s+([A-Za-z_]\\w*)");
  private static final Pattern LITERAL =
      Pattern.compile("\"\"\".*?\"\"\"|\"(?:[^\"\\\\\n]|\\\\.)*\"", Pattern.DOTALL);
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)^\\s*//.*$");
  private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");

  @Test
  void noNameOfTheStdlibOccursInTheCompilerOrTheRuntime() throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path file : files(ROOT.resolve("stdlib"), ".xfm")) {
      DECLARATION.matcher(Files.readString(file)).results().forEach(m -> names.add(m.group(1)));
    }
    assertFalse(names.isEmpty(), "the stdlib declares nothing");
    List<String> found = new ArrayList<>();
    List<Path> sources = new ArrayList<>(files(ROOT.resolve("compiler/core/src/main"), ".java"));
    sources.addAll(files(ROOT.resolve("runtime/src/main"), ".java"));
    for (Path source : sources) {
      Matcher literal = LITERAL.matcher(COMMENT.matcher(Files.readString(source)).replaceAll(""));
      while (literal.find()) {
        for (String word : literal.group().split("[^A-Za-z_0-9]+")) {
          // A sentence for people may hold any word; a name alone, or in a path, decides something.
          if (names.contains(word) && !literal.group().contains(" ")) {
            found.add(ROOT.relativize(source) + ": " + literal.group());
          }
        }
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void theFrontEndKnowsNeitherTruffleNorTheVectorApi() throws IOException {
    assertEquals(
        List.of(),
        imports("compiler/core/src/main", "org.graalvm.", "com.oracle.truffle.", "jdk.incubator."));
  }

  @Test
  void theVectorApiStaysInTheKernels() throws IOException {
    List<String> outside =
        imports("runtime/src/main", "jdk.incubator.").stream()
            .filter(line -> !line.contains("/kernel/simd/"))
            .toList();
    assertEquals(List.of(), outside);
    assertEquals(List.of(), imports("compiler/language/src/main", "jdk.incubator."));
  }

  @Test
  void theRuntimeKnowsNoCompiler() throws IOException {
    assertEquals(
        List.of(),
        imports(
            "runtime/src/main", "xfm.compiler.", "xfm.language.", "xfm.grammar.", "org.antlr."));
  }

  @Test
  void theCommandLineSeesPolyglotAlone() throws IOException {
    assertEquals(
        List.of(),
        imports(
            "compiler/cli/src/main",
            "xfm.compiler.",
            "xfm.language.",
            "xfm.runtime.",
            "com.oracle.truffle."));
  }

  /**
   * Once C2 has seen confined memory it hoists the check of its owner into loops over shared
   * memory, where it fails each time: generated kernels then run 300 times slower (JDK 25.0.3).
   */
  @Test
  void noArenaIsConfined() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : List.of("runtime", "compiler")) {
      for (Path source : files(ROOT.resolve(module), ".java")) {
        boolean main = source.toString().replace('\\', '/').contains("/src/main/");
        if (main && Files.readString(source).contains("ofConfined")) {
          found.add(ROOT.relativize(source).toString());
        }
      }
    }
    assertEquals(List.of(), found);
  }

  private static List<String> imports(String folder, String... prefixes) throws IOException {
    List<Path> sources = files(ROOT.resolve(folder), ".java");
    assertFalse(sources.isEmpty(), folder + " holds no sources");
    List<String> found = new ArrayList<>();
    for (Path source : sources) {
      Matcher line = IMPORT.matcher(Files.readString(source));
      while (line.find()) {
        for (String prefix : prefixes) {
          if (line.group(1).startsWith(prefix)) {
            found.add(ROOT.relativize(source).toString().replace('\\', '/') + ": " + line.group(1));
          }
        }
      }
    }
    return found;
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(f -> f.toString().endsWith(ending))
          .filter(f -> !f.toString().contains("target"))
          .sorted()
          .toList();
    }
  }
}
