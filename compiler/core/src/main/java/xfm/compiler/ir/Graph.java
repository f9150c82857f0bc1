package xfm.compiler.ir;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import xfm.compiler.source.Span;

/**
 * A model with all its sizes known but its lengths.
 *
 * @param lengths the symbols that the inputs bind, in the order of the inputs
 * @param equations in an order in which each reads only what stands before it
 * @param results by name; a model of one result calls it by the name it was returned under
 * @param seen every path that can be looked at, and its value (inputs, weights and equations)
 * @param marks what is said of values beside what they are
 */
public record Graph(
    String name,
    List<Atom.Symbol> lengths,
    List<Input> inputs,
    List<Weight> weights,
    List<Equation> equations,
    SequencedMap<String, Value> results,
    Map<String, Value> seen,
    Marks marks) {

  /** Without marks. */
  public Graph(
      String name,
      List<Atom.Symbol> lengths,
      List<Input> inputs,
      List<Weight> weights,
      List<Equation> equations,
      SequencedMap<String, Value> results,
      Map<String, Value> seen) {
    this(name, lengths, inputs, weights, equations, results, seen, Marks.NONE);
  }

  /**
   * What is said of values beside what they are; no other value depends on it.
   *
   * @param kept {@code keep}: what decoding caches in place of what is computed from it
   * @param penalties losses beside the results: of each name, the sum of those of all blocks
   * @param conditions what the lengths of the inputs must fulfil
   */
  public record Marks(
      Set<Value> kept, SequencedMap<String, Value> penalties, List<Condition> conditions) {
    public static final Marks NONE = new Marks(Set.of(), new LinkedHashMap<>(), List.of());
  }

  /** {@code require} of the lengths of the inputs: what the proofs of all subscripts built on. */
  public record Condition(Term holds, Span span) {}

  /** The lengths that the inputs bound, each at its bound. */
  public Map<Atom.Symbol, Long> longest() {
    Map<Atom.Symbol, Long> longest = new LinkedHashMap<>();
    for (Input input : inputs) {
      for (int axis = 0; axis < input.atMost().size(); axis++) {
        if (input.value().shape().get(axis).atom().orElse(null) instanceof Atom.Symbol length) {
          input
              .atMost()
              .get(axis)
              .map(Poly::constant)
              .ifPresent(most -> most.ifPresent(n -> longest.merge(length, n, Math::min)));
        }
      }
    }
    return longest;
  }

  /**
   * Under which path a value is seen: where its name was bound anew, the plain path is the last
   * value's, and the first one's ends in {@code @1}.
   */
  public String seenAs(Value value) {
    String path = value.path();
    return seen.getOrDefault(path, value) == value ? path : path + "@1";
  }

  /**
   * An input.
   *
   * @param below for integers and tokens: every element is in {@code 0 .. below - 1}
   * @param atMost per axis the largest size that is allowed, where one is declared
   * @param axes what each axis was called where the input was declared
   */
  public record Input(
      String name,
      Value value,
      Optional<Poly> below,
      List<Optional<Poly>> atMost,
      List<String> axes,
      Span span) {

    /** Axes called by their sizes. */
    public Input(
        String name, Value value, Optional<Poly> below, List<Optional<Poly>> atMost, Span span) {
      this(name, value, below, atMost, value.shape().stream().map(Poly::toString).toList(), span);
    }
  }

  /**
   * A weight.
   *
   * @param axes what each axis was called where the weight was declared ("d", "heads", "4 * d")
   * @param constant {@code const}: not trained, not counted
   */
  public record Weight(
      Value value, List<String> axes, Initial initial, boolean constant, Span span) {}

  /** How a weight begins when no file gives it. */
  public sealed interface Initial {

    /** Normally distributed around 0. */
    record Normal(double deviation) implements Initial {}

    /** Evenly distributed in {@code [from, to)}. */
    record Uniform(double from, double to) implements Initial {}

    /** Normal with variance {@code 2 / (in + out)}, of a matrix's first axis and all others. */
    record Xavier() implements Initial {}

    /** An equation over the weight's own indices. */
    record Formula(List<Atom.Index> left, Term body) implements Initial {}
  }
}
