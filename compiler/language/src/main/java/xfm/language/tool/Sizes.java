package xfm.language.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.language.call.Parameter.Kind;
import xfm.language.value.Sequence;
import xfm.language.value.Values;

/** The sizes that a command line names: settings of a model, and lengths of its inputs. */
final class Sizes {
  /** Stands for every length that is not named. */
  private static final String ALL = "";

  private Sizes() {}

  /** Lengths by their names, each an int of 1 or more. */
  static Map<String, Long> lengths(Object record) {
    Map<String, Long> lengths = new LinkedHashMap<>();
    Values.record(record)
        .ifPresent(given ->
            given
                .fields()
                .forEach((name, size) -> {
                  boolean fits = Kind.INT.accept(size).isPresent() && (long) size >= 1;
                  lengths.put(name, fits ? (Long) size : refuse(name, size));
                }));
    return lengths;
  }

  private static Long refuse(String name, Object size) {
    throw Diagnostic.of(
            Code.CALL, "the length " + name + " is 1 or more, and not " + Values.describe(size))
        .raise();
  }

  /**
   * The length for which several models are compared.
   *
   * @throws XfmException if lengths are given by their names
   */
  static OptionalLong only(Map<String, Long> lengths) {
    if (lengths.keySet().stream().anyMatch(name -> !name.equals(ALL))) {
      throw Diagnostic.of(Code.CALL, "several models are compared for texts of one length")
          .help("write --length 512")
          .raise();
    }
    return lengths.isEmpty() ? OptionalLong.empty() : OptionalLong.of(lengths.get(ALL));
  }

  /** {@code d=12288} and the like. */
  static Map<String, Object> settings(Sequence list) {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (long i = 0; i < list.size(); i++) {
      String setting = Values.kind(list.get(i)).equals("text") ? (String) list.get(i) : "";
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw Diagnostic.of(Code.CALL, "`" + setting + "` is no setting")
            .help("write NAME=VALUE, such as d=12288")
            .raise();
      }
      settings.put(
          setting.substring(0, equals).strip(), value(setting.substring(equals + 1).strip()));
    }
    return settings;
  }

  /** An int, a float, true or false; anything else is a text. */
  private static Object value(String written) {
    try {
      return switch (written) {
        case "true" -> true;
        case "false" -> false;
        case String n when n.matches("[+-]?[0-9_]+") -> Long.parseLong(n.replace("_", ""));
        case String n when n.matches("[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?") ->
            Double.parseDouble(n);
        default -> written;
      };
    } catch (NumberFormatException _) {
      throw Diagnostic.of(Code.NUMBER, written + " does not fit an int of 64 bits").raise();
    }
  }
}
