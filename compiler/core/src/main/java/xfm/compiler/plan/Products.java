package xfm.compiler.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.compiler.rewrite.Strided;
import xfm.compiler.rewrite.Work;

/** Equations that matrix products compute, as outputs of {@link Step.Multiply}. */
final class Products {
  private final Set<Value> weights;
  private final Set<Value> same;
  private final Function<Value, Layout> layouts;

  /**
   * @param same the values that are the same in all runs: the weights, and what is made of them
   */
  Products(Set<Value> weights, Set<Value> same, Function<Value, Layout> layouts) {
    this.weights = weights;
    this.same = same;
    this.layouts = layouts;
  }

  /**
   * An equation that is a product, if it is one.
   *
   * @param fixed the index of which a step sees one place at a time
   */
  Optional<Step.Output> of(Equation equation, Optional<Atom.Index> fixed) {
    return Product.of(equation.left(), equation.body(), weights)
        .filter(p -> fixed.isEmpty() || p.route().isEmpty() && isWorth(p, fixed.get()))
        .map(p ->
            new Step.Output(
                equation,
                List.of(factors(equation, p, fixed)),
                Optional.empty(),
                Work.flops(equation)));
  }

  /** An equation that reads products. */
  Step.Output of(Epilogues.Consumer consumer) {
    Equation equation = consumer.equation();
    List<Step.Factors> factors =
        consumer.products().sequencedValues().stream()
            .map(p -> factors(equation, p, Optional.empty()))
            .toList();
    TileLoop loop =
        TileLoop.of(equation, factors.getFirst().product(), consumer.products(), layouts);
    return new Step.Output(
        consumer.whole(), factors, Optional.of(loop), Work.flops(equation).plus(consumer.flops()));
  }

  private Step.Factors factors(Equation equation, Product p, Optional<Atom.Index> fixed) {
    Layout target = layouts.apply(equation.target());
    Comparator<Atom.Index> inTarget =
        Comparator.comparingInt(i -> target.order().indexOf(equation.left().indexOf(i)));
    Layout factor = layouts.apply(p.a().value());
    Comparator<Atom.Index> inFactor =
        Comparator.comparing(i -> steps(p.a(), factor, i), Arrays::compare);
    Product sorted =
        new Product(
            p.a(),
            p.b(),
            p.batch().stream().sorted(inTarget).toList(),
            p.rows().stream().sorted(inTarget).toList(),
            p.columns().stream().sorted(inTarget).toList(),
            p.inner().stream().sorted(inFactor).toList(),
            p.route());
    return new Step.Factors(sorted, isPacked(p, fixed));
  }

  /** How far a factor goes with an index, in each axis, outermost in memory first; backwards. */
  private static long[] steps(Term.Read read, Layout layout, Atom.Index index) {
    return layout.order().stream()
        .mapToLong(axis -> -Strided.step(Trees.asPoly(read.at().get(axis)), index))
        .toArray();
  }

  /** Whether the right factor is the same in all runs, and at all places. */
  private boolean isPacked(Product p, Optional<Atom.Index> fixed) {
    return isPackable(p.b(), same, fixed);
  }

  /** Whether it still is at one place alone. */
  private boolean isWorth(Product p, Atom.Index fixed) {
    return Product.isWorth(
        p.rows().stream().filter(index -> index != fixed).toList(),
        p.columns().stream().filter(index -> index != fixed).toList(),
        isPackable(p.a(), weights, Optional.of(fixed)),
        isPackable(p.b(), weights, Optional.of(fixed)));
  }

  private static boolean isPackable(Term.Read read, Set<Value> same, Optional<Atom.Index> fixed) {
    return Product.isPackable(read, same) && fixed.filter(Trees.free(read)::contains).isEmpty();
  }
}
