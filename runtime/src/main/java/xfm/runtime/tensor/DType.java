package xfm.runtime.tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * The type of a tensor's elements. The constants carry the names that safetensors files use and
 * stand in that format's order, from narrow to wide.
 *
 * <p>{@code F16} is IEEE 754 binary16, {@code BF16} the upper half of a binary32, {@code BOOL} one
 * byte that is zero or not.
 */
public enum DType {
  BOOL(1, false),
  U8(1, false),
  I8(1, false),
  I16(2, false),
  U16(2, false),
  F16(2, true),
  BF16(2, true),
  I32(4, false),
  U32(4, false),
  F32(4, true),
  F64(8, true),
  I64(8, false),
  U64(8, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether the elements are floating-point numbers. */
  public boolean floating() {
    return floating;
  }

  /** The type of that name, exactly as spelt in a safetensors header, such as {@code "BF16"}. */
  public static Optional<DType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
