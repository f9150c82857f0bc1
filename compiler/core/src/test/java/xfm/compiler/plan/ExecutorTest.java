package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static xfm.compiler.ir.GraphBuilder.apply;
import static xfm.compiler.ir.GraphBuilder.index;
import static xfm.compiler.ir.GraphBuilder.read;
import static xfm.compiler.ir.GraphBuilder.sum;
import static xfm.compiler.ir.GraphBuilder.times;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Atom.Index;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.GraphBuilder;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.exec.CancelledException;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

class ExecutorTest {
  private static final long MEMORY = 1L << 30;
  private final Cancellation cancellation = new Cancellation();

  private static Executor executor(Graph graph, Map<Value, Tensor> data, int threads) {
    Executor executor = new Executor(Kernels.select(), threads, Memory.of(MEMORY));
    graph.weights().forEach(weight -> executor.bind(weight.value(), data.get(weight.value())));
    return executor;
  }

  @Test
  void attentionAtManyLengths() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.copyOf(graph.seen().values()));
    Compared compared = new Compared();
    Map<Value, Tensor> weights = Models.data(graph, Models.lengths(graph, 0));
    try (Executor executor = executor(graph, weights, 2)) {
      for (long n : new long[] {5, 1, 0, 40, 2, 33}) {
        Map<Symbol, Long> lengths = Models.lengths(graph, n);
        Map<Value, Tensor> data = Models.data(graph, lengths);
        compared.check(graph, plan, executor.run(plan, data, lengths, cancellation), data, lengths);
      }
    }
    compared.assertTight();
  }

  /** The long one by the whole team, the others shared out, and one of nothing. */
  @Test
  void aBatchOfLongAndShortSequencesHasTheBitsOfEachAlone() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.copyOf(graph.seen().values()));
    Plan fused = Plan.of(graph, Set.of());
    Map<Value, Tensor> weights = Models.data(graph, Models.lengths(graph, 0));
    List<Sequence> batch = new ArrayList<>();
    for (long n : new long[] {3, 900, 40, 0, 1, 200, 200, 70, 200}) {
      Map<Symbol, Long> lengths = Models.lengths(graph, n);
      batch.add(new Sequence(Models.data(graph, lengths), lengths));
    }
    try (Executor executor = executor(graph, weights, 3)) {
      for (Plan one : List.of(plan, fused)) {
        List<Map<Value, Tensor>> together = executor.run(one, batch, cancellation);
        for (int s = 0; s < batch.size(); s++) {
          Map<Value, Tensor> found = together.get(s);
          Sequence own = batch.get(s);
          executor
              .run(one, own.inputs(), own.lengths(), cancellation)
              .forEach((value, alone) -> {
                assertArrayEquals(alone.shape(), found.get(value).shape());
                assertEquals(-1, alone.data().mismatch(found.get(value).data()), value.path());
              });
        }
      }
    }
  }

  @Test
  void aPrefixDoesNotChangeWhenTheTextGoesOn() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.of());
    Value logits = graph.results().get("logits");
    Map<Value, Tensor> weights = Models.data(graph, Models.lengths(graph, 0));
    try (Executor executor = executor(graph, weights, 2)) {
      float[] whole = logits(executor, plan, graph, logits, 70);
      for (int n = 1; n < 70; n++) {
        float[] part = logits(executor, plan, graph, logits, n);
        assertArrayEquals(Arrays.copyOf(whole, part.length), part, "of length " + n);
      }
    }
  }

  private float[] logits(Executor executor, Plan plan, Graph graph, Value logits, long n) {
    Map<Symbol, Long> lengths = Models.lengths(graph, n);
    return executor
        .run(plan, Models.data(graph, lengths), lengths, cancellation)
        .get(logits)
        .toFloats();
  }

  @Test
  void theThousandthRunHasTheBitsOfTheFirst() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.of());
    Value logits = graph.results().get("logits");
    Map<Value, Tensor> weights = Models.data(graph, Models.lengths(graph, 0));
    try (Executor executor = executor(graph, weights, 2)) {
      float[] first = logits(executor, plan, graph, logits, 20);
      for (int run = 0; run < 1000; run++) {
        assertArrayEquals(first, logits(executor, plan, graph, logits, 20));
      }
    }
  }

  @Test
  void aRunAllocatesItsResultsAndLittleElse() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.of());
    Map<Symbol, Long> lengths = Models.lengths(graph, 200);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Executor executor = executor(graph, data, 2)) {
      long allocated = Long.MAX_VALUE;
      // Until C2 has compiled the loops, every vector is an object.
      for (int run = 0; run < 5_000 && allocated >= 20_000; run++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        executor.run(plan, data, lengths, cancellation);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertTrue(allocated < 20_000, allocated + " bytes");
    }
  }

  @Test
  void soDoesABatchOfManySmallSequences() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.of());
    List<Sequence> batch = new ArrayList<>();
    for (int s = 0; s < 30; s++) {
      Map<Symbol, Long> lengths = Models.lengths(graph, 3 + s % 5);
      batch.add(new Sequence(Models.data(graph, lengths), lengths));
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Executor executor = executor(graph, batch.getFirst().inputs(), 2)) {
      long allocated = Long.MAX_VALUE;
      for (int run = 0; run < 5_000 && allocated >= 60_000; run++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        executor.run(plan, batch, cancellation);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertTrue(allocated < 60_000, allocated + " bytes");
    }
  }

  @Test
  void aWeightCanBeReplaced() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.of());
    Value logits = graph.results().get("logits");
    Value output = graph.seen().get("output");
    Map<Symbol, Long> lengths = Models.lengths(graph, 4);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    try (Executor executor = executor(graph, data, 1)) {
      float[] before = logits(executor, plan, graph, logits, 4);
      long[] shape = {Models.HEADS, Models.E, Models.D};
      int elements = Models.HEADS * Models.E * Models.D;
      data.put(output, Tensor.ofFloats(new float[elements], shape));
      executor.bind(output, data.get(output));
      Map<Value, Tensor> after = executor.run(plan, data, lengths, cancellation);
      assertNotEquals(before[3], after.get(logits).toFloats()[3]);
      new Compared().check(graph, plan, after, data, lengths);
    }
  }

  @Test
  void weightsOfAnyFloatTypeAreWidened() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.of());
    Value logits = graph.results().get("logits");
    Map<Symbol, Long> lengths = Models.lengths(graph, 4);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    for (Graph.Weight weight : graph.weights()) {
      data.put(weight.value(), Models.toBfloat16(data.get(weight.value())));
    }
    Map<Value, Tensor> wide = new HashMap<>(data);
    graph
        .weights()
        .forEach(w -> {
          Tensor narrow = data.get(w.value());
          wide.put(w.value(), Tensor.ofFloats(narrow.toFloats(), narrow.shape()));
        });
    try (Executor narrow = executor(graph, data, 1);
        Executor widened = executor(graph, wide, 1)) {
      assertArrayEquals(
          widened.run(plan, wide, lengths, cancellation).get(logits).toFloats(),
          narrow.run(plan, data, lengths, cancellation).get(logits).toFloats());
    }
  }

  /** Of any type, in any memory, and turned over: a row for each place comes to lie first. */
  @Test
  void inputsOfAnyTypeComeToLieAsTheirValues() {
    GraphBuilder b = new GraphBuilder();
    Symbol n = b.length("n");
    Value x = b.input("x", Term.Kind.FLOAT, Poly.of(3), Poly.of(n));
    Value t = b.input("t", Term.Kind.INT, Poly.of(2), Poly.of(n));
    Index a = index("a", 3);
    Index c = index("c", 2);
    Index i = index("i", n);
    b.result(b.equation("y", List.of(a, i), times(read(x, a, i), read(x, a, i))));
    b.result(b.equation("z", List.of(c, i), read(t, c, i)));
    Graph graph = b.build();
    Plan plan = Plan.of(graph, Set.of(x));
    float[] values = {1, -2, 0.5f, 4, 5, 6, -7, 8, 9, 10, 11, 12};
    long[] shape = {3, 4};
    MemorySegment doubles = Arena.ofAuto().allocate(12 * 8);
    MemorySegment longs = MemorySegment.ofArray(new long[] {1, 2, 3, 4, 5, 6, 7, 8});
    float[] squares = new float[12];
    for (int k = 0; k < 12; k++) {
      doubles.setAtIndex(ValueLayout.JAVA_DOUBLE, k, values[k]);
      squares[k] = values[k] * values[k];
    }
    Tensor floats = Tensor.ofFloats(values, shape);
    List<Tensor> ways =
        List.of(
            floats,
            Models.toBfloat16(floats),
            new Tensor(DType.F64, shape, doubles),
            new Tensor(DType.F32, shape, MemorySegment.ofArray(values)));
    try (Executor executor = executor(graph, Map.of(), 1)) {
      for (Tensor way : ways) {
        Map<Value, Tensor> data =
            Map.of(x, way, t, new Tensor(DType.I64, new long[] {2, 4}, longs));
        Map<Value, Tensor> found = executor.run(plan, data, Map.of(n, 4L), cancellation);
        assertArrayEquals(squares, found.get(graph.results().get("y")).toFloats());
        assertArrayEquals(
            new int[] {1, 2, 3, 4, 5, 6, 7, 8}, found.get(graph.results().get("z")).toInts());
        assertSame(way, found.get(x));
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeItRuns() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.of());
    Map<Symbol, Long> lengths = Models.lengths(graph, 1000);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    try (Executor executor = new Executor(Kernels.select(), 1, Memory.of(300_000))) {
      graph.weights().forEach(w -> executor.bind(w.value(), data.get(w.value())));
      XfmException e =
          assertThrows(XfmException.class, () -> executor.run(plan, data, lengths, cancellation));
      assertEquals(Code.INPUT, e.diagnostics().getFirst().code());
      assertTrue(e.getMessage().contains("the limit is 300,000 bytes"), e.getMessage());
      // A few times n, and nothing of n * n.
      assertTrue(e.getMessage().matches("this run takes \\d{3},\\d{3} bytes.*"), e.getMessage());
      logits(executor, plan, graph, graph.results().get("logits"), 3);
    }
  }

  @Test
  void aLengthBeyondIntIsRefused() {
    GraphBuilder b = new GraphBuilder();
    Symbol n = b.length("n");
    Value x = b.input("x", Term.Kind.FLOAT, Poly.of(n));
    Index i = index("i", Poly.of(n).times(3_000_000_000L));
    b.result(
        b.equation("y", List.of(), sum(apply(Term.UnaryOp.FLOAT, new Term.Int(Poly.of(i))), i)));
    Graph graph = b.build();
    Plan plan = Plan.of(graph, Set.of());
    Map<Symbol, Long> lengths = Map.of(n, 1L);
    try (Executor executor = executor(graph, Map.of(), 1)) {
      Map<Value, Tensor> data = Map.of(x, Tensor.ofFloats(new float[1], 1));
      XfmException e =
          assertThrows(XfmException.class, () -> executor.run(plan, data, lengths, cancellation));
      assertEquals(Code.INPUT, e.diagnostics().getFirst().code());
    }
  }

  @Test
  void aWholeDivisionByZeroIsAnErrorOfTheUsers() {
    GraphBuilder b = new GraphBuilder();
    Symbol n = b.length("n");
    Value x = b.input("x", Term.Kind.INT, Poly.of(n));
    Index i = index("i", n);
    Poly data =
        Poly.of(
            new Atom.Data(new Term.Read(x, List.of(new Term.Int(Poly.of(i))), Optional.empty())));
    b.result(b.equation("y", List.of(i), new Term.Int(Poly.of(7).quotient(data))));
    Graph graph = b.build();
    Plan plan = Plan.of(graph, Set.of());
    try (Executor executor = executor(graph, Map.of(), 1)) {
      Map<Value, Tensor> fine = Map.of(x, Tensor.ofInts(new int[] {2, -2}, 2));
      Value y = graph.results().get("y");
      assertArrayEquals(
          new int[] {3, -4}, executor.run(plan, fine, Map.of(n, 2L), cancellation).get(y).toInts());
      Map<Value, Tensor> zero = Map.of(x, Tensor.ofInts(new int[] {2, 0}, 2));
      XfmException e =
          assertThrows(
              XfmException.class, () -> executor.run(plan, zero, Map.of(n, 2L), cancellation));
      assertEquals(Code.NUMBER, e.diagnostics().getFirst().code());
    }
  }

  /** The sums of all prefixes, each on its own: minutes of work, stopped after a moment. */
  @Test
  void aRunCanBeCancelled() throws InterruptedException {
    GraphBuilder b = new GraphBuilder();
    Symbol n = b.length("n");
    Value x = b.input("x", Term.Kind.FLOAT, Poly.of(n), Poly.of(n));
    Index i = index("i", n);
    Index j = index("j", n);
    Index k = index("k", n);
    b.result(
        b.equation(
            "y",
            List.of(i, j),
            sum(apply(Term.UnaryOp.SIN, times(read(x, i, k), read(x, k, j))), k)));
    Graph graph = b.build();
    Plan plan = Plan.of(graph, Set.of());
    Map<Symbol, Long> lengths = Map.of(n, 4000L);
    Map<Value, Tensor> data = Map.of(x, Tensor.ofFloats(new float[16_000_000], 4000, 4000));
    try (Executor executor = executor(graph, Map.of(), 2)) {
      Thread stopper =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  Thread.sleep(100);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                cancellation.cancel();
              });
      assertThrows(CancelledException.class, () -> executor.run(plan, data, lengths, cancellation));
      stopper.join();
      // The executor serves on.
      Map<Value, Tensor> small = Map.of(x, Tensor.ofFloats(new float[4], 2, 2));
      executor.run(plan, small, Map.of(n, 2L), new Cancellation());
    }
  }

  @Test
  void aClosedExecutorSaysSo() {
    Graph graph = Models.attention("");
    Plan plan = Plan.of(graph, Set.of());
    Executor executor = new Executor(Kernels.select(), 2, Memory.of(MEMORY));
    executor.close();
    executor.close();
    assertThrows(
        IllegalStateException.class,
        () -> executor.run(plan, Map.of(), Models.lengths(graph, 1), cancellation));
  }
}
