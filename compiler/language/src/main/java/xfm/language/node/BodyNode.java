package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.instrumentation.StandardTags;
import com.oracle.truffle.api.instrumentation.Tag;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import xfm.compiler.source.Span;

/** The whole of a function, or of a script: parameters get their values, then the body runs. */
public final class BodyNode extends XfmNode {
  @Children private final XfmNode[] prologue;
  @Child private XfmNode body;

  public BodyNode(Span span, XfmNode[] prologue, XfmNode body) {
    super(span);
    this.prologue = prologue;
    this.body = body;
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    for (XfmNode parameter : prologue) {
      parameter.execute(frame);
    }
    try {
      return body.execute(frame);
    } catch (ReturnNode.Result result) {
      return result.value;
    }
  }

  @Override
  public boolean hasTag(Class<? extends Tag> tag) {
    return tag == StandardTags.RootTag.class || tag == StandardTags.RootBodyTag.class;
  }
}
