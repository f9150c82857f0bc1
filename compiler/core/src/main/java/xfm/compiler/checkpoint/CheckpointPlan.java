package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.io.JsonValue;

/**
 * A checkpoint section applied to one {@code config.json}: the settings of the model, its special
 * tokens, and, given the graph that these settings make, where its weights are.
 */
public final class CheckpointPlan {
  private static final String START = "start";
  private static final String STOP = "stop";
  private static final String PADDING = "padding";

  /** Names of settings that are no parameters of the model, but its special tokens. */
  public static final Set<String> TOKENS = Set.of(START, STOP, PADDING);

  private final Item.Checkpoint section;
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final Map<String, List<Integer>> tokens = new LinkedHashMap<>();
  private final List<Diagnostic> problems = new ArrayList<>();

  private CheckpointPlan(Item.Checkpoint section) {
    this.section = section;
  }

  /**
   * Works out the settings, in the order of the section: a line sees the settings above it.
   *
   * @param all every section that is known; those called {@code any} ignore keys for this one too
   * @throws XfmException with everything that is wrong: keys that are missing, conditions that do
   *     not hold, keys that the section passes over
   */
  public static CheckpointPlan of(
      Item.Checkpoint section, List<Item.Checkpoint> all, JsonValue.Obj config) {
    CheckpointPlan plan = new CheckpointPlan(section);
    plan.evaluate(config);
    Keys.of(section, all).unread(section, config).ifPresent(plan.problems::add);
    if (!plan.problems.isEmpty()) {
      throw new XfmException(plan.problems);
    }
    return plan;
  }

  private void evaluate(JsonValue.Obj config) {
    Map<String, Datum> names = new TreeMap<>();
    names.put(Formula.CONFIG, new Datum.Fields(Formula.CONFIG, config.members()));
    Formula formula = new Formula(names);
    for (Ast.CheckpointLine line : section.lines()) {
      try {
        switch (line) {
          case Ast.Setting setting -> setting(setting, formula);
          case Ast.CheckpointRequire require -> require(require, formula);
          case Ast.Mapping m -> {}
          case Ast.Ignore i -> {}
          case Ast.IgnoreConfig i -> {}
        }
      } catch (XfmException e) {
        problems.addAll(e.diagnostics());
        fail(line, names);
      } catch (Formula.FailedAbove e) {
        fail(line, names);
      }
    }
  }

  private static void fail(Ast.CheckpointLine line, Map<String, Datum> names) {
    if (line instanceof Ast.Setting setting) {
      names.putIfAbsent(setting.name().text(), new Datum.Failed());
    }
  }

  private void setting(Ast.Setting line, Formula formula) {
    String name = line.name().text();
    Datum value = formula.value(line.value());
    if (value instanceof Datum.Nothing && line.absent().isPresent()) {
      value = formula.value(line.absent().get());
    }
    if (TOKENS.contains(name)) {
      tokens.put(name, tokens(value, line));
      return;
    }
    Object plain =
        switch (Formula.present(value, line.value())) {
          case Datum.Int(long number) -> number;
          case Datum.Real(double number) -> number;
          case Datum.Truth(boolean truth) -> truth;
          case Datum.Words(String text) -> text;
          case Datum other ->
              throw Diagnostic.of(Code.TYPE, "a setting is a number, a bool or a text")
                  .at(line.span(), "this is " + other.shown())
                  .raise();
        };
    if (settings.putIfAbsent(name, plain) != null) {
      throw Diagnostic.of(Code.NAME, "`" + name + "` is set twice in this section")
          .at(line.name().span(), "again here")
          .raise();
    }
    formula.names().put(name, value);
  }

  /** One token, several, or none where the key is absent or null. */
  private static List<Integer> tokens(Datum value, Ast.Setting line) {
    return switch (value) {
      case Datum.Nothing nothing -> List.of();
      case Datum.Int(long token) when token >= 0 && token <= Integer.MAX_VALUE ->
          List.of((int) token);
      case Datum.Items(List<Datum> items) ->
          items.stream().flatMap(item -> tokens(item, line).stream()).toList();
      case Datum other ->
          throw Diagnostic.of(Code.TYPE, "`" + line.name() + "` is a token: an int of 0 or more")
              .at(line.span(), "this is " + other.shown())
              .raise();
    };
  }

  private void require(Ast.CheckpointRequire line, Formula formula) {
    if (formula.truth(line.condition())) {
      return;
    }
    Map<String, JsonValue> config = ((Datum.Fields) formula.names().get(Formula.CONFIG)).members();
    List<String> found = new ArrayList<>();
    for (String key : Keys.in(line.condition())) {
      JsonValue value = config.get(key);
      found.add("`" + key + "` is " + (value == null ? "not there" : Datum.of(key, value).shown()));
    }
    for (Ast.CheckpointLine above : section.lines()) {
      if (above instanceof Ast.Setting setting
          && Keys.names(line.condition()).contains(setting.name().text())) {
        found.add(read(setting, formula, config));
      }
    }
    throw Diagnostic.of(Code.REQUIRE, "the model does not compute what this checkpoint needs")
        .at(
            line.span(),
            "this must hold, and in config.json "
                + (found.isEmpty() ? "it does not" : String.join(", ", found)))
        .note(
            "`"
                + section.model()
                + "` reads only checkpoints for which all its `require` lines hold")
        .help(
            "declare a variant of the model that computes this, with a checkpoint section of its own,"
                + " and name its file with --xfm")
        .raise();
  }

  /** What a setting came to, and the keys that it was read from. */
  private static String read(Ast.Setting setting, Formula formula, Map<String, JsonValue> config) {
    Set<String> keys = new LinkedHashSet<>(Keys.in(setting.value()));
    setting.absent().ifPresent(absent -> keys.addAll(Keys.in(absent)));
    keys.removeIf(key -> config.getOrDefault(key, new JsonValue.Null()) instanceof JsonValue.Null);
    String name = setting.name().text();
    return "`"
        + name
        + "` is "
        + formula.names().get(name).shown()
        + (keys.isEmpty() ? "" : ", from `" + String.join("`, `", keys) + "`");
  }

  public Item.Checkpoint section() {
    return section;
  }

  /** Values of the model's parameters: Long, Double, Boolean or String. */
  public Map<String, Object> settings() {
    return Collections.unmodifiableMap(settings);
  }

  /** The token that a decoder begins with. */
  public OptionalInt start() {
    return first(START);
  }

  /** The tokens that end a text; none if the section or the configuration names none. */
  public List<Integer> stop() {
    return tokens.getOrDefault(STOP, List.of());
  }

  /** The token that fills up batches where a file was trained with padding. */
  public OptionalInt padding() {
    return first(PADDING);
  }

  private OptionalInt first(String name) {
    Optional<Integer> token = tokens.getOrDefault(name, List.of()).stream().findFirst();
    return token.isPresent() ? OptionalInt.of(token.get()) : OptionalInt.empty();
  }

  /**
   * Finds every weight of the graph in the files.
   *
   * @throws XfmException one that lists every weight without a tensor, every tensor without a
   *     weight, and every shape that does not fit
   */
  public BoundWeights bind(Graph graph, Checkpoint files) {
    return new Matching(section, graph, settings, files).match();
  }
}
