package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.compiler.rewrite.Work;
import xfm.compiler.source.DeepStack;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.exec.CancelledException;
import xfm.runtime.exec.Scratch;
import xfm.runtime.exec.WorkerTeam;
import xfm.runtime.fuse.Fuse;
import xfm.runtime.fuse.LoopKernel;
import xfm.runtime.fuse.LoopNest;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.attention.Attention;
import xfm.runtime.kernel.attention.TileFunctions;
import xfm.runtime.kernel.contract.Contract;
import xfm.runtime.tensor.Tensor;

/**
 * Runs plans: owns the weights in the forms that kernels read, the buffers of the values between
 * steps, and the threads. Runs of equal lengths allocate nothing but their results. One run at a
 * time; others wait.
 *
 * <p>The same inputs give the same bits, whatever the number of threads.
 */
public final class Executor implements AutoCloseable {
  private final Kernels kernels;
  private final int threads;
  private final long memory;
  private final Weights weights = new Weights();
  private final Buffers buffers = new Buffers();
  private final Scratch scratch;
  private final Contract contract;
  private final Fuse fuse;
  private final Map<LoopNest, LoopKernel> loops = new IdentityHashMap<>();

  private WorkerTeam team;
  private Binding binding;
  private List<Ready> ready = List.of();
  private boolean closed;

  /**
   * @param threads how many compute, the caller included
   * @param memory the most bytes that the values of a run may take
   */
  public Executor(Kernels kernels, int threads, long memory) {
    this.threads = threads;
    this.memory = memory;
    this.scratch = new Scratch(threads);
    this.kernels = kernels;
    this.contract = new Contract(kernels);
    this.fuse = new Fuse(kernels);
  }

  /**
   * Gives a weight its value, in place of any that it had. The tensor is read when a plan first
   * needs it, and must stay as it is.
   */
  public synchronized void bind(Value weight, Tensor tensor) {
    requireOpen();
    weights.bind(weight, tensor);
    binding = null;
  }

  /**
   * Runs a plan, all weights of which are bound.
   *
   * @param inputs of the shapes that the graph declares for these lengths, and within its bounds
   * @param cancellation polled between pieces of work
   * @return the results and what the plan was told to show, in the order of their declared axes
   * @throws XfmException if the run does not fit into memory, or an integer operation has no result
   * @throws CancelledException if it was cancelled
   */
  public synchronized Map<Value, Tensor> run(
      Plan plan,
      Map<Value, Tensor> inputs,
      Map<Atom.Symbol, Long> lengths,
      Cancellation cancellation) {
    requireOpen();
    cancellation.check();
    use(cancellation);
    bind(plan, lengths);
    for (Graph.Input input : plan.lowered().inputs()) {
      Value value = input.value();
      Copies.in(inputs.get(value), value.kind(), memory(value));
    }
    for (Ready step : ready) {
      cancellation.check();
      run(step);
    }
    Map<Value, Tensor> results = new IdentityHashMap<>();
    for (Value value : plan.kept()) {
      results.put(value, result(value, inputs));
    }
    return results;
  }

  private Tensor result(Value value, Map<Value, Tensor> inputs) {
    if (inputs.containsKey(value)) {
      return inputs.get(value);
    }
    Plan plan = binding.plan();
    return plan.isWeight(value)
        ? weights.tensor(value)
        : Copies.out(memory(value), plan.layout(value), binding.shape(value), value.kind());
  }

  private void run(Ready step) {
    try {
      step.run(team);
    } catch (ArithmeticException e) {
      Equation equation = step.equation();
      throw Diagnostic.of(Code.NUMBER, "in " + equation.target() + ": " + e.getMessage())
          .at(equation.span())
          .raise();
    }
  }

  /** A team is cancelled through one object; another one takes another team. */
  private void use(Cancellation cancellation) {
    if (team != null && team.cancellation() != cancellation) {
      team.close();
      team = null;
    }
    if (team == null) {
      team = new WorkerTeam(threads, cancellation);
    }
  }

  private void bind(Plan plan, Map<Atom.Symbol, Long> lengths) {
    if (binding != null && binding.is(plan, lengths)) {
      return;
    }
    binding = null;
    Binding next = new Binding(plan, lengths);
    long[] sizes = next.bufferBytes();
    requireRoom(buffers.bytesWith(sizes), lengths);
    buffers.reserve(sizes);
    binding = next;
    try {
      ready = DeepStack.call(() -> plan.steps().stream().map(this::ready).toList());
    } catch (RuntimeException | Error e) {
      binding = null;
      throw e;
    }
  }

  private void requireRoom(long bytes, Map<Atom.Symbol, Long> lengths) {
    if (bytes > memory) {
      throw Diagnostic.of(
              Code.INPUT,
              "the values of this run take " + bytes + " bytes, and " + memory + " are available")
          .note("lengths of this run: " + lengths)
          .help("shorten the input, or give the program more memory")
          .raise();
    }
  }

  private Ready ready(Step step) {
    return switch (step) {
      case Step.Loop loop -> loop(loop, 1);
      case Step.Attention attention -> attention(attention);
      case Step.Multiply multiply -> {
        MemorySegment a = memory(multiply.product().a().value());
        MemorySegment c = memory(multiply.equation().target());
        yield multiply.packed()
            ? new Ready.PackedProduct(
                multiply,
                contract,
                scratch,
                a,
                weights.packed(multiply.product()),
                c,
                Ready.shape(multiply, binding))
            : new Ready.Product(
                multiply,
                contract,
                scratch,
                a,
                memory(multiply.product().b().value()),
                c,
                Ready.shape(multiply, binding));
      }
      case Step.Scan(Stage.Recurrence recurrence, List<Step> body) -> {
        List<Ready> members = new ArrayList<>();
        int[] extents = new int[body.size()];
        for (int m = 0; m < extents.length; m++) {
          Atom.Index along = recurrence.members().get(m).index();
          extents[m] = binding.size(along.size());
          members.add(
              switch (body.get(m)) {
                case Step.Loop loop -> loop(loop, extents[m]);
                case Step.Multiply multiply -> product(multiply, along);
                case Step.Attention attention ->
                    throw new IllegalStateException("attention in a scan: " + attention);
                case Step.Scan scan -> throw new IllegalStateException("a scan in a scan: " + scan);
              });
        }
        int extent = binding.size(recurrence.extent());
        yield new Ready.Scan(members, extents, extent, recurrence.ascending());
      }
    };
  }

  /**
   * @param runs how many runs of it are one of the whole loop
   */
  private Ready loop(Step.Loop loop, int runs) {
    LoopKernel kernel = compiled(loop.nest());
    MemorySegment[] slots =
        loop.operands().stream().map(this::memory).toArray(MemorySegment[]::new);
    double work =
        Work.estimate(loop.flops(), binding::length)
            + elements(binding.shape(loop.equation().target()));
    return new Ready.Loop(
        loop, kernel, slots, binding.parameters(loop), work / Math.max(1, runs), threads);
  }

  private LoopKernel compiled(LoopNest nest) {
    return loops.computeIfAbsent(nest, fuse::compile);
  }

  private Ready attention(Step.Attention step) {
    AttentionShapes shapes = new AttentionShapes(step, binding);
    ScoreLoops loops = step.functions();
    TileFunctions functions =
        new TileFunctions(
            loops.live().map(this::compiled),
            loops.hidden().map(this::compiled),
            loops.score().map(this::compiled),
            loops.guarded().map(this::compiled),
            loops.perEntry(),
            shapes.points(),
            loops.operands().stream().map(this::memory).toList(),
            loops.lengths().stream().mapToInt(binding::size).toArray());
    return new Ready.Attention(
        step,
        new Attention(kernels, shapes.shape(), functions, threads),
        scratch,
        memory(step.attention().q().value()),
        memory(step.attention().k().value()),
        memory(step.attention().v().value()),
        memory(step.equation().target()));
  }

  private Ready product(Step.Multiply multiply, Atom.Index along) {
    Product product = multiply.product();
    return new Ready.PlacedProduct(
        multiply,
        contract,
        scratch,
        memory(product.a().value()),
        multiply.packed() ? Optional.of(weights.packed(product)) : Optional.empty(),
        multiply.packed() ? MemorySegment.NULL : memory(product.b().value()),
        memory(multiply.equation().target()),
        along,
        binding);
  }

  /** How many tiles of keys the attentions of the last run computed. */
  long computedTiles() {
    long sum = 0;
    for (Ready step : ready) {
      sum += step instanceof Ready.Attention attention ? attention.kernel().computedTiles() : 0;
    }
    return sum;
  }

  private static double elements(long[] shape) {
    double product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }

  private MemorySegment memory(Value value) {
    Plan plan = binding.plan();
    return plan.isWeight(value) ? weights.declared(value) : buffers.get(plan.buffer(value));
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
    binding = null;
    ready = List.of();
    if (team != null) {
      team.close();
      team = null;
    }
    scratch.close();
    buffers.close();
    weights.close();
  }
}
