package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import xfm.runtime.exec.Borrowed;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.contract.Contract;

/**
 * Who computes a step, and with what: the whole team, or one of its workers, to whom a lane of its
 * own is a team of one. So the same steps share one large sequence over all workers, and many small
 * sequences over the same workers, one each.
 */
final class Lane implements AutoCloseable {
  private final int threads;
  private final Scratch scratch;
  private final Contract contract;
  private final List<Lane> workers;
  private final WorkerTeam team;
  private volatile Cancellation current = new Cancellation();

  /**
   * Starts a team.
   *
   * @param arenas for scratch, each open to all threads
   */
  Lane(Kernels kernels, int threads, Supplier<Arena> arenas) {
    this(kernels, threads, arenas, new ArrayList<>());
    for (int worker = 0; worker < threads; worker++) {
      workers.add(new Lane(kernels, 1, arenas, List.of()));
    }
  }

  private Lane(Kernels kernels, int threads, Supplier<Arena> arenas, List<Lane> workers) {
    this.threads = threads;
    this.workers = workers;
    scratch = new Scratch(threads, arenas);
    contract = new Contract(kernels);
    // One team for all runs, each of which has a cancellation of its own.
    team = new WorkerTeam(threads, new Cancellation(() -> current.check()));
  }

  /** From now on a run is over when this says so. */
  void use(Cancellation cancellation) {
    current = cancellation;
    workers.forEach(worker -> worker.use(cancellation));
  }

  int threads() {
    return threads;
  }

  /** The scratch that is held. */
  long scratchBytes() {
    return scratchBytesWith(Borrowed.NOTHING, Borrowed.NOTHING);
  }

  /** What it would be after {@link #reserve}. */
  long scratchBytesWith(Borrowed own, Borrowed ofWorkers) {
    long sum = scratch.bytesWith(own);
    for (Lane worker : workers) {
      sum = Math.addExact(sum, worker.scratch.bytesWith(ofWorkers));
    }
    return sum;
  }

  /** Sets scratch aside, of its own and of each worker's lane. */
  void reserve(Borrowed own, Borrowed ofWorkers) {
    scratch.reserve(own);
    workers.forEach(worker -> worker.scratch.reserve(ofWorkers));
  }

  /** Gives all scratch back. */
  void release() {
    scratch.close();
    workers.forEach(worker -> worker.scratch.close());
  }

  WorkerTeam team() {
    return team;
  }

  Scratch scratch() {
    return scratch;
  }

  Contract contract() {
    return contract;
  }

  /** The lane of one worker of the team. */
  Lane worker(int number) {
    return workers.get(number);
  }

  /** Ends the threads and gives the memory back. Closing twice does nothing. */
  @Override
  public void close() {
    workers.forEach(Lane::close);
    team.close();
    scratch.close();
  }
}
