package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.dsl.Fallback;
import com.oracle.truffle.api.dsl.NodeChild;
import com.oracle.truffle.api.dsl.Specialization;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.value.Elementwise;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;

/** {@code -x}. */
@NodeChild(value = "operand", type = XfmNode.class)
public abstract class NegateNode extends XfmNode {
  protected NegateNode(Span span) {
    super(span);
  }

  @Specialization
  protected long ints(long value) {
    if (value == Long.MIN_VALUE) {
      throw error(Operands.overflow(span(), "-(" + value + ")"));
    }
    return -value;
  }

  @Specialization
  protected double floats(double value) {
    return -value;
  }

  @Specialization
  @TruffleBoundary
  protected Object tensors(TensorValue value) {
    return Elementwise.map(value, x -> -x);
  }

  @Fallback
  protected Object others(Object value) {
    throw error(
        Diagnostic.of(Code.TYPE, "`-` needs a number")
            .at(span(), "this is " + Values.describe(value)));
  }
}
