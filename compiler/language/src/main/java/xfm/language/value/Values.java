package xfm.language.value;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnsupportedMessageException;
import java.util.Optional;

/**
 * The values of a script: {@code Long} (int), {@code Double} (float), {@code Boolean}, {@code
 * String} (text), the kinds of {@link XfmObject}, and objects of the host as they are.
 */
public final class Values {
  private Values() {}

  /** A value that came from the host as a value of xfm; what has no equal stays what it is. */
  @TruffleBoundary
  public static Object fromHost(Object value) {
    if (value instanceof XfmObject
        || value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value instanceof String) {
      return value;
    }
    InteropLibrary interop = InteropLibrary.getUncached();
    try {
      if (interop.isNull(value)) {
        return Nothing.VALUE;
      }
      if (interop.isString(value)) {
        return interop.asString(value);
      }
      if (interop.isBoolean(value)) {
        return interop.asBoolean(value);
      }
      if (interop.isNumber(value)) {
        boolean whole = !(value instanceof Float) && interop.fitsInLong(value);
        if (whole) {
          return interop.asLong(value);
        }
        return interop.fitsInDouble(value) ? (Object) interop.asDouble(value) : value;
      }
      return value;
    } catch (UnsupportedMessageException _) {
      return value;
    }
  }

  /** The value as a list: a list, a range, the rows of a tensor, an array of the host. */
  public static Optional<Sequence> sequence(Object value) {
    if (value instanceof Sequence sequence) {
      return Optional.of(sequence);
    }
    return value instanceof String || value instanceof XfmObject
        ? Optional.empty()
        : hostSequence(value);
  }

  @TruffleBoundary
  private static Optional<Sequence> hostSequence(Object value) {
    try {
      return InteropLibrary.getUncached().hasArrayElements(value)
          ? Optional.of(new HostList(value))
          : Optional.empty();
    } catch (UnsupportedMessageException _) {
      return Optional.empty();
    }
  }

  /** The value as a record: a record, a map of the host, an object that it made of members. */
  @TruffleBoundary
  public static Optional<XfmRecord> record(Object value) {
    if (value instanceof XfmRecord record) {
      return Optional.of(record);
    }
    return value instanceof String || value instanceof XfmObject
        ? Optional.empty()
        : HostRecord.of(value);
  }

  /** What messages call the value: "an int", "a list", "nothing". */
  @TruffleBoundary
  public static String describe(Object value) {
    String kind = kind(value);
    if (value == Nothing.VALUE) {
      return kind;
    }
    return ("aeiou".indexOf(kind.charAt(0)) >= 0 ? "an " : "a ") + kind;
  }

  /** "int", "float", "text", "list"; "host object" for what is not ours. */
  public static String kind(Object value) {
    return switch (value) {
      case Long _ -> "int";
      case Double _ -> "float";
      case Boolean _ -> "bool";
      case String _ -> "text";
      case XfmObject object -> object.kind();
      default -> "host object";
    };
  }

  /**
   * {@code ==}: ints and floats by their number, texts, truths, lists and records by what they
   * hold, tensors by shape and numbers; values of different kinds are unequal.
   */
  @TruffleBoundary
  public static boolean equal(Object left, Object right) {
    return switch (left) {
      case Long a when right instanceof Double b -> sameNumber(a, b);
      case Double a when right instanceof Long b -> sameNumber(b, a);
      case Long a -> a.equals(right);
      case Double a -> right instanceof Double b && a.doubleValue() == b.doubleValue();
      case String a -> a.equals(right);
      case Boolean a -> a.equals(right);
      case XfmRecord a when right instanceof XfmRecord b -> equalRecords(a, b);
      default -> {
        Optional<Sequence> a = sequence(left);
        Optional<Sequence> b = sequence(right);
        yield a.isPresent() && b.isPresent() ? equalLists(a.get(), b.get()) : left == right;
      }
    };
  }

  /** Exact, where a conversion to double would call 2^53 + 1 equal to 2^53. */
  private static boolean sameNumber(long a, double b) {
    return (double) a == b && (long) b == a;
  }

  private static boolean equalLists(Sequence a, Sequence b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (long i = 0; i < a.size(); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalRecords(XfmRecord a, XfmRecord b) {
    return a.fields().keySet().equals(b.fields().keySet())
        && a.fields().entrySet().stream()
            .allMatch(field -> equal(field.getValue(), b.fields().get(field.getKey())));
  }
}
