package xfm.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import xfm.runtime.exec.WorkerTeam;

class KernelsTest {
  /** Prints what a JVM with given flags selects. */
  public static final class Selected {
    public static void main(String[] args) {
      try {
        System.out.println(Kernels.select().name());
      } catch (IllegalStateException | IllegalArgumentException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void theModuleDecidesUnlessThePropertyDoes() throws Exception {
    String module = "--add-modules=jdk.incubator.vector";
    assertEquals("simd", selected(module));
    assertEquals("scalar", selected());
    assertEquals("scalar", selected(module, "-Dxfm.kernels=scalar"));
    assertEquals(
        "the simd kernels need the Vector API: start Java with --add-modules jdk.incubator.vector",
        selected("-Dxfm.kernels=simd"));
    assertEquals("xfm.kernels must be simd or scalar, not fast", selected("-Dxfm.kernels=fast"));
  }

  @Test
  void theMachineIsMeasured() {
    try (WorkerTeam team = new WorkerTeam(2)) {
      Machine machine = Machine.measure(Kernels.select(), team);
      assertEquals("simd", machine.kernels());
      assertEquals(2, machine.threads());
      // Not a claim about the speed: only a loop that was compiled away is faster than this.
      assertTrue(machine.peakOne() > 0 && machine.peakOne() < 10_000, machine.toString());
      assertTrue(machine.peakAll() > 0 && machine.peakAll() < 20_000, machine.toString());
      assertTrue(machine.readOne() > 0 && machine.readOne() < 1_000, machine.toString());
      assertTrue(machine.readAll() > 0 && machine.readAll() < 2_000, machine.toString());
    }
  }

  private static String selected(String... flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Selected.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    return output.strip();
  }
}
