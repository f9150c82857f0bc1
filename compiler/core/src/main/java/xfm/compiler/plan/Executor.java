package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Value;
import xfm.compiler.source.DeepStack;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.exec.CancelledException;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/**
 * Runs plans: owns the weights in the forms that kernels read, the buffers of the values between
 * steps, and the threads. Runs of equal lengths allocate nothing but their results. One run at a
 * time; others wait.
 *
 * <p>The same inputs give the same bits, whatever the number of threads, alone or in a batch.
 */
public final class Executor implements AutoCloseable {
  /** An input and its memory in each sequence. */
  private record Input(Value value, List<MemorySegment> memory) {}

  private final Kernels kernels;
  private final int threads;
  private final Memory memory;
  private final Weights weights;
  private final Buffers buffers = new Buffers();
  private final Lane lane;
  private final Loops loops;

  private Batch batch;
  private ReadyMaker maker;
  private List<Input> inputs = List.of();
  private List<Ready> ready = List.of();
  private boolean closed;

  /**
   * @param threads how many compute, the caller included
   * @param memory for weights as kernels read them, values, scratch and results
   */
  public Executor(Kernels kernels, int threads, Memory memory) {
    this.threads = threads;
    this.memory = memory;
    this.kernels = kernels;
    this.weights = new Weights(kernels.moves());
    this.lane = new Lane(kernels, threads);
    this.loops = new Loops(kernels);
  }

  /**
   * Gives a weight its value, in place of any that it had. The tensor is read when a plan first
   * needs it, and must stay as it is.
   */
  public synchronized void bind(Value weight, Tensor tensor) {
    requireOpen();
    weights.bind(weight, tensor);
    batch = null;
  }

  /**
   * Runs a plan, all weights of which are bound, for one sequence.
   *
   * @param cancellation polled between pieces of work
   * @return the results and what the plan was told to show, in the order of their declared axes
   * @throws XfmException if the run does not fit into memory, or an integer operation has no result
   * @throws CancelledException if it was cancelled
   */
  public Map<Value, Tensor> run(
      Plan plan,
      Map<Value, Tensor> inputs,
      Map<Atom.Symbol, Long> lengths,
      Cancellation cancellation) {
    return run(plan, List.of(new Sequence(inputs, lengths)), cancellation).getFirst();
  }

  /**
   * Runs a plan for a batch of sequences of any lengths; each result has the bits that its sequence
   * has alone.
   *
   * @return for each sequence its results
   * @throws XfmException if the run does not fit into memory, or an integer operation has no result
   * @throws CancelledException if it was cancelled
   */
  public synchronized List<Map<Value, Tensor>> run(
      Plan plan, List<Sequence> sequences, Cancellation cancellation) {
    requireOpen();
    cancellation.check();
    if (sequences.isEmpty()) {
      return List.of();
    }
    lane.use(cancellation);
    bind(plan, sequences.stream().map(Sequence::lengths).toList());
    for (Input input : inputs) {
      for (int s = 0; s < sequences.size(); s++) {
        Value value = input.value();
        Tensor tensor = sequences.get(s).inputs().get(value);
        Copies.in(tensor, value.kind(), plan.layout(value), input.memory().get(s));
      }
    }
    for (Ready step : ready) {
      cancellation.check();
      Failures.run(step, lane);
    }
    return results(sequences);
  }

  private List<Map<Value, Tensor>> results(List<Sequence> sequences) {
    List<Map<Value, Tensor>> results = new ArrayList<>();
    sequences.forEach(_ -> results.add(new IdentityHashMap<>()));
    Plan plan = batch.plan();
    for (Value value : plan.kept()) {
      for (int s = 0; s < sequences.size(); s++) {
        Tensor given = sequences.get(s).inputs().get(value);
        results.get(s).put(value, given != null ? given : result(value, s));
      }
    }
    return results;
  }

  private Tensor result(Value value, int sequence) {
    Plan plan = batch.plan();
    return plan.isWeight(value)
        ? weights.tensor(value)
        : Copies.out(
            maker.memory(value, sequence),
            plan.layout(value),
            batch.sequence(sequence).shape(value),
            value.kind());
  }

  private void bind(Plan plan, List<Map<Atom.Symbol, Long>> lengths) {
    if (batch != null && batch.is(plan, lengths)) {
      return;
    }
    batch = null;
    Batch next = new Batch(plan, lengths);
    long[] sizes = next.bufferBytes();
    requireRoom(next, sizes, 0, 0);
    buffers.reserve(sizes);
    maker = new ReadyMaker(kernels, threads, next, weights, buffers, loops);
    inputs = plan.lowered().inputs().stream().map(i -> input(i.value(), lengths.size())).toList();
    ready = DeepStack.call(() -> plan.steps().stream().map(maker::ready).toList());
    requireRoom(
        next,
        sizes,
        ready.stream().mapToLong(step -> step.scratchBytes(lane)).max().orElse(0),
        ready.stream().mapToLong(step -> step.workerScratchBytes(lane)).max().orElse(0));
    batch = next;
  }

  private void requireRoom(Batch next, long[] sizes, long scratch, long workerScratch) {
    long held = weights.bytes() + buffers.bytes() + lane.scratchBytes();
    long forWeights = weights.bytesWith(next.plan().forms());
    long forValues = buffers.bytesWith(sizes);
    long forScratch = Math.max(lane.scratchBytes(), scratch + threads * workerScratch);
    long forResults = next.resultBytes();
    memory.require(
        next.size() == 1 ? "this run takes" : "this batch takes",
        forWeights + forValues + forScratch + forResults,
        held,
        List.of(
            "weights as they are read: %,d; values between steps: %,d; results: %,d%s"
                .formatted(
                    forWeights,
                    forValues,
                    forResults,
                    forScratch == 0 ? "" : "; scratch: %,d".formatted(forScratch)),
            "lengths: " + (next.size() == 1 ? next.lengths().getFirst() : next.lengths())),
        "shorten the input");
  }

  private Input input(Value value, int sequences) {
    return new Input(
        value, IntStream.range(0, sequences).mapToObj(s -> maker.memory(value, s)).toList());
  }

  /** How many tiles of keys the attentions of the last run computed. */
  long computedTiles() {
    long sum = 0;
    for (Ready step : ready) {
      sum += step.computedTiles();
    }
    return sum;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }

  /** Gives memory and threads back. Closing twice does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    batch = null;
    ready = List.of();
    lane.close();
    buffers.close();
    weights.close();
  }
}
