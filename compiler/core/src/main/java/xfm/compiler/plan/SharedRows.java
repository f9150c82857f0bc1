package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.compiler.rewrite.Route;
import xfm.compiler.rewrite.Strided;

/**
 * Products of the same rows become one step (queries, keys and values; a gate and what it gates):
 * the rows are read once, while they are in the cache, and the team is woken once.
 */
final class SharedRows {
  private static final int MOST_OUTPUTS = 8;

  private final Function<Step, Times> times;

  /**
   * @param times how often a step runs for a batch
   */
  SharedRows(Function<Step, Times> times) {
    this.times = times;
  }

  /** The same steps, those moved to the first of their rows that can be. */
  List<Step> joined(List<Step> steps) {
    List<Step> left = new ArrayList<>(steps);
    for (int s = 0; s < left.size(); s++) {
      if (left.get(s) instanceof Step.Multiply first) {
        left.set(s, joined(first, left, s + 1));
      }
    }
    return left;
  }

  /**
   * Takes those that can be computed with {@code first} out of the steps behind it. Not from beyond
   * an attention or a recurrence: what is computed early must be kept until it is read.
   */
  private Step.Multiply joined(Step.Multiply first, List<Step> steps, int from) {
    List<Step.Output> outputs = new ArrayList<>(first.outputs());
    Set<Value> later = Collections.newSetFromMap(new IdentityHashMap<>());
    targets(first).forEach(later::add);
    for (int s = from; s < steps.size(); s++) {
      Step step = steps.get(s);
      if (step instanceof Step.Attention || step instanceof Step.Scan) {
        break;
      }
      if (step instanceof Step.Multiply multiply
          && outputs.size() + multiply.outputs().size() <= MOST_OUTPUTS
          && times.apply(multiply) == times.apply(first)
          && isPacked(multiply) == isPacked(first)
          && reads(multiply).noneMatch(later::contains)
          && rows(multiply).allMatch(a -> rows(first).allMatch(b -> isSame(a, b)))) {
        outputs.addAll(multiply.outputs());
        steps.remove(s--);
      }
      targets(step).forEach(later::add);
    }
    return new Step.Multiply(outputs);
  }

  private static boolean isPacked(Step.Multiply step) {
    return step.outputs().stream()
        .allMatch(output -> output.products().stream().allMatch(Step.Factors::packed));
  }

  private static Stream<Value> targets(Step step) {
    return step.equations().stream().map(equation -> equation.target());
  }

  private static Stream<Value> reads(Step step) {
    return step.equations().stream().flatMap(equation -> Slots.reads(equation).stream());
  }

  private static Stream<Product> rows(Step.Multiply step) {
    return step.outputs().stream()
        .flatMap(output -> output.products().stream().map(Step.Factors::product));
  }

  private static boolean isSame(Product a, Product b) {
    return a.a().value() == b.a().value()
        && starts(a.a()).equals(starts(b.a()))
        && ways(a.a(), a.batch()).equals(ways(b.a(), b.batch()))
        && ways(a.a(), a.rows()).equals(ways(b.a(), b.rows()))
        && ways(a.a(), a.inner()).equals(ways(b.a(), b.inner()))
        && picks(a).equals(picks(b));
  }

  private static List<Poly> starts(Term.Read read) {
    return read.at().stream().map(Trees::asPoly).map(Strided::start).toList();
  }

  /** Of routed rows: what picks their matrices, and at which of its axes they stand. */
  private static List<Object> picks(Product product) {
    return product
        .route()
        .map(Route::pick)
        .<List<Object>>map(pick -> List.of(pick.value(), ways(pick, product.rows())))
        .orElse(List.of());
  }

  /** How indices go through the axes of a value, and how far each runs. */
  private static List<List<Object>> ways(Term.Read read, List<Atom.Index> indices) {
    List<List<Object>> ways = new ArrayList<>();
    for (Atom.Index index : indices) {
      List<Object> way = new ArrayList<>(List.of(index.size()));
      read.at().forEach(at -> way.add(Strided.step(Trees.asPoly(at), index)));
      ways.add(way);
    }
    return ways;
  }
}
