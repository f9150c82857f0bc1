package xfm.language.tool;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.program.Model;
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

  /** The lengths of a model's inputs. */
  static List<String> names(Model model) {
    return model.graph().lengths().stream().map(Atom.Symbol::name).toList();
  }

  /** Of these those that are neither given nor bounded. */
  static List<String> open(Model model, Map<String, Long> given) {
    return model.graph().lengths().stream()
        .filter(length -> !model.graph().longest().containsKey(length))
        .map(Atom.Symbol::name)
        .filter(name -> !given.containsKey(name) && !given.containsKey(ALL))
        .toList();
  }

  /** A line below numbers that says what they lack, if lengths are given, but not all. */
  static String note(Map<String, Long> given, Collection<String> open) {
    if (given.isEmpty() || open.isEmpty()) {
      return "";
    }
    Stream<String> all =
        Stream.concat(
            given.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()),
            open.stream().map(name -> name + "=128"));
    return "\nnote: no number is given for %s: `--length %s` would give all\n"
        .formatted(
            open.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")),
            all.collect(Collectors.joining(" ")));
  }

  /**
   * Looks whether some of several models has each length.
   *
   * @throws XfmException if none has one
   */
  static void known(Map<String, Long> given, Collection<String> names) {
    for (String name : given.keySet()) {
      if (!name.equals(ALL) && !names.contains(name)) {
        throw Diagnostic.of(Code.CALL, "none of the models has a length `" + name + "`")
            .help(
                Nearest.suggest(name, names)
                    .map(meant -> "did you mean `" + meant + "`?")
                    .orElse(
                        names.isEmpty()
                            ? "leave --length out"
                            : "they have " + String.join(", ", names)))
            .raise();
      }
    }
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
