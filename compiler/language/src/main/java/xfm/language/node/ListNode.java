package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import xfm.compiler.source.Span;
import xfm.language.value.XfmList;

/** {@code [a, b]}. */
public final class ListNode extends XfmNode {
  @Children private final XfmNode[] items;

  public ListNode(Span span, XfmNode[] items) {
    super(span);
    this.items = items;
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    Object[] values = new Object[items.length];
    for (int i = 0; i < items.length; i++) {
      values[i] = items[i].execute(frame);
    }
    return new XfmList(values);
  }
}
