package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.instrumentation.StandardTags;
import com.oracle.truffle.api.instrumentation.Tag;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import java.util.Optional;
import xfm.compiler.diag.XfmException;
import xfm.language.XfmContext;
import xfm.runtime.io.FormatException;
import xfm.runtime.text.TextException;

/** {@code f(x, name = y)}. What the callee finds wrong is reported at this call. */
public final class CallNode extends XfmNode {
  @Child private XfmNode callee;
  @Children private final XfmNode[] arguments;
  @Child private DispatchNode dispatch;

  public CallNode(CallShape shape, XfmNode callee, XfmNode[] arguments) {
    super(shape.call());
    this.callee = callee;
    this.arguments = arguments;
    this.dispatch = DispatchNodeGen.create(shape);
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    Object function = callee.execute(frame);
    Object[] values = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      values[i] = arguments[i].execute(frame);
    }
    try {
      return dispatch.execute(function, values);
    } catch (XfmException | FormatException | TextException problem) {
      CompilerDirectives.transferToInterpreter();
      throw translated(problem);
    }
  }

  @TruffleBoundary
  private RuntimeException translated(RuntimeException problem) {
    return XfmContext.get(this)
        .problems()
        .translate(problem, Optional.of(span()), this)
        .orElseThrow();
  }

  @Override
  public boolean hasTag(Class<? extends Tag> tag) {
    return tag == StandardTags.CallTag.class || super.hasTag(tag);
  }
}
