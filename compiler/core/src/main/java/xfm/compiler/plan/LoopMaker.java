package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Running;
import xfm.compiler.rewrite.Work;
import xfm.runtime.fuse.BinaryOp;
import xfm.runtime.fuse.CompareOp;
import xfm.runtime.fuse.Elem;
import xfm.runtime.fuse.FoldOp;
import xfm.runtime.fuse.Fuse;
import xfm.runtime.fuse.Loop;
import xfm.runtime.fuse.LoopNest;
import xfm.runtime.fuse.Scalar;
import xfm.runtime.fuse.Store;
import xfm.runtime.fuse.UnaryOp;

/**
 * One equation as a loop nest: each term as the scalar that means the same. The loops run over the
 * target in the order in which it lies in memory.
 */
final class LoopMaker {
  private static final Atom.Symbol FIRST_ROW = new Atom.Symbol("row");

  /** Bits of the parts of a number. */
  private static final int HALF = 30;

  private final Function<Value, Layout> layouts;
  final List<Value> operands = new ArrayList<>();
  final List<Poly> parameters = new ArrayList<>();
  final Map<Atom.Index, Scalar> indices = new HashMap<>();
  final Map<Value, Scalar> given = new IdentityHashMap<>();
  final Map<Term, Scalar> tables = new HashMap<>();
  final Map<Atom, Scalar> places = new HashMap<>();
  private final Optional<Scalar> reduction;
  private List<Atom.Index> rows = List.of();
  private Set<Value> inside = Set.of();
  private int place = -1;
  private int depth;

  /**
   * For scalars alone.
   *
   * @param reduction what stands in place of any reduction, if it does
   */
  LoopMaker(Function<Value, Layout> layouts, Optional<Scalar> reduction) {
    this.layouts = layouts;
    this.reduction = reduction;
  }

  /**
   * @param layouts of the target and of every value that is read
   * @param fixed an index on the left at one place of which it is computed, a parameter, if any
   */
  static Step.Loop of(
      Equation equation, Function<Value, Layout> layouts, Optional<Atom.Index> fixed) {
    LoopMaker maker = new LoopMaker(layouts, Optional.empty());
    List<Atom.Index> order = new ArrayList<>(order(equation, layouts));
    fixed.ifPresent(order::remove);
    fixed.ifPresent(index -> maker.indices.put(index, maker.place(Poly.of(index))));
    return maker.loop(equation, List.of(), order);
  }

  /**
   * A loop over rows, which are the places of the outermost axes one after another.
   *
   * @param axes how many; of a known size all but the first
   * @param inside values of which the rows of a block alone are in memory, from its first row on,
   *     which is a parameter; they are read and written at the same row only
   */
  static Step.Loop ofRows(
      Equation equation, Function<Value, Layout> layouts, int axes, Set<Value> inside) {
    LoopMaker maker = new LoopMaker(layouts, Optional.empty());
    maker.inside = inside;
    List<Atom.Index> order = order(equation, layouts);
    return maker.loop(equation, order.subList(0, axes), order.subList(axes, order.size()));
  }

  /** The indices on the left, outermost in memory first; that up to which is summed comes last. */
  static List<Atom.Index> order(Equation equation, Function<Value, Layout> layouts) {
    List<Atom.Index> order =
        new ArrayList<>(
            layouts.apply(equation.target()).order().stream().map(equation.left()::get).toList());
    Running.of(equation).map(Running::index).filter(order::remove).ifPresent(order::add);
    return order;
  }

  private Step.Loop loop(Equation equation, List<Atom.Index> outer, List<Atom.Index> inner) {
    operands.add(equation.target());
    List<Loop> axes = new ArrayList<>();
    rows = outer;
    if (!rows.isEmpty()) {
      axes.add(new Loop(parameter(Work.places(rows))));
      Scalar row = new Scalar.Axis(depth++);
      for (Atom.Index index : rows.subList(1, rows.size()).reversed()) {
        Scalar size = size(index.size());
        indices.put(index, new Scalar.Binary(BinaryOp.FLOOR_MOD, row, size));
        row = new Scalar.Binary(BinaryOp.FLOOR_DIV, row, size);
      }
      indices.put(rows.getFirst(), row);
    }
    for (Atom.Index index : inner) {
      axes.add(new Loop(parameter(index.size())));
      indices.put(index, new Scalar.Axis(depth++));
    }
    LoopNest nest = new LoopNest(axes, store(equation), scalar(equation.body()));
    boolean whole = axes.size() == 1 && Fuse.carries(nest);
    return new Step.Loop(equation, nest, operands, parameters, place, whole, Work.flops(equation));
  }

  /** The parameter that is set before a run. */
  private Scalar place(Poly what) {
    place = place < 0 ? parameter(what) : place;
    return new Scalar.Param(place);
  }

  /** Of each element into slot 0. */
  Store store(Equation equation) {
    Value target = equation.target();
    List<Scalar> at = equation.left().stream().map(indices::get).toList();
    return new Store(0, elem(target.kind()), offset(target, at));
  }

  static Elem elem(Term.Kind kind) {
    return switch (kind) {
      case FLOAT -> Elem.F32;
      case INT -> Elem.I32;
      case BOOL -> Elem.BOOL;
    };
  }

  int parameter(Poly value) {
    int known = parameters.indexOf(value);
    if (known >= 0) {
      return known;
    }
    parameters.add(value);
    return parameters.size() - 1;
  }

  private int slot(Value value) {
    int known = operands.indexOf(value);
    if (known >= 0) {
      return known;
    }
    operands.add(value);
    return operands.size() - 1;
  }

  /**
   * A number. One of more than 32 bits is written as a sum of products, which is itself in 64 bits,
   * as offsets are computed, and right modulo 2^32 elsewhere.
   */
  static Scalar constant(long value) {
    return value == (int) value
        ? new Scalar.IntConst((int) value)
        : plus(
            times(constant(value >> HALF), new Scalar.IntConst(1 << HALF)),
            new Scalar.IntConst((int) (value & (1 << HALF) - 1)));
  }

  /**
   * A size or a length: a constant in the kernel if it is a number, else a parameter. A number of
   * more than 32 bits is refused where parameters are.
   */
  Scalar size(Poly size) {
    long number = Math.max(0, size.constant().orElse(Long.MAX_VALUE));
    return number <= Integer.MAX_VALUE ? constant(number) : new Scalar.Param(parameter(size));
  }

  /** A size that something is divided by: it is 0 only where there is nothing to divide. */
  Optional<Scalar> divisor(Poly size) {
    boolean ofLengths =
        size.terms().values().stream().allMatch(factor -> factor > 0)
            && Trees.atoms(size).stream().allMatch(atom -> atom instanceof Atom.Symbol);
    return ofLengths
        ? Optional.of(new Scalar.Binary(BinaryOp.MAX, size(size), constant(1)))
        : Optional.empty();
  }

  static Scalar plus(Scalar a, Scalar b) {
    return new Scalar.Binary(BinaryOp.ADD, a, b);
  }

  static Scalar times(Scalar a, Scalar b) {
    return new Scalar.Binary(BinaryOp.MUL, a, b);
  }

  static Scalar and(Scalar a, Scalar b) {
    return new Scalar.Binary(BinaryOp.AND, a, b);
  }

  /** {@code ((at0 * size1 + at1) * size2 + at2) …} over the axes as they lie in memory. */
  private Scalar offset(Value value, List<Scalar> at) {
    List<Integer> order = layouts.apply(value).order();
    Optional<Scalar> offset = Optional.empty();
    int first = 0;
    if (isOwnRow(value, order, at)) {
      Scalar row = new Scalar.Axis(0);
      offset = Optional.of(inside.contains(value) ? inBlock(row) : row);
      first = rows.size();
    } else if (inside.contains(value)) {
      throw new IllegalStateException("another row of " + value);
    }
    for (int axis : order.subList(first, order.size())) {
      Scalar own = at.get(axis);
      offset =
          Optional.of(
              offset.map(o -> plus(times(o, size(value.shape().get(axis))), own)).orElse(own));
    }
    return offset.orElse(constant(0));
  }

  /** Whether the row of a value is that of the loop: then nothing is divided to be multiplied. */
  private boolean isOwnRow(Value value, List<Integer> order, List<Scalar> at) {
    if (rows.isEmpty() || rows.size() > order.size()) {
      return false;
    }
    for (int r = 0; r < rows.size(); r++) {
      int axis = order.get(r);
      if (!at.get(axis).equals(indices.get(rows.get(r)))
          || r > 0 && !value.shape().get(axis).equals(rows.get(r).size())) {
        return false;
      }
    }
    return true;
  }

  private Scalar inBlock(Scalar row) {
    return new Scalar.Binary(BinaryOp.SUB, row, place(Poly.of(FIRST_ROW)));
  }

  Scalar scalar(Term term) {
    return tables.isEmpty() || !tables.containsKey(term) ? made(term) : tables.get(term);
  }

  private Scalar made(Term term) {
    return switch (term) {
      case Term.Number(double value) -> new Scalar.FloatConst((float) value);
      case Term.Int(Poly value) -> integer(value);
      case Term.Truth(boolean value) -> new Scalar.BoolConst(value);
      case Term.Read read -> read(read);
      case Term.Unary(Term.UnaryOp op, Term a) -> new Scalar.Unary(unary(op), scalar(a));
      case Term.Binary(Term.BinaryOp op, Term a, Term b) -> binary(op, scalar(a), scalar(b));
      case Term.Choose(Term condition, Term then, Term otherwise) ->
          new Scalar.Select(scalar(condition), scalar(then), scalar(otherwise));
      case Term.Reduce reduce -> reduction.orElseGet(() -> reduce(reduce));
      case Term.Along along ->
          throw new IllegalStateException("a scan is left: " + along.op().word);
      case Term.Unknown unknown -> throw new IllegalStateException("unknown: " + unknown.what());
    };
  }

  private Scalar integer(Poly poly) {
    Optional<Scalar> sum = Optional.empty();
    for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
      Optional<Scalar> product = Optional.empty();
      for (Map.Entry<Atom, Integer> power : term.getKey().powers().entrySet()) {
        for (int i = 0; i < power.getValue(); i++) {
          Scalar factor = atom(power.getKey());
          product = Optional.of(product.map(p -> times(p, factor)).orElse(factor));
        }
      }
      long by = term.getValue();
      Scalar scaled =
          by == 1
              ? product.orElse(constant(1))
              : product.map(p -> times(p, constant(by))).orElse(constant(by));
      sum = Optional.of(sum.map(s -> plus(s, scaled)).orElse(scaled));
    }
    return sum.orElse(constant(0));
  }

  private Scalar atom(Atom atom) {
    Scalar place = places.get(atom);
    return place != null ? place : made(atom);
  }

  private Scalar made(Atom atom) {
    return switch (atom) {
      case Atom.Symbol symbol -> size(Poly.of(symbol));
      case Atom.Index index -> indices.get(index);
      case Atom.Quotient(Poly a, Poly b) -> combine(BinaryOp.FLOOR_DIV, a, b);
      case Atom.Remainder(Poly a, Poly b) -> combine(BinaryOp.FLOOR_MOD, a, b);
      case Atom.Least(Poly a, Poly b) -> combine(BinaryOp.MIN, a, b);
      case Atom.Greatest(Poly a, Poly b) -> combine(BinaryOp.MAX, a, b);
      case Atom.Data data -> scalar(data.value());
    };
  }

  private Scalar combine(BinaryOp op, Poly a, Poly b) {
    return new Scalar.Binary(op, integer(a), integer(b));
  }

  private Scalar read(Term.Read read) {
    Value value = read.value();
    if (given.containsKey(value)) {
      return given.get(value);
    }
    List<Scalar> flat = flattened(value, read.at()).stream().map(this::scalar).toList();
    Scalar load = new Scalar.Load(slot(value), elem(value.kind()), offset(value, flat));
    if (read.otherwise().isEmpty()) {
      return load;
    }
    List<Scalar> at = read.at().stream().map(this::scalar).toList();
    Scalar inRange = new Scalar.BoolConst(true);
    for (int axis = 0; axis < at.size(); axis++) {
      Scalar low = new Scalar.Compare(CompareOp.LE, constant(0), at.get(axis));
      Scalar high = new Scalar.Compare(CompareOp.LT, at.get(axis), size(value.shape().get(axis)));
      inRange = and(inRange, and(low, high));
    }
    return new Scalar.Select(inRange, load, scalar(read.otherwise().get()));
  }

  /**
   * Subscripts that come to the same element: {@code x[c // 5 + a, c % 5]} of rows of 5 lies where
   * {@code x[a, c]} would, as far as that goes behind the end of its row. Nothing is divided then,
   * and what follows each other in c does so in memory. The outermost axes are joined first: then
   * {@code x[c // 20, c // 5 % 4, c % 5]} becomes {@code x[0, c // 5, c % 5]} and {@code x[0, 0,
   * c]}.
   */
  private List<Term> flattened(Value value, List<Term> at) {
    List<Term> flattened = new ArrayList<>(at);
    List<Integer> order = layouts.apply(value).order();
    for (int inner = 1; inner < order.size(); inner++) {
      Poly width = value.shape().get(order.get(inner));
      Poly low = Trees.asPoly(flattened.get(order.get(inner)));
      Poly high = Trees.asPoly(flattened.get(order.get(inner - 1)));
      for (Atom atom : Trees.atoms(low)) {
        if (atom instanceof Atom.Remainder(Poly whole, Poly by)
            && by.equals(width)
            && factor(low, atom) == 1) {
          Optional<Poly> quotient =
              quotients(whole, by)
                  .filter(q -> q.atom().filter(of -> factor(high, of) == 1).isPresent())
                  .findFirst();
          if (quotient.isPresent()) {
            flattened.set(order.get(inner), new Term.Int(low.minus(Poly.of(atom)).plus(whole)));
            flattened.set(order.get(inner - 1), new Term.Int(high.minus(quotient.get())));
            break;
          }
        }
      }
    }
    return flattened;
  }

  /** What {@code whole // by} is written as: {@code c // 5 // 4} may be {@code c // 20}. */
  private static Stream<Poly> quotients(Poly whole, Poly by) {
    Optional<Poly> once =
        whole
            .atom()
            .filter(atom -> atom instanceof Atom.Quotient(_, Poly b) && isPositive(b))
            .filter(_ -> isPositive(by))
            .map(atom -> ((Atom.Quotient) atom).a().quotient(((Atom.Quotient) atom).b().times(by)));
    return Stream.concat(Stream.of(whole.quotient(by)), once.stream());
  }

  private static boolean isPositive(Poly size) {
    return size.constant().orElse(0) > 0;
  }

  private static long factor(Poly sum, Atom atom) {
    return sum.terms().getOrDefault(new Poly.Monomial(Map.of(atom, 1)), 0L);
  }

  private static UnaryOp unary(Term.UnaryOp op) {
    return switch (op) {
      case NEGATE -> UnaryOp.NEG;
      case ABS -> UnaryOp.ABS;
      case EXP -> UnaryOp.EXP;
      case LOG -> UnaryOp.LOG;
      case SQRT -> UnaryOp.SQRT;
      case SIN -> UnaryOp.SIN;
      case COS -> UnaryOp.COS;
      case TANH -> UnaryOp.TANH;
      case ERF -> UnaryOp.ERF;
      case FLOOR -> UnaryOp.FLOOR;
      case FLOAT -> UnaryOp.TO_FLOAT;
      case NOT -> UnaryOp.NOT;
    };
  }

  private static Scalar binary(Term.BinaryOp op, Scalar a, Scalar b) {
    return switch (op) {
      case ADD -> plus(a, b);
      case SUBTRACT -> new Scalar.Binary(BinaryOp.SUB, a, b);
      case MULTIPLY -> times(a, b);
      case DIVIDE -> new Scalar.Binary(BinaryOp.DIV, a, b);
      case POWER -> new Scalar.Binary(BinaryOp.POW, a, b);
      case MIN -> new Scalar.Binary(BinaryOp.MIN, a, b);
      case MAX -> new Scalar.Binary(BinaryOp.MAX, a, b);
      case AND -> and(a, b);
      case OR -> new Scalar.Binary(BinaryOp.OR, a, b);
      case EQUAL -> equal(a, b);
      case UNEQUAL -> not(equal(a, b));
      case LESS -> new Scalar.Compare(CompareOp.LT, a, b);
      case LESS_EQUAL -> new Scalar.Compare(CompareOp.LE, a, b);
    };
  }

  private static Scalar equal(Scalar a, Scalar b) {
    return a.type() == Scalar.Type.BOOL
        ? new Scalar.Select(a, b, not(b))
        : new Scalar.Compare(CompareOp.EQ, a, b);
  }

  static Scalar not(Scalar a) {
    return new Scalar.Unary(UnaryOp.NOT, a);
  }

  private Scalar reduce(Term.Reduce reduce) {
    return switch (reduce.op()) {
      case SUM -> nested(FoldOp.SUM, reduce, 0);
      case ANY -> nested(FoldOp.ANY, reduce, 0);
      case ALL -> nested(FoldOp.ALL, reduce, 0);
      case MEAN -> byRows(FoldOp.MEAN, reduce);
      case MAX -> byRows(FoldOp.MAX, reduce);
      case MIN -> byRows(FoldOp.MIN, reduce);
      case ARGMAX -> flat(FoldOp.ARGMAX, reduce);
      case LOGSUMEXP -> flat(FoldOp.LOGSUMEXP, reduce);
    };
  }

  /** A mean of means, as rows are equally long; not where a condition leaves some of a row out. */
  private Scalar byRows(FoldOp op, Term.Reduce reduce) {
    return reduce.where().isEmpty() ? nested(op, reduce, 0) : flat(op, reduce);
  }

  /** A fold in a fold for each index: these operations may be done part by part. */
  private Scalar nested(FoldOp op, Term.Reduce reduce, int from) {
    Atom.Index index = reduce.over().get(from);
    Scalar extent = size(index.size());
    Optional<Scalar> otherwise = reduce.otherwise().map(this::scalar);
    indices.put(index, new Scalar.Axis(depth++));
    boolean last = from == reduce.over().size() - 1;
    Scalar fold =
        new Scalar.Fold(
            op,
            extent,
            last ? scalar(reduce.body()) : nested(op, reduce, from + 1),
            last ? reduce.where().map(this::scalar) : Optional.empty(),
            otherwise);
    depth--;
    return fold;
  }

  /** One fold over all places of all indices, in row-major order. */
  private Scalar flat(FoldOp op, Term.Reduce reduce) {
    Optional<Scalar> otherwise = reduce.otherwise().map(this::scalar);
    Scalar extent = size(places(reduce.over()));
    Scalar place = new Scalar.Axis(depth++);
    for (Atom.Index index : reduce.over().reversed()) {
      Scalar size = size(index.size());
      boolean outermost = index == reduce.over().getFirst();
      indices.put(index, outermost ? place : new Scalar.Binary(BinaryOp.FLOOR_MOD, place, size));
      place = outermost ? place : new Scalar.Binary(BinaryOp.FLOOR_DIV, place, size);
    }
    Scalar fold =
        new Scalar.Fold(
            op, extent, scalar(reduce.body()), reduce.where().map(this::scalar), otherwise);
    depth--;
    return fold;
  }

  private static Poly places(List<Atom.Index> over) {
    return over.size() == 1
        ? over.getFirst().size()
        : over.stream().map(i -> i.size().max(Poly.ZERO)).reduce(Poly.ONE, Poly::times);
  }
}
