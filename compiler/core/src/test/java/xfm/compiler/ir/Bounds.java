package xfm.compiler.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Evaluates a graph in double and works out, beside each element, how far a sound evaluation in
 * float32 may be from it. The rules: one rounding an operation, elementary functions within 4 units
 * in the last place, a sum of K terms within {@code 4 · eps · sqrt(K) · Σ|terms|}, and errors of
 * operands carried on by derivatives. Comparisons must come out the same wherever within their
 * errors the values are.
 */
public final class Bounds {
  /** Half a unit in the last place of float32. */
  private static final double EPS = Math.ulp(1f) / 2;

  /** The least float that is not denormal: below it errors are absolute. */
  private static final double TINY = Float.MIN_NORMAL;

  private static final double ELEMENTARY = 8 * EPS;

  /** A value and how far from it a float32 evaluation may be. */
  private record Real(double value, double error) {
    Real rounded(double times) {
      if (value == 0 && error == 0) {
        return this;
      }
      // What is infinite is so exactly.
      double own = Double.isInfinite(value) ? 0 : times * EPS * Math.abs(value);
      return new Real(value, error + own + TINY);
    }
  }

  /** What is decided must be so wherever within their errors the values are. */
  public static final class Undecided extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private Undecided() {
      super("a decision on a rounded value");
    }
  }

  public record Array(double[] values, double[] errors) {}

  private final Graph graph;
  private final Map<Atom, Long> atoms = new HashMap<>();
  private final Map<Value, long[]> shapes = new IdentityHashMap<>();
  private final Map<Value, Array> arrays = new IdentityHashMap<>();

  public Bounds(Graph graph) {
    this.graph = graph;
  }

  public Map<Value, Array> evaluate(Map<Value, double[]> bound, Map<Atom.Symbol, Long> lengths) {
    Map<Value, Array> exact = new IdentityHashMap<>();
    bound.forEach((value, data) -> exact.put(value, new Array(data, new double[data.length])));
    return evaluateWithin(exact, lengths);
  }

  /**
   * The same, from numbers that may be off.
   *
   * @throws Undecided if a comparison depends on by how much
   */
  public Map<Value, Array> evaluateWithin(Map<Value, Array> bound, Map<Atom.Symbol, Long> lengths) {
    atoms.putAll(lengths);
    bound.forEach((value, array) -> {
      shapes.put(value, shape(value));
      arrays.put(value, array);
    });
    for (Stage stage : Stages.of(graph.equations())) {
      stage.equations().forEach(this::begin);
      switch (stage) {
        case Stage.One(Equation equation) -> evaluate(equation, -1, 0);
        case Stage.Recurrence recurrence -> {
          long extent = whole(recurrence.extent());
          for (long step = 0; step < extent; step++) {
            long place = recurrence.ascending() ? step : extent - 1 - step;
            recurrence.members().forEach(m -> evaluate(m.equation(), m.axis(), place));
          }
        }
      }
    }
    return arrays;
  }

  private void begin(Equation equation) {
    long[] shape = shape(equation.target());
    int elements = 1;
    for (long size : shape) {
      elements *= (int) size;
    }
    shapes.put(equation.target(), shape);
    arrays.put(equation.target(), new Array(new double[elements], new double[elements]));
  }

  private void evaluate(Equation equation, int fixed, long only) {
    long[] shape = shapes.get(equation.target());
    Array array = arrays.get(equation.target());
    for (int place = 0; place < array.values().length; place++) {
      int rest = place;
      long own = only;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        long at = rest % shape[axis];
        atoms.put(equation.left().get(axis), at);
        own = axis == fixed ? at : own;
        rest /= (int) shape[axis];
      }
      if (own == only) {
        Real result = any(equation.body());
        array.values()[place] = result.value();
        // NaN came of 0 · ∞: nothing is known.
        array.errors()[place] = Double.isNaN(result.error()) ? infinite() : result.error();
      }
    }
  }

  private long[] shape(Value value) {
    return value.shape().stream().mapToLong(size -> Math.max(0, whole(size))).toArray();
  }

  private Real any(Term term) {
    return switch (term.kind()) {
      case FLOAT -> real(term);
      case INT -> new Real(whole(term), 0);
      case BOOL -> new Real(truth(term) ? 1 : 0, 0);
    };
  }

  private Real real(Term term) {
    return switch (term) {
      case Term.Number(double value) when (float) value == value -> new Real(value, 0);
      case Term.Number(double value) -> new Real(value, 0).rounded(1);
      case Term.Read read -> read(read);
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.FLOAT -> {
        long whole = whole(a);
        yield (float) whole == whole ? new Real(whole, 0) : new Real(whole, 0).rounded(1);
      }
      case Term.Unary(Term.UnaryOp op, Term a) -> unary(op, real(a));
      case Term.Binary(Term.BinaryOp op, Term a, Term b) -> binary(op, real(a), real(b));
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          real(truth(condition) ? then : otherwise);
      case Term.Reduce reduce -> reduce(reduce);
      case Term.Along along -> along(along);
      case Term.Int _, Term.Truth _, Term.Unknown _ -> throw new IllegalStateException();
    };
  }

  private Real read(Term.Read read) {
    long[] shape = shapes.get(read.value());
    int place = 0;
    for (int axis = 0; axis < shape.length; axis++) {
      long at = whole(read.at().get(axis));
      if (at < 0 || at >= shape[axis]) {
        return any(read.otherwise().orElseThrow());
      }
      place = place * (int) shape[axis] + (int) at;
    }
    Array array = arrays.get(read.value());
    return new Real(array.values()[place], array.errors()[place]);
  }

  private static Real unary(Term.UnaryOp op, Real a) {
    double x = a.value();
    double e = a.error();
    return switch (op) {
      case NEGATE -> new Real(-x, e);
      case ABS -> new Real(Math.abs(x), e);
      case EXP -> elementary(Math.exp(x), Math.exp(x) * Math.expm1(e));
      case LOG -> elementary(Math.log(x), e == 0 ? 0 : x > e ? -Math.log1p(-e / x) : infinite());
      case SQRT ->
          elementary(Math.sqrt(x), x > 0 ? Math.min(Math.sqrt(e), e / Math.sqrt(x)) : Math.sqrt(e));
      case SIN -> elementary(Math.sin(x), e + EPS);
      case COS -> elementary(Math.cos(x), e + EPS);
      case TANH -> elementary(Math.tanh(x), e);
      case ERF -> elementary(Erf.of(x), 2 / Math.sqrt(Math.PI) * e);
      case FLOOR, FLOAT, NOT -> throw new IllegalStateException();
    };
  }

  private static double infinite() {
    return Double.POSITIVE_INFINITY;
  }

  private static Real elementary(double value, double error) {
    if (value == 0 && error == 0) {
      return new Real(0, 0);
    }
    double own = Double.isInfinite(value) ? 0 : ELEMENTARY * Math.abs(value);
    return new Real(value, error + own + TINY);
  }

  private static Real binary(Term.BinaryOp op, Real a, Real b) {
    double x = a.value();
    double y = b.value();
    return switch (op) {
      case ADD -> added(x + y, a, b);
      case SUBTRACT -> added(x - y, a, b);
      // Numbers may be pulled through products and quotients: a few roundings more.
      case MULTIPLY ->
          new Real(x * y, Math.abs(x) * b.error() + Math.abs(y) * a.error() + a.error() * b.error())
              .rounded(3);
      case DIVIDE -> {
        // By a power of two, nothing is rounded.
        if (b.error() == 0 && Math.scalb(1.0, Math.getExponent(y)) == Math.abs(y)) {
          yield new Real(x / y, a.error() / Math.abs(y));
        }
        double room = Math.abs(y) - b.error();
        double error = (a.error() + Math.abs(x / y) * b.error()) / room;
        yield new Real(x / y, room > 0 ? error : infinite()).rounded(3);
      }
      case POWER -> {
        double power = Math.pow(x, y);
        double ofBase = a.error() == 0 ? 0 : worst(Math.abs(x), a.error(), y);
        double ofExponent =
            b.error() == 0 ? 0 : Math.abs(power) * Math.expm1(Math.abs(Math.log(x)) * b.error());
        yield elementary(power, ofBase + ofExponent);
      }
      case MIN -> new Real(Math.min(x, y), Math.max(a.error(), b.error()));
      case MAX -> new Real(Math.max(x, y), Math.max(a.error(), b.error()));
      case EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR -> throw new IllegalStateException();
    };
  }

  /** How far a power is off at the worse end of x ± error. */
  private static double worst(double x, double error, double y) {
    double power = Math.pow(x, y);
    double above = Math.abs(Math.pow(x + error, y) - power);
    return x > error
        ? Math.max(above, Math.abs(Math.pow(x - error, y) - power))
        : y >= 1 ? above : infinite();
  }

  private static Real added(double sum, Real a, Real b) {
    Real added = new Real(sum, a.error() + b.error());
    return added.error() == 0 && (float) sum == sum ? added : added.rounded(1);
  }

  private long whole(Term term) {
    return switch (term) {
      case Term.Int(Poly value) -> whole(value);
      case Term.Read read -> (long) read(read).value();
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          whole(truth(condition) ? then : otherwise);
      case Term.Reduce reduce -> argmax(reduce);
      case Term.Along along when along.op() == Term.ScanOp.RANK -> rank(along);
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.FLOOR -> floor(real(a));
      case Term.Number _, Term.Truth _, Term.Unary _, Term.Binary _, Term.Along _, Term.Unknown _ ->
          throw new IllegalStateException();
    };
  }

  private long whole(Poly poly) {
    return poly.evaluate(atom ->
        switch (atom) {
          case Atom.Symbol _, Atom.Index _ -> atoms.get(atom);
          case Atom.Quotient(Poly a, Poly b) -> Math.floorDiv(whole(a), whole(b));
          case Atom.Remainder(Poly a, Poly b) -> Math.floorMod(whole(a), whole(b));
          case Atom.Least(Poly a, Poly b) -> Math.min(whole(a), whole(b));
          case Atom.Greatest(Poly a, Poly b) -> Math.max(whole(a), whole(b));
          case Atom.Data data -> whole(data.value());
        });
  }

  private static long floor(Real real) {
    double floor = Math.floor(real.value());
    boolean certain =
        floor == Math.floor(real.value() - real.error())
            && floor == Math.floor(real.value() + real.error());
    if (real.error() > TINY && !certain) {
      throw new Undecided();
    }
    return (long) floor;
  }

  /** Below 0, 0 or 1; 2 where one of them is no number. */
  private static int compare(Real a, Real b) {
    if (Double.isNaN(a.value()) || Double.isNaN(b.value())) {
      return 2;
    }
    double error = a.error() + b.error();
    if (error > 2 * TINY && Math.abs(a.value() - b.value()) <= error) {
      throw new Undecided();
    }
    return a.value() < b.value() ? -1 : a.value() > b.value() ? 1 : 0;
  }

  private boolean truth(Term term) {
    return switch (term) {
      case Term.Truth(boolean value) -> value;
      case Term.Read read -> read(read).value() != 0;
      case Term.Unary(Term.UnaryOp _, Term a) -> !truth(a);
      case Term.Binary(Term.BinaryOp op, Term a, Term b) ->
          switch (op) {
            case AND -> truth(a) && truth(b);
            case OR -> truth(a) || truth(b);
            case EQUAL -> compare(a, b) == 0;
            case UNEQUAL -> compare(a, b) != 0;
            case LESS -> compare(a, b) < 0;
            case LESS_EQUAL -> compare(a, b) <= 0;
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX ->
                throw new IllegalStateException();
          };
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          truth(truth(condition) ? then : otherwise);
      case Term.Reduce reduce -> {
        boolean[] seen = {false, false};
        forEach(reduce.over(), 0, reduce.where(), () -> seen[truth(reduce.body()) ? 1 : 0] = true);
        yield reduce.op() == Term.ReduceOp.ANY ? seen[1] : !seen[0];
      }
      case Term.Number _, Term.Int _, Term.Along _, Term.Unknown _ ->
          throw new IllegalStateException();
    };
  }

  private int compare(Term a, Term b) {
    if (a.kind() == Term.Kind.BOOL) {
      return Boolean.compare(truth(a), truth(b));
    }
    boolean whole = a.kind() == Term.Kind.INT && b.kind() == Term.Kind.INT;
    return whole ? Long.compare(whole(a), whole(b)) : compare(any(a), any(b));
  }

  private void forEach(List<Atom.Index> over, int from, Optional<Term> where, Runnable each) {
    if (from == over.size()) {
      if (where.isEmpty() || truth(where.get())) {
        each.run();
      }
      return;
    }
    Atom.Index index = over.get(from);
    Long before = atoms.get(index);
    long size = whole(index.size());
    for (long at = 0; at < size; at++) {
      atoms.put(index, at);
      forEach(over, from + 1, where, each);
    }
    atoms.put(index, before == null ? -1 : before);
  }

  private Real reduce(Term.Reduce reduce) {
    List<Real> terms = new ArrayList<>();
    forEach(reduce.over(), 0, reduce.where(), () -> terms.add(real(reduce.body())));
    return switch (reduce.op()) {
      case SUM -> sum(terms);
      case MEAN -> {
        int count = Math.max(1, terms.size());
        Real sum = sum(terms);
        yield new Real(sum.value() / count, sum.error() / count).rounded(2);
      }
      case MAX, MIN -> {
        boolean max = reduce.op() == Term.ReduceOp.MAX;
        yield terms.stream()
            .reduce((a, b) -> binary(max ? Term.BinaryOp.MAX : Term.BinaryOp.MIN, a, b))
            .orElseGet(() -> real(reduce.otherwise().orElseThrow()));
      }
      case LOGSUMEXP -> {
        List<Real> some =
            terms.stream().filter(t -> t.value() != Double.NEGATIVE_INFINITY).toList();
        if (some.isEmpty()) {
          yield new Real(Double.NEGATIVE_INFINITY, 0);
        }
        double most = some.stream().mapToDouble(Real::value).max().orElseThrow();
        double error = some.stream().mapToDouble(Real::error).max().orElseThrow();
        double sum = some.stream().mapToDouble(t -> Math.exp(t.value() - most)).sum();
        double value = most + Math.log(sum);
        double spread =
            some.stream().mapToDouble(t -> Math.abs(t.value() - most)).max().orElseThrow();
        double own =
            2 * error
                + EPS * (spread + 4 * Math.sqrt(some.size()) + 16)
                + 4 * EPS * (Math.abs(value) + Math.abs(most));
        yield new Real(value, own);
      }
      case ARGMAX, ANY, ALL -> throw new IllegalStateException();
    };
  }

  private static Real sum(List<Real> terms) {
    double sum = 0;
    double size = 0;
    double error = 0;
    boolean whole = true;
    for (Real term : terms) {
      sum += term.value();
      size += Math.abs(term.value());
      error += term.error();
      whole &= term.value() == Math.rint(term.value());
    }
    if (whole && error == 0 && size < 1 << 24) {
      return new Real(sum, 0); // counted, however it is added up
    }
    return new Real(sum, error + 4 * EPS * Math.sqrt(terms.size()) * 2 * size + TINY);
  }

  private long argmax(Term.Reduce reduce) {
    Real[] best = {new Real(0, 0)};
    long[] place = {-1};
    forEach(
        reduce.over(),
        0,
        reduce.where(),
        () -> {
          Real value = real(reduce.body());
          boolean above = !Double.isNaN(best[0].value()) && compare(value, best[0]) > 0;
          if (place[0] < 0 || above) {
            best[0] = value;
            place[0] = 0;
            for (Atom.Index index : reduce.over()) {
              place[0] = place[0] * whole(index.size()) + atoms.get(index);
            }
          }
        });
    return place[0] < 0 ? whole(reduce.otherwise().orElseThrow()) : place[0];
  }

  private Real along(Term.Along along) {
    List<Real> row = new ArrayList<>();
    long own = atoms.get(along.over());
    long size = whole(along.over().size());
    for (long at = 0; at < size; at++) {
      atoms.put(along.over(), at);
      boolean there = along.where().isEmpty() || truth(along.where().get());
      row.add(there ? real(along.body()) : null);
    }
    atoms.put(along.over(), own);
    List<Real> there = row.stream().filter(r -> r != null).toList();
    return switch (along.op()) {
      case SOFTMAX -> softmax(row.get((int) own), there);
      case CUMSUM -> sum(row.subList(0, (int) own + 1).stream().filter(r -> r != null).toList());
      case RANK -> throw new IllegalStateException();
    };
  }

  private long rank(Term.Along along) {
    long own = atoms.get(along.over());
    long size = whole(along.over().size());
    Real here = orMost(real(along.body()));
    if (along.where().isPresent() && !truth(along.where().get())) {
      return size;
    }
    long before = 0;
    for (long at = 0; at < size; at++) {
      atoms.put(along.over(), at);
      if (along.where().isEmpty() || truth(along.where().get())) {
        int above = at == own ? 0 : compare(orMost(real(along.body())), here);
        before += above > 0 || above == 0 && at < own ? 1 : 0;
      }
    }
    atoms.put(along.over(), own);
    return before;
  }

  private static Real orMost(Real real) {
    return Double.isNaN(real.value()) ? new Real(Double.POSITIVE_INFINITY, 0) : real;
  }

  private static Real softmax(Real own, List<Real> there) {
    double most = there.stream().mapToDouble(Real::value).max().orElse(Double.NEGATIVE_INFINITY);
    double sum = there.stream().mapToDouble(r -> Math.exp(r.value() - most)).sum();
    if (own == null || most == Double.NEGATIVE_INFINITY) {
      // What is left out is a share of 0, of a sum that may be NaN.
      return new Real(most == Double.NEGATIVE_INFINITY ? 0 : 0 / sum, 0);
    }
    double worst = there.stream().mapToDouble(r -> argument(r, most)).max().orElse(0);
    double share = Math.exp(own.value() - most) / sum;
    double relative =
        Math.expm1(argument(own, most) + worst) + EPS * (24 + 8 * Math.sqrt(there.size()));
    return new Real(share, share * relative + TINY * there.size());
  }

  /** How far the argument of exp may be off: the same maximum is taken from all, so it is exact. */
  private static double argument(Real score, double most) {
    double gap = score.value() == Double.NEGATIVE_INFINITY ? 0 : Math.abs(score.value() - most);
    return score.error() + 2 * EPS * gap;
  }
}
