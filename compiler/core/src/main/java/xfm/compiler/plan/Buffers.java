package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The memory of values between steps, kept from run to run and grown when a run needs more. */
final class Buffers implements AutoCloseable {
  private record Buffer(Arena arena, MemorySegment memory) {
    static final Buffer NONE = new Buffer(Arena.global(), MemorySegment.NULL);
  }

  private final Supplier<Arena> arenas;
  private final List<Buffer> buffers = new ArrayList<>();

  Buffers(Supplier<Arena> arenas) {
    this.arenas = arenas;
  }

  /** What all take. */
  long bytes() {
    return bytesWith(new long[0]);
  }

  /** What all would take after {@link #reserve} of these. */
  long bytesWith(long[] sizes) {
    long sum = 0;
    for (int i = 0; i < Math.max(sizes.length, buffers.size()); i++) {
      sum = Math.addExact(sum, Math.max(held(i), i < sizes.length ? sizes[i] : 0));
    }
    return sum;
  }

  private long held(int buffer) {
    return buffer < buffers.size() ? buffers.get(buffer).memory().byteSize() : 0;
  }

  /** Gives back what is larger than it must be for these. */
  void shrink(long[] sizes) {
    for (int i = 0; i < buffers.size(); i++) {
      if (held(i) > (i < sizes.length ? sizes[i] : 0)) {
        allocate(i, 0);
      }
    }
  }

  /** Makes every buffer as large as it must be. */
  void reserve(long[] sizes) {
    for (int i = 0; i < sizes.length; i++) {
      if (i == buffers.size()) {
        buffers.add(Buffer.NONE);
      }
      if (held(i) < sizes[i]) {
        allocate(i, sizes[i]);
      }
    }
  }

  private void allocate(int buffer, long bytes) {
    close(buffers.get(buffer));
    buffers.set(buffer, Buffer.NONE);
    if (bytes > 0) {
      Arena arena = arenas.get();
      buffers.set(buffer, new Buffer(arena, arena.allocate(bytes, Copies.ALIGNMENT)));
    }
  }

  private static void close(Buffer buffer) {
    if (buffer.memory().byteSize() > 0) {
      buffer.arena().close();
    }
  }

  MemorySegment get(int buffer) {
    return buffers.get(buffer).memory();
  }

  @Override
  public void close() {
    buffers.forEach(Buffers::close);
    buffers.clear();
  }
}
