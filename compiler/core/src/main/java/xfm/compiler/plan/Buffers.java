package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The memory of values between steps, kept from run to run and grown when a run needs more. */
final class Buffers implements AutoCloseable {
  private static final class Buffer {
    Arena arena = Arena.ofShared();
    MemorySegment memory = arena.allocate(Copies.ALIGNMENT, Copies.ALIGNMENT);
  }

  private final List<Buffer> buffers = new ArrayList<>();

  /** What all take. */
  long bytes() {
    return bytesWith(new long[0]);
  }

  /** What all would take after {@link #reserve} of these. */
  long bytesWith(long[] sizes) {
    long sum = 0;
    for (int i = 0; i < Math.max(sizes.length, buffers.size()); i++) {
      long have = i < buffers.size() ? buffers.get(i).memory.byteSize() : 0;
      sum = Math.addExact(sum, Math.max(have, i < sizes.length ? sizes[i] : 0));
    }
    return sum;
  }

  /** Makes every buffer as large as it must be; true if one has moved. */
  boolean reserve(long[] sizes) {
    boolean moved = false;
    for (int i = 0; i < sizes.length; i++) {
      if (i == buffers.size()) {
        buffers.add(new Buffer());
      }
      Buffer buffer = buffers.get(i);
      if (buffer.memory.byteSize() < sizes[i]) {
        moved = true;
        buffer.arena.close();
        buffer.arena = Arena.ofShared();
        buffer.memory = buffer.arena.allocate(sizes[i], Copies.ALIGNMENT);
      }
    }
    return moved;
  }

  MemorySegment get(int buffer) {
    return buffers.get(buffer).memory;
  }

  @Override
  public void close() {
    buffers.forEach(buffer -> buffer.arena.close());
    buffers.clear();
  }
}
