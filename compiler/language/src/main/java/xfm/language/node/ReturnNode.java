package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.ControlFlowException;
import xfm.compiler.source.Span;

/** {@code return e}. */
public final class ReturnNode extends XfmNode {
  @Child private XfmNode value;

  public ReturnNode(Span span, XfmNode value) {
    super(span);
    this.value = value;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    throw new Result(value.execute(frame));
  }

  /** Carries the value out of the function. */
  static final class Result extends ControlFlowException {
    private static final long serialVersionUID = 1L;

    final transient Object value;

    Result(Object value) {
      this.value = value;
    }
  }
}
