package xfm.runtime.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FormatExceptionTest {
  private static final Path FILE = Path.of("a.json");

  @Test
  void saysWhatWhereWhyAndWhatToDo() {
    FormatException failure = new FormatException(FILE, "line 3", "a b", "c d", "e f");
    assertEquals("a.json: a b\n  at: line 3\n  why: c d\n  help: e f", failure.getMessage());
  }

  @Test
  void leavesOutWhatIsEmpty() {
    assertEquals("a.json: a b", new FormatException(FILE, "", "a b", "", "").getMessage());
  }

  @Test
  void showsNoControlCharactersOfTheFile() {
    FormatException failure =
        new FormatException(FILE, "", "\u001b[2J\u202e\n\ud800\u2028x", "", "");
    assertEquals("\\u001b[2J\\u202e\\u000a\\ud800\\u2028x", failure.what());
    assertEquals("a.json: " + failure.what(), failure.getMessage());
  }

  @Test
  void shortensWhatIsEndless() {
    FormatException failure = new FormatException(FILE, "", "x".repeat(10_000_000), "", "");
    assertTrue(failure.getMessage().length() < 2000);
    assertEquals('"' + "é".repeat(80) + "…\"", Printable.quote("é".repeat(81)));
  }
}
