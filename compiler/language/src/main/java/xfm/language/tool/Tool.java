package xfm.language.tool;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import xfm.language.builtin.MachineBuiltin;
import xfm.language.call.Builtin;
import xfm.language.model.Members;
import xfm.language.value.Display;
import xfm.language.value.XfmList;
import xfm.language.value.XfmObject;

/** What the commands of the command line call, one builtin a command. */
@ExportLibrary(InteropLibrary.class)
public final class Tool extends XfmObject {
  private final Map<String, Builtin> commands = new LinkedHashMap<>();

  public Tool() {
    for (Builtin command :
        List.of(
            new CheckTool(),
            new ExplainTool(),
            new FormatTool(),
            new DumpTool(),
            new AccountTool(),
            new NamesTool(),
            new LogitsTool(),
            new GenerateTool(),
            new MachineBuiltin())) {
      commands.put(command.signature().name(), command);
    }
  }

  @Override
  public String kind() {
    return "tool";
  }

  @Override
  protected void display(Display out) {
    out.raw("tool: " + String.join(", ", commands.keySet()));
  }

  @ExportMessage
  boolean hasMembers() {
    return true;
  }

  @ExportMessage
  @TruffleBoundary
  Object getMembers(@SuppressWarnings("unused") boolean includeInternal) {
    return XfmList.of(List.copyOf(commands.keySet()));
  }

  @ExportMessage
  @TruffleBoundary
  boolean isMemberReadable(String member) {
    return commands.containsKey(member);
  }

  @ExportMessage
  @TruffleBoundary
  boolean isMemberInvocable(String member) {
    return commands.containsKey(member);
  }

  @ExportMessage
  @TruffleBoundary
  Object readMember(String member) throws UnknownIdentifierException {
    if (!commands.containsKey(member)) {
      throw UnknownIdentifierException.create(member);
    }
    return commands.get(member);
  }

  @ExportMessage
  @TruffleBoundary
  Object invokeMember(String member, Object[] arguments) throws UnknownIdentifierException {
    return Members.invoke(readMember(member), arguments);
  }
}
