package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.dsl.Specialization;
import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.source.Span;

/** The value of a local name. Reads a number unboxed as long as every write was of that type. */
public abstract class ReadLocalNode extends XfmNode {
  protected final Variable variable;

  protected ReadLocalNode(Span span, Variable variable) {
    super(span);
    this.variable = variable;
  }

  @Specialization(guards = "frame.isLong(variable.slot())")
  protected long readLong(VirtualFrame frame) {
    return frame.getLong(variable.slot());
  }

  @Specialization(guards = "frame.isDouble(variable.slot())")
  protected double readDouble(VirtualFrame frame) {
    return frame.getDouble(variable.slot());
  }

  @Specialization(guards = "frame.isBoolean(variable.slot())")
  protected boolean readBoolean(VirtualFrame frame) {
    return frame.getBoolean(variable.slot());
  }

  @Specialization(replaces = {"readLong", "readDouble", "readBoolean"})
  protected Object readObject(VirtualFrame frame) {
    if (!frame.isObject(variable.slot())) {
      // Written unboxed before another type came: happens once for each such frame.
      CompilerDirectives.transferToInterpreter();
      Object value = frame.getValue(variable.slot());
      frame.setObject(variable.slot(), value);
      return value;
    }
    Object value = frame.getObject(variable.slot());
    return variable.inCell() ? ((Cell) value).value : value;
  }
}
