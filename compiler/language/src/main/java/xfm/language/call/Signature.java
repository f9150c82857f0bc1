package xfm.language.call;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;
import xfm.language.XfmContext;
import xfm.language.value.Values;
import xfm.language.value.XfmList;

/**
 * What a call must give: parameters in their order; with {@code rest}, the first takes every value
 * that is given without a name, as a list; with {@code namedOnly}, every argument is named (a bare
 * name {@code heads} standing for {@code heads = heads}).
 */
public record Signature(String name, List<Parameter> parameters, boolean rest, boolean namedOnly) {
  public Signature {
    parameters = List.copyOf(parameters);
  }

  public static Signature of(String name, Parameter... parameters) {
    return new Signature(name, List.of(parameters), false, false);
  }

  /** The first parameter takes any number of values. */
  public static Signature withRest(String name, Parameter... parameters) {
    return new Signature(name, List.of(parameters), true, false);
  }

  /**
   * Which parameter each argument of a call is for.
   *
   * @param arguments how each was written
   * @throws XfmException if a name is unknown, a parameter is given twice or missing, or there are
   *     too many
   */
  @TruffleBoundary
  public int[] bind(List<Written> arguments) {
    int[] target = new int[arguments.size()];
    boolean[] given = new boolean[parameters.size()];
    int next = 0;
    for (int i = 0; i < target.length; i++) {
      Written argument = arguments.get(i);
      Optional<String> by = namedOnly ? argument.name().or(argument::bare) : argument.name();
      target[i] = by.isPresent() ? named(by.get(), argument) : positional(next++, argument);
      boolean gathers = rest && target[i] == 0;
      if (given[target[i]] && !gathers) {
        throw argument.problem("`" + parameters.get(target[i]).name() + "` is given twice").raise();
      }
      given[target[i]] = true;
    }
    for (int p = 0; p < given.length; p++) {
      if (!given[p] && parameters.get(p).required()) {
        throw Diagnostic.of(
                Code.CALL, "`" + name + "` needs `" + parameters.get(p).name() + "`: " + usage())
            .raise();
      }
    }
    return target;
  }

  private int named(String wanted, Written argument) {
    for (int p = 0; p < parameters.size(); p++) {
      if (parameters.get(p).name().equals(wanted)) {
        return p;
      }
    }
    List<String> known = parameters.stream().map(Parameter::name).toList();
    throw argument
        .problem("`" + name + "` has no argument `" + wanted + "`")
        .help(
            Nearest.suggest(wanted, known)
                .map(near -> "did you mean `" + near + "`?")
                .orElseGet(this::usage))
        .raise();
  }

  private int positional(int position, Written argument) {
    if (namedOnly) {
      throw argument
          .problem("the settings of `" + name + "` are given by name")
          .help(usage())
          .raise();
    }
    if (rest) {
      return 0;
    }
    if (position < parameters.size()) {
      return position;
    }
    throw argument
        .problem("`" + name + "` takes " + count(parameters.size()))
        .help(usage())
        .raise();
  }

  private static String count(int number) {
    return number == 0 ? "no arguments" : number == 1 ? "one argument" : number + " arguments";
  }

  /** {@code generate(prompt, max = …)}, as a call would be written. */
  public String usage() {
    List<String> words = new ArrayList<>();
    for (int p = 0; p < parameters.size(); p++) {
      Parameter parameter = parameters.get(p);
      boolean plain = !namedOnly && parameter.required();
      String dots = rest && p == 0 ? ", …" : plain ? "" : " = …";
      words.add(parameter.name() + dots);
    }
    return name + "(" + String.join(", ", words) + ")";
  }

  /**
   * The arguments as the callee reads them: slot 0 is its own (what a closure captured, the
   * receiver of a method), then one slot a parameter, null where none was given.
   *
   * @param target from {@link #bind}
   * @param places of the arguments, or an empty list when a host calls
   * @throws XfmException if a value is of the wrong kind
   */
  public Object[] arrange(Object own, Object[] values, int[] target, List<Span> places) {
    Object[] slots = new Object[parameters.size() + 1];
    slots[0] = own;
    for (int i = 0; i < values.length; i++) {
      Parameter parameter = parameters.get(target[i]);
      Optional<Object> value = parameter.kind().accept(values[i]);
      if (value.isEmpty()) {
        throw wrongKind(parameter, values[i], i, places);
      }
      slots[target[i] + 1] = value.get();
    }
    if (rest) {
      slots[1] = new XfmList(gathered(values, target));
    }
    return slots;
  }

  private static Object[] gathered(Object[] values, int[] target) {
    Object[] gathered = new Object[values.length];
    int size = 0;
    for (int i = 0; i < values.length; i++) {
      if (target[i] == 0) {
        gathered[size++] = values[i];
      }
    }
    return Arrays.copyOf(gathered, size);
  }

  /** Said where a value is not of the kind that a parameter takes. */
  @TruffleBoundary
  public XfmException wrongKind(Parameter parameter, Object value, int at, List<Span> places) {
    String found = Values.describe(value);
    Diagnostic problem =
        Diagnostic.of(
            Code.TYPE,
            "`"
                + parameter.name()
                + "` of `"
                + name
                + "` must be "
                + parameter.kind().words()
                + ", and is "
                + found);
    if (XfmContext.get(null).isHostObject(value)) {
      problem =
          problem.help(
              "maps, lists and functions of Java can be used where the context is built with"
                  + " `allowHostAccess(HostAccess.ALL)`");
    }
    return (places.isEmpty() ? problem : problem.at(places.get(at), "this is " + found)).raise();
  }

  /**
   * How an argument was written in a call.
   *
   * @param name of {@code name = value}
   * @param bare the name that is the whole value: {@code heads} in {@code gpt2(heads)}
   * @param place where it stands; absent in a call from the host
   */
  public record Written(Optional<String> name, Optional<String> bare, Optional<Span> place) {
    /** An argument of a host's call. */
    public static final Written POSITIONAL =
        new Written(Optional.empty(), Optional.empty(), Optional.empty());

    Diagnostic problem(String message) {
      Diagnostic problem = Diagnostic.of(Code.CALL, message);
      return place.map(problem::at).orElse(problem);
    }
  }
}
