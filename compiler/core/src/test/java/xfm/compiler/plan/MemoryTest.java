package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.RandomGraphs;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Program;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** What is counted before a run is what the run reserves, to the byte. */
class MemoryTest {
  private static final long PLENTY = 1L << 32;

  private static final Map<String, Object> SIZES =
      Map.of("vocab", 11L, "d", 12L, "layers", 2L, "heads", 3L);

  private final RandomGraphs random = new RandomGraphs(12);

  private static Graph graph(String text, String model, Map<String, Object> settings) {
    Program program = Program.of(Parser.parse(new Source("test.xfm", text)), Optional.empty());
    Item.Declaration declaration = program.declaration(model).orElseThrow();
    return program.graph(declaration, settings, declaration.span());
  }

  private static Map<String, Object> sizes(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(SIZES);
    all.putAll(more);
    return all;
  }

  /** One executor, all memory of which is counted where it is allocated. */
  private static final class Session implements AutoCloseable {
    final Counted held = new Counted();
    final Counted results = new Counted();
    final Executor executor;
    final long given;

    Session(long limit, int threads, Graph graph, Map<Value, Tensor> weights) {
      executor = new Executor(Kernels.select(), threads, Memory.of(limit), held, results);
      graph.weights().forEach(w -> executor.bind(w.value(), weights.get(w.value())));
      given =
          graph.weights().stream().mapToLong(w -> weights.get(w.value()).data().byteSize()).sum();
    }

    void run(Plan plan, List<Sequence> batch) {
      executor.run(plan, batch, new Cancellation());
    }

    @Override
    public void close() {
      executor.close();
    }
  }

  private static long needed(XfmException refusal) {
    return Long.parseLong(refusal.getMessage().replaceAll(" bytes.*|[^0-9]", ""));
  }

  /** Returns what a run needs. */
  private static long check(Graph graph, Plan plan, List<Sequence> batch, int threads) {
    Map<Value, Tensor> weights = batch.getFirst().inputs();
    long needed;
    try (Session none = new Session(0, threads, graph, weights)) {
      needed = needed(assertThrows(XfmException.class, () -> none.run(plan, batch)));
      assertEquals(0, none.held.most() + none.results.most(), "made before it was refused");
    }
    try (Session less = new Session(needed - 1, threads, graph, weights)) {
      XfmException refusal = assertThrows(XfmException.class, () -> less.run(plan, batch));
      assertEquals(needed, needed(refusal));
      assertTrue(
          refusal.getMessage().contains("the limit is %,d bytes".formatted(needed - 1)),
          refusal.getMessage());
    }
    try (Session enough = new Session(needed, threads, graph, weights)) {
      enough.run(plan, batch);
      long arrays = enough.executor.heldBytes() - enough.given - enough.held.live();
      assertTrue(arrays >= 0, "more arrays than none");
      long most = enough.given + enough.held.most();
      assertTrue(most <= needed, most + " of " + needed);
      assertTrue(needed <= most + arrays + enough.results.most(), plan.toString());
      if (plan.before().isEmpty()) { // with one, either part may take the most
        assertEquals(needed, most + arrays + enough.results.most(), plan.toString());
      }
      long live = enough.held.live();
      enough.run(plan, batch);
      assertEquals(live, enough.held.live(), "a second run holds more");
      assertEquals(enough.executor.heldBytes() - enough.given, live + arrays);
    }
    return needed;
  }

  private static List<Sequence> batch(Graph graph, long... lengths) {
    List<Sequence> batch = new ArrayList<>();
    for (long n : lengths) {
      Map<Value, Tensor> data = Models.data(graph, Models.lengths(graph, n));
      if (!batch.isEmpty()) {
        graph.weights().forEach(w -> data.put(w.value(), batch.getFirst().inputs().get(w.value())));
      }
      batch.add(new Sequence(data, Models.lengths(graph, n)));
    }
    return batch;
  }

  @Test
  void randomGraphsTakeWhatIsCounted() {
    for (int round = 0; round < 60; round++) {
      Graph graph = random.graph();
      List<Sequence> batch = new ArrayList<>();
      for (int s = 0; s <= round % 3; s++) {
        Map<Value, Tensor> data = new IdentityHashMap<>();
        var lengths = random.lengths(graph);
        data.putAll(random.data(graph, lengths));
        if (s > 0) {
          graph
              .weights()
              .forEach(w -> data.put(w.value(), batch.getFirst().inputs().get(w.value())));
        }
        batch.add(new Sequence(data, lengths));
      }
      check(graph, Plan.of(graph, Set.of()), batch, 1 + round % 3);
      check(graph, Plan.of(graph, Set.copyOf(graph.seen().values())), batch, 1 + round % 3);
    }
  }

  private static List<Graph> models() {
    return List.of(
        graph("", "gpt2", sizes(Map.of("context", 700L))),
        graph("", "llama", sizes(Map.of("kv_heads", 1L, "hidden", 8L))),
        graph("", "mixtral", sizes(Map.of("kv_heads", 1L, "hidden", 8L, "experts", 3L))),
        graph("", "gemma2", sizes(Map.of("kv_heads", 1L, "hidden", 8L, "d_k", 4L, "near", 20L))),
        graph(
            "",
            "t5",
            Map.of(
                "vocab",
                11L,
                "d",
                12L,
                "encoder_layers",
                1L,
                "decoder_layers",
                1L,
                "heads",
                3L,
                "d_k",
                4L,
                "hidden",
                8L)),
        PreparedTest.graph());
  }

  @Test
  void modelsTakeWhatIsCounted() {
    for (Graph graph : models()) {
      Plan plan = Plan.of(graph, Set.of());
      for (int threads = 1; threads <= 3; threads++) {
        check(graph, plan, batch(graph, 9), threads);
        check(graph, plan, batch(graph, 1, 5, 300, 5, 64), threads);
      }
    }
  }

  @Test
  void weightsOfOtherTypesAreWidenedWithoutACopyBetween() {
    for (Graph graph : models()) {
      List<Sequence> batch = batch(graph, 9, 4);
      for (Sequence sequence : batch) {
        graph
            .weights()
            .forEach(w -> sequence.inputs().compute(w.value(), (_, t) -> Models.toBfloat16(t)));
      }
      check(graph, Plan.of(graph, Set.of()), batch, 2);
    }
  }

  /**
   * Of the same length: the results, a few objects to hand them out in, and nothing for any step or
   * thread. With scalar kernels, since vectors are objects until C2 has compiled their loops.
   */
  @Test
  void aRunAllocatesNothingButItsResults() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Graph graph : models()) {
      Plan plan = Plan.of(graph, Set.of());
      for (List<Sequence> batch : List.of(batch(graph, 33), batch(graph, 5, 40, 1, 17))) {
        Set<Long> others =
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::threadId)
                .collect(Collectors.toSet());
        try (Executor executor = new Executor(Kernels.scalar(), 2, Memory.of(PLENTY))) {
          graph
              .weights()
              .forEach(w -> executor.bind(w.value(), batch.getFirst().inputs().get(w.value())));
          executor.run(plan, batch, new Cancellation());
          Cancellation cancellation = new Cancellation();
          long[] own =
              Stream.concat(
                      Stream.of(Thread.currentThread()),
                      Thread.getAllStackTraces().keySet().stream()
                          .filter(t -> t.getName().startsWith("xfm-worker"))
                          .filter(t -> !others.contains(t.threadId())))
                  .mapToLong(Thread::threadId)
                  .toArray();
          assertEquals(2, own.length);
          long least = Long.MAX_VALUE;
          for (int run = 0; run < 50; run++) {
            long before = Arrays.stream(threads.getThreadAllocatedBytes(own)).sum();
            executor.run(plan, batch, cancellation);
            long after = Arrays.stream(threads.getThreadAllocatedBytes(own)).sum();
            least = Math.min(least, after - before);
          }
          assertTrue(least < 2_000 + 1_000 * batch.size(), graph.name() + ": " + least + " bytes");
        }
      }
    }
  }

  /** Whatever ran before: what it left is given back where there is no room for it. */
  @Test
  void whatIsRefusedDoesNotDependOnWhatRanBefore() {
    Graph graph = graph("", "gpt2", sizes(Map.of("context", 700L)));
    Plan some = Plan.of(graph, Set.of());
    Plan all = Plan.of(graph, Set.copyOf(graph.seen().values()));
    List<Plan> plans = List.of(some, all, some, some, all);
    List<List<Sequence>> batches = new ArrayList<>();
    long[][] lengths = {{600}, {40, 50}, {3, 2, 400}, {1}, {7}};
    long limit = 0;
    for (int r = 0; r < plans.size(); r++) {
      batches.add(batch(graph, lengths[r]));
      limit = Math.max(limit, check(graph, plans.get(r), batches.get(r), 2));
    }
    Map<Value, Tensor> weights = batches.getFirst().getFirst().inputs();
    long larger =
        needed(
            assertThrows(
                XfmException.class,
                () -> {
                  try (Session none = new Session(0, 2, graph, weights)) {
                    none.run(all, batch(graph, 700, 700));
                  }
                }));
    assertTrue(larger > limit);
    try (Session session = new Session(limit, 2, graph, weights)) {
      for (int round = 0; round < 3; round++) {
        for (int r = 0; r < plans.size(); r++) {
          session.run(plans.get(r), batches.get(r));
          assertTrue(session.executor.heldBytes() <= limit);
          assertTrue(session.given + session.held.most() <= limit);
          XfmException refusal =
              assertThrows(XfmException.class, () -> session.run(all, batch(graph, 700, 700)));
          assertEquals(larger, needed(refusal));
        }
      }
    }
  }

  @Test
  void whatNobodyCanCountIsRefused() {
    String squares =
        "model m(x: [n, 8]) -> [n, n, n] { return y[i, j, k] = sin(x[i, 0] * x[j, 1] * x[k, 2]) }";
    Graph graph = graph(squares, "m", Map.of());
    Plan plan = Plan.of(graph, Set.of());
    Map<Value, Tensor> data = batch(graph, 1).getFirst().inputs();
    String text = plan.text(Models.lengths(graph, 4_000_000), List.of());
    assertTrue(text.endsWith("for n = 4000000: more memory than can be counted\n"), text);
    // One that overflows, and two that do so together.
    for (long n : new long[] {4_000_000, 1_000_000}) {
      Sequence one = new Sequence(data, Models.lengths(graph, n));
      Sequence less = new Sequence(data, Models.lengths(graph, n - 1));
      try (Session session = new Session(PLENTY, 1, graph, data)) {
        XfmException refusal =
            assertThrows(XfmException.class, () -> session.run(plan, List.of(one, less)));
        assertEquals(Code.INPUT, refusal.diagnostics().getFirst().code());
        assertTrue(
            refusal.getMessage().contains("more memory than can be counted"), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith("this batch takes"), refusal.getMessage());
        assertEquals(
            List.of(
                "lengths: 2 sequences: n from %,d to %,d, together %,d"
                    .formatted(n - 1, n, 2 * n - 1)),
            refusal.diagnostics().getFirst().notes());
      }
    }
  }
}
