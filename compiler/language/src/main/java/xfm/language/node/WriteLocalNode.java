package xfm.language.node;

import com.oracle.truffle.api.dsl.NodeChild;
import com.oracle.truffle.api.dsl.Specialization;
import com.oracle.truffle.api.frame.FrameSlotKind;
import com.oracle.truffle.api.frame.VirtualFrame;
import xfm.compiler.source.Span;
import xfm.language.value.Nothing;

/** {@code let x = …} and {@code x = …} of a local name. */
@NodeChild(value = "value", type = XfmNode.class)
public abstract class WriteLocalNode extends XfmNode {
  protected final Variable variable;
  private final boolean declares;

  /** With {@code declares} it is the {@code let}, which makes a new cell where one is needed. */
  protected WriteLocalNode(Span span, Variable variable, boolean declares) {
    super(span);
    this.variable = variable;
    this.declares = declares;
  }

  @Specialization(guards = "mayHold(frame, LONG)")
  protected Object writeLong(VirtualFrame frame, long value) {
    frame.getFrameDescriptor().setSlotKind(variable.slot(), FrameSlotKind.Long);
    frame.setLong(variable.slot(), value);
    return Nothing.VALUE;
  }

  @Specialization(guards = "mayHold(frame, DOUBLE)")
  protected Object writeDouble(VirtualFrame frame, double value) {
    frame.getFrameDescriptor().setSlotKind(variable.slot(), FrameSlotKind.Double);
    frame.setDouble(variable.slot(), value);
    return Nothing.VALUE;
  }

  @Specialization(guards = "mayHold(frame, BOOLEAN)")
  protected Object writeBoolean(VirtualFrame frame, boolean value) {
    frame.getFrameDescriptor().setSlotKind(variable.slot(), FrameSlotKind.Boolean);
    frame.setBoolean(variable.slot(), value);
    return Nothing.VALUE;
  }

  @Specialization(replaces = {"writeLong", "writeDouble", "writeBoolean"})
  protected Object writeObject(VirtualFrame frame, Object value) {
    frame.getFrameDescriptor().setSlotKind(variable.slot(), FrameSlotKind.Object);
    if (!variable.inCell()) {
      frame.setObject(variable.slot(), value);
    } else if (declares) {
      frame.setObject(variable.slot(), new Cell(value));
    } else {
      ((Cell) frame.getObject(variable.slot())).value = value;
    }
    return Nothing.VALUE;
  }

  protected static final FrameSlotKind LONG = FrameSlotKind.Long;
  protected static final FrameSlotKind DOUBLE = FrameSlotKind.Double;
  protected static final FrameSlotKind BOOLEAN = FrameSlotKind.Boolean;

  /** Whether the slot has held values of this kind alone. */
  protected final boolean mayHold(VirtualFrame frame, FrameSlotKind kind) {
    FrameSlotKind now = frame.getFrameDescriptor().getSlotKind(variable.slot());
    return !variable.inCell() && (now == kind || now == FrameSlotKind.Illegal);
  }
}
