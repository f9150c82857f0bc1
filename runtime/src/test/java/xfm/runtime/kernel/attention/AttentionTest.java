package xfm.runtime.kernel.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  private static final int FEW = 130;

  /** Ordinary scores but for some. */
  private static float[] scores(Map<Integer, Float> some) {
    float[] scores = new float[FEW];
    for (int j = 0; j < FEW; j++) {
      scores[j] = some.getOrDefault(j, j % 7 - 3f);
    }
    return scores;
  }

  private static AttentionShape.Operand each(int entries, int apart, int row) {
    long[] places = IntStream.range(0, entries).mapToLong(b -> (long) b * apart).toArray();
    return new AttentionShape.Operand(places, row, new long[1]);
  }

  /** NaN and infinities, in the same tile and in others, come to what max and logsumexp say. */
  @Test
  void scoresThatAreNoNumbers() {
    float infinity = Float.POSITIVE_INFINITY;
    Map<Integer, Float> none = new HashMap<>();
    IntStream.range(0, FEW).forEach(j -> none.put(j, Float.NaN));
    Map<Integer, Float> least = new HashMap<>();
    IntStream.range(0, FEW).forEach(j -> least.put(j, -infinity));
    List<float[]> rows =
        Stream.<Map<Integer, Float>>of(
                Map.of(),
                none,
                least,
                Map.of(1, Float.NaN),
                Map.of(129, Float.NaN),
                Map.of(1, infinity),
                Map.of(129, infinity, 3, -infinity),
                Map.of(1, infinity, 2, Float.NaN),
                Map.of(1, infinity, 100, Float.NaN),
                Map.of(1, Float.NaN, 100, infinity),
                Map.of(70, 3e38f))
            .map(AttentionTest::scores)
            .toList();
    int entries = rows.size();
    AttentionShape.Operand out = each(entries, 3, 1);
    AttentionShape shape =
        new AttentionShape(
            3,
            FEW,
            each(entries, 0, 0),
            each(entries, FEW, 1),
            List.of(new AttentionShape.Values(each(entries, 0, 1), out)),
            List.of(new AttentionShape.Total(true, out), new AttentionShape.Total(false, out)),
            2,
            0);
    for (Kernels kernels : List.of(Kernels.scalar(), Kernels.simd())) {
      try (Arena arena = Arena.ofShared();
          WorkerTeam team = new WorkerTeam(1, new Cancellation());
          Scratch scratch = new Scratch(1)) {
        MemorySegment one = floats(arena, 1, 1);
        MemorySegment k = floats(arena, entries * FEW, 0);
        for (int b = 0; b < entries; b++) {
          MemorySegment.copy(rows.get(b), 0, k, ValueLayout.JAVA_FLOAT, 4L * b * FEW, FEW);
        }
        MemorySegment[] made = new MemorySegment[3];
        Arrays.setAll(made, i -> floats(arena, 3 * entries, 0));
        new Attention(kernels, shape, TileFunctions.none(entries), 1)
            .run(
                team,
                scratch,
                one,
                k,
                new MemorySegment[] {floats(arena, FEW, 1)},
                new MemorySegment[] {made[0]},
                new MemorySegment[] {made[1], made[2]});
        for (int b = 0; b < entries; b++) {
          float most = Float.NEGATIVE_INFINITY;
          for (float score : rows.get(b)) {
            most = Math.max(most, 2 * score);
          }
          double sum = 0;
          for (float score : rows.get(b)) {
            sum += Math.exp(2 * score - most);
          }
          double total = Float.isInfinite(most) ? most : most + Math.log(sum);
          float weighted = most == -infinity ? 0 : Float.isFinite(most) ? 1 : Float.NaN;
          for (int i = 3 * b; i < 3 * b + 3; i++) {
            assertEquals(most, made[1].getAtIndex(ValueLayout.JAVA_FLOAT, i), "greatest of " + b);
            assertEquals(total, made[2].getAtIndex(ValueLayout.JAVA_FLOAT, i), 1e-5, "of " + b);
            assertEquals(weighted, made[0].getAtIndex(ValueLayout.JAVA_FLOAT, i), 1e-6f, "by " + b);
          }
        }
      }
    }
  }

  private static MemorySegment floats(Arena arena, int count, float value) {
    MemorySegment memory = arena.allocate(Math.max(16, 4L * count), 64);
    for (int i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    return memory;
  }

  private static AttentionShape.Operand rows(int entries, int apart, int wide) {
    long[] places = IntStream.range(0, entries).mapToLong(b -> (long) b * apart).toArray();
    return new AttentionShape.Operand(
        places, wide, IntStream.range(0, wide).asLongStream().toArray());
  }

  /** Heads that read the same keys: each tile of them is packed by whoever comes first. */
  @Test
  void workersShareOneCopyOfKeysAndValues() {
    int heads = 3;
    int rows = 300;
    AttentionShape.Operand each = rows(heads, rows * WIDE, WIDE);
    AttentionShape.Operand all = rows(heads, 0, WIDE);
    List<AttentionShape.Values> values = List.of(new AttentionShape.Values(all, each));
    AttentionShape shape = new AttentionShape(rows, rows, each, all, values, List.of(), 1, 0);
    Random random = new Random(5);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment[] in = new MemorySegment[3];
      Arrays.setAll(in, i -> floats(arena, heads * rows * WIDE, 0));
      for (MemorySegment operand : in) {
        for (int i = 0; i < heads * rows * WIDE; i++) {
          operand.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
      }
      MemorySegment want = floats(arena, heads * rows * WIDE, 0);
      MemorySegment got = floats(arena, heads * rows * WIDE, 0);
      for (int threads : new int[] {1, 2, 4}) {
        try (WorkerTeam team = new WorkerTeam(threads, new Cancellation());
            Scratch scratch = new Scratch(threads)) {
          Attention attention =
              new Attention(Kernels.select(), shape, TileFunctions.none(heads), threads);
          MemorySegment[] out = {threads == 1 ? want : got};
          for (int round = 0; round < 30; round++) {
            got.fill((byte) 0);
            MemorySegment[] v = {in[2]};
            attention.run(team, scratch, in[0], in[1], v, out, new MemorySegment[0]);
            assertEquals(-1, threads == 1 ? -1 : want.mismatch(got), threads + " threads");
          }
          assertEquals(attention.borrowed().bytes(threads), scratch.bytes());
        }
      }
    }
  }

  @Test
  void takesMemoryForOneCopyOfKeysAndValuesWhateverTheThreads() {
    int keys = 1 << 15;
    int wide = 128;
    for (int queries : new int[] {1, keys}) {
      AttentionShape.Operand one = rows(1, 0, wide);
      List<AttentionShape.Values> values = List.of(new AttentionShape.Values(one, one));
      AttentionShape shape = new AttentionShape(queries, keys, one, one, values, List.of(), 1, 0);
      long copy = 2L * keys * wide * Float.BYTES;
      for (int threads : new int[] {1, 2, 16}) {
        Attention attention =
            new Attention(Kernels.select(), shape, TileFunctions.none(1), threads);
        long tiles = threads * 400_000L;
        assertTrue(attention.borrowed().bytes(threads) < copy + tiles, threads + " threads");
      }
    }
  }
}
