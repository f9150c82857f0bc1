package xfm.runtime.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.function.Executable;

/** What tests say of a refusal. */
final class Failures {
  private Failures() {}

  /** The action is refused for {@code file}, in a message that holds all of {@code parts}. */
  static FormatException refused(Path file, Executable action, String... parts) {
    FormatException failure = assertThrows(FormatException.class, action);
    assertEquals(file, failure.file());
    for (String part : parts) {
      assertTrue(
          failure.getMessage().contains(part),
          () -> "no «" + part + "» in: " + failure.getMessage());
    }
    return failure;
  }
}
