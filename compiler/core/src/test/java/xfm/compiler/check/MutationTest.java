package xfm.compiler.check;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Renderer;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;

/**
 * The programs of this project with a token deleted, doubled, exchanged or replaced: each is right,
 * or wrong with a place, and never ends in another exception.
 */
class MutationTest {
  private static final int EACH = 60;
  private static final Pattern TOKEN =
      Pattern.compile(
          "[A-Za-z_]\\w*|\\d[\\w.]*|\"[^\"\\n]*\"|\\s+|#[^\\n]*|[-+*/<>=!]=?|.", Pattern.DOTALL);

  private static final Set<String> WORDS =
      Set.of(
          "fn",
          "block",
          "model",
          "checkpoint",
          "weight",
          "let",
          "return",
          "repeat",
          "as",
          "if",
          "then",
          "else",
          "require",
          "where",
          "import",
          "int",
          "float",
          "bool",
          "token",
          "print",
          "show",
          "sum",
          "mean",
          "max",
          "softmax",
          "logsumexp",
          "cumsum");
  private static final Set<String> OPERATORS = Set.of("+", "-", "*", "/", "<", "<=", "==");
  private static final List<String> NUMBERS =
      List.of("0", "1", "2", "3", "7", "0.5", "1e300", "9223372036854775807", "100000");

  private final Random random = new Random(1974);

  private static List<Path> programs() throws IOException {
    List<Path> programs = new ArrayList<>();
    for (String folder : new String[] {"../../stdlib", "../../stdlib/models", "../../examples"}) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".xfm")).sorted().forEach(programs::add);
      }
    }
    return programs;
  }

  private static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    return tokens;
  }

  private enum Kind {
    NAME,
    NUMBER,
    OPERATOR,
    OTHER,
    SPACE
  }

  private static Kind kind(String token) {
    if (token.isBlank() || token.startsWith("#")) {
      return Kind.SPACE;
    }
    if (Character.isDigit(token.charAt(0))) {
      return Kind.NUMBER;
    }
    if (Character.isLetter(token.charAt(0))) {
      return WORDS.contains(token) ? Kind.OTHER : Kind.NAME;
    }
    return OPERATORS.contains(token) ? Kind.OPERATOR : Kind.OTHER;
  }

  /** A random token of a kind. */
  private int place(List<String> tokens, Predicate<Kind> kinds) {
    int at;
    do {
      at = random.nextInt(tokens.size());
    } while (!kinds.test(kind(tokens.get(at))));
    return at;
  }

  /** Mostly a name for a name, a number for a number: that can be parsed, and then is wrong. */
  private String mutated(List<String> original) {
    List<String> tokens = new ArrayList<>(original);
    for (int slips = 1 + random.nextInt(2); slips > 0; slips--) {
      int at = place(tokens, kind -> kind != Kind.SPACE && kind != Kind.OTHER);
      Kind kind = kind(tokens.get(at));
      int other = place(tokens, each -> each == kind);
      switch (random.nextInt(10)) {
        case 0 -> tokens.remove(place(tokens, each -> each != Kind.SPACE));
        case 1 -> tokens.add(at, tokens.get(at) + " ");
        case 2, 3 -> {
          String exchanged = tokens.set(at, tokens.get(other));
          tokens.set(other, exchanged);
        }
        case 4 ->
            tokens.set(
                at,
                kind == Kind.NUMBER ? NUMBERS.get(random.nextInt(NUMBERS.size())) : tokens.get(at));
        default -> tokens.set(at, tokens.get(other));
      }
    }
    return String.join("", tokens);
  }

  @Test
  @Timeout(300)
  void everyMutationIsRightOrWrongWithAPlace() throws IOException {
    int right = 0;
    int wrong = 0;
    int parsed = 0;
    for (Path path : programs()) {
      List<String> original = tokens(Files.readString(path));
      for (int each = 0; each < EACH; each++) {
        String text = mutated(original);
        List<Diagnostic> problems;
        try {
          var file = Parser.parse(new Source(path.getFileName().toString(), text));
          parsed++;
          problems = Program.of(file, Optional.of(path.getParent())).check();
        } catch (XfmException e) {
          problems = e.diagnostics();
          assertFalse(problems.isEmpty(), text);
        } catch (RuntimeException | StackOverflowError e) {
          throw new AssertionError(path + " as\n" + text, e);
        }
        for (Diagnostic problem : problems) {
          assertFalse(problem.labels().isEmpty(), () -> problem.message() + " of\n" + text);
          assertFalse(Renderer.plain(List.of(problem)).isEmpty());
        }
        if (problems.isEmpty()) {
          right++;
        } else {
          wrong++;
        }
      }
    }
    assertTrue(
        parsed > wrong / 2 && right > 50,
        right + " right, " + wrong + " wrong, " + parsed + " parsed");
  }
}
