package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stage;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Product;
import xfm.compiler.rewrite.Route;

/**
 * Which matrix products never get memory of their own: one equation reads them, each of its
 * elements just one element of theirs, and computes with it while it is in the cache. A bias, an
 * activation, the sum with the skip connection, the gate of two products: whatever it is, as long
 * as nothing is summed in it.
 */
final class Epilogues {
  /** Sums of one block: each takes 120 kB of the cache. */
  private static final int MOST_PRODUCTS = 4;

  /**
   * An equation with the products that it reads.
   *
   * @param whole the equation with the products in place of the reads
   * @param products by the value that is not made, with the indices of the equation
   */
  record Consumer(Equation equation, Equation whole, SequencedMap<Value, Product> products) {}

  private final Map<Equation, Consumer> consumers = new IdentityHashMap<>();
  private final Set<Value> consumed = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param stages in order
   * @param kept values that a run hands out
   */
  Epilogues(List<Stage> stages, Set<Value> kept, Set<Value> weights, Rows rows) {
    Map<Value, Equation> products = new IdentityHashMap<>();
    Map<Value, Set<Equation>> readers = new IdentityHashMap<>();
    for (Stage stage : stages) {
      for (Equation equation : stage.equations()) {
        for (Value read : Slots.reads(equation)) {
          readers
              .computeIfAbsent(read, _ -> Collections.newSetFromMap(new IdentityHashMap<>()))
              .add(equation);
        }
      }
      if (stage instanceof Stage.One(Equation equation)
          && !kept.contains(equation.target())
          && Product.of(equation.left(), equation.body(), weights).isPresent()) {
        products.put(equation.target(), equation);
      }
    }
    products.keySet().removeIf(v -> readers.getOrDefault(v, Set.of()).size() != 1);
    for (Stage stage : stages) {
      if (stage instanceof Stage.One(Equation equation) && isElementwise(equation)) {
        Map<Value, Equation> alike = new IdentityHashMap<>(products);
        // What sees one sequence at a time would tear the rows of a batch asunder.
        alike.keySet().removeIf(v -> rows.times(v) != rows.times(equation.target()));
        consumer(equation, alike, weights)
            .ifPresent(consumer -> {
              consumers.put(equation, consumer);
              consumed.addAll(consumer.products().keySet());
            });
      }
    }
  }

  /** The products that an equation computes with as they are made; empty if there are none. */
  Optional<Consumer> of(Equation equation) {
    return Optional.ofNullable(consumers.get(equation));
  }

  /** Whether a value is such a product. */
  boolean isConsumed(Value value) {
    return consumed.contains(value);
  }

  private static boolean isElementwise(Equation equation) {
    return !Trees.any(
        equation.body(), term -> term instanceof Term.Reduce || term instanceof Term.Along);
  }

  private static Optional<Consumer> consumer(
      Equation equation, Map<Value, Equation> products, Set<Value> weights) {
    SequencedMap<Value, Product> own = new LinkedHashMap<>();
    Map<Value, Term> sums = new IdentityHashMap<>();
    for (Value read : Slots.reads(equation)) {
      Optional<Term> sum =
          Optional.ofNullable(products.get(read)).flatMap(product -> at(equation, product));
      Optional<Product> product =
          sum.flatMap(s -> Product.of(equation.left(), s, weights))
              .filter(p -> own.isEmpty() || isAlike(p, own.firstEntry().getValue()));
      if (product.isPresent() && own.size() < MOST_PRODUCTS) {
        own.put(read, product.get());
        sums.put(read, sum.get());
      }
    }
    if (own.isEmpty()) {
      return Optional.empty();
    }
    Equation whole =
        new Equation(
            equation.target(), equation.left(), replace(equation.body(), sums), equation.span());
    return Optional.of(new Consumer(equation, whole, own));
  }

  /** The sum of a product at the place at which an equation reads it, if that is one of its own. */
  private static Optional<Term> at(Equation reader, Equation product) {
    List<List<Term>> places = new ArrayList<>();
    Trees.visit(
        reader.body(),
        term -> {
          if (term instanceof Term.Read read && read.value() == product.target()) {
            places.add(read.otherwise().isPresent() ? List.of() : read.at());
          }
        });
    List<Poly> at = places.getFirst().stream().map(Trees::asPoly).toList();
    List<Poly> own = reader.left().stream().map(Poly::of).toList();
    boolean each =
        at.size() == own.size()
            && new HashSet<>(at).equals(new HashSet<>(own))
            && places.stream().allMatch(p -> p.stream().map(Trees::asPoly).toList().equals(at));
    if (!each) {
      return Optional.empty();
    }
    Map<Atom.Index, Poly> by = new HashMap<>();
    for (int axis = 0; axis < at.size(); axis++) {
      by.put(product.left().get(axis), at.get(axis));
    }
    return Optional.of(Terms.substitute(product.body(), by));
  }

  private static boolean isAlike(Product a, Product b) {
    return Set.copyOf(a.batch()).equals(Set.copyOf(b.batch()))
        && Set.copyOf(a.rows()).equals(Set.copyOf(b.rows()))
        && Set.copyOf(a.columns()).equals(Set.copyOf(b.columns()))
        && a.route().map(Route::pick).equals(b.route().map(Route::pick));
  }

  private static Term replace(Term term, Map<Value, Term> sums) {
    return term instanceof Term.Read read && sums.containsKey(read.value())
        ? sums.get(read.value())
        : Trees.map(term, child -> replace(child, sums));
  }
}
