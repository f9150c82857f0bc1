package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import java.util.Arrays;
import java.util.List;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;
import xfm.language.XfmContext;
import xfm.language.error.XfmError;
import xfm.language.value.Subscripts;
import xfm.language.value.XfmList;

/** {@code base[i]}, {@code tensor[i, :, j]}: positions count from 0 and are in range. */
public final class SubscriptNode extends XfmNode {
  private final List<Span> places;
  @Child private XfmNode base;
  @Children private final XfmNode[] positions;

  /** Positions are numbers or a {@link Subscripts.Part}. */
  public SubscriptNode(Span span, XfmNode base, XfmNode[] positions) {
    super(span);
    this.base = base;
    this.positions = positions;
    this.places = Arrays.stream(positions).map(XfmNode::span).toList();
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    Object value = base.execute(frame);
    Object[] at = new Object[positions.length];
    for (int i = 0; i < at.length; i++) {
      at[i] = positions[i].execute(frame);
    }
    if (at.length == 1
        && value instanceof XfmList list
        && at[0] instanceof Long i
        && i >= 0
        && i < list.size()) {
      return list.get(i);
    }
    try {
      return Subscripts.read(value, at, base.span(), places);
    } catch (XfmException problem) {
      CompilerDirectives.transferToInterpreter();
      throw XfmContext.get(this).problems().error(problem.diagnostics(), XfmError.Phase.RUN, this);
    }
  }
}
