package xfm.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs at every lane width: see the executions of the surefire plugin. */
@Tag("lanes")
class MovesTest {
  private final Moves scalar = Kernels.scalar().moves();
  private final Moves simd = Kernels.simd().moves();
  private final Random random = new Random(1);

  @Test
  void bothMoveTheSameElementsAndNoOthers() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment from = numbered(arena, 90 * 90);
      for (int round = 0; round < 200; round++) {
        int rows = random.nextInt(40);
        int count = random.nextInt(80);
        MemorySegment one = numbered(arena, 90 * 90).fill((byte) 7);
        MemorySegment other = arena.allocate(one.byteSize(), 64).copyFrom(one);
        scalar.copy(rows, count, from, 3, 81, one, 5, 83);
        simd.copy(rows, count, from, 3, 81, other, 5, 83);
        assertEquals(-1, one.mismatch(other));
        scalar.turn(count, from, 3, 81, one, 5);
        simd.turn(count, from, 3, 81, other, 5);
        assertEquals(-1, one.mismatch(other));
      }
    }
  }

  @Test
  void whatIsTurnedIsFoundAtTheOtherIndex() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment from = numbered(arena, 32 * 50);
      MemorySegment to = arena.allocate(4L * 32 * 50, 64);
      simd.turn(50, from, 0, 50, to, 0);
      for (int e = 0; e < 50; e++) {
        for (int c = 0; c < Moves.WIDTH; c++) {
          assertEquals(c * 50 + e, to.getAtIndex(ValueLayout.JAVA_FLOAT, e * 32 + c));
        }
      }
    }
  }

  private static MemorySegment numbered(Arena arena, int count) {
    MemorySegment memory = arena.allocate(4L * count, 64);
    for (int i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
    }
    return memory;
  }
}
