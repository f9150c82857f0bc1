package xfm.runtime.kernel.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Loads and stores of generated loops: vectors of {@link Lanes} from memory segments and arrays,
 * and into them. They go into the loops as {@link LoopVectors} do. Offsets and places count
 * elements.
 */
public final class LoopMemory {
  private LoopMemory() {}

  public static FloatVector loadFloat(MemorySegment from, long at) {
    return FloatVector.fromMemorySegment(Lanes.FLOAT, from, at << 2, Lanes.ORDER);
  }

  /** What it gives where it is not asked to load does not matter. */
  public static FloatVector loadFloat(MemorySegment from, long at, VectorMask<Float> where) {
    if (at >= 0 && at <= (from.byteSize() >> 2) - Lanes.FLOAT.length()) {
      return FloatVector.fromMemorySegment(Lanes.FLOAT, from, at << 2, Lanes.ORDER);
    }
    return FloatVector.fromMemorySegment(Lanes.FLOAT, from, at << 2, Lanes.ORDER, where);
  }

  public static IntVector loadInt(MemorySegment from, long at) {
    return IntVector.fromMemorySegment(Lanes.INT, from, at << 2, Lanes.ORDER);
  }

  public static IntVector loadInt(MemorySegment from, long at, VectorMask<Float> where) {
    if (at >= 0 && at <= (from.byteSize() >> 2) - Lanes.INT.length()) {
      return IntVector.fromMemorySegment(Lanes.INT, from, at << 2, Lanes.ORDER);
    }
    return IntVector.fromMemorySegment(
        Lanes.INT, from, at << 2, Lanes.ORDER, where.cast(Lanes.INT));
  }

  public static FloatVector loadFloat(float[] from, long at) {
    return FloatVector.fromArray(Lanes.FLOAT, from, (int) at);
  }

  public static FloatVector loadFloat(float[] from, long at, VectorMask<Float> where) {
    if (at >= 0 && at <= from.length - Lanes.FLOAT.length()) {
      return FloatVector.fromArray(Lanes.FLOAT, from, (int) at);
    }
    return FloatVector.fromArray(Lanes.FLOAT, from, (int) at, where);
  }

  /** What it gives beyond the ends of the memory does not matter; likewise the others. */
  public static FloatVector loadFloatInside(MemorySegment from, long at) {
    long last = (from.byteSize() >> 2) - Lanes.FLOAT.length();
    if (at >= 0 && at <= last) {
      return FloatVector.fromMemorySegment(Lanes.FLOAT, from, at << 2, Lanes.ORDER);
    }
    return FloatVector.fromMemorySegment(
        Lanes.FLOAT, from, at << 2, Lanes.ORDER, inside(at, last).cast(Lanes.FLOAT));
  }

  public static IntVector loadIntInside(MemorySegment from, long at) {
    long last = (from.byteSize() >> 2) - Lanes.INT.length();
    if (at >= 0 && at <= last) {
      return IntVector.fromMemorySegment(Lanes.INT, from, at << 2, Lanes.ORDER);
    }
    return IntVector.fromMemorySegment(Lanes.INT, from, at << 2, Lanes.ORDER, inside(at, last));
  }

  public static FloatVector loadFloatInside(float[] from, long at) {
    long last = from.length - Lanes.FLOAT.length();
    if (at >= 0 && at <= last) {
      return FloatVector.fromArray(Lanes.FLOAT, from, (int) at);
    }
    VectorMask<Float> inside = inside(at, last).cast(Lanes.FLOAT);
    int place = Math.clamp(at, -Lanes.FLOAT.length(), from.length);
    return FloatVector.fromArray(Lanes.FLOAT, from, place, inside);
  }

  /** Every second element; what lies beyond the ends of the memory is anything. */
  public static FloatVector loadEven(MemorySegment from, long at) {
    FloatVector low = loadFloatInside(from, at);
    FloatVector high = loadFloatInside(from, at + Lanes.FLOAT.length() - 1);
    return low.rearrange(Lanes.EVEN).blend(high.rearrange(Lanes.ODD), Lanes.UPPER);
  }

  public static FloatVector loadEven(float[] from, long at) {
    FloatVector low = loadFloatInside(from, at);
    FloatVector high = loadFloatInside(from, at + Lanes.FLOAT.length() - 1);
    return low.rearrange(Lanes.EVEN).blend(high.rearrange(Lanes.ODD), Lanes.UPPER);
  }

  /** An element and those before it. */
  public static FloatVector loadReversed(MemorySegment from, long at) {
    return loadFloatInside(from, at - Lanes.FLOAT.length() + 1).rearrange(Lanes.REVERSED);
  }

  public static FloatVector loadReversed(float[] from, long at) {
    return loadFloatInside(from, at - Lanes.FLOAT.length() + 1).rearrange(Lanes.REVERSED);
  }

  /** Bytes, true unless 0; what lies beyond the ends of the memory is anything. */
  public static VectorMask<Float> loadTruth(MemorySegment from, long at) {
    int lanes = Lanes.FLOAT.length();
    long bits = 0;
    if (at < 0 || at > from.byteSize() - lanes) {
      for (int i = 0; i < lanes; i++) {
        boolean inside = at + i >= 0 && at + i < from.byteSize();
        bits |= inside && from.get(ValueLayout.JAVA_BYTE, at + i) != 0 ? 1L << i : 0;
      }
    } else if (lanes == 4) {
      bits = truths(from.get(Lanes.FOUR, at) & 0xffffffffL);
    } else {
      bits = truths(from.get(Lanes.EIGHT, at));
      bits |= lanes == 8 ? 0 : truths(from.get(Lanes.EIGHT, at + 8)) << 8;
    }
    return VectorMask.fromLong(Lanes.FLOAT, bits);
  }

  /**
   * A bit for each byte that is not 0: adding 127 to the lower seven bits carries to the eighth.
   */
  public static long truths(long bytes) {
    long carried = (bytes & 0x7f7f7f7f7f7f7f7fL) + 0x7f7f7f7f7f7f7f7fL | bytes;
    return Long.compress(carried, 0x8080808080808080L);
  }

  /** The lanes from a place on that are not below 0 or above the last place of a whole vector. */
  public static VectorMask<Integer> inside(long at, long last) {
    int lanes = Lanes.INT.length();
    IntVector count = IntVector.zero(Lanes.INT).addIndex(1);
    int below = Math.clamp(-at, 0, lanes);
    int end = Math.clamp(last + lanes - at, 0, lanes);
    return count.compare(VectorOperators.GE, below).and(count.compare(VectorOperators.LT, end));
  }

  public static void store(float[] to, long at, FloatVector v) {
    v.intoArray(to, (int) at);
  }

  public static void store(float[] to, long at, FloatVector v, VectorMask<Float> where) {
    v.intoArray(to, (int) at, where);
  }

  public static FloatVector load(float[] from, int at) {
    return FloatVector.fromArray(Lanes.FLOAT, from, at);
  }

  public static IntVector load(int[] from, int at) {
    return IntVector.fromArray(Lanes.INT, from, at);
  }

  public static void store(int[] to, int at, IntVector v) {
    v.intoArray(to, at);
  }

  public static VectorMask<Float> load(boolean[] from, int at) {
    return VectorMask.fromArray(Lanes.FLOAT, from, at);
  }

  public static void store(MemorySegment to, long at, FloatVector v) {
    v.intoMemorySegment(to, at << 2, Lanes.ORDER);
  }

  public static void store(MemorySegment to, long at, FloatVector v, VectorMask<Float> where) {
    v.intoMemorySegment(to, at << 2, Lanes.ORDER, where);
  }

  public static void store(MemorySegment to, long at, IntVector v) {
    v.intoMemorySegment(to, at << 2, Lanes.ORDER);
  }

  public static void store(MemorySegment to, long at, IntVector v, VectorMask<Float> where) {
    v.intoMemorySegment(to, at << 2, Lanes.ORDER, where.cast(Lanes.INT));
  }

  /** The first {@code left} lanes as bytes. */
  public static void store(MemorySegment to, long at, VectorMask<Float> v, int left) {
    long bits = v.toLong();
    int lanes = Lanes.FLOAT.length();
    if (left < lanes) {
      for (int i = 0; i < left; i++) {
        to.set(ValueLayout.JAVA_BYTE, at + i, (byte) (bits >>> i & 1));
      }
    } else if (lanes == 4) {
      to.set(Lanes.FOUR, at, (int) Long.expand(bits, 0x01010101L));
    } else {
      to.set(Lanes.EIGHT, at, Long.expand(bits, 0x0101010101010101L));
      if (lanes == 16) {
        to.set(Lanes.EIGHT, at + 8, Long.expand(bits >>> 8, 0x0101010101010101L));
      }
    }
  }
}
