package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.CompilationFinal;
import com.oracle.truffle.api.RootCallTarget;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import xfm.compiler.source.Span;
import xfm.language.call.Signature;
import xfm.language.call.XfmFunction;

/** {@code (i, j) -> e}: a function with the values that its body reads from around it. */
public final class LambdaNode extends XfmNode {
  private final Signature signature;
  private final RootCallTarget target;

  @CompilationFinal(dimensions = 1)
  private final Capture[] captures;

  /** Something to capture: a local of the enclosing function, or what that has captured itself. */
  public sealed interface Capture {
    record Local(Variable variable) implements Capture {}

    record Outer(int index) implements Capture {}
  }

  public LambdaNode(Span span, Signature signature, RootCallTarget target, Capture[] captures) {
    super(span);
    this.signature = signature;
    this.target = target;
    this.captures = captures;
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    Object[] captured = new Object[captures.length];
    for (int i = 0; i < captures.length; i++) {
      captured[i] =
          switch (captures[i]) {
            case Capture.Local local -> frame.getValue(local.variable().slot());
            case Capture.Outer outer -> ReadCapturedNode.captured(frame, outer.index());
          };
    }
    return new XfmFunction(signature, target, captured);
  }
}
