package xfm.runtime.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static xfm.runtime.io.Failures.refused;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;
import xfm.runtime.tensor.Tensor;

class NpyTest {
  private static final String PLAIN = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("x.npy");
  }

  private void write(int version, String header, byte... data) throws IOException {
    byte[] text = header.getBytes(ISO_8859_1);
    ByteBuffer bytes =
        ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("\u0093NUMPY".getBytes(ISO_8859_1)).put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) text.length);
    } else {
      bytes.putInt(text.length);
    }
    bytes.put(text).put(data);
    Files.write(file, Arrays.copyOf(bytes.array(), bytes.position()));
  }

  private static final byte[] ONE_AND_TWO = {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsAllVersions(int version) throws IOException {
    write(version, PLAIN + "   \n", ONE_AND_TWO);
    Tensor read = Npy.read(file);
    assertEquals(DType.F32, read.dtype());
    assertArrayEquals(new float[] {1, 2}, read.toFloats());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f4\"}",
        "{'shape': (2,), 'descr': '<f4', 'fortran_order': False}\n",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2,), }",
      })
  void theOrderOfKeysAndTheirQuotesAreFree(String header) throws IOException {
    write(1, header, ONE_AND_TWO);
    assertArrayEquals(new float[] {1, 2}, Npy.read(file).toFloats());
  }

  @Test
  void readsScalarsAndEmptyArrays() throws IOException {
    write(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (), }", (byte) 1);
    assertEquals("BOOL [] (1)", Npy.read(file).toString());
    write(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (0, 3), }");
    assertEquals("I64 [0, 3] ()", Npy.read(file).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      value = {
        "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }; Python objects",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }; big-endian",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }; \"<c8\"",
        "{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }; \"<U2\"",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }; structured",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1), }; Fortran order",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }; True or False",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1+1,), }; a comma or )",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (int('2'),), }; a size",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }; a size",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2L,), }; a comma or )",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2), }; a tuple",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 2, }; expected (",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,), }; 2^63",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }; overflows",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }; overflows",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}; descr, fortran_order or",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }; twice",
        "{'descr': '<f4', 'fortran_order': False, }; one of them is missing",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } + {}; nothing after the dict",
        "{'descr': '<f' '4', 'fortran_order': False, 'shape': (2,), }; \"<f\"",
        "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (2,), }; escapes",
        "{'descr': '<f4' 'fortran_order': False, 'shape': (2,), }; a comma or }",
        "__import__('os').system('true'); expected {",
        "{'descr': '<f4; a type in quotation marks",
        "{; a key in quotation marks",
      })
  void refusesEverythingThatIsNotThePlainLiteral(String header, String what) throws IOException {
    write(1, header, ONE_AND_TWO);
    refused(file, () -> Npy.read(file), what);
  }

  @Test
  void refusesDataThatDoesNotFitTheShape() throws IOException {
    write(1, PLAIN, Arrays.copyOf(ONE_AND_TWO, 7));
    refused(file, () -> Npy.read(file), "cut off", "takes 8 bytes", "the file has 7");
    write(1, PLAIN, Arrays.copyOf(ONE_AND_TWO, 9));
    refused(file, () -> Npy.read(file), "bytes after the array");
    write(1, PLAIN.replace("(2,)", "(1000000000000,)"), ONE_AND_TWO);
    refused(file, () -> Npy.read(file), "cut off");
  }

  @Test
  void refusesAFileCutOffAnywhere() throws IOException {
    write(2, PLAIN, ONE_AND_TWO);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      refused(file, () -> Npy.read(file));
    }
  }

  @Test
  void refusesHeadersThatLieAboutTheirLength() throws IOException {
    Files.write(file, "\u0093NUMPY\2\0\u00FF\u00FF\u00FF\u00FF{}".getBytes(ISO_8859_1));
    refused(file, () -> Npy.read(file), "longer than it can be", "4294967295");
    write(4, PLAIN);
    refused(file, () -> Npy.read(file), "npy version 4.0");
  }

  @Test
  void namesWhatStandsInItsPlace() throws IOException {
    refused(file, () -> Npy.read(file), "no such file");
    Files.write(file, "PK\3\4............".getBytes(ISO_8859_1));
    refused(file, () -> Npy.read(file), "no npy file", "zip archive");
    Files.write(file, new byte[100]);
    refused(file, () -> Npy.read(file), "does not begin as one");
    refused(folder, () -> Npy.read(folder), "this is a folder");
  }

  /** What numpy 2.4 writes for {@code numpy.save(f, numpy.array([[1, 2]], 'float32'))}. */
  @Test
  void writesTheBytesOfNumpy() throws IOException {
    Npy.write(file, Tensor.ofFloats(new float[] {1, 2}, 1, 2));
    String dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }";
    String expected =
        "\u0093NUMPY\1\0v\0" + dict + " ".repeat(117 - dict.length()) + "\n\0\0\u0080?\0\0\0@";
    assertEquals(expected, new String(Files.readAllBytes(file), ISO_8859_1));
  }

  @Test
  void whatIsWrittenIsReadBackToTheBit() {
    Random random = new Random(2);
    for (DType type : NpyHeader.TYPES.values()) {
      for (long[] shape : new long[][] {{}, {3}, {2, 0}, {2, 3, 4, 5}}) {
        byte[] bytes = new byte[(int) Shapes.bytes(type, shape)];
        random.nextBytes(bytes);
        Npy.write(file, new Tensor(type, shape, MemorySegment.ofArray(bytes)));
        Tensor read = Npy.read(file);
        assertEquals(type, read.dtype());
        assertArrayEquals(shape, read.shape());
        assertEquals(-1, read.data().mismatch(MemorySegment.ofArray(bytes)));
      }
    }
  }

  @Test
  void refusesToWriteWhatNpyCannotHold() {
    Tensor tensor = new Tensor(DType.BF16, new long[] {1}, MemorySegment.ofArray(new byte[2]));
    assertThrows(IllegalArgumentException.class, () -> Npy.write(file, tensor));
  }

  @Test
  void saysWhyAFileCannotBeWritten() throws IOException {
    Tensor tensor = Tensor.ofInts(new int[] {1});
    Path missing = folder.resolve("missing/x.npy");
    refused(missing, () -> Npy.write(missing, tensor), "there is no folder", "make the folder");
    Files.writeString(folder.resolve("file"), "");
    Path below = folder.resolve("file/x.npy");
    refused(below, () -> Npy.write(below, tensor), "there is no folder");
    assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(closed), "this user may write everywhere");
    Path denied = closed.resolve("x.npy");
    refused(denied, () -> Npy.write(denied, tensor), "no permission to write");
  }

  @Test
  void relativePathsAreWrittenInTheWorkingFolder() throws IOException {
    Path relative = Path.of("npy-test-" + ProcessHandle.current().pid() + ".npy");
    try {
      Npy.write(relative, Tensor.ofInts(new int[] {1}));
      assertTrue(Files.exists(relative));
    } finally {
      Files.deleteIfExists(relative);
    }
  }
}
