package xfm.language.builtin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.language.call.Builtin;

/**
 * What every script can use without declaring it:
 *
 * <ul>
 *   <li>{@code print(a, b, …, end = "\n", sep = " ")}: the values as text
 *   <li>{@code show(x, rows, columns)}: a table; {@code show(pattern, labels)}: a grid of dots;
 *       {@code dots} says which of them
 *   <li>{@code account(model)}: its parameters and their cost
 *   <li>{@code tensor(lists)}: one tensor; {@code list(x)} its rows; {@code sort(list, by,
 *       descending)}
 *   <li>{@code range(n)}, {@code range(from, to)}, {@code len(x)}, {@code enumerate(list)}, {@code
 *       zip(a, b)}
 *   <li>{@code text(x)}, {@code float(x)}, {@code floor(x)}, {@code round(x)}, {@code abs(x)}
 *   <li>{@code min}, {@code max} of several numbers or a list, {@code sum(list)}, {@code
 *       mean(list)}, {@code clamp(x, low, high)}
 *   <li>{@code split(text, by)}, {@code join(list, with)}, {@code number(text)}
 *   <li>{@code exp log sqrt sin cos tanh erf}, {@code pi}, {@code inf}
 *   <li>{@code read(path)}: the text or tensor in a file; {@code save(tensor, path)}; {@code
 *       args()}: the arguments of the script
 *   <li>{@code clock()}: seconds; {@code machine()}: its measured peak
 * </ul>
 */
public final class Builtins {
  private static final Map<String, Object> ALL = all();

  private Builtins() {}

  private static Map<String, Object> all() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Builtin builtin :
        List.of(
            new PrintBuiltin(),
            new ShowBuiltin(),
            new AccountBuiltin(),
            new RangeBuiltin(),
            new LenBuiltin(),
            new EnumerateBuiltin(),
            new ZipBuiltin(),
            new TextBuiltin(),
            new FloatBuiltin(),
            new RoundBuiltin(RoundBuiltin.Direction.FLOOR),
            new RoundBuiltin(RoundBuiltin.Direction.ROUND),
            new AbsBuiltin(),
            new ExtremeBuiltin(true),
            new ExtremeBuiltin(false),
            new SumBuiltin(),
            new MeanBuiltin(),
            new SortBuiltin(),
            new TensorBuiltin(),
            new ListBuiltin(),
            new SplitBuiltin(),
            new JoinBuiltin(),
            new NumberBuiltin(),
            new ClampBuiltin(),
            new ReadBuiltin(),
            new SaveBuiltin(),
            new ArgsBuiltin(),
            new ClockBuiltin(),
            new MachineBuiltin())) {
      all.put(builtin.signature().name(), builtin);
    }
    for (MathBuiltin.Function function : MathBuiltin.Function.values()) {
      MathBuiltin builtin = new MathBuiltin(function);
      all.put(builtin.signature().name(), builtin);
    }
    all.put("pi", Math.PI);
    all.put("inf", Double.POSITIVE_INFINITY);
    return all;
  }

  public static Optional<Object> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  public static Set<String> names() {
    return ALL.keySet();
  }
}
