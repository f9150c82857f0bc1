package xfm.runtime.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import xfm.runtime.exec.WorkerTeam;

/**
 * What the machine can do at best, measured: the yardstick for every kernel.
 *
 * @param kernels {@code "simd"} or {@code "scalar"}
 * @param lanes float32 values per vector
 * @param threads how many threads the figures for all were taken with
 * @param peakOne float32 multiply-adds of one thread, in GFLOP/s (one multiply-add is two)
 * @param peakAll the same for all threads together
 * @param readOne memory read by one thread, in GB/s
 * @param readAll the same for all threads together
 */
public record Machine(
    String kernels,
    int lanes,
    int threads,
    double peakOne,
    double peakAll,
    double readOne,
    double readAll) {

  /** Loops whose time is the time of the hardware. */
  public interface Probe {
    /**
     * Does {@link #fmasPerStep} independent multiply-adds {@code steps} times over.
     *
     * @return a number that depends on all of them
     */
    float multiplyAdd(int steps);

    /** Single multiply-adds in one step. */
    int fmasPerStep();
  }

  private static final int STEPS = 200_000;
  private static final int ROUNDS = 12;

  /** Long enough that a compiler at work beside it, which halved the peak, lets some round be. */
  private static final long LEAST_NANOS = 100_000_000;

  /** Well past the last-level cache of common machines. */
  private static final long BUFFER_BYTES = 96L << 20;

  /** Pieces in which several threads read the buffer: of 2 MiB. */
  private static final int CHUNKS = 48;

  /** Measures in about half a second; the best of several rounds counts. */
  public static Machine measure(Kernels kernels, WorkerTeam team) {
    double peakOne = peak(kernels.probe(), team, 1);
    double peakAll = team.threads() == 1 ? peakOne : peak(kernels.probe(), team, team.threads());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES, 64);
      buffer.fill((byte) 1);
      double readOne = read(buffer, team, 1);
      double readAll = team.threads() == 1 ? readOne : read(buffer, team, team.threads());
      return new Machine(
          kernels.name(), kernels.lanes(), team.threads(), peakOne, peakAll, readOne, readAll);
    }
  }

  /** The multiply-add peak of {@code threads} threads of the team, in GFLOP/s. */
  public static double peak(Probe probe, WorkerTeam team, int threads) {
    double flops = 2.0 * probe.fmasPerStep() * STEPS * threads;
    float[] sink = new float[threads];
    return flops / fastest(team, threads, (task, worker) -> sink[task] += probe.multiplyAdd(STEPS));
  }

  private static double read(MemorySegment buffer, WorkerTeam team, int threads) {
    int slices = threads == 1 ? 1 : CHUNKS;
    long slice = BUFFER_BYTES / slices;
    long[] sink = new long[slices];
    double nanos =
        fastest(
            team,
            slices,
            (task, worker) -> sink[task] += ReadProbe.sum(buffer, task * slice, slice));
    return BUFFER_BYTES / nanos;
  }

  private static long fastest(WorkerTeam team, int tasks, WorkerTeam.Task task) {
    long fastest = Long.MAX_VALUE;
    long begin = System.nanoTime();
    for (int round = 0; round < ROUNDS || System.nanoTime() - begin < LEAST_NANOS; round++) {
      long start = System.nanoTime();
      team.run(tasks, task);
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return fastest;
  }
}
