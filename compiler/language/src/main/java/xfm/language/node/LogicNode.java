package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.source.Span;

/** {@code a and b}, {@code a or b}: the right side is looked at only where it decides. */
public final class LogicNode extends XfmNode {
  private final boolean stopsAt;
  @Child private XfmNode left;
  @Child private XfmNode right;

  /** {@code stopsAt} is the value of the left side that settles it: true for {@code or}. */
  public LogicNode(Span span, boolean stopsAt, XfmNode left, XfmNode right) {
    super(span);
    this.stopsAt = stopsAt;
    this.left = left;
    this.right = right;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    return executeBoolean(frame);
  }

  @Override
  public boolean executeBoolean(VirtualFrame frame) {
    return Condition.test(left, frame) == stopsAt ? stopsAt : Condition.test(right, frame);
  }
}
