package xfm.language.node;

import com.oracle.truffle.api.dsl.Fallback;
import com.oracle.truffle.api.dsl.NodeChild;
import com.oracle.truffle.api.dsl.Specialization;
import xfm.compiler.source.Span;
import xfm.language.value.Values;

/** {@code ==} and {@code !=} of any two values; see {@link Values#equal}. */
@NodeChild(value = "left", type = XfmNode.class)
@NodeChild(value = "right", type = XfmNode.class)
public abstract class EqualNode extends XfmNode {
  private final boolean wanted;

  /** With {@code wanted} false it is {@code !=}. */
  protected EqualNode(Span span, boolean wanted) {
    super(span);
    this.wanted = wanted;
  }

  @Specialization
  protected boolean ints(long left, long right) {
    return (left == right) == wanted;
  }

  @Specialization
  protected boolean floats(double left, double right) {
    return (left == right) == wanted;
  }

  @Fallback
  protected boolean others(Object left, Object right) {
    return Values.equal(left, right) == wanted;
  }
}
