package xfm.runtime.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
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
      assertTrue(second.byteSize() >= 1500);
      assertEquals(second.byteSize(), scratch.bytes());
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
}
