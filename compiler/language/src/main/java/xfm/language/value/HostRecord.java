package xfm.language.value;

import com.oracle.truffle.api.interop.InteropException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import xfm.language.XfmContext;

/** A map of the host, or an object with members that a host made for us, read as a record. */
final class HostRecord {
  private HostRecord() {}

  /** Absent where it is neither; a Java object's methods are no fields. */
  static Optional<XfmRecord> of(Object value) {
    InteropLibrary interop = InteropLibrary.getUncached();
    try {
      if (interop.hasHashEntries(value)) {
        return Optional.of(entries(interop, value));
      }
      boolean plain =
          interop.hasMembers(value)
              && !interop.hasArrayElements(value)
              && !interop.isExecutable(value)
              && !XfmContext.get(null).isHostObject(value);
      return plain ? Optional.of(members(interop, value)) : Optional.empty();
    } catch (InteropException _) {
      return Optional.empty();
    }
  }

  private static XfmRecord entries(InteropLibrary interop, Object map) throws InteropException {
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    Object iterator = interop.getHashEntriesIterator(map);
    while (interop.hasIteratorNextElement(iterator)) {
      Object entry = interop.getIteratorNextElement(iterator);
      String name = interop.asString(interop.readArrayElement(entry, 0));
      fields.put(name, Values.fromHost(interop.readArrayElement(entry, 1)));
    }
    return new XfmRecord(fields);
  }

  private static XfmRecord members(InteropLibrary interop, Object object) throws InteropException {
    SequencedMap<String, Object> fields = new LinkedHashMap<>();
    Object names = interop.getMembers(object);
    for (long i = 0; i < interop.getArraySize(names); i++) {
      String name = interop.asString(interop.readArrayElement(names, i));
      try {
        fields.put(name, Values.fromHost(interop.readMember(object, name)));
      } catch (UnknownIdentifierException _) {
        // Gone between the two messages: as if it had never been there.
      }
    }
    return new XfmRecord(fields);
  }
}
