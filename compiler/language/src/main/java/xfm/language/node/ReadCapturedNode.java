package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.source.Span;

/** A name of an enclosing function, inside a lambda. */
public final class ReadCapturedNode extends XfmNode {
  private final int index;

  public ReadCapturedNode(Span span, int index) {
    super(span);
    this.index = index;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    Object value = captured(frame, index);
    return value instanceof Cell cell ? cell.value : value;
  }

  /** What the running lambda captured under this number: a value or a cell. */
  static Object captured(VirtualFrame frame, int index) {
    return ((Object[]) frame.getArguments()[0])[index];
  }
}
