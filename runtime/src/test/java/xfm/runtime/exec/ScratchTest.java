package xfm.runtime.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScratchTest {
  @Test
  void blocksAreKeptUntilTheyAreTooSmall() {
    try (Scratch scratch = new Scratch(2)) {
      MemorySegment first = scratch.shared(1000);
      assertEquals(0, first.address() % 64);
      assertSame(first, scratch.shared(10));
      MemorySegment second = scratch.shared(1001);
      assertFalse(first.scope().isAlive());
      assertEquals(1001, second.byteSize());
      assertEquals(1001, scratch.bytes());
    }
  }

  @Test
  void workersHaveBlocksOfTheirOwn() {
    Scratch scratch = new Scratch(2);
    MemorySegment zero = scratch.worker(0, 64);
    MemorySegment one = scratch.worker(1, 64);
    zero.fill((byte) 1);
    one.fill((byte) 2);
    assertEquals(1, zero.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 63));
    scratch.close();
    scratch.close();
    assertFalse(one.scope().isAlive());
    assertEquals(0, scratch.bytes());
  }

  @Test
  void whatIsSetAsideIsThatMuchAndServes() {
    Borrowed first = new Borrowed(1000, 10, List.of(3));
    Borrowed second = new Borrowed(70, 20, List.of(1, 5));
    int[] arenas = {0};
    try (Scratch scratch =
        new Scratch(
            3,
            () -> {
              arenas[0]++;
              return Arena.ofShared();
            })) {
      Borrowed both = first.and(second);
      assertEquals(new Borrowed(1000, 20, List.of(3, 5)), both);
      assertEquals(both, second.and(first));
      long bytes = 1000 + 3 * (20 + 4 * 8);
      assertEquals(bytes, both.bytes(3));
      assertEquals(bytes, scratch.bytesWith(both));
      assertEquals(0, scratch.bytes());
      scratch.reserve(both);
      assertEquals(bytes, scratch.bytes());
      for (Borrowed one : List.of(first, second)) {
        scratch.shared(one.shared());
        for (int w = 0; w < 3; w++) {
          scratch.worker(w, one.own());
          scratch.array(w, 1, one.array(1));
        }
      }
      assertEquals(4, arenas[0]);
      assertEquals(bytes, scratch.bytes());
      assertEquals(bytes + 24, scratch.bytesWith(new Borrowed(1, 28)));
    }
  }
}
