package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.frame.FrameDescriptor;
import com.oracle.truffle.api.frame.MaterializedFrame;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import xfm.language.value.Display;
import xfm.language.value.XfmList;
import xfm.language.value.XfmObject;

/** The local names of a running function, for a debugger: those that have a value by now. */
@ExportLibrary(InteropLibrary.class)
final class LocalScope extends XfmObject {
  private final XfmRootNode root;
  private final MaterializedFrame frame;

  LocalScope(XfmRootNode root, MaterializedFrame frame) {
    this.root = root;
    this.frame = frame;
  }

  @Override
  public String kind() {
    return "scope";
  }

  @Override
  protected void display(Display out) {
    out.raw(root.getName());
  }

  @ExportMessage
  boolean isScope() {
    return true;
  }

  @ExportMessage
  boolean hasMembers() {
    return true;
  }

  @ExportMessage
  @TruffleBoundary
  Object getMembers(@SuppressWarnings("unused") boolean includeInternal) {
    List<String> names = new ArrayList<>();
    FrameDescriptor slots = frame.getFrameDescriptor();
    for (int slot = 0; slot < slots.getNumberOfSlots(); slot++) {
      if (slots.getSlotName(slot) instanceof String name && value(slot).isPresent()) {
        names.add(name);
      }
    }
    return XfmList.of(names);
  }

  @ExportMessage
  @TruffleBoundary
  boolean isMemberReadable(String member) {
    return find(member).isPresent();
  }

  @ExportMessage
  @TruffleBoundary
  Object readMember(String member) throws UnknownIdentifierException {
    return find(member).orElseThrow(() -> UnknownIdentifierException.create(member));
  }

  /** Of several of one name, the innermost that has a value was declared last. */
  private Optional<Object> find(String name) {
    FrameDescriptor slots = frame.getFrameDescriptor();
    for (int slot = slots.getNumberOfSlots() - 1; slot >= 0; slot--) {
      if (name.equals(slots.getSlotName(slot)) && value(slot).isPresent()) {
        return value(slot);
      }
    }
    return Optional.empty();
  }

  private Optional<Object> value(int slot) {
    Object value = frame.getValue(slot);
    return Optional.ofNullable(value instanceof Cell cell ? cell.value : value);
  }

  @ExportMessage
  boolean hasScopeParent() {
    return true;
  }

  @ExportMessage
  Object getScopeParent() {
    return xfm.language.XfmContext.get(root).scope();
  }
}
