package xfm.compiler.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;
import xfm.runtime.io.JsonValue;

/**
 * Works out the expressions of a checkpoint section: literals, settings, {@code config.key},
 * arithmetic, {@code floor}, comparison, {@code and}, {@code or}, {@code not}, {@code if … then …
 * else}, and {@code (e else v)} for what is absent. {@code null} is what an absent key is.
 *
 * @param names settings and sizes by their names; {@code config} too, where it can be read
 */
record Formula(Map<String, Datum> names) {
  static final String CONFIG = "config";
  private static final String NULL = "null";
  private static final String FLOOR = "floor";
  private static final int MOST_ITEMS = 100_000;

  /** Floats are whole numbers without gaps up to here. */
  private static final double MOST_EXACT = 1L << 53;

  /** Something uses a setting whose own line is wrong, which has been said. */
  static final class FailedAbove extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private FailedAbove() {
      super("", null, false, false);
    }
  }

  Datum value(Expr expr) {
    try {
      return eval(expr);
    } catch (ArithmeticException e) {
      throw error(Code.NUMBER, "an integer here is too large for 64 bits", expr.span()).raise();
    }
  }

  private Datum eval(Expr expr) {
    return switch (expr) {
      case Expr.IntLiteral e -> new Datum.Int(e.value());
      case Expr.FloatLiteral e -> new Datum.Real(e.value());
      case Expr.BoolLiteral e -> new Datum.Truth(e.value());
      case Expr.Text e -> new Datum.Words(e.value());
      case Expr.Group e -> eval(e.inner());
      case Expr.ListOf e -> new Datum.Items(e.items().stream().map(this::eval).toList());
      case Expr.Name e -> name(e);
      case Expr.Member e -> member(e);
      case Expr.Subscript e -> item(e);
      case Expr.Unary e -> unary(e);
      case Expr.Binary e -> binary(e);
      case Expr.If e -> truth(e.condition()) ? eval(e.then()) : eval(e.otherwise());
      case Expr.Else e ->
          eval(e.value()) instanceof Datum.Nothing ? eval(e.otherwise()) : eval(e.value());
      case Expr.Template e -> throw unknown(e.span());
      case Expr.RecordOf e -> throw unknown(e.span());
      case Expr.Call e -> floor(e);
      case Expr.Reduce e -> throw unknown(e.span());
      case Expr.Lambda e -> throw unknown(e.span());
      case Expr.Share e -> throw unknown(e.span());
      case Expr.Labelled e -> throw unknown(e.span());
    };
  }

  /** {@code floor(…)}, the only function here: an int. */
  private Datum floor(Expr.Call e) {
    if (!(e.callee() instanceof Expr.Name name)
        || !name.text().equals(FLOOR)
        || e.arguments().size() != 1
        || e.arguments().getFirst().name().isPresent()) {
      throw unknown(e.span());
    }
    double floor = Math.floor(number(e.arguments().getFirst().value()));
    if (Math.abs(floor) > MOST_EXACT) {
      throw error(Code.NUMBER, "this is no int of 53 bits: " + floor, e.span()).raise();
    }
    return new Datum.Int((long) floor);
  }

  private static XfmException unknown(Span span) {
    return error(
            Code.CHECKPOINT, "this kind of expression has no meaning in a checkpoint section", span)
        .help(
            "numbers, texts, settings, `config.key`, arithmetic, `floor`, comparisons, `if … then … else …`, `(… else …)`")
        .raise();
  }

  private static Diagnostic error(Code code, String message, Span span) {
    return Diagnostic.of(code, message).at(span);
  }

  private Datum name(Expr.Name e) {
    Datum found = names.get(e.text());
    if (found instanceof Datum.Failed) {
      throw new FailedAbove();
    }
    if (found != null) {
      return found;
    }
    if (e.text().equals(NULL)) {
      return new Datum.Nothing("this is `null`", "");
    }
    throw error(Code.NAME, "nothing here is called `" + e.text() + "`", e.span())
        .help(
            Nearest.suggest(e.text(), names.keySet())
                .map(near -> "did you mean `" + near + "`?")
                .orElse("known here: " + String.join(", ", names.keySet())))
        .raise();
  }

  private Datum member(Expr.Member e) {
    Datum base = eval(e.base());
    return switch (base) {
      case Datum.Fields(String name, Map<String, JsonValue> members) -> {
        String path = name + "." + e.name().text();
        JsonValue found = members.get(e.name().text());
        yield found == null
            ? new Datum.Nothing(
                "there is no `" + path + "` in config.json",
                Nearest.suggest(e.name().text(), members.keySet())
                    .map(near -> name + "." + near)
                    .orElse(""))
            : Datum.of(path, found);
      }
      case Datum.Nothing nothing -> nothing;
      case Datum other ->
          throw error(
                  Code.TYPE,
                  "`." + e.name() + "` needs a record, and this is " + other.shown(),
                  e.base().span())
              .raise();
    };
  }

  private Datum item(Expr.Subscript e) {
    Datum base = eval(e.base());
    if (base instanceof Datum.Nothing) {
      return base;
    }
    if (base instanceof Datum.Items(List<Datum> items)
        && e.indices().size() == 1
        && e.indices().getFirst() instanceof Ast.At(Expr at, Span span)) {
      long place = integer(at);
      return place >= 0 && place < items.size()
          ? items.get((int) place)
          : new Datum.Nothing("the list has no item " + place, "");
    }
    throw error(Code.TYPE, "one subscript of a list is meant here", e.span()).raise();
  }

  private Datum unary(Expr.Unary e) {
    return switch (e.op()) {
      case NOT -> new Datum.Truth(!truth(e.operand()));
      case NEGATE ->
          eval(e.operand()) instanceof Datum.Int(long value)
              ? new Datum.Int(Math.negateExact(value))
              : new Datum.Real(-number(e.operand()));
    };
  }

  private Datum binary(Expr.Binary e) {
    return switch (e.op()) {
      case AND -> new Datum.Truth(truth(e.left()) && truth(e.right()));
      case OR -> new Datum.Truth(truth(e.left()) || truth(e.right()));
      case EQUAL -> new Datum.Truth(equal(e));
      case UNEQUAL -> new Datum.Truth(!equal(e));
      case LESS -> new Datum.Truth(number(e.left()) < number(e.right()));
      case LESS_EQUAL -> new Datum.Truth(number(e.left()) <= number(e.right()));
      case GREATER -> new Datum.Truth(number(e.left()) > number(e.right()));
      case GREATER_EQUAL -> new Datum.Truth(number(e.left()) >= number(e.right()));
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, FLOOR_DIVIDE, REMAINDER, POWER -> arithmetic(e);
    };
  }

  private boolean equal(Expr.Binary e) {
    Datum a = eval(e.left());
    Datum b = eval(e.right());
    if (isNull(e.left()) || isNull(e.right())) {
      return a instanceof Datum.Nothing && b instanceof Datum.Nothing;
    }
    present(a, e.left());
    present(b, e.right());
    if (a instanceof Datum.Int(long x) && b instanceof Datum.Real(double y)) {
      return x == y;
    }
    if (a instanceof Datum.Real(double x) && b instanceof Datum.Int(long y)) {
      return x == y;
    }
    return a.equals(b);
  }

  private static boolean isNull(Expr expr) {
    return expr instanceof Expr.Name name && name.text().equals(NULL);
  }

  private Datum arithmetic(Expr.Binary e) {
    Datum a = present(eval(e.left()), e.left());
    Datum b = present(eval(e.right()), e.right());
    if (a instanceof Datum.Int(long x) && b instanceof Datum.Int(long y)) {
      return integers(e, x, y);
    }
    if (a instanceof Datum.Items(List<Datum> items)
        && e.op() == Expr.BinaryOp.MULTIPLY
        && b instanceof Datum.Int(long times)) {
      return repeated(items, times, e.right());
    }
    double x = number(e.left());
    double y = number(e.right());
    return new Datum.Real(
        switch (e.op()) {
          case ADD -> x + y;
          case SUBTRACT -> x - y;
          case MULTIPLY -> x * y;
          case DIVIDE -> x / y;
          case POWER -> StrictMath.pow(x, y);
          case FLOOR_DIVIDE -> Math.floor(x / y);
          case REMAINDER -> x - y * Math.floor(x / y);
          case OR, AND, EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL ->
              throw new IllegalStateException();
        });
  }

  /** A list several times over: what each layer is, where layers take turns. */
  private static Datum repeated(List<Datum> items, long times, Expr count) {
    if (times < 0 || times > MOST_ITEMS / Math.max(1, items.size())) {
      throw error(
              Code.LIMIT,
              "a list is repeated 0 … " + MOST_ITEMS / Math.max(1, items.size()) + " times",
              count.span())
          .raise();
    }
    return new Datum.Items(
        Collections.nCopies((int) times, items).stream().flatMap(List::stream).toList());
  }

  private static Datum integers(Expr.Binary e, long x, long y) {
    switch (e.op()) {
      case DIVIDE, FLOOR_DIVIDE, REMAINDER -> {
        if (y == 0) {
          throw error(Code.NUMBER, "this divides by zero", e.right().span()).raise();
        }
      }
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
    return switch (e.op()) {
      case ADD -> new Datum.Int(Math.addExact(x, y));
      case SUBTRACT -> new Datum.Int(Math.subtractExact(x, y));
      case MULTIPLY -> new Datum.Int(Math.multiplyExact(x, y));
      case FLOOR_DIVIDE -> new Datum.Int(Math.floorDiv(x, y));
      case REMAINDER -> new Datum.Int(Math.floorMod(x, y));
      case POWER -> y >= 0 ? new Datum.Int(power(x, y)) : new Datum.Real(StrictMath.pow(x, y));
      case DIVIDE -> {
        if (x % y != 0) {
          throw error(
                  Code.NUMBER, "`/` of two ints must come out whole, and this does not", e.span())
              .help(x + " / " + y + " leaves " + Math.floorMod(x, y))
              .raise();
        }
        yield new Datum.Int(x / y);
      }
      case OR, AND, EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL ->
          throw new IllegalStateException();
    };
  }

  private static long power(long x, long y) {
    long product = 1;
    for (long i = 0; i < y && product != 0 && x != 1; i++) {
      product = Math.multiplyExact(product, x);
    }
    return product;
  }

  boolean truth(Expr expr) {
    if (present(value(expr), expr) instanceof Datum.Truth(boolean value)) {
      return value;
    }
    throw kind("true or false", expr);
  }

  long integer(Expr expr) {
    if (present(value(expr), expr) instanceof Datum.Int(long value)) {
      return value;
    }
    throw kind("an int", expr);
  }

  private double number(Expr expr) {
    return switch (present(eval(expr), expr)) {
      case Datum.Int(long value) -> value;
      case Datum.Real(double value) -> value;
      case Datum other -> throw kind("a number", expr);
    };
  }

  private XfmException kind(String wanted, Expr expr) {
    return Diagnostic.of(Code.TYPE, wanted + " is needed here")
        .at(expr.span(), "this is " + eval(expr).shown())
        .raise();
  }

  /** The value, or the error that it is not there. */
  static Datum present(Datum datum, Expr expr) {
    if (datum instanceof Datum.Nothing(String why, String near)) {
      throw Diagnostic.of(Code.CHECKPOINT, why)
          .at(expr.span(), "read here")
          .help(
              near.isEmpty()
                  ? "where it may be absent or null, say what holds then: `("
                      + expr.span().text()
                      + " else …)`"
                  : "did you mean `" + near + "`?")
          .raise();
    }
    return datum;
  }
}
