package xfm.language.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import xfm.language.XfmContext;
import xfm.language.call.Signature.Written;
import xfm.language.error.XfmError;
import xfm.language.value.Values;
import xfm.language.value.XfmRecord;

/**
 * A call from the host. A last argument that is a map, an object with members or a record holds
 * arguments by name, where the callee has optional parameters: {@code generate("ROMEO:",
 * Map.of("max", 100))}.
 */
final class HostCall {
  private HostCall() {}

  static Object call(XfmCallable callee, Object[] arguments) {
    List<Object> values = new ArrayList<>();
    List<Written> written = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      Object value = Values.fromHost(arguments[i]);
      Optional<XfmRecord> options =
          i == arguments.length - 1 && takesOptions(callee)
              ? Values.record(value)
              : Optional.empty();
      if (options.isPresent()) {
        options
            .get()
            .fields()
            .forEach((name, option) -> {
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
}
