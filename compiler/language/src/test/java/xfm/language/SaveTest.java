package xfm.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import xfm.runtime.io.SafetensorsWriter;
import xfm.runtime.tensor.Tensor;

/** What scripts write to files, and read from them. */
class SaveTest {
  private static final String MINE =
      """
      model mine(x: [n, d], d: int = 4, k: int = 3, gain: float = 1.0) -> [n, k] {
        weight w: [d, k]
        const c: [k] = ones
        return y[i, b] = x[i, a] * w[a, b] * gain + c[b]
      }
      """;

  @TempDir Path folder;
  private Session session;

  @BeforeEach
  void open() {
    session = Session.allowingAll();
    session.eval(MINE);
  }

  @AfterEach
  void close() {
    session.close();
  }

  private String file(String name) {
    return '"' + folder.resolve(name).toString() + '"';
  }

  @Test
  void aTensorComesBack() {
    session.eval("save([[1, 2], [0.5, -3]], " + file("x.npy") + ")");
    session.eval("let x = read(" + file("x.npy") + ")");
    assertEquals("[2, 2]", session.eval("x.shape").toString());
    assertEquals(-3.0, session.eval("x[1][1]").asDouble());
  }

  @Test
  void aModelComesBackWithItsSettings() {
    session.eval("let m = mine(k = 2, gain = 0.5)");
    session.eval("m.set(\"w\", [[1, 2], [3, 4], [5, 6], [7, 8]])");
    session.eval("m.save(" + file("m.safetensors") + ")");
    session.eval("let again = mine.load(" + file("m.safetensors") + ")");
    assertEquals("8.0", session.eval("again.parameters * 1.0").toString());
    assertEquals(
        "[9.0, 11.0]",
        session
            .eval("again.run({x: [[1, 1, 1, 1]]}).y[0]")
            .toString()
            .replaceFirst("^f32\\[2] ", ""));
    session.eval("again.save(" + file("m.safetensors") + ")");
    assertEquals(
        8.0,
        session.eval("mine.load(" + file("m.safetensors") + ").weight(\"w\")[3][1]").asDouble());
  }

  @Test
  void weightsThatCannotBeReadLeaveNoEmptyFile() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("config.json"), "{\"model_type\": \"mine\"}");
    session.eval(MINE + "checkpoint mine { w = \"w\" }");
    session.eval("let unread = mine.load(" + file("broken") + ")");
    session.error("unread.save(" + file("unread.safetensors") + ")", "error[");
    assertFalse(Files.exists(folder.resolve("unread.safetensors")));
  }

  @Test
  void whatCannotBeWrittenIsSaid() throws IOException {
    Files.createDirectory(folder.resolve("folder.npy"));
    session.error("save([1], " + file("x.txt") + ")", "error[file]", "must end in .npy");
    session.error("save([1], " + file("none/x.npy") + ")", "error[file]", "there is no folder");
    session.error("save([1], " + file("folder.npy") + ")", "error[file]", "it is a folder");
    session.error("save(\"text\", " + file("x.npy") + ")", "error[type]", "must hold numbers");
  }

  @Test
  void aFileOfOtherWeightsIsRefused() throws IOException {
    session.eval(
        MINE.replace("model mine", "model other")
            .replace("weight w:", "weight v:")
            .replace("w[", "v["));
    session.eval("other().save(" + file("v.safetensors") + ")");
    session.error(
        "mine.load(" + file("v.safetensors") + ")",
        "error[checkpoint]",
        "not in the file: w",
        "only in the file: v");
    Path foreign = folder.resolve("f.safetensors");
    SafetensorsWriter.write(foreign, Map.of("w", Tensor.ofFloats(new float[1], 1)), Map.of());
    session.error("mine.load(" + file("f.safetensors") + ")", "was not saved by xfm");
    Files.writeString(folder.resolve("g.safetensors"), "no tensors at all");
    session.error("mine.load(" + file("g.safetensors") + ")", "error[");
    Path lying = folder.resolve("l.safetensors");
    Map<String, String> settings = Map.of("xfm.settings", "{\"d\": [4]}");
    SafetensorsWriter.write(lying, Map.of("w", Tensor.ofFloats(new float[12], 4, 3)), settings);
    session.error("mine.load(" + file("l.safetensors") + ")", "settings");
    SafetensorsWriter.write(
        lying, Map.of("w", Tensor.ofFloats(new float[12], 3, 4)), Map.of("xfm.settings", "{}"));
    session.error("mine.load(" + file("l.safetensors") + ")", "error[shape]");
  }
}
