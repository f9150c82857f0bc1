package xfm.runtime.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static xfm.runtime.io.Failures.refused;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

class CheckpointTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void nameTheIndex() {
    index = folder.resolve("model.safetensors.index.json");
  }

  /** A file of scalars whose value is the length of their name. */
  private void shard(String file, String... names) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, Tensor.ofFloats(new float[] {name.length()}));
    }
    SafetensorsWriter.write(folder.resolve(file), tensors, Map.of());
  }

  private void index(String... tensorThenFile) throws IOException {
    Map<String, JsonValue> map = new LinkedHashMap<>();
    for (int i = 0; i < tensorThenFile.length; i += 2) {
      map.put(tensorThenFile[i], new JsonValue.Text(tensorThenFile[i + 1]));
    }
    Map<String, JsonValue> members =
        Map.of("metadata", new JsonValue.Obj(Map.of()), "weight_map", new JsonValue.Obj(map));
    Files.writeString(index, Json.write(new JsonValue.Obj(members)));
  }

  private FormatException refusedToOpen(Path file, String... parts) {
    return refused(file, () -> Checkpoint.open(folder), parts);
  }

  @Test
  void opensASingleFile() {
    shard("model.safetensors", "wte", "a");
    Checkpoint checkpoint = Checkpoint.open(folder);
    assertEquals(List.of("a", "wte"), List.copyOf(checkpoint.names()));
    assertEquals(3, checkpoint.tensor("wte").getFloat());
    assertEquals(DType.F32, checkpoint.dtype("a"));
    assertArrayEquals(new long[0], checkpoint.shape("a"));
    refused(folder, () -> checkpoint.tensor("b"), "no tensor \"b\"");
  }

  @Test
  void opensShards() throws IOException {
    shard(FIRST, "b", "a");
    shard(SECOND, "wte");
    index("wte", SECOND, "a", FIRST, "b", FIRST);
    Checkpoint checkpoint = Checkpoint.open(folder);
    assertEquals(List.of("a", "b", "wte"), List.copyOf(checkpoint.names()));
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(3, checkpoint.tensor("wte", arena).getFloat());
    }
  }

  @Test
  void refusesAShardThatIsAbsent() throws IOException {
    shard(FIRST, "a");
    index("a", FIRST, "b", SECOND);
    refusedToOpen(index, "not there", SECOND);
  }

  @Test
  void refusesATensorInTwoShards() throws IOException {
    shard(FIRST, "a", "b");
    shard(SECOND, "b");
    index("a", FIRST, "b", SECOND);
    refusedToOpen(index, "in two files", "\"b\" in " + FIRST + " and " + SECOND);
  }

  @Test
  void listsAllTensorsThatIndexAndFilesDisagreeOn() throws IOException {
    shard(FIRST, "a", "b");
    shard(SECOND, "c");
    index("a", FIRST, "b", SECOND, "c", SECOND, "d", FIRST);
    refusedToOpen(index, "not in the files", "\"b\" in " + SECOND, "\"d\" in " + FIRST);
    index("a", FIRST, "c", SECOND);
    refusedToOpen(index, "does not list", "\"b\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../other.safetensors",
        "/etc/passwd",
        "sub/model.safetensors",
        "..\\other.safetensors",
        "C:model.safetensors",
        "..",
        "",
        ".hidden.safetensors",
        "model.bin",
        "a\u0000.safetensors",
        "model.safetensors\n",
      })
  void opensNothingOutsideTheFolder(String path) throws IOException {
    index("a", path);
    refusedToOpen(index, "only .safetensors files in the model's own folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"weight_map\": []}", "{\"weight_map\": {\"a\": 1}}", "[]"})
  void refusesAnIndexThatIsNone(String text) throws IOException {
    Files.writeString(index, text);
    refusedToOpen(index, "");
  }

  @Test
  void refusesATensorListedTwice() throws IOException {
    Files.writeString(
        index, "{\"weight_map\": {\"a\": \"" + FIRST + "\", \"a\": \"" + SECOND + "\"}}");
    refusedToOpen(index, "Duplicate");
  }

  @Test
  void aBrokenShardIsNamed() throws IOException {
    shard(FIRST, "a");
    Files.write(folder.resolve(SECOND), new byte[7]);
    index("a", FIRST, "b", SECOND);
    refusedToOpen(folder.resolve(SECOND), "7 bytes");
  }

  @Test
  void saysWhatWasLookedForAndWhatIsThere() throws IOException {
    refusedToOpen(folder, "no weights", "neither model.safetensors nor", "the folder is empty");
    Files.writeString(folder.resolve("config.json"), "{}");
    FormatException failure = refusedToOpen(folder, "the folder holds config.json");
    assertEquals("", failure.fix());
    Files.writeString(folder.resolve("pytorch_model.bin"), "");
    refusedToOpen(folder, "pytorch_model.bin", "safetensors.torch.save_file", "can run code");
    Files.delete(folder.resolve("pytorch_model.bin"));
    shard("adapter.safetensors", "a");
    refusedToOpen(folder, "adapter.safetensors", "name it model.safetensors");
  }

  @Test
  void refusesWhatIsNoFolder() throws IOException {
    Path missing = folder.resolve("missing");
    refused(missing, () -> Checkpoint.open(missing), "no such folder");
    shard("model.safetensors", "a");
    Path file = folder.resolve("model.safetensors");
    FormatException failure = refused(file, () -> Checkpoint.open(file), "this is a file");
    assertFalse(failure.fix().isEmpty());
  }
}
