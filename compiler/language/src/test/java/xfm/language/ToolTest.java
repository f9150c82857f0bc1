package xfm.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import xfm.runtime.io.Npy;
import xfm.runtime.io.SafetensorsWriter;
import xfm.runtime.tensor.Tensor;

/** What the command line calls. */
class ToolTest {
  private static final ProxyObject NOTHING = ProxyObject.fromMap(Map.of());

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
    String table =
        tool.invokeMember("account", List.of(path), "", List.of("vocab=5"), NOTHING, false)
            .asString();
    assertTrue(table.contains("25"), table);
    assertTrue(
        tool.invokeMember("account", List.of(path + "#next"), "", List.of(), NOTHING, true)
            .asString()
            .startsWith("{"));
    List<String> two = List.of(path, path + "#next");
    ProxyObject seven = ProxyObject.fromMap(Map.of("", 7));
    String compared =
        tool.invokeMember("account", two, "", List.of("vocab=5"), seven, false).asString();
    assertTrue(compared.contains("for 7 tokens"), compared);
    assertTrue(compared.contains("same"), compared);
    assertTrue(
        tool.invokeMember("account", two, "", List.of(), NOTHING, true)
            .asString()
            .contains("\"models\""));
    fails(
        new String[] {"error[name]", "did you mean `next`?"},
        "account",
        List.of(path + "#nxt"),
        "",
        List.of(),
        NOTHING,
        false);
    fails(
        new String[] {"error[call]", "NAME=VALUE"},
        "account",
        List.of(path),
        "",
        List.of("vocab"),
        NOTHING,
        false);
    fails(
        new String[] {"error[number]"},
        "account",
        List.of(path),
        "",
        List.of("vocab=99999999999999999999"),
        NOTHING,
        false);
    fails(
        new String[] {"error[name]", "declares no model"},
        "account",
        List.of(file("none.xfm", "print(1)")),
        "",
        List.of(),
        NOTHING,
        false);
  }

  /** Tokens need not be words: any tensor goes in by its name. */
  @Test
  void logitsOfAModelOfVectors() throws IOException {
    String program =
        file(
            "patches.xfm",
            """
            model patches(x: [n, d], d: int = 2) -> [n, d] {
              weight w: [d, d]
              return y[i, b] = x[i, a] * w[a, b]
            }
            checkpoint patches { d = config.size, w = "w" }
            """);
    file("config.json", "{\"model_type\": \"patches\", \"size\": 2}");
    Tensor w = Tensor.ofFloats(new float[] {1, 2, 3, 4}, 2, 2);
    SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of("w", w), Map.of());
    String x = folder.resolve("x.npy").toString();
    Npy.write(Path.of(x), Tensor.ofFloats(new float[] {1, 1, 0, 2, -1, 0}, 3, 2));
    String out = folder.resolve("y.npy").toString();
    String said = logits(program, out, ProxyObject.fromMap(Map.of("x", x))).asString();
    assertEquals("y [3, 2] -> y.npy\n", said);
    assertArrayEquals(new float[] {4, 6, 6, 8, -1, -2}, Npy.read(Path.of(out)).toFloats());
    PolyglotException none =
        assertThrows(
            PolyglotException.class,
            () -> logits(program, out, ProxyObject.fromMap(Map.of("y", x))));
    Session.check(none, "error[input]", "no input `y`", "it takes {x: …}");
    Npy.write(Path.of(x), Tensor.ofFloats(new float[6], 2, 3));
    PolyglotException wide =
        assertThrows(
            PolyglotException.class,
            () -> logits(program, out, ProxyObject.fromMap(Map.of("x", x))));
    Session.check(wide, "error[input]", "axis 1 is 3 long and must be 2 (`d`)");
  }

  private Value logits(String program, String out, ProxyObject inputs) {
    ProxyArray none = ProxyArray.fromArray();
    return tool.invokeMember("logits", folder.toString(), none, none, program, none, out, inputs);
  }

  @Test
  void dumpRefusesUnknownStages() throws IOException {
    fails(
        new String[] {"error[call]", "ast, graph, plan or flat"},
        "dump",
        "tree",
        file("next.xfm", ModelTest.NEXT),
        "",
        List.of(),
        NOTHING);
  }

  @Test
  void theMachineIsMeasured() {
    Value machine = tool.invokeMember("machine");
    assertTrue(machine.getMember("peak_gflops_one").asDouble() > 0);
    assertTrue(machine.getMember("java").asString().contains("25"));
    assertTrue(List.of("simd", "scalar").contains(machine.getMember("kernels").asString()));
  }
}
