package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;

/** The value of a name at the top of a script. */
public final class ReadGlobalNode extends XfmNode {
  private final Global global;

  public ReadGlobalNode(Span span, Global global) {
    super(span);
    this.global = global;
  }

  @Override
  public Object execute(VirtualFrame frame) {
    Object value = global.value();
    if (value == null) {
      CompilerDirectives.transferToInterpreter();
      throw error(
          Diagnostic.of(Code.NAME, "`" + global.name() + "` is read before its `let` has run")
              .at(span()));
    }
    return value;
  }
}
