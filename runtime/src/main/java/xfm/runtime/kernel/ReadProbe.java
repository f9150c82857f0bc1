package xfm.runtime.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads memory front to back, in 8-byte words: more a second than memory can deliver. */
final class ReadProbe {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  /** Short enough for an int loop, whose bounds checks C2 hoists. */
  private static final int CHUNK = 1 << 20;

  private ReadProbe() {}

  /** The sum of the words of {@code bytes} bytes, a multiple of {@link #CHUNK}, from {@code at}. */
  static long sum(MemorySegment s, long at, long bytes) {
    long sum = 0;
    for (long chunk = at; chunk < at + bytes; chunk += CHUNK) {
      sum += sumChunk(s, chunk);
    }
    return sum;
  }

  /** Four sums, since one would wait for itself; four words of a line at a time. */
  private static long sumChunk(MemorySegment s, long at) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    for (int i = 0; i < CHUNK; i += 32) {
      a += s.get(LONG, at + i);
      b += s.get(LONG, at + i + 8);
      c += s.get(LONG, at + i + 16);
      d += s.get(LONG, at + i + 24);
    }
    return a + b + c + d;
  }
}
