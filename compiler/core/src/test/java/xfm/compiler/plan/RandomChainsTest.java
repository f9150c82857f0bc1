package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static xfm.compiler.ir.GraphBuilder.apply;
import static xfm.compiler.ir.GraphBuilder.index;
import static xfm.compiler.ir.GraphBuilder.minus;
import static xfm.compiler.ir.GraphBuilder.number;
import static xfm.compiler.ir.GraphBuilder.over;
import static xfm.compiler.ir.GraphBuilder.plus;
import static xfm.compiler.ir.GraphBuilder.read;
import static xfm.compiler.ir.GraphBuilder.readElse;
import static xfm.compiler.ir.GraphBuilder.reduce;
import static xfm.compiler.ir.GraphBuilder.times;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
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

/**
 * Random equations over few shapes, so that almost all are loops of the same rows: against the
 * interpreter, and against a plan that runs each alone.
 */
class RandomChainsTest {
  private static final int ROUNDS = 60;

  private final Random random = new Random(11);
  private final Map<String, Integer> drawn = new TreeMap<>();

  @Test
  void chainsHaveTheBitsOfTheirLoops() {
    Compared compared = new Compared();
    for (int round = 0; round < ROUNDS; round++) {
      Graph graph = graph();
      Set<Value> some = new HashSet<>();
      graph.seen().values().stream().filter(_ -> random.nextInt(8) == 0).forEach(some::add);
      Plan plan = Plan.of(graph, some);
      Plan all = Plan.of(graph, Set.copyOf(graph.seen().values()));
      Plan single = Plan.unchained(graph, Set.copyOf(graph.seen().values()));
      PlanVerifier.verify(plan);
      PlanVerifier.verify(all);
      count(plan);
      try (Executor one = new Executor(Kernels.select(), 1, Memory.of(1L << 30));
          Executor three = new Executor(Kernels.select(), 3, Memory.of(1L << 30));
          Executor scalar = new Executor(Kernels.scalar(), 2, Memory.of(1L << 30))) {
        List<Sequence> batch = new ArrayList<>();
        List<Map<Value, Tensor>> expected = new ArrayList<>();
        for (long length : new long[] {1 + random.nextInt(40), 0, 1, 130}) {
          Map<Symbol, Long> lengths = Models.lengths(graph, length);
          Map<Value, Tensor> data = Models.data(graph, lengths);
          Sequence sequence = new Sequence(data, lengths);
          Map<Value, Tensor> alone = run(one, single, List.of(sequence)).getFirst();
          if (length < 100) {
            compared.check(graph, single, alone, data, lengths);
          }
          for (Executor executor : List.of(one, three, scalar)) {
            for (Plan chained : List.of(plan, all)) {
              Map<Value, Tensor> found = run(executor, chained, List.of(sequence)).getFirst();
              Compared.assertSameBits(found, alone, chained);
            }
          }
          batch.add(sequence);
          expected.add(alone);
        }
        for (Executor executor : List.of(one, three, scalar)) {
          List<Map<Value, Tensor>> together = run(executor, plan, batch);
          for (int s = 0; s < batch.size(); s++) {
            Compared.assertSameBits(together.get(s), expected.get(s), plan);
          }
        }
      }
    }
    System.out.println("drawn: " + drawn);
    for (String what :
        List.of(
            "another row",
            "another place of the row",
            "mean",
            "max",
            "chains of rows of 1",
            "chains of rows of 2",
            "chains of all rows",
            "chains of each sequence",
            "inside")) {
      assertTrue(drawn.getOrDefault(what, 0) > 5, what + " in " + drawn);
    }
    compared.assertTight();
  }

  private void count(Plan plan) {
    for (Step step : plan.steps()) {
      if (step instanceof Step.Chain chain) {
        drawn.merge("chains of rows of " + chain.axes(), 1, Integer::sum);
        drawn.merge(
            plan.times(chain) == Times.EACH ? "chains of each sequence" : "chains of all rows",
            1,
            Integer::sum);
        drawn.merge("loops in chains", chain.loops().size(), Integer::sum);
        drawn.merge("inside", chain.inside().size(), Integer::sum);
      }
    }
  }

  private static List<Map<Value, Tensor>> run(Executor executor, Plan plan, List<Sequence> batch) {
    plan.lowered()
        .weights()
        .forEach(w -> executor.bind(w.value(), batch.getFirst().inputs().get(w.value())));
    return executor.run(plan, batch, new Cancellation());
  }

  /** Values of the shapes [n], [n, 5], [n, 3], [n, 3, 5] and, large, [n, 3, n]. */
  private Graph graph() {
    GraphBuilder b = new GraphBuilder();
    Symbol n = b.length("n");
    Index i = index("i", n);
    Index h = index("h", 3);
    Index a = index("a", 5);
    Index j = index("j", n);
    List<List<Index>> shapes =
        List.of(List.of(i), List.of(i, a), List.of(i, h), List.of(i, h, a), List.of(i, h, j));
    List<Value> values = new ArrayList<>();
    values.add(b.input("x", Term.Kind.FLOAT, Poly.of(n), a.size()));
    values.add(b.input("y", Term.Kind.FLOAT, Poly.of(n), h.size(), a.size()));
    values.add(b.weight("w", a.size()));
    values.add(b.weight("u", h.size(), a.size()));
    int equations = 4 + random.nextInt(8);
    for (int e = 0; e < equations; e++) {
      List<Index> left = shapes.get(random.nextInt(shapes.size()));
      Term body = term(values, left, 2 + random.nextInt(2));
      if (left.contains(j) && random.nextBoolean()) {
        body = times(body, apply(Term.UnaryOp.FLOAT, new Term.Int(Poly.of(j).plus(Poly.of(i)))));
      }
      values.add(b.equation("v" + e, left, body));
    }
    b.result(values.getLast());
    b.result(values.get(values.size() - 2));
    return b.build();
  }

  private Term term(List<Value> values, List<Index> at, int depth) {
    if (depth == 0) {
      return leaf(values, at);
    }
    Term one = term(values, at, depth - 1);
    return switch (random.nextInt(6)) {
      case 0 -> plus(one, leaf(values, at));
      case 1 -> times(one, leaf(values, at));
      case 2 -> minus(leaf(values, at), one);
      case 3 -> apply(Term.UnaryOp.TANH, one);
      case 4 -> over(one, plus(apply(Term.UnaryOp.ABS, leaf(values, at)), number(1)));
      default -> one;
    };
  }

  /**
   * A value at the indices of the equation; over an axis that it has besides, a mean or maximum.
   */
  private Term leaf(List<Value> values, List<Index> at) {
    // What was made last is read most, so that equations follow from one another.
    int back = Math.min(random.nextInt(values.size()), random.nextInt(values.size()));
    Value value = values.get(values.size() - 1 - back);
    List<Index> over = new ArrayList<>();
    List<Poly> place = new ArrayList<>();
    boolean shifted = false;
    for (int axis = 0; axis < value.shape().size(); axis++) {
      Poly size = value.shape().get(axis);
      boolean row = axis == 0 && size.constant().isEmpty();
      Index own =
          at.stream()
              .filter(index -> index.size().equals(size))
              .skip(axis == 2 && at.size() == 3 && size.constant().isEmpty() ? 1 : 0)
              .findFirst()
              .orElse(null);
      if (own == null) {
        own = index("o", size);
        over.add(own);
      }
      if (row && random.nextInt(10) == 0) {
        drawn.merge("another row", 1, Integer::sum);
        place.add(Poly.of(own).minus(Poly.ONE));
        shifted = true;
      } else if (size.constant().isPresent() && random.nextInt(8) == 0) {
        drawn.merge("another place of the row", 1, Integer::sum);
        place.add(size.minus(Poly.ONE).minus(Poly.of(own)));
      } else {
        place.add(Poly.of(own));
      }
    }
    Poly[] places = place.toArray(Poly[]::new);
    Term read = shifted ? readElse(value, number(0.25), places) : read(value, places);
    if (over.isEmpty()) {
      return read;
    }
    boolean mean = random.nextBoolean();
    drawn.merge(mean ? "mean" : "max", 1, Integer::sum);
    return mean
        ? reduce(Term.ReduceOp.MEAN, read, over.toArray(Index[]::new))
        : reduce(Term.ReduceOp.MAX, read, over.toArray(Index[]::new));
  }
}
