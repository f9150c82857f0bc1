package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.value.Nothing;

/** {@code require c} after the header of a function. */
public final class RequireNode extends XfmNode {
  @Child private XfmNode condition;

  public RequireNode(Span span, XfmNode condition) {
    super(span);
    this.condition = condition;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    if (!Condition.test(condition, frame)) {
      CompilerDirectives.transferToInterpreter();
      throw error(
          Diagnostic.of(Code.REQUIRE, "this does not hold for the arguments of `" + name() + "`")
              .at(span()));
    }
    return Nothing.VALUE;
  }

  private String name() {
    return getRootNode().getName();
  }
}
