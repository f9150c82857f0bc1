package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static xfm.compiler.ir.GraphBuilder.apply;
import static xfm.compiler.ir.GraphBuilder.index;
import static xfm.compiler.ir.GraphBuilder.number;
import static xfm.compiler.ir.GraphBuilder.plus;
import static xfm.compiler.ir.GraphBuilder.read;
import static xfm.compiler.ir.GraphBuilder.sum;
import static xfm.compiler.ir.GraphBuilder.times;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import xfm.compiler.ir.Atom.Index;
import xfm.compiler.ir.Atom.Symbol;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.GraphBuilder;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Value;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.kernel.Kernels;
import xfm.runtime.tensor.Tensor;

/** What follows products is done on their blocks, wherever a block begins and ends. */
class EpiloguesTest {
  private final GraphBuilder builder = new GraphBuilder();
  private final Symbol n = builder.length("n");
  private final Index i = index("i", n);
  private final Index a = index("a", 40);
  private final Index h = index("h", 3);
  private final Index e = index("e", 70);
  private final Value x = builder.input("x", Term.Kind.FLOAT, Poly.of(n), a.size());

  private Value heads(String name) {
    Value weight = builder.weight("w_" + name, a.size(), h.size(), e.size());
    Term sum = sum(times(read(x, i, a), read(weight, a, h, e)), a);
    return builder.equation(name, List.of(i, h, e), sum);
  }

  /** More rows and columns than a block has, heads that end inside one. */
  @Test
  void manyBlocksHaveTheBitsOfALoopAfterwards() {
    Value up = heads("up");
    Value gate = heads("gate");
    Value bias = builder.weight("bias", h.size(), e.size());
    Term biased = plus(read(gate, i, h, e), read(bias, h, e));
    Term gated = times(times(biased, apply(Term.UnaryOp.TANH, biased)), read(up, i, h, e));
    Value hidden = builder.equation("hidden", List.of(i, h, e), gated);
    Value down = builder.weight("down", h.size(), e.size(), a.size());
    Term back = sum(times(read(hidden, i, h, e), read(down, h, e, a)), h, e);
    Value y = builder.equation("y", List.of(i, a), plus(read(x, i, a), back));
    builder.result(y);
    Graph graph = builder.build();
    Plan fused = Plan.of(graph, Set.of());
    assertEquals(2, fused.steps().size(), fused.toString());
    for (long length : new long[] {1, 240, 500}) {
      assertSameBits(graph, y, length);
    }
  }

  @Test
  void whatTwoReadOrSomebodySeesIsMade() {
    Value up = heads("up");
    List<Index> left = List.of(i, h, e);
    Value one = builder.equation("one", left, apply(Term.UnaryOp.TANH, read(up, i, h, e)));
    Value two = builder.equation("two", left, apply(Term.UnaryOp.COS, read(up, i, h, e)));
    Value seen = heads("seen");
    Value three = builder.equation("three", left, times(read(seen, i, h, e), number(0.5)));
    builder.result(one);
    builder.result(two);
    builder.result(three);
    Graph graph = builder.build();
    String plan = Plan.of(graph, Set.of(seen)).toString();
    for (String made : new String[] {" up ", " one ", " two ", " seen ", " three "}) {
      assertTrue(plan.contains(made), plan);
    }
    assertSameBits(graph, three, 33);
  }

  private static void assertSameBits(Graph graph, Value result, long length) {
    Map<Symbol, Long> lengths = Models.lengths(graph, length);
    Map<Value, Tensor> data = Models.data(graph, lengths);
    Tensor afterwards =
        run(graph, Plan.of(graph, Set.copyOf(graph.seen().values())), data, 1, result);
    Tensor onBlocks = run(graph, Plan.of(graph, Set.of()), data, 3, result);
    assertEquals(-1, afterwards.data().mismatch(onBlocks.data()), "of length " + length);
  }

  private static Tensor run(
      Graph graph, Plan plan, Map<Value, Tensor> data, int threads, Value result) {
    try (Executor executor = new Executor(Kernels.select(), threads, Memory.of(1L << 30))) {
      graph.weights().forEach(w -> executor.bind(w.value(), data.get(w.value())));
      Map<Symbol, Long> lengths =
          Map.of(
              graph.lengths().getFirst(), data.get(graph.inputs().getFirst().value()).shape()[0]);
      return executor.run(plan, data, lengths, new Cancellation()).get(result);
    }
  }
}
