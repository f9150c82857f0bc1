package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import xfm.compiler.diag.XfmException;
import xfm.runtime.kernel.Kernels;

/**
 * All memory that an executor holds. Room for a run is made before its first step, to the byte.
 * What earlier runs left is kept while there is enough, so that plans and lengths may alternate;
 * whether a run is refused does not depend on what ran before.
 */
final class Room implements AutoCloseable {
  private final Memory memory;
  private final int threads;
  private final Supplier<Arena> arenas;
  private final Weights weights;
  private final Buffers buffers;
  private final Lane lane;
  private final Map<Plan, Prepared> prepared = new IdentityHashMap<>();

  /** The most that was found to fit: to ask the machine takes 100 µs. */
  private long granted;

  /**
   * @param memory how much there may be
   * @param arenas each open to all threads
   */
  Room(Kernels kernels, int threads, Memory memory, Supplier<Arena> arenas) {
    this.memory = memory;
    this.threads = threads;
    this.arenas = arenas;
    weights = new Weights(kernels.moves(), arenas);
    buffers = new Buffers(arenas);
    lane = new Lane(kernels, threads, arenas);
  }

  Weights weights() {
    return weights;
  }

  Buffers buffers() {
    return buffers;
  }

  /** The threads, with their scratch. */
  Lane lane() {
    return lane;
  }

  boolean isPrepared(Plan plan) {
    return prepared.containsKey(plan);
  }

  /** What a plan has made of weights alone. */
  Prepared prepared(Plan plan) {
    return prepared.get(plan);
  }

  /** A place for it; nothing is in it yet. */
  Prepared prepare(Plan plan) {
    Prepared made = new Prepared(arenas.get());
    prepared.put(plan, made);
    return made;
  }

  /** Gives back what a plan has prepared. */
  void forget(Plan plan) {
    prepared.remove(plan).close();
  }

  /** Gives back what all plans have prepared. */
  void forget() {
    prepared.values().forEach(Prepared::close);
    prepared.clear();
  }

  /** What is held between runs, weights as they were given included. */
  long bytes() {
    return weights.givenBytes()
        + weights.bytes()
        + preparedBytes()
        + buffers.bytes()
        + lane.scratchBytes();
  }

  private long preparedBytes() {
    return prepared.values().stream().mapToLong(Prepared::bytes).sum();
  }

  /**
   * Refuses what does not fit, whatever is held.
   *
   * @param first what its plan needs to prepare, if it must
   * @param what takes the memory
   * @param help what to do about it
   * @throws XfmException if it does not
   */
  void require(Batch batch, Needs needs, Optional<Needs> first, String what, String help) {
    Plan plan = batch.plan();
    long made = Prepared.bytes(plan);
    long all = exact(made, needs);
    long before = first.map(own -> exact(made, own)).orElse(0L);
    long needed = Math.max(all, before);
    if (fits(needed)) {
      return;
    }
    Needs most = before > all ? first.get() : needs;
    memory.require(
        what,
        needed,
        memory.available(bytes()),
        List.of(
            "weights: %,d, and as they are read: %,d"
                    .formatted(weights.givenBytes(), weights.bytesOf(most.forms()))
                + (made == 0 ? "" : "; what is made of them alone: %,d".formatted(made)),
            "values between steps: %,d; scratch: %,d; results: %,d"
                .formatted(most.bufferBytes(), most.scratchBytes(threads), most.results()),
            "lengths: " + batch.lengthsText()),
        help);
  }

  private boolean fits(long all) {
    if (all > granted && all <= memory.available(bytes())) {
      granted = all;
    }
    return all <= granted;
  }

  /**
   * @param made what is made of weights alone
   */
  private long exact(long made, Needs needs) {
    return weights.givenBytes() + weights.bytesOf(needs.forms()) + made + needs.bytes(threads);
  }

  /** Makes room for what was not refused: steps of a plan, or those that prepare it. */
  void reserve(Plan plan, Needs needs) {
    long all =
        weights.givenBytes()
            + weights.bytesWith(needs.forms())
            + preparedBytes()
            + (isPrepared(plan) ? 0 : Prepared.bytes(plan))
            + buffers.bytesWith(needs.buffers())
            + lane.scratchBytesWith(needs.team(), needs.worker())
            + needs.results();
    if (!fits(all)) {
      weights.shrink(needs.forms());
      List.copyOf(prepared.keySet()).stream().filter(other -> other != plan).forEach(this::forget);
      buffers.shrink(needs.buffers());
      lane.release();
    }
    buffers.reserve(needs.buffers());
    lane.reserve(needs.team(), needs.worker());
  }

  @Override
  public void close() {
    lane.close();
    forget();
    buffers.close();
    weights.close();
  }
}
