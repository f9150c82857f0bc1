package xfm.runtime.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Native memory that kernels of one session borrow for the length of one step, and that the next
 * step overwrites.
 *
 * <p>One block is shared by the whole team, one more belongs to each worker. A block grows when a
 * step asks for more than it holds and is then kept, so that a session in its steady state
 * allocates nothing. Blocks are aligned to 64 bytes, a cache line and the widest vector.
 */
public final class Scratch implements AutoCloseable {
  private static final long ALIGNMENT = 64;
  private static final int ARRAYS = 4;

  private final Block shared = new Block();
  private final Block[] own;

  /** Scratch for a team of {@code threads} workers; holds no memory yet. */
  public Scratch(int threads) {
    own = new Block[threads];
    for (int w = 0; w < threads; w++) {
      own[w] = new Block();
    }
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
    long sum = shared.memory.byteSize();
    for (Block block : own) {
      sum += block.memory.byteSize();
      for (float[] array : block.arrays) {
        sum += (long) array.length * Float.BYTES;
      }
    }
    return sum;
  }

  /** Gives all blocks back. Closing twice does nothing. */
  @Override
  public void close() {
    shared.release();
    for (Block block : own) {
      block.release();
    }
  }

  private static final class Block {
    private final float[][] arrays = new float[ARRAYS][0];
    private Arena arena;
    private MemorySegment memory = MemorySegment.NULL;

    MemorySegment atLeast(long bytes) {
      if (memory.byteSize() < bytes) {
        // By half at least: a cache that grows by a row a step must not reallocate at every step.
        long grown = Math.max(bytes, memory.byteSize() + memory.byteSize() / 2);
        release();
        arena = Arena.ofShared();
        memory = arena.allocate(grown, ALIGNMENT);
      }
      return memory;
    }

    void release() {
      if (arena != null) {
        arena.close();
        arena = null;
        memory = MemorySegment.NULL;
      }
    }
  }
}
