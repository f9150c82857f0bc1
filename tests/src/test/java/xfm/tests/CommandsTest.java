package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Command lines and all that they print. {@code golden/commands/NAME/command} has one argument a
 * line, {@code NAME/expected} the exit code and both streams; further files of the folder are what
 * the command reads. In both, <code>{here}</code> is that folder, <code>{gpt2}</code> the small
 * GPT-2, <code>{shakespeare}</code> the trained model, <code>{broken}</code> the folder of {@link
 * BrokenModels}, <code>{tmp}</code> an empty one. A measured time is written as #.
 *
 * <p>Read each as the one who typed it would: what is wrong, where, and what to do.
 */
final class CommandsTest {
  private static final Path CASES = Checkout.ROOT.resolve("tests/golden/commands");

  @TempDir private static Path broken;
  @TempDir private Path tmp;

  @BeforeAll
  static void breakModels() throws IOException {
    BrokenModels.write(broken);
  }

  static List<String> cases() throws IOException {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void prints(String name) throws IOException {
    Path here = CASES.resolve(name);
    Files.write(tmp.resolve("bad-utf8.xfm"), new byte[] {'l', 'e', 't', ' ', (byte) 0xC3, '('});
    Files.writeString(tmp.resolve("long-line.xfm"), "let x = [" + "1, ".repeat(3_500_000) + "1]\n");
    Map<String, String> places = new LinkedHashMap<>();
    places.put("{here}", here.toString());
    places.put("{gpt2}", Checkout.GPT2.toString());
    places.put("{shakespeare}", Checkout.SHAKESPEARE.toString());
    places.put("{examples}", Checkout.EXAMPLES.toString());
    places.put("{broken}", broken.toString());
    places.put("{tmp}", tmp.toString());

    List<String> arguments = new ArrayList<>();
    for (String line : Files.readAllLines(here.resolve("command"))) {
      String argument = line;
      for (var place : places.entrySet()) {
        argument = argument.replace(place.getKey(), place.getValue());
      }
      arguments.add(argument);
    }
    Console console = Console.run(tmp, "", arguments.toArray(String[]::new));
    String all = console.out() + console.err();
    assertFalse(all.contains("\tat ") || all.contains("Exception"), all);
    String ending =
        console.out().isEmpty() || console.out().endsWith("\n") ? "" : "<no line end>\n";
    String printed =
        "exit %d\n--- out\n%s%s--- err\n%s"
            .formatted(console.exit(), console.out(), ending, console.err());
    for (var place : places.entrySet()) {
      printed = printed.replace(place.getValue(), place.getKey());
    }
    Expected.check(here.resolve("expected"), masked(printed));
  }

  private static String masked(String printed) {
    return printed.replaceAll("[\\d.]+ s, [\\d.]+ tokens/s", "# s, # tokens/s");
  }
}
