package xfm.runtime.kernel.simd;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * HotSpot leaves a method whose profiled compilation (tier 3) fails in tier 2 for good, boxing
 * every vector, a hundred times slower: silently, and only if the queue of C2 was long when it
 * warmed up. Tiles of 8 and 10 rows with 40 accesses to segments ran out of virtual registers
 * there.
 */
class TilesCompileTest {
  /** Runs tiles of all heights often enough for tier 3. */
  public static final class Warm {
    public static void main(String[] args) {
      SimdPanelProduct product = new SimdPanelProduct();
      MemorySegment x = Arena.global().allocate(64 * 64 * Float.BYTES, 64);
      for (int i = 0; i < 3_000; i++) {
        for (int rows = 1; rows <= 10; rows++) {
          product.run(rows, 16, x, 0, 16, x, 0, x, 1024, 32, false);
        }
      }
    }
  }

  @Test
  void everyTileCompilesWithProfiling() throws Exception {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--add-modules=jdk.incubator.vector",
                "-XX:TieredStopAtLevel=3",
                "-XX:CompileCommand=PrintCompilation,xfm.runtime.kernel.simd.Tiles::rows*",
                "-cp",
                System.getProperty("java.class.path"),
                Warm.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    assertFalse(output.contains("COMPILE SKIPPED"), output);
    boolean wide = Lanes.FLOAT.vectorBitSize() == 512;
    for (int rows : wide ? List.of(1, 2, 3, 4, 5, 6, 8, 10) : List.of(1, 2, 3, 4, 5)) {
      String line = " 3 .*Tiles::rows" + rows + " \\(";
      assertTrue(Pattern.compile(line).matcher(output).find(), () -> rows + " rows: " + output);
    }
  }
}
