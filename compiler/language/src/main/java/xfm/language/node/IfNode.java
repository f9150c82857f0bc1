package xfm.language.node;

import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.profiles.CountingConditionProfile;
import xfm.compiler.source.Span;

/** {@code if c then a else b}, and the statement {@code if c { … } else { … }}. */
public final class IfNode extends XfmNode {
  private final CountingConditionProfile profile = CountingConditionProfile.create();
  @Child private XfmNode condition;
  @Child private XfmNode then;
  @Child private XfmNode otherwise;

  public IfNode(Span span, XfmNode condition, XfmNode then, XfmNode otherwise) {
    super(span);
    this.condition = condition;
    this.then = then;
    this.otherwise = otherwise;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    return profile.profile(Condition.test(condition, frame))
        ? then.execute(frame)
        : otherwise.execute(frame);
  }
}
