package xfm.language.builtin;

import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.Signature;
import xfm.language.value.XfmRecord;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.Machine;

/**
 * {@code machine()}: what computes here, and how fast it could, measured in about a second: a
 * record. {@code xfm doctor} prints it.
 */
public final class MachineBuiltin extends Builtin {
  public MachineBuiltin() {
    super(Signature.of("machine"));
  }

  @Override
  protected Object call(XfmContext context, Arguments arguments) {
    try (WorkerTeam team = new WorkerTeam(context.threads())) {
      Machine machine = Machine.measure(Kernels.select(), team);
      return XfmRecord.of(
          "java",
          System.getProperty("java.vm.name") + " " + Runtime.version(),
          "system",
          System.getProperty("os.name") + " " + System.getProperty("os.arch"),
          "processors",
          (long) Runtime.getRuntime().availableProcessors(),
          "memory_gb",
          Runtime.getRuntime().maxMemory() / 1e9,
          "vector_module",
          Kernels.hasVectorModule(),
          "kernels",
          machine.kernels(),
          "lanes",
          (long) machine.lanes(),
          "threads",
          (long) machine.threads(),
          "peak_gflops_one",
          machine.peakOne(),
          "peak_gflops_all",
          machine.peakAll(),
          "read_gbs_one",
          machine.readOne(),
          "read_gbs_all",
          machine.readAll());
    }
  }
}
