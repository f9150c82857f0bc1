package xfm.language.node;

import com.oracle.truffle.api.Truffle;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.LoopNode;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.nodes.RepeatingNode;
import xfm.compiler.source.Span;
import xfm.language.value.Nothing;

/** {@code while c { … }}. The loop node polls for cancellation at every turn. */
public final class WhileNode extends XfmNode {
  @Child private LoopNode loop;

  public WhileNode(Span span, XfmNode condition, XfmNode body) {
    super(span);
    loop = Truffle.getRuntime().createLoopNode(new Turn(condition, body));
  }

  @Override
  public Object execute(VirtualFrame frame) {
    loop.execute(frame);
    return Nothing.VALUE;
  }

  private static final class Turn extends Node implements RepeatingNode {
    @Child private XfmNode condition;
    @Child private XfmNode body;

    Turn(XfmNode condition, XfmNode body) {
      this.condition = condition;
      this.body = body;
    }

    @Override
    public boolean executeRepeating(VirtualFrame frame) {
      boolean goesOn = Condition.test(condition, frame);
      if (goesOn) {
        body.execute(frame);
      }
      return goesOn;
    }
  }
}
