package xfm.language;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import xfm.language.builtin.Builtins;
import xfm.language.node.Global;
import xfm.language.tool.Tool;
import xfm.language.value.Display;
import xfm.language.value.Values;
import xfm.language.value.XfmList;
import xfm.language.value.XfmObject;

/**
 * {@code context.getBindings("xfm")}: the names of scripts, which a host can read, write and add
 * to, the builtins, and {@code tool}, what the command line is made of.
 */
@ExportLibrary(InteropLibrary.class)
final class TopScope extends XfmObject {
  private static final String TOOL = "tool";

  private final Globals globals;
  private final Tool tool = new Tool();

  TopScope(Globals globals) {
    this.globals = globals;
  }

  @Override
  public String kind() {
    return "scope";
  }

  @Override
  protected void display(Display out) {
    out.raw("xfm");
  }

  private Optional<Object> find(String name) {
    if (name.equals(TOOL)) {
      return Optional.of(tool);
    }
    Optional<Object> variable = globals.find(name).map(Global::value);
    return variable.isPresent() ? variable : Builtins.find(name);
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
    Set<String> names = new LinkedHashSet<>(globals.names());
    names.removeIf(name -> find(name).isEmpty());
    names.addAll(Builtins.names());
    names.add(TOOL);
    return new XfmList(names.toArray());
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

  @ExportMessage
  boolean isMemberModifiable(String member) {
    return !member.equals(TOOL) && isMemberReadable(member);
  }

  @ExportMessage
  boolean isMemberInsertable(String member) {
    return !member.equals(TOOL) && !isMemberReadable(member);
  }

  @ExportMessage
  @TruffleBoundary
  void writeMember(String member, Object value) throws UnknownIdentifierException {
    if (member.equals(TOOL)) {
      throw UnknownIdentifierException.create(member);
    }
    globals.declare(member).set(Values.fromHost(value));
  }
}
