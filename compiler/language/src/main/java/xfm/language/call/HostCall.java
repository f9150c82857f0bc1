package xfm.language.call;

import com.oracle.truffle.api.interop.InteropException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.language.XfmContext;
import xfm.language.call.Signature.Written;
import xfm.language.error.XfmError;
import xfm.language.value.Values;
import xfm.language.value.XfmObject;
import xfm.language.value.XfmRecord;

/**
 * A call from the host. A last argument that is a map, an object with members or a record holds
 * arguments by name, where the callee has optional parameters: {@code generate("ROMEO:", Map.of("max", 100))}.
 */
final class HostCall {
  private HostCall() {}

  static Object call(XfmCallable callee, Object[] arguments) {
    List<Object> values = new ArrayList<>();
    List<Written> written = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      Object value = Values.fromHost(arguments[i]);
      Optional<Map<String, Object>> options =
          i == arguments.length - 1 && takesOptions(callee) ? options(value) : Optional.empty();
      if (options.isPresent()) {
        options
            .get()
            .forEach(
                (name, option) -> {
                  values.add(option);
                  written.add(new Written(Optional.of(name), Optional.empty(), Optional.empty()));
                });
      } else {
        values.add(value);
        written.add(Written.POSITIONAL);
      }
    }
    try {
      int[] target = callee.signature().bind(written);
      CallSite site = new CallSite(null, Optional.empty(), target, List.of());
      Object[] slots =
          callee.signature().arrange(callee.own(), values.toArray(), target, List.of());
      return callee.call(slots, site);
    } catch (RuntimeException problem) {
      Optional<XfmError> error =
          XfmContext.get(null).problems().translate(problem, Optional.empty(), null);
      throw error.isPresent() ? error.get() : problem;
    }
  }

  private static boolean takesOptions(XfmCallable callee) {
    return callee.signature().parameters().stream().anyMatch(p -> !p.required());
  }

  /** The named arguments in a map or an object with members; absent where it is neither. */
  private static Optional<Map<String, Object>> options(Object value) {
    if (value instanceof XfmRecord fields) {
      return Optional.of(fields.fields());
    }
    InteropLibrary interop = InteropLibrary.getUncached();
    if (value instanceof XfmObject || value instanceof String || interop.isExecutable(value)) {
      return Optional.empty();
    }
    try {
      if (interop.hasHashEntries(value)) {
        return Optional.of(entries(interop, value));
      }
      boolean plain = interop.hasMembers(value) && !interop.hasArrayElements(value);
      return plain && !(XfmContext.get(null).isHostObject(value))
          ? Optional.of(members(interop, value))
          : Optional.empty();
    } catch (InteropException _) {
      return Optional.empty();
    }
  }

  private static Map<String, Object> entries(InteropLibrary interop, Object map)
      throws InteropException {
    Map<String, Object> options = new LinkedHashMap<>();
    Object iterator = interop.getHashEntriesIterator(map);
    while (interop.hasIteratorNextElement(iterator)) {
      Object entry = interop.getIteratorNextElement(iterator);
      String name = interop.asString(interop.readArrayElement(entry, 0));
      options.put(name, Values.fromHost(interop.readArrayElement(entry, 1)));
    }
    return options;
  }

  private static Map<String, Object> members(InteropLibrary interop, Object object)
      throws InteropException {
    Map<String, Object> options = new LinkedHashMap<>();
    Object names = interop.getMembers(object);
    for (long i = 0; i < interop.getArraySize(names); i++) {
      String name = interop.asString(interop.readArrayElement(names, i));
      try {
        options.put(name, Values.fromHost(interop.readMember(object, name)));
      } catch (UnknownIdentifierException _) {
        // Gone between the two messages: as if it had never been there.
      }
    }
    return options;
  }
}
