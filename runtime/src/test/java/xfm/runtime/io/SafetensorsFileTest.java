package xfm.runtime.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static xfm.runtime.io.Failures.refused;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

class SafetensorsFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("model.safetensors");
  }

  private void write(long headerLength, String header, byte... data) throws IOException {
    byte[] json = header.getBytes(UTF_8);
    Files.write(
        file,
        ByteBuffer.allocate(8 + json.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(headerLength)
            .put(json)
            .put(data)
            .array());
  }

  private FormatException refusedToOpen(String... parts) {
    return refused(file, () -> SafetensorsFile.open(file), parts);
  }

  @Test
  void readsTensorsAndMetadata() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[2,10]},"
            + "\"a\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[0,2]}}";
    write(header.length(), header, new byte[] {(byte) 0x80, 0x3F, 0, 0, 0, 64, 0, 0, -64, 127});
    SafetensorsFile open = SafetensorsFile.open(file);
    assertEquals(List.of("a", "b"), List.copyOf(open.names()));
    assertEquals(Map.of("format", "pt"), open.metadata());
    assertEquals(DType.BF16, open.dtype("a"));
    assertArrayEquals(new long[] {1, 2}, open.shape("b"));
    assertEquals(1, open.tensor("a").getFloat());
    Tensor b = open.tensor("b");
    assertArrayEquals(new long[] {1, 2}, b.shape());
    // A NaN is a value like others.
    assertArrayEquals(new float[] {2, Float.NaN}, b.toFloats());
    assertEquals(0, b.data().address() % 64);
    assertEquals(List.of("a", "b"), List.copyOf(open.tensors().keySet()));
    refused(file, () -> open.tensor("c"), "no tensor \"c\"");
    refused(file, () -> open.shape("c"), "no tensor \"c\"");
  }

  @ParameterizedTest
  @CsvSource({
    "-9223372036854775808, 9223372036854775808",
    "-1, 18446744073709551615",
    "9223372036854775807, 9223372036854775807",
    "100000001, at most 100000000",
    "3, has only 2",
    "1000, has only 2",
    "0, does not begin with {",
  })
  void refusesLyingHeaderLengths(long length, String why) throws IOException {
    write(length, "{}");
    refusedToOpen("no safetensors file", why);
  }

  @Test
  void refusesAHeaderThatBeginsWithSpace() throws IOException {
    write(3, " {}");
    refusedToOpen("does not begin with {");
  }

  @Test
  void refusesFilesTooShortForALength() throws IOException {
    Files.write(file, new byte[0]);
    refusedToOpen("the file is empty");
    Files.write(file, new byte[7]);
    refusedToOpen("the file has 7 bytes");
    Files.write(file, new byte[8]);
    refusedToOpen("does not begin with {");
  }

  @Test
  void refusesAFileCutOffAnywhere() throws IOException {
    String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}";
    write(header.length(), header, new byte[] {1, 2, 3, 4});
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      refusedToOpen();
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    refusedToOpen("bytes after the last tensor");
    write(100_000_000, header);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(200L << 30);
    }
    refusedToOpen("header");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "PK\u0003\u0004\u0014\u0000\u0000\u0000data.pkl; zip archive; save_file",
        "\u0080\u0002}q\u0000X\u0005\u0000\u0000\u0000; pickle; save_file",
        "\u0080\u0004\u0095\u0000\u0001\u0000\u0000\u0000\u0000; pickle; save_file",
        "<!DOCTYPE html><html>; HTML page; download",
        "  <html><body>404; HTML page; download",
        "version https://git-lfs.github.com/spec/v1; Git LFS pointer; git lfs pull",
        "{\"metadata\": {}, \"weight_map\": {}}; JSON; model.safetensors.index.json",
        "{}; JSON; model.safetensors.index.json",
        "GGUF\u0003\u0000\u0000\u0000\u0000; GGUF; safetensors",
        "\u0093NUMPY\u0001\u0000v\u0000; NumPy; .npy",
      })
  void namesWhatStandsInItsPlace(String start, String kind, String fix) throws IOException {
    Files.write(file, start.getBytes(ISO_8859_1));
    refusedToOpen("no safetensors file", kind, fix);
  }

  @Test
  @Timeout(20)
  void refusesWhatIsNoFile() throws Exception {
    refusedToOpen("no such file");
    Files.createDirectory(file);
    refusedToOpen("this is a folder");
    Files.delete(file);
    assumeTrue(Files.exists(Path.of("/usr/bin/mkfifo")), "no pipes on this system");
    assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", file.toString()).start().waitFor());
    refusedToOpen("no ordinary file", "pipe");
  }

  @Test
  void refusesAFileWithoutPermission() throws IOException {
    write(2, "{}");
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "this user may read everything");
    refusedToOpen("no permission to read this");
  }

  private SafetensorsFile openOnes() {
    MemorySegment data = MemorySegment.ofArray(new byte[1 << 20]).fill((byte) 1);
    Tensor ones = new Tensor(DType.U8, new long[] {1 << 20}, data);
    SafetensorsWriter.write(file, Map.of("ones", ones), Map.of());
    return SafetensorsFile.open(file);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 5000, (1 << 20) - 1, (1 << 20) + 1000})
  void noticesThatTheFileIsOfAnotherLength(long length) throws IOException {
    SafetensorsFile open = openOnes();
    try (RandomAccessFile other = new RandomAccessFile(file.toFile(), "rw")) {
      other.setLength(length);
    }
    refused(file, () -> open.tensor("ones"), "changed after it was opened", " " + length + " of");
  }

  @Test
  void noticesThatTheFileWasWrittenTo() throws IOException {
    SafetensorsFile open = openOnes();
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    refused(file, () -> open.tensor("ones"), "changed after it was opened", "1970-01-01");
  }

  @Test
  void noticesThatTheFileWasReplacedOrDeleted() throws IOException {
    SafetensorsFile open = openOnes();
    Path other = Files.copy(file, folder.resolve("other"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    refused(file, () -> open.tensor("ones"), "changed after it was opened");
    Files.delete(file);
    refused(file, () -> open.tensor("ones"), "no such file");
  }

  @Test
  void theCallerMayOwnTheMemory() {
    SafetensorsFile open = openOnes();
    Tensor tensor;
    try (Arena arena = Arena.ofConfined()) {
      tensor = open.tensor("ones", arena);
      assertEquals(1, tensor.getFloat((1 << 20) - 1));
    }
    assertThrows(IllegalStateException.class, tensor::toFloats);
  }

  @Test
  void anInterruptedReaderLeavesTheFileUsable() {
    SafetensorsFile open = openOnes();
    Thread.currentThread().interrupt();
    refused(file, () -> open.tensor("ones"), "cannot be read", "Interrupt");
    assertTrue(Thread.interrupted());
    assertEquals(1, open.tensor("ones").getFloat(3));
  }
}
