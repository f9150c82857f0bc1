package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.source.Span;
import xfm.language.value.Nothing;

/** {@code let x = …} and {@code x = …} at the top of a script. */
public final class WriteGlobalNode extends XfmNode {
  private final Global global;
  @Child private XfmNode value;

  public WriteGlobalNode(Span span, Global global, XfmNode value) {
    super(span);
    this.global = global;
    this.value = value;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    global.set(value.execute(frame));
    return Nothing.VALUE;
  }
}
