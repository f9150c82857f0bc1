package xfm.runtime.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * Native memory that kernels of one session borrow for the length of one step, and that the next
 * step overwrites.
 *
 * <p>One block is shared by the whole team, one more belongs to each worker, and with it some
 * arrays. Who knows what the steps to come borrow sets it aside before they run ({@link #reserve});
 * otherwise a part grows to what a step asks for. Either way it is then kept, so that a session in
 * its steady state allocates nothing. Blocks are aligned to 64 bytes, a cache line and the widest
 * vector.
 */
public final class Scratch implements AutoCloseable {
  static final int ARRAYS = 4;

  private static final long ALIGNMENT = 64;

  private final Supplier<Arena> arenas;
  private final Block shared = new Block();
  private final Block[] own;

  /** Scratch for a team of {@code threads} workers; holds no memory yet. */
  public Scratch(int threads) {
    this(threads, Arena::ofShared);
  }

  /**
   * The same.
   *
   * @param arenas gives one that all workers may use, for each block
   */
  public Scratch(int threads, Supplier<Arena> arenas) {
    this.arenas = arenas;
    own = new Block[threads];
    for (int w = 0; w < threads; w++) {
      own[w] = new Block();
    }
  }

  /** Makes each part as large at least. To be called between runs; what parts held may be lost. */
  public void reserve(Borrowed borrowed) {
    shared.atLeast(borrowed.shared());
    for (int w = 0; w < own.length; w++) {
      own[w].atLeast(borrowed.own());
      for (int a = 0; a < ARRAYS; a++) {
        array(w, a, borrowed.array(a));
      }
    }
  }

  /** What would be held after {@link #reserve}. */
  public long bytesWith(Borrowed borrowed) {
    long sum = Math.max(shared.memory.byteSize(), borrowed.shared());
    for (Block block : own) {
      sum = Math.addExact(sum, Math.max(block.memory.byteSize(), borrowed.own()));
      for (int a = 0; a < ARRAYS; a++) {
        long length = Math.max(block.arrays[a].length, borrowed.array(a));
        sum = Math.addExact(sum, length * Float.BYTES);
      }
    }
    return sum;
  }

  /**
   * The block that all workers share, with room for {@code bytes} at least. To be called between
   * runs; what the block held may be lost.
   */
  public MemorySegment shared(long bytes) {
    return shared.atLeast(bytes);
  }

  /**
   * The block of one worker, with room for {@code bytes} at least. To be called by that worker, or
   * between runs; what the block held may be lost.
   */
  public MemorySegment worker(int worker, long bytes) {
    return own[worker].atLeast(bytes);
  }

  /**
   * An array of one worker, as long at least, for kernels that are quicker on arrays; what it held
   * may be lost.
   *
   * @param which of the worker's arrays, 0 to {@value #ARRAYS} - 1
   */
  public float[] array(int worker, int which, int length) {
    float[][] arrays = own[worker].arrays;
    if (arrays[which].length < length) {
      arrays[which] = new float[length];
    }
    return arrays[which];
  }

  /** Bytes held at the moment. */
  public long bytes() {
    return bytesWith(Borrowed.NOTHING);
  }

  /** Gives all parts back; they can be borrowed anew. */
  @Override
  public void close() {
    shared.release();
    for (Block block : own) {
      block.release();
    }
  }

  private final class Block {
    private final float[][] arrays = new float[ARRAYS][0];
    private Arena arena;
    private MemorySegment memory = MemorySegment.NULL;

    MemorySegment atLeast(long bytes) {
      if (memory.byteSize() < bytes) {
        free();
        arena = arenas.get();
        memory = arena.allocate(bytes, ALIGNMENT);
      }
      return memory;
    }

    void release() {
      free();
      for (int a = 0; a < ARRAYS; a++) {
        arrays[a] = new float[0];
      }
    }

    private void free() {
      if (arena != null) {
        arena.close();
        arena = null;
        memory = MemorySegment.NULL;
      }
    }
  }
}
