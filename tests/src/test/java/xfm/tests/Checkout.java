package xfm.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where things stand in the repository; Maven runs tests in the folder of their module. */
final class Checkout {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path EXAMPLES = ROOT.resolve("examples");
  static final Path STDLIB = ROOT.resolve("stdlib");

  /** 65 characters, context 128: trained. */
  static final Path SHAKESPEARE = EXAMPLES.resolve("models/shakespeare");

  /** Reads dates as people write them, and writes them as 2186-05-24: trained. */
  static final Path DATES = EXAMPLES.resolve("models/dates");

  /** 96 tokens, context 64, three layers, and what PyTorch computes with it. */
  static final Path GPT2 = ROOT.resolve("tests/src/test/resources/goldens/gpt2");

  private Checkout() {}

  /** The programs below a folder of the repository, but for what a build copied. */
  static List<Path> programs(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".xfm"))
          .filter(file -> !folder.relativize(file).toString().contains("target"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path as messages on any machine show it in these tests: from the root of the repository. */
  static String relative(Path file) {
    return ROOT.relativize(file.toAbsolutePath().normalize()).toString().replace('\\', '/');
  }
}
