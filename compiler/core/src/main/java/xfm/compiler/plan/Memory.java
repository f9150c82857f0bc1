package xfm.compiler.plan;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/** How much memory a model may take: a number of bytes, or what the machine has left. */
public final class Memory {
  private final OptionalLong limit;

  private Memory(OptionalLong limit) {
    this.limit = limit;
  }

  /** That many bytes. */
  public static Memory of(long bytes) {
    return new Memory(OptionalLong.of(bytes));
  }

  /** What the machine, or the container, has available when it is asked for. */
  public static Memory ofMachine() {
    return new Memory(OptionalLong.empty());
  }

  /**
   * How much there is.
   *
   * @param held what is held already, and counts with what is left
   */
  public long available(long held) {
    return limit.orElseGet(() -> held + left());
  }

  /**
   * Refuses what does not fit.
   *
   * @param what would take the memory: "this run takes"
   * @param needed all bytes, those that are held already among them
   * @param available bytes, as {@link #available} says
   * @param parts what they are for
   * @throws xfm.compiler.diag.XfmException if there are too few
   */
  public void require(String what, long needed, long available, List<String> parts, String help) {
    if (needed <= available) {
      return;
    }
    Diagnostic problem =
        Diagnostic.of(
            Code.INPUT,
            (limit.isPresent()
                    ? "%s %,d bytes of memory, and the limit is %,d bytes"
                    : "%s %,d bytes of memory, and %,d are available")
                .formatted(what, needed, available));
    for (String part : parts) {
      problem = problem.note(part);
    }
    throw problem
        .help(help + (limit.isPresent() ? ", or raise the limit (`--memory`)" : ""))
        .raise();
  }

  /** Linux knows best; files that it keeps in memory are given up for programs. */
  private static long left() {
    if (!(ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system)) {
      return Long.MAX_VALUE / 2;
    }
    long total = system.getTotalMemorySize();
    OptionalLong all = kilobytes("/proc/meminfo", "MemTotal:");
    OptionalLong available = kilobytes("/proc/meminfo", "MemAvailable:");
    if (all.isEmpty() || available.isEmpty()) {
      return system.getFreeMemorySize();
    }
    // A container has less than the machine; how much of it programs take, this one among them.
    boolean contained = total < all.getAsLong();
    OptionalLong own = contained ? kilobytes("/proc/self/status", "VmRSS:") : OptionalLong.empty();
    return Math.min(available.getAsLong(), total - own.orElse(0));
  }

  private static OptionalLong kilobytes(String file, String name) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst();
    } catch (IOException | NumberFormatException _) {
      return OptionalLong.empty(); // no Linux
    }
  }
}
