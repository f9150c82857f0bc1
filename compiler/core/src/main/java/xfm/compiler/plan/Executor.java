package xfm.compiler.plan;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
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
  private final Room room;
  private final Lane lane;
  private final Loops loops;
  private final Supplier<Arena> ofResults;

  /** Plans all kernels of which are compiled. */
  private final Set<Plan> compiled = Collections.newSetFromMap(new IdentityHashMap<>());

  /** What plans need that prepare others. */
  private final Map<Plan, Needs> ofPreparing = new IdentityHashMap<>();

  private Batch batch;
  private Places places;
  private List<Input> inputs = List.of();
  private List<Ready> ready = List.of();
  private boolean closed;

  /**
   * @param threads how many compute, the caller included
   * @param memory for weights, as given and as kernels read them, values, scratch and results
   */
  public Executor(Kernels kernels, int threads, Memory memory) {
    this(kernels, threads, memory, Arena::ofShared, Arena::ofAuto);
  }

  /**
   * The same.
   *
   * @param arenas for what it holds, each open to all threads
   * @param ofResults for what it hands out
   */
  Executor(
      Kernels kernels,
      int threads,
      Memory memory,
      Supplier<Arena> arenas,
      Supplier<Arena> ofResults) {
    this.kernels = kernels;
    this.threads = threads;
    this.ofResults = ofResults;
    room = new Room(kernels, threads, memory, arenas);
    lane = room.lane();
    loops = new Loops(kernels);
  }

  /**
   * Gives a weight its value, in place of any that it had. The tensor is read when a plan first
   * needs it, and must stay as it is.
   */
  public synchronized void bind(Value weight, Tensor tensor) {
    requireOpen();
    batch = null;
    room.forget();
    room.weights().bind(weight, tensor);
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
    bind(plan, sequences);
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

  /**
   * Makes room for runs of at most these lengths, so that those that grow up to them are refused
   * before the first, and move nothing.
   *
   * @param what takes the memory, for the message
   * @param help what to do about it
   * @throws XfmException if there is too little
   */
  public synchronized void reserve(
      Plan plan, List<Map<Atom.Symbol, Long>> lengths, String what, String help) {
    requireOpen();
    Batch longest = new Batch(plan, lengths);
    Needs needs = needs(longest);
    room.require(longest, needs, plan.before().map(this::ofPreparing), what, help);
    batch = null;
    ready = List.of();
    room.reserve(plan, needs);
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
        ? room.weights().tensor(value)
        : Copies.out(
            ofResults.get(),
            places.memory(value, sequence),
            plan.layout(value),
            batch.sequence(sequence).shape(value),
            value.kind());
  }

  private void bind(Plan plan, List<Sequence> sequences) {
    if (batch != null && batch.is(plan, sequences)) {
      return;
    }
    batch = null;
    ready = List.of();
    Batch next = new Batch(plan, sequences.stream().map(Sequence::lengths).toList());
    Needs needs = needs(next);
    Optional<Needs> first = plan.before().map(this::ofPreparing);
    room.require(next, needs, first, next.what(), next.help());
    if (first.isPresent() && !room.isPrepared(plan)) {
      prepare(plan, first.get());
    }
    room.reserve(plan, needs);
    places = new Places.Held(next, room);
    ready = ready(next, places);
    inputs = plan.lowered().inputs().stream().map(i -> input(i.value(), sequences.size())).toList();
    batch = next;
  }

  private List<Ready> ready(Batch of, Places at) {
    ReadyMaker maker = new ReadyMaker(kernels, threads, of, at, loops);
    List<Ready> made = deep(of.plan(), () -> of.plan().steps().stream().map(maker::ready).toList());
    compiled.add(of.plan());
    return made;
  }

  /** Kernels are compiled when they are first asked for, however deep their equations. */
  private <T> T deep(Plan plan, Supplier<T> work) {
    return compiled.contains(plan) ? work.get() : DeepStack.call(work);
  }

  private Needs ofPreparing(Plan before) {
    return ofPreparing.computeIfAbsent(before, plan -> needs(new Batch(plan, List.of(Map.of()))));
  }

  /**
   * What a run needs.
   *
   * @throws XfmException if that is beyond counting
   */
  private Needs needs(Batch next) {
    try {
      Places nowhere = new Places.Nowhere();
      ReadyMaker maker = new ReadyMaker(kernels, threads, next, nowhere, loops);
      Needs needs = deep(next.plan(), () -> Needs.of(next, maker, lane));
      if (needs.bytes(threads) >= Long.MAX_VALUE / 2) {
        throw new ArithmeticException("no room for weights beside it");
      }
      return needs;
    } catch (ArithmeticException e) {
      throw Diagnostic.of(Code.INPUT, next.what() + " more memory than can be counted")
          .note("lengths: " + next.lengthsText())
          .help(next.help())
          .raise();
    }
  }

  /** Computes what depends on weights alone. */
  private void prepare(Plan plan, Needs needs) {
    Batch once = new Batch(plan.before().orElseThrow(), List.of(Map.of()));
    room.reserve(plan, needs);
    Places own = new Places.Held(once, room);
    List<Ready> steps = ready(once, own);
    Prepared made = room.prepare(plan);
    boolean whole = false;
    try {
      for (int s = 0; s < steps.size(); s++) {
        lane.team().cancellation().check();
        Failures.run(steps.get(s), lane);
        for (Equation equation : once.plan().steps().get(s).equations()) {
          Value value = equation.target();
          if (plan.isPrepared(value)) {
            made.add(plan, value, own.memory(value, -1), kernels.moves());
          }
        }
      }
      whole = true;
    } finally {
      if (!whole) {
        room.forget(plan);
      }
    }
  }

  /** What is held between runs, weights as they were given included. */
  long heldBytes() {
    return room.bytes();
  }

  private Input input(Value value, int sequences) {
    return new Input(
        value, IntStream.range(0, sequences).mapToObj(s -> places.memory(value, s)).toList());
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
    room.close();
  }
}
