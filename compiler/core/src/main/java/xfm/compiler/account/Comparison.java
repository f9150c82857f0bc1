package xfm.compiler.account;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.runtime.io.JsonValue;

/**
 * Accounts side by side, and by how much each differs from the first.
 *
 * @param lengths for which operations and caches are counted, by their names; that of "" is for all
 *     that are not named, an encoder's text, too
 */
public record Comparison(List<Account> accounts, Map<String, Long> lengths) {
  private static final long USUAL = 1024;
  private static final String ALL = "";

  /** At lengths that are given, or the longest that all models take. */
  public static Comparison of(List<Account> accounts, Map<String, Long> lengths) {
    if (!lengths.isEmpty()) {
      return new Comparison(List.copyOf(accounts), lengths);
    }
    long longest =
        accounts.stream()
            .flatMap(account -> account.longest().values().stream())
            .min(Long::compare)
            .orElse(USUAL);
    return new Comparison(List.copyOf(accounts), Map.of(ALL, longest));
  }

  /** Above it a difference is easier to read as a multiple. */
  private static final double MOST_IN_PERCENT = 10;

  /** A number of each model, or why there is none. */
  private record Measure(
      String key, String name, LongFunction<String> shown, Function<Account, Cell> of) {}

  private record Cell(Optional<Long> value, String instead) {
    static Cell of(long value) {
      return new Cell(Optional.of(value), "");
    }

    /** A polynomial where some of its lengths are open. */
    static Cell of(Poly poly) {
      return poly.constant().isPresent() ? of(poly.constant().getAsLong()) : none(poly.toString());
    }

    static Cell none(String why) {
      return new Cell(Optional.empty(), why);
    }
  }

  private List<Measure> measures() {
    String at =
        lengths.entrySet().stream()
            .map(each ->
                each.getKey().equals(ALL)
                    ? AccountTable.count(each.getValue()) + " tokens"
                    : each.getKey() + " = " + AccountTable.count(each.getValue()))
            .collect(Collectors.joining(", ", " for ", ""));
    List<Measure> all = new ArrayList<>();
    all.add(measure("parameters", "parameters", AccountTable::count, Account::parameters));
    if (accounts.stream().anyMatch(a -> a.active() != a.parameters())) {
      all.add(measure("active", "active for one token", AccountTable::count, Account::active));
    }
    all.add(measure("matrices", "of these in matrices", AccountTable::count, Account::matrices));
    all.add(measure("bytes", "weights as float32", AccountTable::bytes, Account::bytes));
    all.add(measure("depth", "layers", AccountTable::count, Account::depth));
    all.add(
        new Measure(
            "flops",
            "operations" + at,
            number -> AccountTable.number(number) + "FLOP",
            account -> fits(account, () -> Cell.of(account.flops().at(lengths(account))))));
    all.add(
        new Measure(
            "cache_per_token",
            "cache per token",
            number -> AccountTable.count(number) + " B",
            account -> cached(account, account.cache().bytesPerToken())));
    all.add(
        new Measure(
            "cache",
            "cache" + at,
            AccountTable::bytes,
            account -> fits(account, () -> cached(account))));
    return all;
  }

  private static Measure measure(
      String key, String name, LongFunction<String> shown, ToLongFunction<Account> of) {
    return new Measure(key, name, shown, account -> Cell.of(of.applyAsLong(account)));
  }

  /** The length of that name, if it is given. */
  private Optional<Long> length(String name) {
    return Optional.ofNullable(lengths.getOrDefault(name, lengths.get(ALL)));
  }

  /** What is given, and else the longest that the model takes. */
  private Map<Atom.Symbol, Long> lengths(Account account) {
    Map<Atom.Symbol, Long> known = new HashMap<>(account.longest());
    Stream.concat(account.longest().keySet().stream(), account.flops().symbols().stream())
        .forEach(symbol -> length(symbol.name()).ifPresent(size -> known.put(symbol, size)));
    return known;
  }

  private Cell fits(Account account, Supplier<Cell> cell) {
    if (account.longest().entrySet().stream()
        .anyMatch(most ->
            length(most.getKey().name()).filter(size -> size > most.getValue()).isPresent())) {
      return Cell.none("too long");
    }
    try {
      return cell.get();
    } catch (ArithmeticException _) {
      return Cell.none("beyond counting");
    }
  }

  private static Cell cached(Account account, long bytes) {
    return account.cache().notCausal().isPresent() ? Cell.none("not causal") : Cell.of(bytes);
  }

  private Cell cached(Account account) {
    String grows = account.cache().grows();
    Optional<Long> tokens =
        length(grows)
            .or(() ->
                account.longest().entrySet().stream()
                    .filter(most -> most.getKey().name().equals(grows))
                    .map(Map.Entry::getValue)
                    .findFirst());
    return tokens.isEmpty() && account.cache().notCausal().isEmpty()
        ? Cell.none(grows + " is open")
        : cached(account, account.cache().bytes(tokens.orElse(0L)));
  }

  /** A table with a line for each number, and why models have no cache. */
  public String table() {
    Columns table = new Columns("<>" + ">>".repeat(accounts.size() - 1));
    List<String> head = new ArrayList<>(List.of(""));
    for (String name : names()) {
      head.add(name);
      if (head.size() > 2) {
        head.add(accounts.size() == 2 ? "difference" : "against " + head.get(1));
      }
    }
    table.line(head.toArray(String[]::new));
    for (Measure measure : measures()) {
      List<String> line = new ArrayList<>(List.of(measure.name()));
      Cell first = measure.of().apply(accounts.getFirst());
      for (Account account : accounts) {
        Cell cell = measure.of().apply(account);
        line.add(cell.value().map(measure.shown()::apply).orElse(cell.instead()));
        if (line.size() > 2) {
          line.add(difference(first, cell, measure.shown()));
        }
      }
      table.line(line.toArray(String[]::new));
    }
    StringBuilder text = new StringBuilder(table.text());
    for (Account account : accounts) {
      account
          .cache()
          .notCausal()
          .ifPresent(why ->
              text.append("\n")
                  .append(account.model())
                  .append(" keeps no cache: ")
                  .append(why)
                  .append("\n"));
    }
    return text.toString();
  }

  /** Models of one name are numbered. */
  private List<String> names() {
    List<String> names = accounts.stream().map(Account::model).toList();
    List<String> numbered = new ArrayList<>();
    for (int m = 0; m < names.size(); m++) {
      String name = names.get(m);
      int before = Collections.frequency(names.subList(0, m), name);
      boolean alone = Collections.frequency(names, name) == 1;
      numbered.add(alone ? name : name + " (" + (before + 1) + ")");
    }
    return numbered;
  }

  private static String difference(Cell first, Cell other, LongFunction<String> shown) {
    if (first.value().isEmpty() || other.value().isEmpty()) {
      return "";
    }
    long from = first.value().get();
    long by = other.value().get() - from;
    if (by == 0) {
      return "same";
    }
    String text = (by > 0 ? "+" : "−") + shown.apply(Math.abs(by));
    if (from == 0) {
      return text;
    }
    double times = (double) other.value().get() / from;
    return text
        + (times < MOST_IN_PERCENT
            ? " (" + (by > 0 ? "+" : "−") + AccountTable.fixed(100 * Math.abs(times - 1), 1) + " %)"
            : " (" + AccountTable.count(Math.round(times)) + " ×)");
  }

  /** The same for programs: numbers, or null where there is none. */
  public JsonValue json() {
    List<JsonValue> models = new ArrayList<>();
    for (Account account : accounts) {
      Map<String, JsonValue> members = new LinkedHashMap<>();
      members.put("model", new JsonValue.Text(account.model()));
      for (Measure measure : measures()) {
        members.put(
            measure.key(),
            measure
                .of()
                .apply(account)
                .value()
                .<JsonValue>map(JsonValue.Int::new)
                .orElse(new JsonValue.Null()));
      }
      models.add(new JsonValue.Obj(members));
    }
    Map<String, JsonValue> all = new LinkedHashMap<>();
    Map<String, JsonValue> named = new LinkedHashMap<>();
    lengths.forEach((name, size) -> {
      (name.equals(ALL) ? all : named)
          .put(name.equals(ALL) ? "length" : name, new JsonValue.Int(size));
    });
    if (!named.isEmpty()) {
      all.put("lengths", new JsonValue.Obj(named));
    }
    all.put("models", new JsonValue.Arr(models));
    return new JsonValue.Obj(all);
  }
}
