package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.UnexpectedResultException;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.value.Range;
import xfm.language.value.Values;

/** The numbers that {@code repeat n} goes through. */
public final class CountNode extends XfmNode {
  @Child private XfmNode count;

  public CountNode(Span span, XfmNode count) {
    super(span);
    this.count = count;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    try {
      long times = count.executeLong(frame);
      if (times >= 0) {
        return new Range(0, times);
      }
      CompilerDirectives.transferToInterpreter();
      throw error(
          Diagnostic.of(Code.NUMBER, "nothing can be repeated " + times + " times").at(span()));
    } catch (UnexpectedResultException e) {
      CompilerDirectives.transferToInterpreter();
      throw error(
          Diagnostic.of(Code.TYPE, "`repeat` needs an int")
              .at(span(), "this is " + Values.describe(e.getResult())));
    }
  }
}
