package xfm.compiler.check;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/** The operators on two operands, over everything that they mean something for. */
final class Operators {
  private static final int MOST_TERMS = 1_000;

  private final Elaboration all;

  Operators(Elaboration all) {
    this.all = all;
  }

  Meta apply(Expr.Binary e, Context context) {
    Expressions expressions = all.expressions;
    Meta a = expressions.eval(e.left(), context);
    if (e.op() == BinaryOp.AND || e.op() == BinaryOp.OR) {
      return logic(e, a, context);
    }
    Meta b = expressions.eval(e.right(), context);
    if (a instanceof Meta.Words(String x) && b instanceof Meta.Words(String y)) {
      if (e.op() == BinaryOp.EQUAL || e.op() == BinaryOp.UNEQUAL) {
        return new Meta.Scalar(Terms.truth(x.equals(y) == (e.op() == BinaryOp.EQUAL)));
      }
    }
    if (a instanceof Meta.ListOf(List<Meta> x, boolean open)
        && b instanceof Meta.ListOf(List<Meta> y, boolean more)) {
      if (e.op() == BinaryOp.ADD) {
        List<Meta> joined = new ArrayList<>(x);
        joined.addAll(y);
        return new Meta.ListOf(joined, open || more || !all.rounds.isEmpty());
      }
    }
    if (!context.equation() && (a instanceof Meta.Tensor || b instanceof Meta.Tensor)) {
      return whole(e, a, b, context);
    }
    Term x = expressions.term(a, e.left(), context);
    Term y = expressions.term(b, e.right(), context);
    return new Meta.Scalar(scalar(e, x, y, context));
  }

  private Meta logic(Expr.Binary e, Meta a, Context context) {
    boolean and = e.op() == BinaryOp.AND;
    if (a instanceof Meta.Function) {
      Meta b = all.expressions.eval(e.right(), context);
      if (!(b instanceof Meta.Function)) {
        all.expressions.truth(b, e.right(), context);
      }
      return new Meta.Function(
          new Callable.Lifted(and ? Callable.Lift.AND : Callable.Lift.OR, List.of(a, b)));
    }
    Term x = all.expressions.truth(a, e.left(), context);
    Context right = context.knowing(Facts.where(and ? x : Terms.not(x)));
    if (x instanceof Term.Truth(boolean value) && value != and) {
      return new Meta.Scalar(x);
    }
    Meta b = all.expressions.eval(e.right(), right);
    if (b instanceof Meta.Function) {
      return new Meta.Function(
          new Callable.Lifted(and ? Callable.Lift.AND : Callable.Lift.OR, List.of(a, b)));
    }
    Term y = all.expressions.truth(b, e.right(), right);
    return new Meta.Scalar(and ? Terms.and(x, y) : Terms.or(x, y));
  }

  /** Outside an equation, tensors of one shape combine element by element, and with numbers. */
  private Meta whole(Expr.Binary e, Meta a, Meta b, Context context) {
    switch (e.op()) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE -> {}
      case OR,
          AND,
          EQUAL,
          UNEQUAL,
          LESS,
          LESS_EQUAL,
          GREATER,
          GREATER_EQUAL,
          FLOOR_DIVIDE,
          REMAINDER,
          POWER ->
          throw WholeTensors.combined(e, a, b);
    }
    if (a instanceof Meta.Tensor x) {
      Expressions.numbers(x, e.left().span());
    }
    if (b instanceof Meta.Tensor y) {
      Expressions.numbers(y, e.right().span());
    }
    if (a instanceof Meta.Tensor x && b instanceof Meta.Tensor y) {
      if (!x.shape().equals(y.shape())) {
        throw Diagnostic.of(Code.SHAPE, "these two shapes must be the same, and are not")
            .at(e.left().span(), x.what() + " is " + x.shape())
            .at(e.right().span(), y.what() + " is " + y.shape())
            .note("nothing is stretched silently: write an equation with indices for that")
            .raise();
      }
      return all.definitions.computed(
          x.shape(),
          at -> Terms.arithmetic(op(e.op()), x.reader().read(at), y.reader().read(at)),
          "`" + e.span().text() + "`",
          e.span());
    }
    if (a instanceof Meta.Tensor x) {
      Term y = all.expressions.number(b, e.right(), context);
      return all.expressions.elementwise(x, t -> Terms.arithmetic(op(e.op()), t, y), e.span());
    }
    Term x = all.expressions.number(a, e.left(), context);
    return all.expressions.elementwise(
        (Meta.Tensor) b, t -> Terms.arithmetic(op(e.op()), x, t), e.span());
  }

  private static Term.BinaryOp op(BinaryOp op) {
    return switch (op) {
      case ADD -> Term.BinaryOp.ADD;
      case SUBTRACT -> Term.BinaryOp.SUBTRACT;
      case MULTIPLY -> Term.BinaryOp.MULTIPLY;
      case DIVIDE -> Term.BinaryOp.DIVIDE;
      case POWER -> Term.BinaryOp.POWER;
      case EQUAL -> Term.BinaryOp.EQUAL;
      case UNEQUAL -> Term.BinaryOp.UNEQUAL;
      case LESS, GREATER -> Term.BinaryOp.LESS;
      case LESS_EQUAL, GREATER_EQUAL -> Term.BinaryOp.LESS_EQUAL;
      case AND -> Term.BinaryOp.AND;
      case OR -> Term.BinaryOp.OR;
      case FLOOR_DIVIDE, REMAINDER -> throw new IllegalArgumentException(op.sign);
    };
  }

  private Term scalar(Expr.Binary e, Term a, Term b, Context context) {
    boolean bools = a.kind() == Term.Kind.BOOL || b.kind() == Term.Kind.BOOL;
    boolean equality = e.op() == BinaryOp.EQUAL || e.op() == BinaryOp.UNEQUAL;
    if (bools && !(equality && a.kind() == b.kind())) {
      throw Errors.error(
          Code.TYPE,
          "`" + e.op().sign + "` does not take a bool",
          (a.kind() == Term.Kind.BOOL ? e.left() : e.right()).span(),
          "write `if … then 1 else 0`");
    }
    if (a instanceof Term.Int(Poly x) && b instanceof Term.Int(Poly y)) {
      return integers(e, x, y, context);
    }
    return switch (e.op()) {
      case ADD, SUBTRACT, MULTIPLY, POWER -> Terms.arithmetic(op(e.op()), a, b);
      case DIVIDE -> {
        if (Terms.toFloat(b) instanceof Term.Number(double value) && value == 0) {
          throw zero(e);
        }
        yield Terms.arithmetic(Term.BinaryOp.DIVIDE, a, b);
      }
      case EQUAL, UNEQUAL, LESS, LESS_EQUAL -> Terms.compare(op(e.op()), a, b);
      case GREATER, GREATER_EQUAL -> Terms.compare(op(e.op()), b, a);
      case FLOOR_DIVIDE, REMAINDER ->
          throw Errors.error(
              Code.TYPE,
              "`" + e.op().sign + "` takes two ints",
              e.span(),
              "`floor(a / b)` of floats");
      case AND, OR -> throw new IllegalStateException();
    };
  }

  private Term integers(Expr.Binary e, Poly x, Poly y, Context context) {
    if (y.isConstant(0)) {
      switch (e.op()) {
        case DIVIDE, FLOOR_DIVIDE, REMAINDER -> throw zero(e);
        case OR,
            AND,
            EQUAL,
            UNEQUAL,
            LESS,
            LESS_EQUAL,
            GREATER,
            GREATER_EQUAL,
            ADD,
            SUBTRACT,
            MULTIPLY,
            POWER -> {}
      }
    }
    return switch (e.op()) {
      case ADD -> Terms.integer(x.plus(y));
      case SUBTRACT -> Terms.integer(x.minus(y));
      case MULTIPLY -> Terms.integer(times(e, x, y));
      case FLOOR_DIVIDE -> Terms.integer(floor(x, y, context));
      case REMAINDER ->
          Terms.integer(
              x.minus(floor(x, y, context).times(y)).constant().isPresent()
                  ? x.minus(floor(x, y, context).times(y))
                  : x.remainder(y));
      case DIVIDE -> Terms.integer(whole(e, x, y, context));
      case POWER -> power(e, x, y);
      case EQUAL, UNEQUAL, LESS, LESS_EQUAL ->
          Terms.compare(op(e.op()), Terms.integer(x), Terms.integer(y));
      case GREATER, GREATER_EQUAL -> Terms.compare(op(e.op()), Terms.integer(y), Terms.integer(x));
      case AND, OR -> throw new IllegalStateException();
    };
  }

  /**
   * {@code (g * per + t) // per} is {@code g} where {@code t < per}: the part that divides goes
   * out.
   */
  private Poly floor(Poly x, Poly y, Context context) {
    Poly plain = x.quotient(y);
    if (plain.atom().filter(a -> a instanceof Atom.Quotient).isEmpty()) {
      return plain;
    }
    if (all.prover.nonNegative(x, context.facts())
        && all.prover.nonNegative(y.minus(x).minus(1), context.facts())) {
      return Poly.ZERO;
    }
    return plain;
  }

  /** What divides without rest; as a declaration stands, numbers decide on its sizes later. */
  private Poly whole(Expr.Binary e, Poly x, Poly y, Context context) {
    Poly rest = x.remainder(y);
    boolean isKnown = rest.constant().isPresent();
    Term divides =
        Terms.compare(Term.BinaryOp.EQUAL, Terms.integer(rest), Terms.integer(Poly.ZERO));
    boolean proved =
        isKnown ? rest.isConstant(0) : all.conditions.follows(divides, context.facts());
    boolean isOfSizes = isOfSizes(x) && isOfSizes(y);
    if (!proved && (isKnown || !all.symbolic || !isOfSizes)) {
      throw Diagnostic.of(
              Code.NUMBER,
              "`/` of two ints must come out whole, and "
                  + (isKnown ? "this does not" : "nothing proves that this does"))
          .at(
              e.span(),
              isKnown
                  ? "`%s` is %s / %s, which leaves %s".formatted(e.span().text(), x, y, rest)
                  : "")
          .help(
              "`//` takes the floor; `float(…)` on one side makes an ordinary division; or "
                  + (isOfSizes && !isKnown
                      ? "state it: `require " + rest + " == 0`"
                      : "choose sizes that divide"))
          .raise();
    }
    return x.quotient(y);
  }

  private boolean isOfSizes(Poly value) {
    return !all.isOfIndices(value) && !Trees.any(Terms.integer(value), Binding::isOfData);
  }

  /** {@code (i + j + k + 1) ** 60} would have 40,000 terms. */
  private static Poly times(Expr.Binary e, Poly x, Poly y) {
    if ((long) x.terms().size() * y.terms().size() > MOST_TERMS) {
      throw tooManyTerms(e.span());
    }
    return x.times(y);
  }

  static XfmException tooManyTerms(Span span) {
    return Errors.error(
        Code.LIMIT,
        "multiplied out, this integer has more than " + MOST_TERMS + " terms",
        span,
        "`float(…)` around one side makes it an ordinary product");
  }

  private static XfmException zero(Expr.Binary e) {
    String text = e.right().span().text();
    return Diagnostic.of(Code.NUMBER, "this divides by zero")
        .at(e.right().span(), text.startsWith("0") ? "" : "`" + text + "` is 0 here")
        .raise();
  }

  private Term power(Expr.Binary e, Poly x, Poly y) {
    OptionalLong exponent = y.constant();
    if (exponent.isPresent() && exponent.getAsLong() >= 0 && exponent.getAsLong() <= 62) {
      Poly product = Poly.ONE;
      for (long i = 0; i < exponent.getAsLong(); i++) {
        product = times(e, product, x);
      }
      return Terms.integer(product);
    }
    if (all.symbolic && exponent.isEmpty()) {
      return Terms.data(new Term.Unknown(Term.Kind.INT, e.span().text()));
    }
    throw Errors.error(
        Code.NUMBER,
        "an int takes a power that is known and 0 … 62",
        e.right().span(),
        "with a float on either side it is an ordinary power: `2.0 ** -3`");
  }
}
