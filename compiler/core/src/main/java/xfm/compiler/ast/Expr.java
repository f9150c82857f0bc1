package xfm.compiler.ast;

import java.util.List;
import java.util.Optional;
import xfm.compiler.ast.Ast.Argument;
import xfm.compiler.ast.Ast.Binder;
import xfm.compiler.ast.Ast.Field;
import xfm.compiler.ast.Ast.Id;
import xfm.compiler.ast.Ast.Index;
import xfm.compiler.ast.Ast.Parameter;
import xfm.compiler.ast.Ast.Piece;
import xfm.compiler.source.Span;

/** An expression: of an equation, of a size, or of a script; the grammar makes no difference. */
public sealed interface Expr extends Node {

  /** A literal without point or exponent; fits a long (the parser refuses others). */
  record IntLiteral(long value, Span span) implements Expr {}

  /** A literal with a point or an exponent; finite (the parser refuses others). */
  record FloatLiteral(double value, Span span) implements Expr {}

  record BoolLiteral(boolean value, Span span) implements Expr {}

  /** A text without holes, escapes resolved. */
  record Text(String value, Span span) implements Expr {}

  /** A text with holes: {@code "loss {loss:.4}"}. */
  record Template(List<Piece> pieces, Span span) implements Expr {}

  record Name(String text, Span span) implements Expr {}

  /** {@code [a, b]}. */
  record ListOf(List<Expr> items, Span span) implements Expr {}

  /** {@code {logits: x, pooled: y}}. */
  record RecordOf(List<Field> fields, Span span) implements Expr {}

  /** {@code base[i, j + 1]}. */
  record Subscript(Expr base, List<Index> indices, Span span) implements Expr {}

  /** {@code base.name}. */
  record Member(Expr base, Id name, Span span) implements Expr {}

  record Call(Expr callee, List<Argument> arguments, Span span) implements Expr {}

  /**
   * {@code sum[i, r](e where c)}, {@code max[j](e else 0)}, {@code top[e](score, 2)}, {@code
   * concat[i](a, b)}: a word of {@link #REDUCTIONS}, its binders, its arguments.
   */
  record Reduce(
      Id operation,
      List<Binder> binders,
      List<Expr> arguments,
      Optional<Expr> where,
      Optional<Expr> otherwise,
      Span span)
      implements Expr {}

  /** The words that a bracket and a parenthesis turn into a {@link Reduce}. */
  List<String> REDUCTIONS =
      List.of(
          "sum",
          "max",
          "min",
          "mean",
          "argmax",
          "logsumexp",
          "softmax",
          "cumsum",
          "rank",
          "top",
          "any",
          "all",
          "concat");

  enum UnaryOp {
    NEGATE("-"),
    NOT("not");

    public final String sign;

    UnaryOp(String sign) {
      this.sign = sign;
    }
  }

  record Unary(UnaryOp op, Expr operand, Span span) implements Expr {}

  enum BinaryOp {
    OR("or"),
    AND("and"),
    EQUAL("=="),
    UNEQUAL("!="),
    LESS("<"),
    LESS_EQUAL("<="),
    GREATER(">"),
    GREATER_EQUAL(">="),
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    REMAINDER("%"),
    POWER("**");

    public final String sign;

    BinaryOp(String sign) {
      this.sign = sign;
    }
  }

  /** Two operands; left-associative but for the power. */
  record Binary(BinaryOp op, Expr left, Expr right, Span span) implements Expr {}

  /** {@code if c then a else b}. */
  record If(Expr condition, Expr then, Expr otherwise, Span span) implements Expr {}

  /** {@code (i, j) -> j <= i}. */
  record Lambda(List<Parameter> parameters, Expr body, Span span) implements Expr {}

  /** {@code (e else a)}: {@code a} where a subscript in {@code e} is outside its range. */
  record Else(Expr value, Expr otherwise, Span span) implements Expr {}

  /** Parentheses, kept: an implicit sum looks at them, and the formatter prints them. */
  record Group(Expr inner, Span span) implements Expr {}

  /** {@code share attention(heads = 8)}. */
  record Share(Expr recipe, Span span) implements Expr {}

  /** {@code ln_1: layer_norm(x)}. */
  record Labelled(Id label, Expr value, Span span) implements Expr {}
}
