package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Arenas that count what is allocated from them and not given back. */
final class Counted implements Supplier<Arena> {
  private long live;
  private long most;

  /** Bytes that are held now. */
  long live() {
    return live;
  }

  /** The most bytes that were held at one time. */
  long most() {
    return most;
  }

  @Override
  public Arena get() {
    return new Counting();
  }

  private final class Counting implements Arena {
    private final Arena arena = Arena.ofShared();
    private long bytes;

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      bytes += byteSize;
      live += byteSize;
      most = Math.max(most, live);
      return arena.allocate(byteSize, byteAlignment);
    }

    @Override
    public MemorySegment.Scope scope() {
      return arena.scope();
    }

    @Override
    public void close() {
      live -= bytes;
      arena.close();
    }
  }
}
