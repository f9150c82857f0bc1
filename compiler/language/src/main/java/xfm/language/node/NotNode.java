package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.source.Span;

/** {@code not c}. */
public final class NotNode extends XfmNode {
  @Child private XfmNode operand;

  public NotNode(Span span, XfmNode operand) {
    super(span);
    this.operand = operand;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    return executeBoolean(frame);
  }

  @Override
  public boolean executeBoolean(VirtualFrame frame) {
    return !Condition.test(operand, frame);
  }
}
