package xfm.compiler.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Term.Kind;
import xfm.compiler.ir.Term.UnaryOp;

/**
 * Builds terms, working out what is known already. Folding is exact: a folded float is the double
 * that the interpreter would have come to.
 */
public final class Terms {
  private Terms() {}

  public static Term number(double value) {
    return new Term.Number(value);
  }

  public static Term integer(Poly value) {
    return new Term.Int(value);
  }

  public static Term truth(boolean value) {
    return new Term.Truth(value);
  }

  /** 0 or false. */
  public static Term nothing(Term.Kind kind) {
    return switch (kind) {
      case FLOAT -> number(0);
      case INT -> Term.Int.of(0);
      case BOOL -> truth(false);
    };
  }

  /** One element; an integer becomes an atom that polynomials can hold. */
  public static Term read(Value value, List<Poly> at) {
    Term read = new Term.Read(value, at.stream().map(Terms::integer).toList(), Optional.empty());
    return value.kind() == Kind.INT ? data(read) : read;
  }

  /** An integer term that is not a polynomial, as one. */
  public static Term data(Term term) {
    return integer(Poly.of(new Atom.Data(term)));
  }

  public static Term toFloat(Term term) {
    if (term instanceof Term.Int(Poly value) && value.constant().isPresent()) {
      return number(value.constant().getAsLong());
    }
    if (term instanceof Term.Int(Poly value)
        && value.atom().orElse(null) instanceof Atom.Data data
        && data.value() instanceof Term.Choose(Term condition, Term then, Term otherwise)) {
      return choose(condition, toFloat(then), toFloat(otherwise));
    }
    return term.kind() == Kind.INT ? new Term.Unary(UnaryOp.FLOAT, term) : term;
  }

  public static Term negate(Term a) {
    return switch (a) {
      case Term.Number(double value) -> number(-value);
      case Term.Int(Poly value) -> integer(value.times(-1));
      default -> new Term.Unary(UnaryOp.NEGATE, a);
    };
  }

  public static Term not(Term a) {
    if (a instanceof Term.Truth(boolean value)) {
      return truth(!value);
    }
    return a instanceof Term.Unary(UnaryOp op, Term inner) && op == UnaryOp.NOT
        ? inner
        : new Term.Unary(UnaryOp.NOT, a);
  }

  /** A function of a float. */
  public static Term apply(UnaryOp op, Term a) {
    Term x = op == UnaryOp.NOT ? a : toFloat(a);
    if (x instanceof Term.Number(double value)) {
      switch (op) {
        case ABS:
          return number(Math.abs(value));
        case EXP:
          return number(StrictMath.exp(value));
        case LOG:
          return number(StrictMath.log(value));
        case SQRT:
          return number(Math.sqrt(value));
        case SIN:
          return number(StrictMath.sin(value));
        case COS:
          return number(StrictMath.cos(value));
        case TANH:
          return number(StrictMath.tanh(value));
        case FLOOR:
          return integer(Poly.of((long) Math.floor(value)));
        case ERF, NEGATE, FLOAT, NOT:
          break;
      }
    }
    Term applied = new Term.Unary(op, x);
    return op == UnaryOp.FLOOR ? data(applied) : applied;
  }

  /** {@code + - * / **, min, max} of two floats; nothing is done to add 0 or to multiply by 1. */
  public static Term arithmetic(BinaryOp op, Term left, Term right) {
    Term a = toFloat(left);
    Term b = toFloat(right);
    if (a instanceof Term.Number(double x) && b instanceof Term.Number(double y)) {
      return number(
          switch (op) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            case POWER -> StrictMath.pow(x, y);
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
            case EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR -> throw new IllegalArgumentException();
          });
    }
    if (b instanceof Term.Number(double y)) {
      switch (op) {
        case ADD, SUBTRACT -> {
          if (y == 0) {
            return a;
          }
        }
        case MULTIPLY, DIVIDE, POWER -> {
          if (y == 1) {
            return a;
          }
        }
        case MIN, MAX, EQUAL, UNEQUAL, LESS, LESS_EQUAL, AND, OR -> {}
      }
    }
    if (a instanceof Term.Number(double x)) {
      if (op == BinaryOp.ADD && x == 0 || op == BinaryOp.MULTIPLY && x == 1) {
        return b;
      }
    }
    return new Term.Binary(op, a, b);
  }

  /** {@code == != < <=} of two ints, two floats, or (equality) two bools. */
  public static Term compare(BinaryOp op, Term a, Term b) {
    if (a instanceof Term.Int(Poly x) && b instanceof Term.Int(Poly y)) {
      OptionalLong difference = x.minus(y).constant();
      if (difference.isPresent()) {
        return truth(holds(op, Long.compare(difference.getAsLong(), 0)));
      }
      return new Term.Binary(op, a, b);
    }
    if (a instanceof Term.Truth(boolean x) && b instanceof Term.Truth(boolean y)) {
      return truth((x == y) == (op == BinaryOp.EQUAL));
    }
    Term left = a.kind() == Kind.BOOL ? a : toFloat(a);
    Term right = b.kind() == Kind.BOOL ? b : toFloat(b);
    if (left instanceof Term.Number(double x) && right instanceof Term.Number(double y)) {
      return truth(
          switch (op) {
            case EQUAL -> x == y;
            case UNEQUAL -> x != y;
            case LESS -> x < y;
            case LESS_EQUAL -> x <= y;
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX, AND, OR ->
                throw new IllegalArgumentException();
          });
    }
    return new Term.Binary(op, left, right);
  }

  private static boolean holds(BinaryOp op, int sign) {
    return switch (op) {
      case EQUAL -> sign == 0;
      case UNEQUAL -> sign != 0;
      case LESS -> sign < 0;
      case LESS_EQUAL -> sign <= 0;
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX, AND, OR ->
          throw new IllegalArgumentException();
    };
  }

  public static Term and(Term a, Term b) {
    if (a instanceof Term.Truth(boolean x)) {
      return x ? b : a;
    }
    if (b instanceof Term.Truth(boolean y)) {
      return y ? a : b;
    }
    return new Term.Binary(BinaryOp.AND, a, b);
  }

  public static Term or(Term a, Term b) {
    if (a instanceof Term.Truth(boolean x)) {
      return x ? a : b;
    }
    if (b instanceof Term.Truth(boolean y)) {
      return y ? b : a;
    }
    return new Term.Binary(BinaryOp.OR, a, b);
  }

  /** Only one side exists where the condition is known. */
  public static Term choose(Term condition, Term then, Term otherwise) {
    if (condition instanceof Term.Truth(boolean value)) {
      return value ? then : otherwise;
    }
    boolean mixed = then.kind() != otherwise.kind();
    Term a = mixed ? toFloat(then) : then;
    Term b = mixed ? toFloat(otherwise) : otherwise;
    Term chosen = new Term.Choose(condition, a, b);
    return chosen.kind() == Kind.INT ? data(chosen) : chosen;
  }

  /**
   * The term with atoms replaced, in subscripts and sizes too; folded again. Every index that it
   * binds is made anew, so that nothing is captured.
   */
  public static Term substitute(Term term, Map<? extends Atom, Poly> by) {
    return map(term, by::get);
  }

  /** {@code by} gives null for an atom that stays. */
  private static Term map(Term term, Function<Atom, Poly> by) {
    return switch (term) {
      case Term.Number n -> n;
      case Term.Truth t -> t;
      case Term.Unknown u -> u;
      case Term.Int(Poly value) -> integer(map(value, by));
      case Term.Read(Value value, List<Term> at, Optional<Term> otherwise) ->
          new Term.Read(
              value, at.stream().map(a -> map(a, by)).toList(), otherwise.map(o -> map(o, by)));
      case Term.Unary(UnaryOp op, Term a) -> {
        Term x = map(a, by);
        yield switch (op) {
          case NEGATE -> negate(x);
          case NOT -> not(x);
          case FLOAT -> toFloat(x);
          case FLOOR -> new Term.Unary(op, x);
          case ABS, EXP, LOG, SQRT, SIN, COS, TANH, ERF -> apply(op, x);
        };
      }
      case Term.Binary(BinaryOp op, Term a, Term b) -> {
        Term x = map(a, by);
        Term y = map(b, by);
        yield switch (op) {
          case ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MIN, MAX -> arithmetic(op, x, y);
          case EQUAL, UNEQUAL, LESS, LESS_EQUAL -> compare(op, x, y);
          case AND -> and(x, y);
          case OR -> or(x, y);
        };
      }
      case Term.Choose(Term c, Term t, Term o) -> {
        Term condition = map(c, by);
        yield condition instanceof Term.Truth(boolean value)
            ? map(value ? t : o, by)
            : new Term.Choose(condition, map(t, by), map(o, by));
      }
      case Term.Reduce reduce -> {
        // Bound indices are made anew: the same term may be read inside itself, at another place.
        Map<Atom, Poly> fresh = new HashMap<>();
        List<Atom.Index> over = new ArrayList<>();
        for (Atom.Index index : reduce.over()) {
          over.add(new Atom.Index(index.name(), map(index.size(), by)));
          fresh.put(index, Poly.of(over.getLast()));
        }
        Function<Atom, Poly> inner =
            atom -> fresh.containsKey(atom) ? fresh.get(atom) : by.apply(atom);
        yield new Term.Reduce(
            reduce.op(),
            over,
            map(reduce.body(), inner),
            reduce.where().map(w -> map(w, inner)),
            reduce.otherwise().map(o -> map(o, by)));
      }
      case Term.Along along -> {
        if (by.apply(along.over()) == null) {
          yield new Term.Along(
              along.op(), along.over(), map(along.body(), by), along.where().map(w -> map(w, by)));
        }
        yield elsewhere(along, by);
      }
    };
  }

  /**
   * A softmax or a running sum read at another place than its own. At another index of the same
   * size it runs along that; at any other place p it is {@code exp(s(p) - logsumexp[i](s(i)))}, or
   * the sum over all places up to p.
   */
  private static Term elsewhere(Term.Along along, Function<Atom, Poly> by) {
    Poly place = by.apply(along.over());
    Poly size = map(along.over().size(), by);
    if (place.atom().orElse(null) instanceof Atom.Index index && index.size().equals(size)) {
      return new Term.Along(
          along.op(), index, map(along.body(), by), along.where().map(w -> map(w, by)));
    }
    Atom.Index all = new Atom.Index(along.over().name(), size);
    Function<Atom, Poly> each = atom -> atom == along.over() ? Poly.of(all) : by.apply(atom);
    Term body = map(along.body(), each);
    Optional<Term> where = along.where().map(w -> map(w, each));
    return switch (along.op()) {
      case SOFTMAX -> {
        Optional<Term> there = along.where().map(w -> map(w, by));
        yield softmax(map(along.body(), by), there, List.of(all), body, where);
      }
      case CUMSUM -> {
        Term before = compare(BinaryOp.LESS_EQUAL, integer(Poly.of(all)), integer(place));
        yield new Term.Reduce(
            Term.ReduceOp.SUM,
            List.of(all),
            body,
            Optional.of(where.map(w -> and(before, w)).orElse(before)),
            Optional.empty());
      }
      case RANK -> {
        Term here = map(along.body(), by);
        Term rank = rank(here, place, body, all, where);
        yield choose(along.where().map(w -> map(w, by)).orElse(truth(true)), rank, integer(size));
      }
    };
  }

  /**
   * The share of one element among all: {@code exp(s - logsumexp(s))}, and 0 of nothing or of −∞
   * alone.
   *
   * @param here the element
   * @param there whether it is left in
   * @param body the element at any place of {@code all}
   * @param where whether that is left in
   */
  public static Term softmax(
      Term here, Optional<Term> there, List<Atom.Index> all, Term body, Optional<Term> where) {
    Term whole = new Term.Reduce(Term.ReduceOp.LOGSUMEXP, all, body, where, Optional.empty());
    Term some = compare(BinaryOp.UNEQUAL, whole, number(Double.NEGATIVE_INFINITY));
    Term share = apply(UnaryOp.EXP, arithmetic(BinaryOp.SUBTRACT, here, whole));
    return choose(there.map(t -> and(t, some)).orElse(some), share, number(0));
  }

  /**
   * How many places come before one: the count of those with a greater value, or with the same at a
   * lower place.
   *
   * @param here the value at {@code place}
   * @param body the value at any place {@code all}
   */
  public static Term rank(Term here, Poly place, Term body, Atom.Index all, Optional<Term> where) {
    Term x = orMost(here);
    Term y = orMost(body);
    Term lower = compare(BinaryOp.LESS, integer(Poly.of(all)), integer(place));
    Term before = or(compare(BinaryOp.LESS, x, y), and(compare(BinaryOp.EQUAL, x, y), lower));
    return data(
        new Term.Unary(
            UnaryOp.FLOOR,
            new Term.Reduce(
                Term.ReduceOp.SUM,
                List.of(all),
                number(1),
                Optional.of(where.map(w -> and(w, before)).orElse(before)),
                Optional.empty())));
  }

  /** NaN, which no comparison places, as the greatest. */
  private static Term orMost(Term value) {
    return value instanceof Term.Number
        ? value
        : choose(compare(BinaryOp.EQUAL, value, value), value, number(Double.POSITIVE_INFINITY));
  }

  private static Poly map(Poly poly, Function<Atom, Poly> by) {
    return poly.substitute(atom -> {
      Poly direct = by.apply(atom);
      if (direct != null) {
        return direct;
      }
      return switch (atom) {
        case Atom.Symbol s -> Poly.of(s);
        case Atom.Index i -> Poly.of(i);
        case Atom.Quotient(Poly a, Poly b) -> map(a, by).quotient(map(b, by));
        case Atom.Remainder(Poly a, Poly b) -> map(a, by).remainder(map(b, by));
        case Atom.Least(Poly a, Poly b) -> map(a, by).min(map(b, by));
        case Atom.Greatest(Poly a, Poly b) -> map(a, by).max(map(b, by));
        case Atom.Data data -> {
          Term mapped = map(data.value(), by);
          yield mapped instanceof Term.Int(Poly p) ? p : Poly.of(new Atom.Data(mapped));
        }
      };
    });
  }
}
