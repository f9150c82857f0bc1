package xfm.language.value;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import xfm.runtime.tensor.Tensor;

/** Single elements of tensors as numbers of a script: no digit is lost. */
public final class Elements {
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private Elements() {}

  /** The element at a row-major position: a Double, a Long or a Boolean. */
  public static Object get(Tensor tensor, long position) {
    MemorySegment data = tensor.data();
    long at = position * tensor.dtype().bytes();
    return switch (tensor.dtype()) {
      case F64 -> data.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER), at);
      case F32 -> (double) data.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER), at);
      case F16 -> (double) Float.float16ToFloat(shortAt(data, at));
      case BF16 -> (double) Float.intBitsToFloat(shortAt(data, at) << 16);
      case I64, U64 -> data.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER), at);
      case I32 -> (long) intAt(data, at);
      case U32 -> Integer.toUnsignedLong(intAt(data, at));
      case I16 -> (long) shortAt(data, at);
      case U16 -> Short.toUnsignedLong(shortAt(data, at));
      case I8 -> (long) data.get(ValueLayout.JAVA_BYTE, at);
      case U8 -> Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, at));
      case BOOL -> data.get(ValueLayout.JAVA_BYTE, at) != 0;
    };
  }

  private static short shortAt(MemorySegment data, long at) {
    return data.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER), at);
  }

  private static int intAt(MemorySegment data, long at) {
    return data.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER), at);
  }
}
