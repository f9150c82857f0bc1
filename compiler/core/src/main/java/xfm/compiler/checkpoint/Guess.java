package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Source;
import xfm.compiler.syntax.Parser;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;

/**
 * The settings of a model that no section reads yet, from what settings of the same names are in
 * other sections: those whose keys are in this {@code config.json}.
 *
 * @param values of the model's parameters
 * @param lines {@code d = config.hidden_size}, one for each
 */
public record Guess(Map<String, Object> values, List<String> lines) {

  /**
   * Tries all settings of the parameters' names.
   *
   * @param known sections, those that are to be believed first
   */
  public static Guess of(
      Set<String> parameters, List<Item.Checkpoint> known, JsonValue.Obj config) {
    Map<String, Datum> names = new TreeMap<>();
    names.put(Formula.CONFIG, new Datum.Fields(Formula.CONFIG, config.members()));
    Guess guess = new Guess(new LinkedHashMap<>(), new ArrayList<>());
    Set<String> wanted = new LinkedHashSet<>(parameters);
    wanted.addAll(CheckpointPlan.TOKENS);
    // A setting may need others, whatever the order of the parameters.
    for (int before = -1; before < guess.lines().size(); ) {
      before = guess.lines().size();
      for (String parameter : wanted) {
        if (!names.containsKey(parameter)) {
          known.stream()
              .flatMap(section -> section.lines().stream())
              .filter(line -> line instanceof Ast.Setting)
              .map(line -> (Ast.Setting) line)
              .filter(line -> line.name().text().equals(parameter))
              .filter(line -> reads(line, config))
              .filter(line -> guess.takes(line, names))
              .findFirst()
              .ifPresent(line -> guess.lines().add(line.span().text()));
        }
      }
    }
    return guess;
  }

  private static boolean reads(Ast.Setting line, JsonValue.Obj config) {
    Set<String> keys = new LinkedHashSet<>(Keys.in(line.value()));
    line.absent().ifPresent(absent -> keys.addAll(Keys.in(absent)));
    return keys.stream()
        .anyMatch(key ->
            !(config.members().getOrDefault(key, new JsonValue.Null()) instanceof JsonValue.Null));
  }

  private boolean takes(Ast.Setting line, Map<String, Datum> names) {
    Formula formula = new Formula(names);
    try {
      Datum value = formula.value(line.value());
      if (value instanceof Datum.Nothing && line.absent().isPresent()) {
        value = formula.value(line.absent().get());
      }
      Optional<Object> plain =
          switch (value) {
            case Datum.Int(long number) -> Optional.of(number);
            case Datum.Real(double number) -> Optional.of(number);
            case Datum.Truth(boolean truth) -> Optional.of(truth);
            case Datum.Words(String text) -> Optional.of(text);
            case Datum.Items _, Datum.Fields _, Datum.Huge _, Datum.Nothing _, Datum.Failed _ ->
                Optional.empty();
          };
      boolean token = CheckpointPlan.TOKENS.contains(line.name().text());
      if (plain.isEmpty() && !(token && value instanceof Datum.Items)) {
        return false;
      }
      names.put(line.name().text(), value);
      if (!token) {
        values.put(line.name().text(), plain.get());
      }
      return true;
    } catch (XfmException _) {
      return false;
    }
  }

  /**
   * What of config.json these lines do not speak of, as lines that hold it to what it is here.
   *
   * @param known sections, of which those called {@code any} ignore keys
   */
  public List<String> open(List<Item.Checkpoint> known, JsonValue.Obj config) {
    String text = "checkpoint c {\n" + String.join("\n", lines) + "\n}\n";
    Item.Checkpoint section =
        (Item.Checkpoint) Parser.parse(new Source("proposal", text)).items().getFirst();
    List<String> open = new ArrayList<>();
    Keys.of(section, known)
        .open(config)
        .forEach((key, value) ->
            open.add(
                switch (value) {
                  case JsonValue.Arr _, JsonValue.Obj _, JsonValue.Null _ ->
                      "ignore config."
                          + key.replaceAll(".*\\.", "")
                          + "  # ? it is "
                          + Json.write(value);
                  case JsonValue.Int _, JsonValue.Decimal _, JsonValue.Bool _, JsonValue.Text _ ->
                      "require config." + key + " == " + Json.write(value) + "  # ?";
                }));
    return open;
  }
}
