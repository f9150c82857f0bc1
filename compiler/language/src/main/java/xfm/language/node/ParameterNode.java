package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.source.Span;
import xfm.language.value.Nothing;

/** Gives a parameter its value on entry: the argument, or the default where none was given. */
public final class ParameterNode extends XfmNode {
  private final int position;
  @Child private XfmNode byDefault;

  /**
   * The parameter {@code position}, from 0; {@code byDefault} is null where there is no default.
   */
  public ParameterNode(Span span, int position, XfmNode byDefault) {
    super(span);
    this.position = position;
    this.byDefault = byDefault;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    Object value = frame.getArguments()[position + 1];
    if (value != null) {
      return value;
    }
    return byDefault == null ? Nothing.VALUE : byDefault.execute(frame);
  }
}
