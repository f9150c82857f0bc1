package xfm.runtime.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static xfm.runtime.io.Failures.refused;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

class SafetensorsWriterTest {
  @TempDir Path folder;

  private static Tensor random(DType type, Random random, long... shape) {
    byte[] bytes = new byte[(int) Shapes.bytes(type, shape)];
    random.nextBytes(bytes);
    return new Tensor(type, shape, MemorySegment.ofArray(bytes));
  }

  @Test
  void everyTypeIsReadBackToTheBit() {
    Random random = new Random(1);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType type : DType.values()) {
      tensors.put("w." + type, random(type, random, 3, 5));
      tensors.put("scalar." + type, random(type, random));
      tensors.put("empty." + type, random(type, random, 0, 5));
    }
    tensors.put("größer als 1 MiB \"😀\"", random(DType.F32, random, 700, 1000));
    Map<String, String> metadata = Map.of("format", "pt", "é\n", "\u0000\"");
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, tensors, metadata);
    SafetensorsFile open = SafetensorsFile.open(file);
    assertEquals(tensors.keySet(), open.names());
    assertEquals(metadata, open.metadata());
    tensors.forEach((name, tensor) -> {
      Tensor read = open.tensor(name);
      assertEquals(tensor.dtype(), read.dtype());
      assertArrayEquals(tensor.shape(), read.shape());
      assertEquals(-1, tensor.data().mismatch(read.data()), name);
    });
  }

  /** What the format's own library writes for the same tensors (safetensors 0.8, save_file). */
  @Test
  void theBytesAreThoseOfTheReferenceWriter() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", Tensor.ofFloats(new float[] {1, -2}, 2));
    MemorySegment seven = MemorySegment.ofArray(new byte[] {7});
    tensors.put("small", new Tensor(DType.U8, new long[] {1}, seven));
    tensors.put("a", Tensor.ofInts(new int[] {3}));
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[8,12]},"
            + "\"small\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[12,13]}}    ";
    assertEquals(
        "È\0\0\0\0\0\0\0" + header + "\0\0\u0080?" + "\0\0\0À" + "\3\0\0\0" + "\7",
        Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  @Test
  void writesTensorsOverAnyMemory() {
    MemorySegment heap = MemorySegment.ofArray(new float[] {1, 2, 3}).asSlice(4);
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter.write(
        file, Map.of("a", new Tensor(DType.F32, new long[] {2}, heap)), Map.of());
    assertArrayEquals(new float[] {2, 3}, SafetensorsFile.open(file).tensor("a").toFloats());
  }

  @Test
  void refusesNamesThatCannotBeWritten() {
    Path file = folder.resolve("model.safetensors");
    Tensor tensor = Tensor.ofInts(new int[] {3});
    assertThrows(
        IllegalArgumentException.class,
        () -> SafetensorsWriter.write(file, Map.of("__metadata__", tensor), Map.of()));
    assertThrows(FormatException.class, () -> SafetensorsFile.open(file));
  }

  @Test
  void saysWhyAFileCannotBeWritten() throws IOException {
    Path missing = folder.resolve("missing/model.safetensors");
    refused(
        missing, () -> SafetensorsWriter.write(missing, Map.of(), Map.of()), "there is no folder");
    refused(folder, () -> SafetensorsWriter.write(folder, Map.of(), Map.of()), "is a folder");
    assertEquals(List.of(), Folders.names(folder));
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("model.safetensors"), "old");
    Tensor closed;
    try (Arena arena = Arena.ofConfined()) {
      closed = new Tensor(DType.U8, new long[] {1}, arena.allocate(1));
    }
    assertThrows(
        IllegalStateException.class,
        () -> SafetensorsWriter.write(file, Map.of("a", closed), Map.of()));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("model.safetensors"), Folders.names(folder));
  }

  @Test
  void replacesAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("model.safetensors"), "old");
    SafetensorsWriter.write(file, Map.of(), Map.of());
    assertTrue(SafetensorsFile.open(file).names().isEmpty());
    assertEquals(List.of("model.safetensors"), Folders.names(folder));
  }
}
