package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.dsl.Fallback;
import com.oracle.truffle.api.dsl.NodeChild;
import com.oracle.truffle.api.dsl.Specialization;
import java.util.Arrays;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;

/** {@code < <= > >=} of two numbers, or of two texts by their code points. */
@NodeChild(value = "left", type = XfmNode.class)
@NodeChild(value = "right", type = XfmNode.class)
public abstract class CompareNode extends XfmNode {
  private final BinaryOp op;

  protected CompareNode(Span span, BinaryOp op) {
    super(span);
    this.op = op;
  }

  protected abstract XfmNode getLeft();

  protected abstract XfmNode getRight();

  @Specialization
  protected boolean ints(long left, long right) {
    return holds(left < right, left == right, left > right);
  }

  /** Nothing holds of NaN. */
  @Specialization
  protected boolean floats(double left, double right) {
    return holds(left < right, left == right, left > right);
  }

  private boolean holds(boolean less, boolean equal, boolean greater) {
    return switch (op) {
      case LESS -> less;
      case LESS_EQUAL -> less || equal;
      case GREATER -> greater;
      case GREATER_EQUAL -> greater || equal;
      case OR,
          AND,
          EQUAL,
          UNEQUAL,
          ADD,
          SUBTRACT,
          MULTIPLY,
          DIVIDE,
          FLOOR_DIVIDE,
          REMAINDER,
          POWER ->
          throw new IllegalStateException(op.sign);
    };
  }

  @Specialization
  protected boolean intAndFloat(long left, double right) {
    return floats((double) left, right);
  }

  @Specialization
  protected boolean floatAndInt(double left, long right) {
    return floats(left, (double) right);
  }

  @Specialization
  @TruffleBoundary
  protected boolean texts(String left, String right) {
    return ints(Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray()), 0);
  }

  @Fallback
  protected boolean others(Object left, Object right) {
    Diagnostic problem =
        Operands.problem(
            "`" + op.sign + "` compares two numbers or two texts",
            getLeft(),
            left,
            getRight(),
            right);
    throw error(isTensor(left) || isTensor(right) ? problem.help(Operands.EACH) : problem);
  }
}
