package xfm.compiler.plan;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.SharedScores;
import xfm.compiler.rewrite.Work;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.kernel.attention.Attention;
import xfm.runtime.kernel.attention.TileFunctions;

/** Steps with their kernels, their memory and all their sizes: what one batch runs. */
final class ReadyMaker {
  private final Kernels kernels;
  private final int threads;
  private final Batch batch;
  private final Places places;
  private final Loops loops;

  ReadyMaker(Kernels kernels, int threads, Batch batch, Places places, Loops loops) {
    this.kernels = kernels;
    this.threads = threads;
    this.batch = batch;
    this.places = places;
    this.loops = loops;
  }

  Ready ready(Step step) {
    if (batch.size() == 1 || batch.plan().times(step) != Times.EACH) {
      return new Part(batch.whole(), -1, threads).ready(step);
    }
    double all = 0;
    for (int s = 0; s < batch.size(); s++) {
      all += work(step, batch.sequence(s));
    }
    List<Ready> alone = new ArrayList<>();
    List<Ready> shared = new ArrayList<>();
    for (int s = 0; s < batch.size(); s++) {
      Binding binding = batch.sequence(s);
      boolean large = Ready.Each.isWorthAll(work(step, binding), all, threads);
      (large ? alone : shared).add(new Part(binding, s, large ? threads : 1).ready(step));
    }
    return new Ready.Each(alone, shared, all);
  }

  /** Operations, and what is written. */
  private static double work(Step step, Binding binding) {
    double work = Work.estimate(step.flops(), binding::length);
    for (var equation : step.equations()) {
      work += elements(binding.shape(equation.target()));
    }
    return work;
  }

  private static double elements(long[] shape) {
    double product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }

  /** One sequence, or all rows. */
  private final class Part {
    private final Binding binding;
    private final int sequence;
    private final int threads;
    private final ProductMaker products;

    /**
     * @param sequence its number; −1 for all end to end
     * @param threads of the lane in which it runs
     */
    Part(Binding binding, int sequence, int threads) {
      this.binding = binding;
      this.sequence = sequence;
      this.threads = threads;
      products = new ProductMaker(binding, this::memory, places::packed, loops::kernel, threads);
    }

    private MemorySegment memory(Value value) {
      return places.memory(value, sequence);
    }

    Ready ready(Step step) {
      return switch (step) {
        case Step.Loop loop -> loop(loop, 1);
        case Step.Chain chain -> chain(chain);
        case Step.Attention attention -> attention(attention);
        case Step.Multiply multiply -> products.ready(multiply);
        case Step.Scan(Stage.Recurrence recurrence, List<Step> body) -> scan(recurrence, body);
      };
    }

    private Ready scan(Stage.Recurrence recurrence, List<Step> body) {
      List<Ready> members = new ArrayList<>();
      int[] extents = new int[body.size()];
      for (int m = 0; m < extents.length; m++) {
        Atom.Index along = recurrence.members().get(m).index();
        extents[m] = binding.size(along.size());
        members.add(
            switch (body.get(m)) {
              case Step.Loop loop -> loop(loop, extents[m]);
              case Step.Multiply multiply -> products.ready(multiply, along);
              case Step.Attention _, Step.Chain _, Step.Scan _ ->
                  throw new IllegalStateException("in a recurrence: " + body.get(m));
            });
      }
      int extent = binding.size(recurrence.extent());
      return new Ready.Scan(members, extents, extent, recurrence.ascending());
    }

    /**
     * @param runs how many runs of it are one of the whole loop
     */
    private Ready loop(Step.Loop loop, int runs) {
      MemorySegment[] slots =
          loop.operands().stream().map(this::memory).toArray(MemorySegment[]::new);
      return new Ready.Loop(
          loop,
          loops.kernel(loop.nest()),
          slots,
          binding.parameters(loop),
          work(loop, binding) / Math.max(1, runs),
          threads);
    }

    private Ready chain(Step.Chain chain) {
      long[] parts = new long[new HashSet<>(chain.inside().values()).size()];
      chain
          .inside()
          .forEach((v, part) -> parts[part] = Math.max(parts[part], bytesOfRow(chain, v)));
      double bytes = Arrays.stream(parts).sum();
      for (Value value : chain.atRow()) {
        bytes += chain.inside().containsKey(value) ? 0 : bytesOfRow(chain, value);
      }
      double work = 0;
      List<Blocks.Member> members = new ArrayList<>();
      for (Step.Loop loop : chain.loops()) {
        work += work(loop, binding);
        members.add(
            new Blocks.Member(
                loop,
                loops.kernel(loop.nest()),
                loop.operands().stream()
                    .map(v -> chain.inside().containsKey(v) ? MemorySegment.NULL : memory(v))
                    .toArray(MemorySegment[]::new),
                loop.operands().stream()
                    .mapToInt(v -> chain.inside().getOrDefault(v, -1))
                    .toArray(),
                binding.parameters(loop)));
      }
      return new Blocks(members, bytes, parts, work, threads);
    }

    private long bytesOfRow(Step.Chain chain, Value value) {
      long[] shape = binding.shape(value);
      List<Integer> order = binding.plan().layout(value).order();
      long bytes = Copies.bytes(value.kind());
      for (int axis : order.subList(chain.axes(), order.size())) {
        bytes = Math.multiplyExact(bytes, shape[axis]);
      }
      return bytes;
    }

    private Ready attention(Step.Attention step) {
      AttentionShapes shapes = new AttentionShapes(step, binding);
      ScoreLoops scores = step.functions();
      TileFunctions functions =
          new TileFunctions(
              scores.live().map(loops::kernel),
              scores.hidden().map(loops::kernel),
              scores.score().map(loops::tile),
              scores.guarded().map(loops::tile),
              scores.diagonals().stream().map(loops::kernel).toList(),
              scores.perEntry(),
              shapes.points(),
              scores.operands().stream().map(this::memory).toList(),
              scores.lengths().stream().mapToInt(binding::size).toArray());
      SharedScores shared = step.shared();
      return new Ready.Attention(
          step,
          new Attention(kernels, shapes.shape(), functions, threads),
          memory(step.attention().q().value()),
          memory(step.attention().k().value()),
          memory(shared.sums().stream().map(sum -> sum.v().value())),
          memory(shared.sums().stream().map(sum -> sum.out().value())),
          memory(shared.totals().stream().map(total -> total.out().value())));
    }

    private MemorySegment[] memory(Stream<Value> values) {
      return values.map(this::memory).toArray(MemorySegment[]::new);
    }
  }
}
