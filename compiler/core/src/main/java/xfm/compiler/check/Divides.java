package xfm.compiler.check;

import java.util.Optional;
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
