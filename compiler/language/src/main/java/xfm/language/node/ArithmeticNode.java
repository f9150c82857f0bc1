package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.dsl.Fallback;
import com.oracle.truffle.api.dsl.NodeChild;
import com.oracle.truffle.api.dsl.Specialization;
import java.util.Optional;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;

/** {@code - * / // % **} of numbers; an int with an int gives an int or an error, never a wrap. */
@NodeChild(value = "left", type = XfmNode.class)
@NodeChild(value = "right", type = XfmNode.class)
public abstract class ArithmeticNode extends XfmNode {
  private final BinaryOp op;

  protected ArithmeticNode(Span span, BinaryOp op) {
    super(span);
    this.op = op;
  }

  protected abstract XfmNode getLeft();

  protected abstract XfmNode getRight();

  @Specialization
  protected long ints(long left, long right) {
    if (right == 0 && divides()) {
      throw byZero();
    }
    try {
      return switch (op) {
        case SUBTRACT -> Math.subtractExact(left, right);
        case MULTIPLY -> Math.multiplyExact(left, right);
        case DIVIDE -> whole(left, right);
        case FLOOR_DIVIDE -> Math.floorDivExact(left, right);
        case REMAINDER -> Math.floorMod(left, right);
        case POWER -> power(left, right);
        case OR, AND, EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, ADD ->
            throw new IllegalStateException(op.sign);
      };
    } catch (ArithmeticException _) {
      throw error(Operands.overflow(span(), left + " " + op.sign + " " + right));
    }
  }

  @Specialization
  protected double floats(double left, double right) {
    if (right == 0 && divides()) {
      throw byZero();
    }
    return switch (op) {
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case FLOOR_DIVIDE -> Math.floor(left / right);
      case REMAINDER -> remainder(left, right);
      case POWER -> StrictMath.pow(left, right);
      case OR, AND, EQUAL, UNEQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, ADD ->
          throw new IllegalStateException(op.sign);
    };
  }

  @Specialization
  protected double intAndFloat(long left, double right) {
    return floats((double) left, right);
  }

  @Specialization
  protected double floatAndInt(double left, long right) {
    return floats(left, (double) right);
  }

  @Fallback
  @TruffleBoundary
  protected Object others(Object left, Object right) {
    Optional<Object> whole = tensors(op, left, right);
    if (whole.isPresent()) {
      return whole.get();
    }
    Diagnostic problem =
        Operands.problem(
            "`" + op.sign + "` needs two numbers or tensors", getLeft(), left, getRight(), right);
    throw error(isTensor(left) || isTensor(right) ? problem.help(Operands.TENSOR) : problem);
  }

  private boolean divides() {
    return op == BinaryOp.DIVIDE || op == BinaryOp.FLOOR_DIVIDE || op == BinaryOp.REMAINDER;
  }

  @TruffleBoundary
  private RuntimeException byZero() {
    return error(
        Diagnostic.of(Code.NUMBER, "division by zero").at(getRight().span(), "this is zero"));
  }

  private long whole(long left, long right) {
    if (left % right != 0) {
      throw notWhole(
          left + " / " + right,
          "`//` is the floor; with a float on either side `/` is ordinary division");
    }
    return Math.divideExact(left, right);
  }

  @TruffleBoundary
  private RuntimeException notWhole(String work, String help) {
    return error(
        Diagnostic.of(Code.NUMBER, work + " does not come out whole").at(span()).help(help));
  }

  /** With the sign of the divisor, as for ints. */
  private static double remainder(double left, double right) {
    double rest = left % right;
    return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest;
  }

  private long power(long base, long exponent) {
    if (exponent < 0) {
      throw notWhole(base + " ** " + exponent, "write `" + base + ".0 ** …` for a float");
    }
    long result = 1;
    long square = base;
    // Squares are taken only while they are needed: the last one could overflow for nothing.
    for (long left = exponent; left > 0; left >>= 1) {
      if ((left & 1) != 0) {
        result = Math.multiplyExact(result, square);
      }
      if (left > 1) {
        square = Math.multiplyExact(square, square);
      }
    }
    return result;
  }
}
