package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line calls. */
class ToolTest {
  @TempDir Path folder;
  private Session session;
  private Value tool;

  @BeforeEach
  void open() {
    session = Session.allowingAll();
    tool = session.context.getBindings("xfm").getMember("tool");
  }

  @AfterEach
  void close() {
    session.close();
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private void fails(String[] parts, String command, Object... arguments) {
    PolyglotException error =
        assertThrows(PolyglotException.class, () -> tool.invokeMember(command, arguments));
    Session.check(error, parts);
  }

  @Test
  void check() throws IOException {
    Value fine = tool.invokeMember("check", file("fine.xfm", ModelTest.NEXT + "print(1)"));
    assertEquals(0, fine.getMember("errors").asInt());
    assertEquals("", fine.getMember("text").asString());
    Value wrong =
        tool.invokeMember("check", file("wrong.xfm", "fn f(x: float) = x + y\nfn g(x: float) = z"));
    assertEquals(2, wrong.getMember("errors").asInt());
    assertTrue(wrong.getMember("text").asString().contains("wrong.xfm:1:"), wrong.toString());
    assertTrue(wrong.getMember("json").asString().startsWith("["), wrong.toString());
    assertEquals(
        1, tool.invokeMember("check", file("name.xfm", "print(lenn)")).getMember("errors").asInt());
    assertEquals("", session.out());
    fails(new String[] {"error[file]", "absent.xfm"}, "check", "absent.xfm");
  }

  @Test
  void format() throws IOException {
    Value formatted = tool.invokeMember("format", file("loose.xfm", "let  x=1"));
    assertEquals("let x = 1\n", formatted.getMember("text").asString());
    assertTrue(formatted.getMember("changed").asBoolean());
    Value same = tool.invokeMember("format", file("tidy.xfm", "let x = 1\n"));
    assertFalse(same.getMember("changed").asBoolean());
  }

  @Test
  void account() throws IOException {
    String path = file("next.xfm", ModelTest.NEXT);
    String table = tool.invokeMember("account", path, List.of("vocab=5"), false).asString();
    assertTrue(table.contains("25"), table);
    assertTrue(
        tool.invokeMember("account", path + "#next", List.of(), true).asString().startsWith("{"));
    fails(
        new String[] {"error[name]", "did you mean `next`?"},
        "account",
        path + "#nxt",
        List.of(),
        false);
    fails(new String[] {"error[call]", "NAME=VALUE"}, "account", path, List.of("vocab"), false);
    fails(
        new String[] {"error[number]"},
        "account",
        path,
        List.of("vocab=99999999999999999999"),
        false);
    fails(
        new String[] {"error[name]", "declares no model"},
        "account",
        file("none.xfm", "print(1)"),
        List.of(),
        false);
  }

  @Test
  void dumpRefusesUnknownStages() throws IOException {
    fails(
        new String[] {"error[call]", "ast, graph, plan or flat"},
        "dump",
        "tree",
        file("next.xfm", ModelTest.NEXT));
  }

  @Test
  void doctorMeasures() {
    Value doctor = tool.invokeMember("doctor");
    assertTrue(doctor.getMember("peak_gflops_one").asDouble() > 0);
    assertTrue(doctor.getMember("java").asString().contains("25"));
    assertTrue(List.of("simd", "scalar").contains(doctor.getMember("kernels").asString()));
  }
}
