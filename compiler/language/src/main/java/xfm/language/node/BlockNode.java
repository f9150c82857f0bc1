package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import xfm.compiler.source.Span;
import xfm.language.value.Nothing;

/** Statements one after the other; its value is that of the last. */
public final class BlockNode extends XfmNode {
  @Children private final XfmNode[] statements;

  public BlockNode(Span span, XfmNode[] statements) {
    super(span);
    this.statements = statements;
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    Object last = Nothing.VALUE;
    for (XfmNode statement : statements) {
      last = statement.execute(frame);
    }
    return last;
  }
}
