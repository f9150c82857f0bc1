package xfm.runtime.kernel.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.exec.CancelledException;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.fuse.TileKernel;
import xfm.runtime.kernel.Kernels;

/** Attention as a whole, on one thread. */
class AttentionTest {
  private static final int WIDE = 4;
  private static final int KEYS = 10 * AttentionTile.KEYS;

  private static AttentionShape.Operand dense() {
    return new AttentionShape.Operand(
        new long[1], WIDE, IntStream.range(0, WIDE).asLongStream().toArray());
  }

  private static TileFunctions scored(TileKernel score) {
    return new TileFunctions(
        Optional.empty(),
        Optional.empty(),
        Optional.of(score),
        Optional.empty(),
        List.of(),
        false,
        new int[1][0],
        List.of(),
        new int[0]);
  }

  @Test
  void isCancelledFromTileToTile() {
    Cancellation cancellation = new Cancellation();
    AtomicInteger tiles = new AtomicInteger();
    TileKernel score =
        (tile, slots, params, from, to) -> {
          if (tiles.incrementAndGet() == 3) {
            cancellation.cancel();
          }
        };
    AttentionShape.Values values = new AttentionShape.Values(dense(), dense());
    AttentionShape shape =
        new AttentionShape(64, KEYS, dense(), dense(), List.of(values), List.of(), 1, 0);
    try (Arena arena = Arena.ofShared();
        WorkerTeam team = new WorkerTeam(1, cancellation);
        Scratch scratch = new Scratch(1)) {
      Attention attention = new Attention(Kernels.select(), shape, scored(score), 1);
      MemorySegment memory = arena.allocate((long) KEYS * WIDE * Float.BYTES, 64);
      assertThrows(
          CancelledException.class,
          () ->
              attention.run(
                  team,
                  scratch,
                  memory,
                  memory,
                  new MemorySegment[] {memory},
                  new MemorySegment[] {memory},
                  new MemorySegment[0]));
      assertEquals(3, tiles.get());
      assertEquals(attention.borrowed().bytes(1), scratch.bytes());
    }
  }
}
