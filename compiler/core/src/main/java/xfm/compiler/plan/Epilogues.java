package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
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
import xfm.compiler.rewrite.Work;

/**
 * Which matrix products never get memory of their own: one equation reads them, each of its
 * elements elements of their own, and computes with it while it is in the cache. A bias, an
 * activation, the sum with the skip connection, the gate of two products: whatever it is, as long
 * as nothing is summed in it.
 */
final class Epilogues {
  /** Sums of one block: each takes 120 kB of the cache. */
  private static final int MOST_PRODUCTS = 4;

  /**
   * An equation with the products that it reads.
   *
   * @param equation with a value for each product, read at its own place
   * @param whole with the products in place of the reads
   * @param products by those values, with the indices of the equation
   * @param consumed the values that are not made
   * @param flops of the products
   */
  record Consumer(
      Equation equation,
      Equation whole,
      SequencedMap<Value, Product> products,
      Set<Value> consumed,
      Poly flops) {}

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
              consumed.addAll(consumer.consumed());
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

  /**
   * Each place at which a product is read is a product of its own, of parts of the factors: {@code
   * gate(u[i, f]) * u[i, size + f]} computes with both halves of {@code u}. All reads of a product
   * must be such, and no sum computed twice.
   */
  private static Optional<Consumer> consumer(
      Equation equation, Map<Value, Equation> products, Set<Value> weights) {
    List<Part> parts = new ArrayList<>();
    for (Value read : Slots.reads(equation)) {
      List<Part> own =
          Optional.ofNullable(products.get(read))
              .map(product -> parts(equation, product, weights))
              .orElse(List.of());
      List<Part> more = new ArrayList<>(parts);
      more.addAll(own);
      if (more.size() <= MOST_PRODUCTS
          && more.stream().allMatch(part -> isAlike(part.product, more.getFirst().product))) {
        parts = more;
      }
    }
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    SequencedMap<Value, Product> values = new LinkedHashMap<>();
    Map<Read, Term> named = new HashMap<>();
    Map<Read, Term> sums = new HashMap<>();
    Poly flops = Poly.ZERO;
    List<Poly> left = equation.left().stream().map(Poly::of).toList();
    for (Part part : parts) {
      Value value = new Value(part.read.value.path(), Term.Kind.FLOAT, equation.target().shape());
      values.put(value, part.product);
      named.put(part.read, Terms.read(value, left));
      sums.put(part.read, part.sum);
      flops =
          flops.plus(Work.flops(new Equation(value, equation.left(), part.sum, equation.span())));
    }
    return Optional.of(
        new Consumer(
            with(equation, named),
            with(equation, sums),
            values,
            parts.stream().map(part -> part.read.value).collect(Collectors.toSet()),
            flops));
  }

  /** A value at a place. */
  private record Read(Value value, List<Poly> at) {
    static Read of(Term.Read read) {
      return new Read(read.value(), read.at().stream().map(Trees::asPoly).toList());
    }
  }

  /** A product at the place at which it is read. */
  private record Part(Read read, Term sum, Product product) {}

  /** What a reader reads of a product; empty if that is not products, or too much. */
  private static List<Part> parts(Equation reader, Equation product, Set<Value> weights) {
    Set<Read> reads = new LinkedHashSet<>();
    Trees.visit(
        reader.body(),
        term -> {
          if (term instanceof Term.Read read && read.value() == product.target()) {
            reads.add(Read.of(read));
          }
        });
    boolean guarded =
        Trees.any(
            reader.body(),
            term ->
                term instanceof Term.Read read
                    && read.value() == product.target()
                    && read.otherwise().isPresent());
    Poly all = Work.places(reader.left()).times(reads.size());
    if (guarded || Work.large(all) > Work.large(Work.places(product.left()))) {
      return List.of();
    }
    List<Part> parts = new ArrayList<>();
    for (Read read : reads) {
      Map<Atom.Index, Poly> by = new HashMap<>();
      for (int axis = 0; axis < read.at.size(); axis++) {
        by.put(product.left().get(axis), read.at.get(axis));
      }
      Term sum = Terms.substitute(product.body(), by);
      Optional<Product> own = Product.of(reader.left(), sum, weights);
      if (own.isEmpty()) {
        return List.of();
      }
      parts.add(new Part(read, sum, own.get()));
    }
    return parts;
  }

  private static boolean isAlike(Product a, Product b) {
    return Set.copyOf(a.batch()).equals(Set.copyOf(b.batch()))
        && Set.copyOf(a.rows()).equals(Set.copyOf(b.rows()))
        && Set.copyOf(a.columns()).equals(Set.copyOf(b.columns()))
        && a.route().map(Route::pick).equals(b.route().map(Route::pick));
  }

  private static Equation with(Equation equation, Map<Read, Term> by) {
    return equation.with(replace(equation.body(), by));
  }

  private static Term replace(Term term, Map<Read, Term> by) {
    return term instanceof Term.Read read && by.containsKey(Read.of(read))
        ? by.get(Read.of(read))
        : Trees.map(term, child -> replace(child, by));
  }
}
