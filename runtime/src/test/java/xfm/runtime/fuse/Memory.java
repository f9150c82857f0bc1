package xfm.runtime.fuse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Native memory for tests, in garbage-collected arenas. */
final class Memory {
  private Memory() {}

  static MemorySegment floats(int count) {
    return Arena.ofAuto().allocate(Math.max(4L * count, 1), 64);
  }

  static MemorySegment floats(float... values) {
    MemorySegment slot = floats(values.length);
    for (int k = 0; k < values.length; k++) {
      slot.setAtIndex(ValueLayout.JAVA_FLOAT, k, values[k]);
    }
    return slot;
  }

  static MemorySegment randomFloats(int count, Random random) {
    MemorySegment slot = floats(count);
    for (int k = 0; k < count; k++) {
      slot.setAtIndex(ValueLayout.JAVA_FLOAT, k, (float) random.nextGaussian());
    }
    return slot;
  }

  static MemorySegment ints(int... values) {
    MemorySegment slot = floats(values.length);
    for (int k = 0; k < values.length; k++) {
      slot.setAtIndex(ValueLayout.JAVA_INT, k, values[k]);
    }
    return slot;
  }

  static float[] toFloats(MemorySegment slot, int count) {
    float[] values = new float[count];
    for (int k = 0; k < count; k++) {
      values[k] = slot.getAtIndex(ValueLayout.JAVA_FLOAT, k);
    }
    return values;
  }

  /** The 32-bit words of a slot; every NaN is the same word where they are floats. */
  static int[] bits(MemorySegment slot, Elem elem) {
    int size = elem == Elem.BOOL ? 1 : 4;
    int[] bits = new int[(int) (slot.byteSize() / size)];
    for (int k = 0; k < bits.length; k++) {
      bits[k] =
          switch (elem) {
            case F32 -> Float.floatToIntBits(slot.getAtIndex(ValueLayout.JAVA_FLOAT, k));
            case I32 -> slot.getAtIndex(ValueLayout.JAVA_INT, k);
            case BOOL -> slot.get(ValueLayout.JAVA_BYTE, k);
          };
    }
    return bits;
  }
}
