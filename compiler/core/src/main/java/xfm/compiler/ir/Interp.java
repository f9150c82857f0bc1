package xfm.compiler.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import xfm.runtime.tensor.Tensor;

/**
 * The plain interpreter: every equation of a graph as it is written, in double precision (integers
 * in long). It is slow, and it is what every plan is compared to.
 *
 * <p>What a reduction over nothing gives, and what softmax does with an empty row, is decided here.
 */
public final class Interp {
  private final Graph graph;
  private final Map<Atom, Long> atoms = new IdentityHashMap<>();
  private final Map<Value, Array> arrays = new IdentityHashMap<>();
  private final Map<Term.Along, Row> rows = new IdentityHashMap<>();
  private final Map<Term.Along, List<Atom.Index>> others = new IdentityHashMap<>();

  /** Elements in row-major order; whole numbers and truths (0, 1) as doubles too. */
  private record Array(long[] shape, double[] data) {}

  /** The last row that an Along was asked for: where the other indices stood, and its values. */
  private record Row(List<Long> at, double[] values) {}

  public Interp(Graph graph) {
    this.graph = graph;
  }

  /**
   * Evaluates all equations.
   *
   * @param bound every input and every weight, each of the shape that it is declared with
   * @param lengths every length of the graph
   * @return the elements of every value, in row-major order of the declared axes; a truth is 0 or 1
   */
  public Map<Value, double[]> run(Map<Value, Tensor> bound, Map<Atom.Symbol, Long> lengths) {
    Map<Value, double[]> doubles = new IdentityHashMap<>();
    bound.forEach((value, tensor) -> doubles.put(value, doubles(value, tensor)));
    return evaluate(doubles, lengths);
  }

  /** The same, from numbers that need not be floats. */
  public Map<Value, double[]> evaluate(Map<Value, double[]> bound, Map<Atom.Symbol, Long> lengths) {
    atoms.clear();
    arrays.clear();
    atoms.putAll(lengths);
    bound.forEach((value, data) -> arrays.put(value, new Array(shape(value), data)));
    for (Stage stage : Stages.of(graph.equations())) {
      switch (stage) {
        case Stage.One(Equation equation) -> evaluate(equation, empty(equation), -1, 0);
        case Stage.Recurrence recurrence -> evaluate(recurrence);
      }
    }
    Map<Value, double[]> results = new IdentityHashMap<>();
    arrays.forEach((value, array) -> results.put(value, array.data()));
    return results;
  }

  private static double[] doubles(Value value, Tensor tensor) {
    if (value.kind() == Term.Kind.FLOAT) {
      float[] floats = tensor.toFloats();
      double[] data = new double[floats.length];
      for (int i = 0; i < data.length; i++) {
        data[i] = floats[i];
      }
      return data;
    }
    int[] ints = tensor.toInts();
    double[] data = new double[ints.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = ints[i];
    }
    return data;
  }

  private void evaluate(Stage.Recurrence recurrence) {
    List<Array> targets = new ArrayList<>();
    for (Equation equation : recurrence.equations()) {
      Array array = empty(equation);
      Arrays.fill(array.data(), Double.NaN); // what is read before its time shows
      arrays.put(equation.target(), array);
      targets.add(array);
    }
    long extent = size(recurrence.extent());
    for (long step = 0; step < extent; step++) {
      long place = recurrence.ascending() ? step : extent - 1 - step;
      for (int m = 0; m < targets.size(); m++) {
        Stage.Member member = recurrence.members().get(m);
        if (place < targets.get(m).shape()[member.axis()]) {
          evaluate(member.equation(), targets.get(m), member.axis(), place);
        }
      }
    }
  }

  private Array empty(Equation equation) {
    long[] shape = shape(equation.target());
    return new Array(shape, new double[Math.toIntExact(elements(shape))]);
  }

  /** All elements, or where {@code fixed} is an axis, those at one place of it. */
  private void evaluate(Equation equation, Array target, int fixed, long only) {
    rows.clear();
    long[] shape = target.shape();
    long[] at = new long[shape.length];
    for (int place = 0; place < target.data().length; place++) {
      int rest = place;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        at[axis] = rest % shape[axis];
        rest /= (int) shape[axis];
        atoms.put(equation.left().get(axis), at[axis]);
      }
      if (fixed < 0 || at[fixed] == only) {
        target.data()[place] = element(equation.body());
      }
    }
    equation.left().forEach(atoms::remove);
    arrays.put(equation.target(), target);
  }

  private long[] shape(Value value) {
    return value.shape().stream().mapToLong(this::size).toArray();
  }

  private static long elements(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /** A size below 0 is 0. */
  private long size(Poly size) {
    return Math.max(0, whole(size));
  }

  private double element(Term term) {
    return switch (term.kind()) {
      case FLOAT -> real(term);
      case INT -> whole(term);
      case BOOL -> truth(term) ? 1 : 0;
    };
  }

  private double real(Term term) {
    return switch (term) {
      case Term.Number number -> number.value();
      case Term.Read read -> read(read);
      case Term.Unary unary -> unary(unary);
      case Term.Binary binary -> binary(binary);
      case Term.Choose choose ->
          real(truth(choose.condition()) ? choose.then() : choose.otherwise());
      case Term.Reduce reduce -> reduce(reduce);
      case Term.Along along -> along(along);
      case Term.Int _, Term.Truth _, Term.Unknown _ -> throw notA(Term.Kind.FLOAT, term);
    };
  }

  private long whole(Term term) {
    return switch (term) {
      case Term.Int integer -> whole(integer.value());
      case Term.Read read -> (long) read(read);
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.FLOOR ->
          (long) Math.floor(real(a));
      case Term.Choose choose ->
          whole(truth(choose.condition()) ? choose.then() : choose.otherwise());
      case Term.Reduce reduce -> argmax(reduce);
      case Term.Along along when along.op() == Term.ScanOp.RANK -> (long) along(along);
      case Term.Number _, Term.Truth _, Term.Unary _, Term.Binary _, Term.Along _, Term.Unknown _ ->
          throw notA(Term.Kind.INT, term);
    };
  }

  private boolean truth(Term term) {
    return switch (term) {
      case Term.Truth truth -> truth.value();
      case Term.Read read -> read(read) != 0;
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NOT -> !truth(a);
      case Term.Binary binary -> holds(binary);
      case Term.Choose choose ->
          truth(truth(choose.condition()) ? choose.then() : choose.otherwise());
      case Term.Reduce reduce -> anyOrAll(reduce);
      case Term.Number _, Term.Int _, Term.Unary _, Term.Along _, Term.Unknown _ ->
          throw notA(Term.Kind.BOOL, term);
    };
  }

  private static IllegalStateException notA(Term.Kind kind, Term term) {
    return new IllegalStateException("not a term of kind " + kind + ": " + term);
  }

  private long whole(Poly poly) {
    return poly.evaluate(this::whole);
  }

  private long whole(Atom atom) {
    return switch (atom) {
      case Atom.Symbol symbol -> standing(symbol);
      case Atom.Index index -> standing(index);
      case Atom.Quotient(Poly a, Poly b) -> Math.floorDiv(whole(a), whole(b));
      case Atom.Remainder(Poly a, Poly b) -> Math.floorMod(whole(a), whole(b));
      case Atom.Least(Poly a, Poly b) -> Math.min(whole(a), whole(b));
      case Atom.Greatest(Poly a, Poly b) -> Math.max(whole(a), whole(b));
      case Atom.Data data -> whole(data.value());
    };
  }

  private long standing(Atom atom) {
    Long value = atoms.get(atom);
    if (value == null) {
      throw new IllegalStateException("nothing binds " + atom);
    }
    return value;
  }

  private double read(Term.Read read) {
    Array array = arrays.get(read.value());
    if (array == null) {
      throw new IllegalStateException(read.value() + " is read before it is defined");
    }
    long place = 0;
    for (int axis = 0; axis < array.shape().length; axis++) {
      long at = whole(read.at().get(axis));
      if (at < 0 || at >= array.shape()[axis]) {
        if (read.otherwise().isPresent()) {
          return element(read.otherwise().get());
        }
        throw new IllegalStateException(
            "%s is read at %d of axis %d, which has %d places"
                .formatted(read.value(), at, axis, array.shape()[axis]));
      }
      place = place * array.shape()[axis] + at;
    }
    return array.data()[(int) place];
  }

  private double unary(Term.Unary unary) {
    if (unary.op() == Term.UnaryOp.FLOAT) {
      return whole(unary.a());
    }
    double a = real(unary.a());
    return switch (unary.op()) {
      case NEGATE -> -a;
      case ABS -> Math.abs(a);
      case EXP -> Math.exp(a);
      case LOG -> Math.log(a);
      case SQRT -> Math.sqrt(a);
      case SIN -> Math.sin(a);
      case COS -> Math.cos(a);
      case TANH -> Math.tanh(a);
      case ERF -> Erf.of(a);
      case FLOOR, FLOAT, NOT -> throw notA(Term.Kind.FLOAT, unary);
    };
  }

  private double binary(Term.Binary binary) {
    double a = real(binary.a());
    double b = real(binary.b());
    return switch (binary.op()) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case POWER -> Math.pow(a, b);
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR -> throw notA(Term.Kind.FLOAT, binary);
    };
  }

  private boolean holds(Term.Binary binary) {
    Term a = binary.a();
    Term b = binary.b();
    return switch (binary.op()) {
      case AND -> truth(a) && truth(b);
      case OR -> truth(a) || truth(b);
      case EQUAL -> a.kind() == Term.Kind.INT ? whole(a) == whole(b) : element(a) == element(b);
      case UNEQUAL -> a.kind() == Term.Kind.INT ? whole(a) != whole(b) : element(a) != element(b);
      case LESS -> a.kind() == Term.Kind.INT ? whole(a) < whole(b) : real(a) < real(b);
      case LESS_EQUAL -> a.kind() == Term.Kind.INT ? whole(a) <= whole(b) : real(a) <= real(b);
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX -> throw notA(Term.Kind.BOOL, binary);
    };
  }

  private double reduce(Term.Reduce reduce) {
    List<Double> values = new ArrayList<>();
    forEach(reduce, () -> values.add(real(reduce.body())));
    double sum = values.stream().mapToDouble(v -> v).reduce(0, Double::sum);
    return switch (reduce.op()) {
      case SUM -> sum;
      case MEAN -> values.isEmpty() ? 0 : sum / values.size();
      case MAX ->
          values.isEmpty()
              ? real(overNothing(reduce))
              : values.stream().mapToDouble(v -> v).reduce(Double.NEGATIVE_INFINITY, Math::max);
      case MIN ->
          values.isEmpty()
              ? real(overNothing(reduce))
              : values.stream().mapToDouble(v -> v).reduce(Double.POSITIVE_INFINITY, Math::min);
      case LOGSUMEXP -> logSumExp(values);
      case ARGMAX, ANY, ALL -> throw notA(Term.Kind.FLOAT, reduce);
    };
  }

  private static double logSumExp(List<Double> values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    if (Double.isInfinite(max)) {
      return max;
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }

  /**
   * Over several indices the place in their row-major order; ties go to the lowest, NaN is above
   * all.
   */
  private long argmax(Term.Reduce reduce) {
    if (reduce.op() != Term.ReduceOp.ARGMAX) {
      throw notA(Term.Kind.INT, reduce);
    }
    double[] best = {Double.NaN};
    long[] place = {-1};
    forEach(
        reduce,
        () -> {
          double value = real(reduce.body());
          boolean above = value > best[0] || Double.isNaN(value) && !Double.isNaN(best[0]);
          if (place[0] < 0 || above) {
            best[0] = value;
            place[0] = 0;
            for (Atom.Index index : reduce.over()) {
              place[0] = place[0] * size(index.size()) + atoms.get(index);
            }
          }
        });
    return place[0] < 0 ? whole(overNothing(reduce)) : place[0];
  }

  private boolean anyOrAll(Term.Reduce reduce) {
    boolean[] seen = {false, false};
    forEach(reduce, () -> seen[truth(reduce.body()) ? 1 : 0] = true);
    return switch (reduce.op()) {
      case ANY -> seen[1];
      case ALL -> !seen[0];
      case SUM, MEAN, MAX, MIN, ARGMAX, LOGSUMEXP -> throw notA(Term.Kind.BOOL, reduce);
    };
  }

  private static Term overNothing(Term.Reduce reduce) {
    return reduce
        .otherwise()
        .orElseThrow(
            () -> new IllegalStateException(reduce.op().word + " over nothing needs an else"));
  }

  /** Runs over all places of the indices, in row-major order, at which the condition holds. */
  private void forEach(Term.Reduce reduce, Runnable each) {
    forEach(
        reduce.over(),
        0,
        () -> {
          if (holds(reduce.where())) {
            each.run();
          }
        });
  }

  private void forEach(List<Atom.Index> over, int from, Runnable each) {
    if (from == over.size()) {
      each.run();
      return;
    }
    Atom.Index index = over.get(from);
    Long before = atoms.get(index);
    long size = size(index.size());
    for (long at = 0; at < size; at++) {
      atoms.put(index, at);
      forEach(over, from + 1, each);
    }
    restore(index, before);
  }

  private void restore(Atom.Index index, Long before) {
    if (before == null) {
      atoms.remove(index);
    } else {
      atoms.put(index, before);
    }
  }

  private boolean holds(Optional<Term> condition) {
    return condition.isEmpty() || truth(condition.get());
  }

  /** The row is kept until another one is asked for; else a row of n would cost n * n. */
  private double along(Term.Along along) {
    List<Long> at =
        others.computeIfAbsent(along, Interp::others).stream().map(this::standing).toList();
    Row row = rows.get(along);
    if (row == null || !row.at().equals(at)) {
      row = new Row(at, row(along));
      rows.put(along, row);
    }
    return row.values()[(int) standing(along.over())];
  }

  private static List<Atom.Index> others(Term.Along along) {
    return Trees.free(along).stream().filter(index -> index != along.over()).toList();
  }

  private double[] row(Term.Along along) {
    int size = Math.toIntExact(size(along.over().size()));
    double[] values = new double[size];
    boolean[] there = new boolean[size];
    int[] place = {0};
    forEach(
        List.of(along.over()),
        0,
        () -> {
          int i = place[0]++;
          there[i] = holds(along.where());
          values[i] = there[i] ? real(along.body()) : 0;
        });
    switch (along.op()) {
      case SOFTMAX -> softmax(values, there);
      case CUMSUM -> {
        for (int i = 1; i < size; i++) {
          values[i] += values[i - 1];
        }
      }
      case RANK -> rank(values, there);
    }
    return values;
  }

  private static void rank(double[] values, boolean[] there) {
    List<Integer> order =
        IntStream.range(0, values.length)
            .filter(i -> there[i])
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -orMost(values[i])))
            .toList();
    Arrays.fill(values, values.length);
    for (int r = 0; r < order.size(); r++) {
      values[order.get(r)] = r;
    }
  }

  /** NaN as the greatest; 0 for −0, which is no less. */
  private static double orMost(double value) {
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value + 0.0;
  }

  /** 0 where nothing is; a row with nothing in it, or only −∞, is 0 everywhere. */
  private static void softmax(double[] values, boolean[] there) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      max = there[i] ? Math.max(max, values[i]) : max;
    }
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      boolean empty = !there[i] || max == Double.NEGATIVE_INFINITY;
      values[i] = empty ? 0 : Math.exp(values[i] - max);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = sum == 0 ? 0 : values[i] / sum;
    }
  }
}
