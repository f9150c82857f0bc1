package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.junit.jupiter.api.Test;

/** What a host sees of an error: whose it is, what it says, and where. */
class ErrorsTest {

  @Test
  void anErrorHasItsPlace() throws IOException {
    try (Session session = new Session()) {
      Source source = Source.newBuilder("xfm", "let x = 1\nprint(x + \"a\")", "sum.xfm").build();
      try {
        session.context.eval(source);
      } catch (PolyglotException error) {
        Session.check(error, "error[type]", "sum.xfm:2:7");
        assertTrue(error.getMessage().startsWith("error[type]"), error.getMessage());
        assertFalse(error.isSyntaxError());
        assertNotNull(error.getSourceLocation());
        assertEquals(2, error.getSourceLocation().getStartLine());
        assertEquals("x", error.getSourceLocation().getCharacters().toString());
        return;
      }
    }
    throw new AssertionError("no error");
  }

  @Test
  void aWrongCallPointsAtTheArgument() {
    try (Session session = new Session()) {
      PolyglotException error = session.error("range(2,\n  to = \"x\")", "`to` of `range`");
      assertEquals("\"x\"", error.getSourceLocation().getCharacters().toString());
    }
  }

  @Test
  void syntaxErrorsAreToldFromUnfinishedInput() {
    try (Session session = new Session()) {
      PolyglotException wrong = session.error("let = 3");
      assertTrue(wrong.isSyntaxError());
      assertFalse(wrong.isIncompleteSource());
      assertTrue(session.error("for i in range(3) {").isIncompleteSource());
      assertTrue(session.error("let x = 1 +").isIncompleteSource());
    }
  }

  @Test
  void nothingRunsBeforeAWrongName() {
    try (Session session = new Session()) {
      session.error("print(\"first\")\nprintt(\"second\")", "did you mean `print`?");
      assertEquals("", session.out());
    }
  }

  @Test
  void aDeclarationThatIsWrongIsReportedBeforeAnythingRuns() {
    try (Session session = new Session()) {
      session.error(
          """
          print("first")
          block twice(x: [n, d]) -> [n, d] { return y[i, a] = x[i, b] }
          """,
          "error[index]");
      assertEquals("", session.out());
    }
  }

  @Test
  void aRecursionWithoutEndIsAnError() {
    try (Session session = new Session()) {
      session.error("let f = (n) -> f(n + 1) + 1\nf(0)", "error[limit]", "too deeply");
      assertEquals(3, session.eval("1 + 2").asInt());
    }
  }

  @Test
  void theStackShowsTheCallsOfTheScript() {
    try (Session session = new Session()) {
      PolyglotException error =
          session.error("let inner = (x) -> 1 // x\nlet outer = (x) -> inner(x)\nouter(0)");
      String stack =
          String.join(
              " ",
              java.util.stream.StreamSupport.stream(
                      error.getPolyglotStackTrace().spliterator(), false)
                  .filter(PolyglotException.StackFrame::isGuestFrame)
                  .map(PolyglotException.StackFrame::getRootName)
                  .toList());
      assertEquals("inner outer Unnamed", stack);
    }
  }
}
