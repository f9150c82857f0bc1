package xfm.runtime.tensor;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.StringJoiner;

/**
 * Elements of one type in row-major order, over memory whose owner is the arena of the segment.
 * Using a tensor after its arena was closed throws {@link IllegalStateException}.
 *
 * <p>The bytes are little-endian. What is made or read by xfm lies at multiples of 64 bytes; memory
 * that a caller brings need not be aligned.
 */
public final class Tensor {
  /** How many elements {@link #toString} shows. */
  private static final int SHOWN = 8;

  private static final int ALIGNMENT = 64;

  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private final DType dtype;
  private final long[] shape;
  private final long elements;
  private final MemorySegment data;

  /**
   * A tensor over {@code data}, which is not copied.
   *
   * @throws IllegalArgumentException if the segment is not exactly as long as the shape needs
   * @throws ArithmeticException if the size of the shape overflows
   */
  public Tensor(DType dtype, long[] shape, MemorySegment data) {
    this.dtype = dtype;
    this.shape = shape.clone();
    this.elements = Shapes.elements(this.shape);
    this.data = data;
    long bytes = Shapes.bytes(dtype, this.shape);
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          dtype
              + " "
              + Shapes.text(this.shape)
              + " takes "
              + bytes
              + " bytes, and the memory has "
              + data.byteSize());
    }
  }

  /**
   * A float32 tensor over a copy of {@code values}, in memory that the garbage collector frees.
   *
   * @throws IllegalArgumentException if the shape has another number of elements
   */
  public static Tensor ofFloats(float[] values, long... shape) {
    MemorySegment data = allocate(values.length, DType.F32, shape);
    MemorySegment.copy(values, 0, data, FLOAT, 0, values.length);
    return new Tensor(DType.F32, shape, data);
  }

  /**
   * An int32 tensor over a copy of {@code values}, in memory that the garbage collector frees.
   *
   * @throws IllegalArgumentException if the shape has another number of elements
   */
  public static Tensor ofInts(int[] values, long... shape) {
    MemorySegment data = allocate(values.length, DType.I32, shape);
    MemorySegment.copy(values, 0, data, INT, 0, values.length);
    return new Tensor(DType.I32, shape, data);
  }

  private static MemorySegment allocate(int values, DType type, long[] shape) {
    if (Shapes.elements(shape) != values) {
      throw new IllegalArgumentException(
          values + " values cannot fill shape " + Shapes.text(shape));
    }
    return Arena.ofAuto().allocate(Shapes.bytes(type, shape), ALIGNMENT);
  }

  public DType dtype() {
    return dtype;
  }

  /** The sizes of the axes, outermost first; a copy. */
  public long[] shape() {
    return shape.clone();
  }

  /** The number of axes. */
  public int rank() {
    return shape.length;
  }

  /** The number of elements; 1 for rank 0. */
  public long elements() {
    return elements;
  }

  /** The elements in row-major order, little-endian. */
  public MemorySegment data() {
    return data;
  }

  /**
   * One element as float32, rounded where the type has more digits.
   *
   * @throws IndexOutOfBoundsException if {@code index} is not one number per axis, each in range
   */
  public float getFloat(long... index) {
    return floatAt(Shapes.position(shape, index));
  }

  /**
   * All elements as float32 in row-major order: float16 and bfloat16 exactly, float64 and integers
   * rounded to the nearest float; a boolean is 0 or 1.
   *
   * @throws IllegalStateException if there are more elements than an array holds, or the owner of
   *     the memory is closed
   */
  public float[] toFloats() {
    float[] values = new float[arrayLength()];
    if (dtype == DType.F32) {
      MemorySegment.copy(data, FLOAT, 0, values, 0, values.length);
    } else {
      for (int i = 0; i < values.length; i++) {
        values[i] = floatAt(i);
      }
    }
    return values;
  }

  /**
   * All elements of an integer or boolean tensor in row-major order, such as a batch of tokens.
   *
   * @throws IllegalStateException if the type is floating or there are more elements than an array
   *     holds
   * @throws ArithmeticException if an element does not fit an int
   */
  public int[] toInts() {
    if (dtype.floating()) {
      throw new IllegalStateException("a tensor of " + dtype + " has no integers");
    }
    int[] values = new int[arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.toIntExact(integerAt(i));
    }
    return values;
  }

  private int arrayLength() {
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(elements + " elements are more than one array holds");
    }
    return (int) elements;
  }

  /**
   * The element at a place of the row-major order as float32, as {@link #toFloats} has it.
   *
   * @throws IndexOutOfBoundsException if there is no such place
   */
  public float floatAt(long position) {
    return switch (dtype) {
      case F64 -> (float) data.get(DOUBLE, position * 8);
      case F32 -> data.get(FLOAT, position * 4);
      case F16 -> Float.float16ToFloat(data.get(SHORT, position * 2));
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, position * 2) << 16);
      case U64 -> unsignedToFloat(data.get(LONG, position * 8));
      case I64, I32, I16, I8, U32, U16, U8, BOOL -> integerAt(position);
    };
  }

  /**
   * The element at a place of the row-major order, of an integer or boolean tensor.
   *
   * @throws IllegalStateException if the type is floating
   * @throws IndexOutOfBoundsException if there is no such place
   * @throws ArithmeticException if the element does not fit a long
   */
  public long integerAt(long position) {
    return switch (dtype) {
      case I64 -> data.get(LONG, position * 8);
      case I32 -> data.get(INT, position * 4);
      case I16 -> data.get(SHORT, position * 2);
      case I8 -> data.get(BYTE, position);
      case U64 -> {
        long bits = data.get(LONG, position * 8);
        if (bits < 0) {
          throw new ArithmeticException(Long.toUnsignedString(bits) + " does not fit a long");
        }
        yield bits;
      }
      case U32 -> Integer.toUnsignedLong(data.get(INT, position * 4));
      case U16 -> Short.toUnsignedInt(data.get(SHORT, position * 2));
      case U8 -> Byte.toUnsignedInt(data.get(BYTE, position));
      case BOOL -> data.get(BYTE, position) == 0 ? 0 : 1;
      case F64, F32, F16, BF16 -> throw new IllegalStateException(dtype + " is no integer type");
    };
  }

  /** Halves with the lost bit kept sticky, so that the one rounding is that of the exact value. */
  private static float unsignedToFloat(long bits) {
    return bits >= 0 ? (float) bits : (float) (bits >>> 1 | bits & 1) * 2f;
  }

  /** Type, shape and the first elements: {@code F32 [2, 3] (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)}. */
  @Override
  public String toString() {
    StringJoiner values = new StringJoiner(", ", "(", ")");
    for (long i = 0; i < Math.min(elements, SHOWN); i++) {
      values.add(
          dtype.floating() || dtype == DType.U64
              ? Float.toString(floatAt(i))
              : Long.toString(integerAt(i)));
    }
    if (elements > SHOWN) {
      values.add("…");
    }
    return dtype + " " + Shapes.text(shape) + " " + values;
  }
}
