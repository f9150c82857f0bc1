package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.source.Span;

/** A value that is known when the script is read: a literal, a declaration, a builtin. */
public final class LiteralNode extends XfmNode {
  private final Object value;

  public LiteralNode(Span span, Object value) {
    super(span);
    this.value = value;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    return value;
  }
}
