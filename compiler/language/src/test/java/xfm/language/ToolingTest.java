package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.management.ExecutionListener;
import org.junit.jupiter.api.Test;

/** What debuggers and profilers see: the lines of the user. */
class ToolingTest {

  @Test
  void statementsAreTheLinesOfTheScript() {
    try (Session session = new Session()) {
      List<String> seen = new ArrayList<>();
      try (ExecutionListener _ =
          ExecutionListener.newBuilder()
              .onEnter(event -> seen.add(event.getLocation().getCharacters().toString()))
              .statements(true)
              .attach(session.context.getEngine())) {
        session.eval("let x = 1\nif x > 0 {\n  x += 1\n}\nfn f(a: float) {\n  return a\n}\nf(x)");
      }
      assertEquals("let x = 1", seen.get(0));
      assertTrue(seen.get(1).startsWith("if x > 0 {"), seen.get(1));
      assertEquals(List.of("x += 1", "f(x)", "return a"), seen.subList(2, seen.size()));
    }
  }

  @Test
  void rootsAreFunctions() {
    try (Session session = new Session()) {
      List<String> seen = new ArrayList<>();
      try (ExecutionListener _ =
          ExecutionListener.newBuilder()
              .onEnter(event -> seen.add(event.getRootName()))
              .roots(true)
              .attach(session.context.getEngine())) {
        session.eval("fn f(a: float) = a\nlet g = (x) -> f(x)\ng(1)");
      }
      assertEquals(List.of("Unnamed", "g", "f"), seen);
    }
  }
}
