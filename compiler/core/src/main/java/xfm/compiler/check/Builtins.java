package xfm.compiler.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.UnaryOp;
import xfm.compiler.ir.Terms;

/** The few names that the language itself gives a meaning. */
public final class Builtins {
  private static final Map<String, UnaryOp> FUNCTIONS =
      Map.of(
          "exp", UnaryOp.EXP,
          "log", UnaryOp.LOG,
          "sqrt", UnaryOp.SQRT,
          "sin", UnaryOp.SIN,
          "cos", UnaryOp.COS,
          "tanh", UnaryOp.TANH,
          "erf", UnaryOp.ERF);

  private static final Map<String, Meta> CONSTANTS =
      Map.of(
          "pi", new Meta.Scalar(Terms.number(Math.PI)),
          "inf", new Meta.Scalar(Terms.number(Double.POSITIVE_INFINITY)),
          "training", new Meta.Scalar(Terms.truth(false)),
          "zeros", new Meta.Start(constant(0)),
          "ones", new Meta.Start(constant(1)),
          "xavier", new Meta.Start(new Graph.Initial.Xavier()));

  private static final Set<String> OTHERS =
      Set.of(
          "abs", "floor", "float", "min", "max", "clamp", "normal", "uniform", "stop", "dropout");

  private Builtins() {}

  /** Every name that the language gives a meaning without a declaration. */
  public static Set<String> names() {
    Set<String> names = new TreeSet<>(FUNCTIONS.keySet());
    names.addAll(CONSTANTS.keySet());
    names.addAll(OTHERS);
    return names;
  }

  static Optional<Meta> find(String name) {
    if (FUNCTIONS.containsKey(name) || OTHERS.contains(name)) {
      return Optional.of(new Meta.Function(new Callable.Builtin(name)));
    }
    return Optional.ofNullable(CONSTANTS.get(name));
  }

  /** The same number everywhere; the indices are the weight's own, whatever its rank. */
  static Graph.Initial constant(double value) {
    return new Graph.Initial.Formula(List.of(), Terms.number(value));
  }

  static int arity(String name) {
    return switch (name) {
      case "min", "max", "uniform", "dropout" -> 2;
      case "clamp" -> 3;
      default -> 1;
    };
  }

  static Meta apply(String name, Expr.Call call, Elaboration all, Context context) {
    call.arguments()
        .forEach(argument -> {
          if (argument.name().isPresent()) {
            throw Errors.error(
                Code.CALL,
                "`" + name + "` takes its arguments in order, without names",
                argument.span());
          }
        });
    List<Expr> given = call.arguments().stream().map(a -> a.value()).toList();
    int needed = arity(name);
    if (given.size() != needed) {
      throw Errors.error(
          Code.CALL,
          "`"
              + name
              + "` takes "
              + needed
              + (needed == 1 ? " argument" : " arguments")
              + ", and here are "
              + given.size(),
          call.span(),
          switch (name) {
            case "min", "max" ->
                "`" + name + "(a, b)`; over an index it is written `" + name + "[i](…)`";
            case "clamp" -> "`clamp(z, lo, hi)`";
            case "uniform" -> "`uniform(from, to)`";
            case "dropout" -> "`dropout(x, 0.1)`";
            default -> "";
          });
    }
    Expressions values = all.expressions;
    switch (name) {
      case "normal":
        return new Meta.Start(new Graph.Initial.Normal(known(given.get(0), values, context)));
      case "uniform":
        return new Meta.Start(
            new Graph.Initial.Uniform(
                known(given.get(0), values, context), known(given.get(1), values, context)));
      case "stop", "dropout": // what they change is the gradient, and training
        return values.eval(given.get(0), context);
      default:
        break;
    }
    if (FUNCTIONS.containsKey(name)) {
      return new Meta.Scalar(
          Terms.apply(FUNCTIONS.get(name), values.number(given.get(0), context)));
    }
    Term a = values.term(given.get(0), context);
    return new Meta.Scalar(
        switch (name) {
          case "abs" ->
              a instanceof Term.Int(Poly x)
                  ? Terms.integer(x.max(x.times(-1)))
                  : Terms.apply(UnaryOp.ABS, a);
          case "float" -> Terms.toFloat(a);
          case "floor" -> a instanceof Term.Int ? a : floor(a);
          case "min", "max" -> pair(name.equals("min"), a, values.term(given.get(1), context));
          case "clamp" ->
              pair(
                  true,
                  pair(false, a, values.term(given.get(1), context)),
                  values.term(given.get(2), context));
          default -> throw new IllegalStateException(name);
        });
  }

  private static Term floor(Term a) {
    return a instanceof Term.Number
        ? Terms.apply(UnaryOp.FLOOR, a)
        : Terms.integer(Poly.of(new Atom.Data(new Term.Unary(UnaryOp.FLOOR, Terms.toFloat(a)))));
  }

  private static Term pair(boolean least, Term a, Term b) {
    if (a instanceof Term.Int(Poly x) && b instanceof Term.Int(Poly y)) {
      return Terms.integer(least ? x.min(y) : x.max(y));
    }
    return Terms.arithmetic(least ? Term.BinaryOp.MIN : Term.BinaryOp.MAX, a, b);
  }

  private static double known(Expr expr, Expressions values, Context context) {
    Term term = values.number(expr, context);
    if (term instanceof Term.Number(double value)) {
      return value;
    }
    if (term instanceof Term.Unknown || open(term)) {
      return 0; // symbolic: the number comes when the model is made
    }
    throw Errors.error(
        Code.NUMBER, "a number that is known when the model is made is needed here", expr.span());
  }

  private static boolean open(Term term) {
    return switch (term) {
      case Term.Unknown u -> true;
      case Term.Unary(UnaryOp op, Term a) -> open(a);
      case Term.Binary(Term.BinaryOp op, Term a, Term b) -> open(a) || open(b);
      case Term.Int(Poly value) -> value.constant().isEmpty();
      default -> false;
    };
  }
}
