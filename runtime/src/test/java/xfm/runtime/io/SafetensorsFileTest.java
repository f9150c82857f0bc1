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
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
    return refused(file, () -> SafetensorsFile.open(file).close(), parts);
  }

  @Test
  void readsTensorsAndMetadata() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[2,10]},"
            + "\"a\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[0,2]}}";
    write(header.length(), header, new byte[] {(byte) 0x80, 0x3F, 0, 0, 0, 64, 0, 0, -64, 127});
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      assertEquals(List.of("a", "b"), List.copyOf(open.tensors().keySet()));
      assertEquals(1, open.tensors().get("a").getFloat());
      // A NaN is a value like others.
      assertArrayEquals(new float[] {2, Float.NaN}, open.read("b", Tensor::toFloats));
      assertArrayEquals(new long[] {1, 2}, open.tensors().get("b").shape());
      assertEquals(Map.of("format", "pt"), open.metadata());
    }
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
    refusedToOpen("no permission", "change its permissions");
  }

  /** 1 MiB of ones; long enough to lose whole pages. */
  private SafetensorsFile openLarge() throws IOException {
    MemorySegment data = MemorySegment.ofArray(new byte[1 << 20]).fill((byte) 1);
    Tensor ones = new Tensor(DType.U8, new long[] {1 << 20}, data);
    SafetensorsWriter.write(file, Map.of("ones", ones), Map.of());
    return SafetensorsFile.open(file);
  }

  private void cutTo(long size) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void noticesThatTheFileWasCutBeforeItIsRead() throws IOException {
    try (SafetensorsFile open = openLarge()) {
      cutTo(5000);
      refused(file, open::tensors, "changed while it was open", "5000");
      refused(file, () -> open.read("ones", Tensor::toFloats), "changed while it was open");
    }
  }

  @Test
  void survivesThatTheFileIsCutWhileItIsRead() throws IOException {
    try (SafetensorsFile open = openLarge()) {
      refused(
          file,
          () ->
              open.read(
                  "ones",
                  tensor -> {
                    cutTo(0);
                    return tensor.toFloats();
                  }),
          "cut",
          "write a new file and rename it");
    }
  }

  @Test
  void noticesACutInsideThePageThatIsRead() throws IOException {
    try (SafetensorsFile open = openLarge()) {
      refused(
          file,
          () ->
              open.read(
                  "ones",
                  tensor -> {
                    cutTo((1 << 20) - 1);
                    return tensor.getFloat(0);
                  }),
          "changed while it was open");
    }
  }

  @Test
  void noticesThatTheFileWasWrittenTo() throws IOException {
    try (SafetensorsFile open = openLarge()) {
      Files.setLastModifiedTime(file, FileTime.fromMillis(0));
      refused(file, open::tensors, "written to after it was opened");
    }
  }

  @Test
  void keepsReadingAFileThatWasReplacedOrDeleted() throws IOException {
    try (SafetensorsFile open = openLarge()) {
      Path other = Files.writeString(folder.resolve("other"), "other");
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(1f, open.<Float>read("ones", tensor -> tensor.getFloat(1000)));
      Files.delete(file);
      assertEquals(1f, open.<Float>read("ones", tensor -> tensor.getFloat(1000)));
    }
  }

  @Test
  void errorsOfTheReaderAreItsOwn() throws IOException {
    try (SafetensorsFile open = openLarge()) {
      InternalError error = new InternalError("mine");
      assertEquals(
          error,
          assertThrows(
              InternalError.class,
              () ->
                  open.read(
                      "ones",
                      _ -> {
                        throw error;
                      })));
      refused(file, () -> open.read("twos", Tensor::toFloats), "no tensor \"twos\"");
    }
  }

  @Test
  void cannotBeUsedAfterItIsClosed() throws IOException {
    SafetensorsFile open = openLarge();
    Tensor tensor = open.tensors().get("ones");
    open.close();
    open.close();
    assertThrows(IllegalStateException.class, tensor::toFloats);
    assertTrue(
        assertThrows(IllegalStateException.class, open::tensors).getMessage().contains("closed"));
  }

  @Test
  void tensorsMayBeReadByAnyThread() throws Exception {
    try (SafetensorsFile open = openLarge()) {
      float[] read = new float[1];
      Tensor tensor = open.tensors().get("ones");
      Thread thread = Thread.ofPlatform().start(() -> read[0] = tensor.getFloat(7));
      thread.join();
      assertEquals(1, read[0]);
    }
  }
}
