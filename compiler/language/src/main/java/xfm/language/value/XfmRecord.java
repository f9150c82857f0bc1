package xfm.language.value;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import xfm.language.call.XfmCallable;

/** Named values in the order in which they were written; never changes. Hosts see members. */
@ExportLibrary(InteropLibrary.class)
public final class XfmRecord extends XfmObject {
  private final SequencedMap<String, Object> fields;

  public XfmRecord(SequencedMap<String, Object> fields) {
    this.fields = Collections.unmodifiableSequencedMap(fields);
  }

  /** A record of the fields given by turns: a name, a value, a name, … */
  public static XfmRecord of(Object... namesAndValues) {
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return new XfmRecord(fields);
  }

  public SequencedMap<String, Object> fields() {
    return fields;
  }

  @Override
  public String kind() {
    return "record";
  }

  @Override
  protected void display(Display out) {
    out.raw("{");
    String separator = "";
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      out.raw(separator);
      if (out.full()) {
        out.raw("…");
        break;
      }
      out.raw(field.getKey() + ": ").value(field.getValue());
      separator = ", ";
    }
    out.raw("}");
  }

  @ExportMessage
  boolean hasMembers() {
    return true;
  }

  @ExportMessage
  @TruffleBoundary
  Object getMembers(@SuppressWarnings("unused") boolean includeInternal) {
    return new XfmList(fields.keySet().toArray());
  }

  @ExportMessage
  @TruffleBoundary
  boolean isMemberReadable(String member) {
    return fields.containsKey(member);
  }

  @ExportMessage
  @TruffleBoundary
  Object readMember(String member) throws UnknownIdentifierException {
    Object value = fields.get(member);
    if (value == null) {
      throw UnknownIdentifierException.create(member);
    }
    return value;
  }

  @ExportMessage
  @TruffleBoundary
  boolean isMemberInvocable(String member) {
    return fields.get(member) instanceof XfmCallable;
  }

  @ExportMessage
  @TruffleBoundary
  Object invokeMember(String member, Object[] arguments)
      throws UnknownIdentifierException,
          com.oracle.truffle.api.interop.UnsupportedMessageException,
          com.oracle.truffle.api.interop.UnsupportedTypeException,
          com.oracle.truffle.api.interop.ArityException {
    return InteropLibrary.getUncached().execute(readMember(member), arguments);
  }
}
