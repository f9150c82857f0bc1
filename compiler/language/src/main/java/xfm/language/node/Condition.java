package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.UnexpectedResultException;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.language.value.Values;

/** What must be true or false; shared by all nodes that ask. */
final class Condition {
  private Condition() {}

  static boolean test(XfmNode node, VirtualFrame frame) {
    try {
      return node.executeBoolean(frame);
    } catch (UnexpectedResultException e) {
      CompilerDirectives.transferToInterpreter();
      throw node.error(
          Diagnostic.of(Code.TYPE, "a condition is true or false")
              .at(node.span(), "this is " + Values.describe(e.getResult())));
    }
  }
}
