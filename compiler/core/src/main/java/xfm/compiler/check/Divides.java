package xfm.compiler.check;

import java.util.Optional;
import java.util.regex.Pattern;
import xfm.compiler.ast.Expr;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;

/**
 * {@code require heads % kv_heads == 0}, assumed: {@code heads} becomes {@code kv_heads} times a
 * whole number, so that every division by {@code kv_heads} comes out as it should.
 */
final class Divides {
  private static final Pattern TIMES_NAME =
      Pattern.compile("\\((\\w+) / ([a-zA-Z_]\\w*)\\)((?: \\* \\w+)*?) \\* \\2\\b");
  private static final Pattern TIMES_NUMBER =
      Pattern.compile("\\b(?<n>\\d+) \\* ((?:\\w+ \\* )*?)\\((\\w+) / \\k<n>\\)");

  private static final Pattern ALONE =
      Pattern.compile("(?<![\\w)\\]]|[*/%] )\\((\\w+ / \\w+)\\)(?! \\*)");

  private Divides() {}

  static void assume(Expr condition, Scope scope) {
    switch (condition) {
      case Expr.Group(Expr inner, var span) -> assume(inner, scope);
      case Expr.Binary(Expr.BinaryOp op, Expr left, Expr right, var span) -> {
        if (op == Expr.BinaryOp.AND) {
          assume(left, scope);
          assume(right, scope);
        } else if (op == Expr.BinaryOp.EQUAL
            && right instanceof Expr.IntLiteral(long zero, var at)
            && zero == 0
            && left instanceof Expr.Binary(Expr.BinaryOp rem, Expr a, Expr b, var there)
            && rem == Expr.BinaryOp.REMAINDER
            && a instanceof Expr.Name(String name, var where)) {
          Optional<Poly> divisor = divisor(b, scope);
          if (divisor.isPresent() && isSymbol(name, scope)) {
            Poly times = Poly.of(new Atom.Symbol("(" + name + " / " + b.span().text() + ")"));
            scope.bind(name, new Meta.Scalar(Terms.integer(divisor.get().times(times))), where);
          }
        }
      }
      default -> {}
    }
  }

  /** A message about such sizes: {@code (d / heads) * heads} is {@code d} to its reader. */
  static String plain(String message) {
    String names = TIMES_NAME.matcher(message).replaceAll("$1$3");
    String numbers = TIMES_NUMBER.matcher(names).replaceAll("$2$3");
    return ALONE.matcher(numbers).replaceAll("$1");
  }

  /** A size that is free so far: a parameter, or a name in the type of a tensor still to come. */
  private static boolean isSymbol(String name, Scope scope) {
    Optional<Scope.Binding> bound = scope.own(name);
    return bound.isEmpty()
        || bound.get().meta() instanceof Meta.Scalar(Term.Int(Poly value))
            && value.atom().orElse(null) instanceof Atom.Symbol;
  }

  private static Optional<Poly> divisor(Expr expr, Scope scope) {
    if (expr instanceof Expr.IntLiteral(long value, var at)) {
      return Optional.of(Poly.of(value));
    }
    if (expr instanceof Expr.Name(String name, var at)
        && scope.own(name).map(Scope.Binding::meta).orElse(null)
            instanceof Meta.Scalar(Term.Int(Poly value))) {
      return Optional.of(value);
    }
    return Optional.empty();
  }
}
