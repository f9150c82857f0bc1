package xfm.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The REPL with its input from a pipe: no prompts, values on one stream, errors on the other. */
final class ReplTest {
  @TempDir private Path home;

  private Console repl(String input) {
    return Console.run(home, input, "repl");
  }

  @Test
  void aFileOfInputs() {
    Console console =
        repl(
            """
            let x = 3
            fn twice(n: int) {
              return 2 * n
            }

            twice(y)
            twice(x)
            """);
    assertEquals("6\n", console.out());
    assertEquals(
        """
        error[name]: nothing here is called `y`
          ┌ input:1:7
         1│ twice(y)
          │       ^
        """,
        console.err());
    assertEquals(1, console.exit(), "an error that nobody saw");
  }

  @Test
  void modelsAreDeclaredAndRun() {
    Console console =
        repl(
            """
            model double(x: [n]) -> [n] {
              return y[i] = 2 * x[i]
            }
            double().run({x: [1.0, 2.5]}).y
            """);
    assertEquals("", console.err());
    assertEquals(0, console.exit());
    assertTrue(console.out().contains("[2.0, 5.0]"), console.out());
  }

  /** Also again, as one does who has edited the file. */
  @Test
  void filesAreImportedByName() {
    Console console =
        repl(
            """
            import "golden/commands/account/tiny.xfm" as small
            small.tiny(d = 2).parameters
            import "golden/commands/account/tiny.xfm" as small
            import "golden/commands/account/tiny.xfm"
            tiny(d = 3).parameters + small.tiny(d = 1).parameters
            """);
    assertEquals("", console.err());
    assertEquals("4\n10\n", console.out());
  }

  @Test
  void anInputThatEndsTooEarlyIsAnError() {
    Console console = repl("let x = (1 +\n");
    assertEquals(1, console.exit());
    assertEquals("", console.out());
    assertTrue(console.err().startsWith("error[syntax]"), console.err());
  }

  @Test
  void anElseBelongsToTheBraceBefore() {
    Console console =
        repl(
            """
            if 1 > 2 {
              print("more")
            }
            else if 2 > 3 {
              print("still more")
            }
            else {
              print("less")
            }
            print("after")
            """);
    assertEquals(new Console(0, "less\nafter\n", ""), console);
  }

  @Test
  void helpAndLeaving() {
    Console console = repl("help\nprint(1)\nquit\nprint(2)\n");
    assertTrue(console.out().startsWith("Statements run as they are typed"), console.out());
    assertTrue(console.out().endsWith("\n1\n"), console.out());
    assertEquals("", console.err());
    assertEquals(new Console(0, "", ""), repl("exit\nprint(2)\n"));
  }

  @Test
  void nothing() {
    assertEquals(new Console(0, "", ""), repl(""));
    assertEquals(new Console(0, "", ""), repl("\n# nothing\n\n"));
  }
}
