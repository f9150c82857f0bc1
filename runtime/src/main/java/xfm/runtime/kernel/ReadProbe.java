package xfm.runtime.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads memory front to back: eight 8-byte words a step, more than the memory can deliver. */
final class ReadProbe {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int STEP = 64;

  private ReadProbe() {}

  /** The sum of the words of a segment whose size is a multiple of 64. */
  static long sum(MemorySegment s) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    for (long at = 0; at < s.byteSize(); at += STEP) {
      a += s.get(LONG, at) + s.get(LONG, at + 32);
      b += s.get(LONG, at + 8) + s.get(LONG, at + 40);
      c += s.get(LONG, at + 16) + s.get(LONG, at + 48);
      d += s.get(LONG, at + 24) + s.get(LONG, at + 56);
    }
    return a + b + c + d;
  }
}
