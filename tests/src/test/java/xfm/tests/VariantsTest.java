package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.io.IOAccess;
import org.junit.jupiter.api.Test;
import xfm.compiler.program.Program;

/**
 * Each variant under {@code examples/variants} runs, and {@code changes.expected} says in which
 * lines it is not the base, what it has and what it costs. What they compute is compared with the
 * equations in the compiler's ExampleVariantsTest.
 */
final class VariantsTest {
  private static final Path FOLDER = Checkout.EXAMPLES.resolve("variants");
  private static final Path BASE = FOLDER.resolve("base.xfm");

  private static List<Path> variants() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(f -> f.toString().endsWith(".xfm")).sorted().toList();
    }
  }

  @Test
  void linesAndAccountsAreTheExpected() throws IOException {
    var all = new StringBuilder();
    for (Path variant : variants()) {
      List<String> account = printed(variant).lines().toList();
      all.append(variant.getFileName())
          .append(account.getFirst().replaceFirst(".*:", ":"))
          .append("; ")
          .append(
              account.stream()
                  .dropWhile(line -> !line.startsWith("one forward pass"))
                  .collect(Collectors.joining("; ")))
          .append('\n');
      if (!variant.equals(BASE)) {
        changes(code(BASE), code(variant)).forEach(line -> all.append(line).append('\n'));
      }
      all.append('\n');
    }
    Expected.check(FOLDER.resolve("changes.expected"), all.toString());
  }

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| \\[\\w+]\\((\\w+\\.xfm)\\) \\|[^|]*\\| `(.*)` \\|$");

  /** The table shows of each variant a part that stands in it, and not in the base. */
  @Test
  void theTableShowsThem() throws IOException {
    List<String> shown = new ArrayList<>();
    Matcher row = ROW.matcher(Checkout.text(FOLDER.resolve("README.md")));
    while (row.find()) {
      shown.add(row.group(1));
      Path variant = FOLDER.resolve(row.group(1));
      String line = row.group(2);
      assertTrue(Checkout.text(variant).contains(line), line);
      assertFalse(Checkout.text(BASE).contains(line), line);
    }
    List<String> files = new ArrayList<>(List.of("base.xfm"));
    files.addAll(shown);
    assertEquals(
        variants().stream().map(v -> v.getFileName().toString()).toList(),
        files.stream().sorted().toList());
  }

  private static final Pattern CATALOGUED =
      Pattern.compile("(?m)^\\| ([A-Z])(\\d+) \\|.*\\| (.*) \\|$");

  private static final Pattern LINK = Pattern.compile("\\[(\\w+)]\\(([^)]+)\\)");

  /** No row is left out, what it links is there, and every model of the catalogue is linked. */
  @Test
  void theCatalogueIsWhole() {
    Map<String, Integer> rows = new TreeMap<>();
    Set<String> linked = new TreeSet<>();
    int unsaid = 0;
    Matcher row = CATALOGUED.matcher(Checkout.text(FOLDER.resolve("README.md")));
    while (row.find()) {
      assertEquals(rows.merge(row.group(1), 1, Integer::sum), Integer.parseInt(row.group(2)));
      unsaid += row.group(3).startsWith("not yet") ? 1 : 0;
      Matcher link = LINK.matcher(row.group(3));
      while (link.find()) {
        Path file = FOLDER.resolve(link.group(2)).normalize();
        String text = Checkout.text(file);
        if (file.getParent().endsWith("catalogue")) {
          linked.add(link.group(1));
          assertTrue(text.contains("\nmodel " + link.group(1) + "("), row.group());
        } else {
          assertEquals(link.group(1) + ".xfm", file.getFileName().toString());
        }
      }
    }
    assertEquals(223, rows.values().stream().mapToInt(Integer::intValue).sum());
    assertEquals(8, unsaid);
    Set<String> models = new TreeSet<>();
    for (Path file : Checkout.programs(FOLDER.resolve("catalogue"))) {
      models.addAll(Program.open(file).models());
    }
    assertEquals(models, linked);
  }

  private static String printed(Path program) throws IOException {
    var out = new ByteArrayOutputStream();
    try (Context context =
        Context.newBuilder("xfm")
            .allowIO(IOAccess.ALL)
            .out(out)
            .option("engine.WarnInterpreterOnly", "false")
            .build()) {
      context.eval(Source.newBuilder("xfm", program.toFile()).build());
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The lines that are no comments and not empty. */
  private static List<String> code(Path program) {
    return Checkout.text(program)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  /** The fewest lines to take out ({@code -}) and to put in ({@code +}), in their order. */
  private static List<String> changes(List<String> from, List<String> to) {
    int[][] common = new int[from.size() + 1][to.size() + 1];
    for (int a = from.size() - 1; a >= 0; a--) {
      for (int b = to.size() - 1; b >= 0; b--) {
        common[a][b] =
            from.get(a).equals(to.get(b))
                ? common[a + 1][b + 1] + 1
                : Math.max(common[a + 1][b], common[a][b + 1]);
      }
    }
    List<String> changes = new ArrayList<>();
    int a = 0;
    int b = 0;
    while (a < from.size() || b < to.size()) {
      if (a < from.size() && b < to.size() && from.get(a).equals(to.get(b))) {
        a++;
        b++;
      } else if (b == to.size() || a < from.size() && common[a + 1][b] >= common[a][b + 1]) {
        changes.add("- " + from.get(a++));
      } else {
        changes.add("+ " + to.get(b++));
      }
    }
    return changes;
  }
}
