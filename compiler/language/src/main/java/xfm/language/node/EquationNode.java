package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import java.util.Optional;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;
import xfm.language.XfmContext;
import xfm.language.model.Computing;

/** {@code y[i] = x[i, a] * w[a]} and {@code sum[i](x[i])} in a script: the value that it gives. */
public final class EquationNode extends XfmNode {
  private final Computing computing;
  @Children private final XfmNode[] operands;

  /** An equation, and what reads the names that it uses. */
  public EquationNode(Span span, Computing computing, XfmNode[] operands) {
    super(span);
    this.computing = computing;
    this.operands = operands;
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    Object[] values = new Object[operands.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = operands[i].execute(frame);
    }
    try {
      return computing.run(values, XfmContext.get(this), this);
    } catch (XfmException problem) {
      CompilerDirectives.transferToInterpreter();
      throw translated(problem);
    }
  }

  @TruffleBoundary
  private RuntimeException translated(XfmException problem) {
    return XfmContext.get(this)
        .problems()
        .translate(problem, Optional.of(span()), this)
        .orElseThrow();
  }
}
