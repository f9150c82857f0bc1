package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.dsl.Fallback;
import com.oracle.truffle.api.dsl.NodeChild;
import com.oracle.truffle.api.dsl.Specialization;
import java.util.Optional;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.value.Sequence;
import xfm.language.value.Values;
import xfm.language.value.XfmList;

/** {@code +}: the sum of numbers, and texts or lists one after the other. */
@NodeChild(value = "left", type = XfmNode.class)
@NodeChild(value = "right", type = XfmNode.class)
public abstract class AddNode extends XfmNode {
  protected AddNode(Span span) {
    super(span);
  }

  protected abstract XfmNode getLeft();

  protected abstract XfmNode getRight();

  @Specialization
  protected long ints(long left, long right) {
    try {
      return Math.addExact(left, right);
    } catch (ArithmeticException _) {
      throw error(Operands.overflow(span(), left + " + " + right));
    }
  }

  @Specialization
  protected double floats(double left, double right) {
    return left + right;
  }

  @Specialization
  protected double intAndFloat(long left, double right) {
    return left + right;
  }

  @Specialization
  protected double floatAndInt(double left, long right) {
    return left + right;
  }

  @Specialization
  @TruffleBoundary
  protected String texts(String left, String right) {
    return left + right;
  }

  @Specialization(guards = {"!isTensor(left)", "!isTensor(right)"})
  @TruffleBoundary
  protected XfmList lists(Sequence left, Sequence right) {
    return XfmList.join(left, right);
  }

  @Fallback
  @TruffleBoundary
  protected Object others(Object left, Object right) {
    Optional<Object> whole = tensors(BinaryOp.ADD, left, right);
    if (whole.isPresent()) {
      return whole.get();
    }
    Optional<Sequence> head = Values.sequence(left);
    Optional<Sequence> tail = Values.sequence(right);
    if (head.isPresent() && tail.isPresent() && !isTensor(left) && !isTensor(right)) {
      return XfmList.join(head.get(), tail.get());
    }
    Diagnostic problem =
        Operands.problem(
            "`+` adds two numbers or two tensors, or joins two texts or two lists",
            getLeft(),
            left,
            getRight(),
            right);
    if (left instanceof String || right instanceof String) {
      problem = problem.help("write the value into the text: \"… {value}\"");
    } else if (isTensor(left) || isTensor(right)) {
      problem = problem.help(Operands.TENSOR);
    } else if (head.isPresent() || tail.isPresent()) {
      problem = problem.help("to append one value, write `+ [value]`");
    }
    throw error(problem);
  }
}
