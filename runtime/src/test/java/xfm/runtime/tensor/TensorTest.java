package xfm.runtime.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTest {
  private static Tensor tensor(DType type, byte[] littleEndian) {
    long elements = littleEndian.length / type.bytes();
    return new Tensor(type, new long[] {elements}, MemorySegment.ofArray(littleEndian));
  }

  @ParameterizedTest
  @CsvSource({
    "F64, 000000000000f83f9a9999999999b93f, 1.5, 0.1",
    "F32, 0000c03fcdcccc3d, 1.5, 0.1",
    "F16, 003c0100, 1, 5.9604645e-8",
    "F16, ff7b00fc, 65504, -Infinity",
    "BF16, 803f49c0, 1, -3.140625",
    "I64, ffffffffffffffff0100000001000000, -1, 4294967297",
    "I32, ffffffff00000080, -1, -2147483648",
    "I16, ffff0080, -1, -32768",
    "I8, ff80, -1, -128",
    "U64, 0100000000000000ffffffffffffffff, 1, 18446744073709551615",
    "U32, 01000000ffffffff, 1, 4294967295",
    "U16, 0100ffff, 1, 65535",
    "U8, 01ff, 1, 255",
    "BOOL, 0002, 0, 1",
  })
  void widensEveryTypeToTheNearestFloat(DType type, String hex, float first, float second) {
    Tensor tensor = tensor(type, HexFormat.of().parseHex(hex));
    assertArrayEquals(new float[] {first, second}, tensor.toFloats());
    assertEquals(first, tensor.getFloat(0));
    assertEquals(second, tensor.getFloat(1));
  }

  @Test
  void roundsUnsignedNumbersOnce() {
    long bits = 0x8000_0080_0000_0001L; // just above the middle of two floats
    byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits).array();
    assertEquals(0x1.000002p63f, tensor(DType.U64, bytes).getFloat(0));
  }

  @Test
  void keepsIntegersThatFloatsCannotHold() {
    Tensor tensor = Tensor.ofInts(new int[] {16_777_217, -1}, 2);
    assertArrayEquals(new int[] {16_777_217, -1}, tensor.toInts());
  }

  @Test
  void refusesIntegersThatDoNotFit() {
    byte[] bytes = HexFormat.of().parseHex("0000000001000000");
    assertThrows(ArithmeticException.class, tensor(DType.I64, bytes)::toInts);
    Tensor floats = Tensor.ofFloats(new float[] {1}, 1);
    assertThrows(IllegalStateException.class, floats::toInts);
  }

  @Test
  void indexesInRowMajorOrder() {
    Tensor tensor = Tensor.ofFloats(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);
    assertEquals(5, tensor.getFloat(1, 2));
    assertEquals(3, tensor.getFloat(1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.getFloat(0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.getFloat(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> tensor.getFloat(0));
  }

  @Test
  void readsDataThatIsNotAligned() {
    MemorySegment odd = MemorySegment.ofArray(HexFormat.of().parseHex("ff0000c03f")).asSlice(1);
    assertArrayEquals(new float[] {1.5f}, new Tensor(DType.F32, new long[] {1}, odd).toFloats());
  }

  @Test
  void itsShapeBelongsToItAlone() {
    long[] shape = {2};
    Tensor tensor = Tensor.ofFloats(new float[] {1, 2}, shape);
    shape[0] = 7;
    tensor.shape()[0] = 9;
    assertArrayEquals(new long[] {2}, tensor.shape());
  }

  @Test
  void rankZeroHasOneElementAndAnEmptyAxisNone() {
    assertEquals(3, Tensor.ofFloats(new float[] {3}).getFloat());
    assertEquals(0, Tensor.ofFloats(new float[0], 4, 0).toFloats().length);
  }

  @Test
  void refusesMemoryOfAnotherSize() {
    assertThrows(
        IllegalArgumentException.class, () -> Tensor.ofFloats(new float[] {1, 2, 3}, 2, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Tensor(DType.F32, new long[] {2}, MemorySegment.ofArray(new byte[7])));
  }

  @Test
  void cannotBeReadAfterItsOwnerIsClosed() {
    Tensor tensor;
    try (Arena arena = Arena.ofConfined()) {
      tensor = new Tensor(DType.F32, new long[] {1}, arena.allocate(4));
    }
    assertThrows(IllegalStateException.class, tensor::toFloats);
  }

  @Test
  void copiesAreAlignedForVectors() {
    assertEquals(0, Tensor.ofFloats(new float[3], 3).data().address() % 64);
  }

  @Test
  void isShownShort() {
    assertEquals("F32 [2] (1.0, 2.5)", Tensor.ofFloats(new float[] {1, 2.5f}, 2).toString());
    assertEquals("I32 [] (7)", Tensor.ofInts(new int[] {7}).toString());
    String large = Tensor.ofInts(new int[100_000], 100, 1000).toString();
    assertEquals("I32 [100, 1000] (0, 0, 0, 0, 0, 0, 0, 0, …)", large);
  }

  @Test
  void sizesThatOverflowAreRefusedWhereverAZeroStands() {
    assertThrows(ArithmeticException.class, () -> Shapes.elements(1L << 32, 1L << 31));
    assertThrows(ArithmeticException.class, () -> Shapes.elements(1L << 32, 1L << 32, 0));
    assertThrows(ArithmeticException.class, () -> Shapes.elements(0, 1L << 32, 1L << 32));
    assertThrows(ArithmeticException.class, () -> Shapes.bytes(DType.F32, 1L << 61));
    assertThrows(IllegalArgumentException.class, () -> Shapes.elements(2, -1));
    assertEquals(0, Shapes.elements(5, 0, 7));
    assertEquals(1, Shapes.elements());
  }

  @Test
  void typesAreNamedExactly() {
    assertEquals(DType.BF16, DType.named("BF16").orElseThrow());
    assertTrue(DType.named("bf16").isEmpty());
    assertTrue(DType.named("F8_E4M3").isEmpty());
  }
}
