package xfm.language.call;

import com.oracle.truffle.api.interop.InteropLibrary;
import java.util.Optional;
import xfm.language.value.TensorValue;
import xfm.language.value.Values;

/**
 * One parameter of something that a script can call.
 *
 * @param required whether a call must give it
 */
public record Parameter(String name, Kind kind, boolean required) {

  /** What a parameter takes. An int is taken where a float is needed, never the other way. */
  public enum Kind {
    ANY("a value"),
    INT("an int"),
    /** An int or a float, as it is. */
    NUMBER("a number"),
    /** An int or a float, as a float. */
    FLOAT("a number"),
    /** An int or a float, as it is, or a tensor. */
    NUMBERS("a number or a tensor"),
    BOOL("true or false"),
    TEXT("a text"),
    /** A list, a tensor, an array of the host. */
    LIST("a list"),
    FUNCTION("a function");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What messages call it. */
    public String words() {
      return words;
    }

    /** The value as the callee gets it, or nothing where it does not fit. */
    public Optional<Object> accept(Object value) {
      boolean fits =
          switch (this) {
            case ANY -> true;
            case INT -> value instanceof Long;
            case NUMBER, FLOAT -> value instanceof Long || value instanceof Double;
            case NUMBERS ->
                value instanceof Long || value instanceof Double || value instanceof TensorValue;
            case BOOL -> value instanceof Boolean;
            case TEXT -> value instanceof String;
            case LIST -> Values.sequence(value).isPresent();
            case FUNCTION ->
                value instanceof XfmCallable || InteropLibrary.getUncached().isExecutable(value);
          };
      if (!fits) {
        return Optional.empty();
      }
      return Optional.of(this == FLOAT && value instanceof Long n ? (Object) (double) n : value);
    }
  }

  public static Parameter required(String name, Kind kind) {
    return new Parameter(name, kind, true);
  }

  public static Parameter optional(String name, Kind kind) {
    return new Parameter(name, kind, false);
  }
}
