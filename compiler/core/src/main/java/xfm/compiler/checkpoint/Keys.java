package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.runtime.io.JsonValue;

/**
 * Which keys of {@code config.json} a section mentions or ignores. A key that it does neither with
 * could change the mathematics behind its back, and is an error; a null says no more than if the
 * key were not there. Of an object whose members are read, every member counts as a key.
 */
final class Keys {
  /** Always read: it chose the section. */
  static final String MODEL_TYPE = "model_type";

  private final Map<String, Set<String>> mentioned = new LinkedHashMap<>();
  private final Set<String> ignored = new LinkedHashSet<>();
  private final Set<String> names = new LinkedHashSet<>();

  /** The keys of a section, and those that the sections for any model ignore. */
  static Keys of(Item.Checkpoint section, List<Item.Checkpoint> all) {
    Keys keys = new Keys();
    keys.mentioned.put(MODEL_TYPE, new LinkedHashSet<>());
    for (Ast.CheckpointLine line : section.lines()) {
      switch (line) {
        case Ast.Setting s -> {
          keys.mention(s.value());
          s.absent().ifPresent(keys::mention);
        }
        case Ast.CheckpointRequire r -> keys.mention(r.condition());
        case Ast.IgnoreConfig i -> keys.ignore(i);
        case Ast.Mapping m -> {}
        case Ast.Ignore i -> {}
      }
    }
    all.stream()
        .filter(each -> each.model().text().equals(Sections.ANY))
        .flatMap(each -> each.lines().stream())
        .forEach(line -> {
          if (line instanceof Ast.IgnoreConfig ignore) {
            keys.ignore(ignore);
          }
        });
    return keys;
  }

  private void ignore(Ast.IgnoreConfig line) {
    line.keys().forEach(key -> ignored.add(key.text()));
  }

  /** The keys that an expression reads. */
  static Set<String> in(Expr expr) {
    Keys keys = new Keys();
    keys.mention(expr);
    return keys.mentioned.keySet();
  }

  /** The names that an expression uses: settings above it. */
  static Set<String> names(Expr expr) {
    Keys keys = new Keys();
    keys.mention(expr);
    return keys.names;
  }

  private void mention(Expr expr) {
    switch (expr) {
      case Expr.Member(Expr base, Ast.Id name, var span) -> {
        if (isConfig(base)) {
          mentioned.computeIfAbsent(name.text(), k -> new LinkedHashSet<>());
        } else {
          mention(base);
          records(base).forEach(key -> mentioned.get(key).add(name.text()));
        }
      }
      case Expr.Group e -> mention(e.inner());
      case Expr.ListOf e -> e.items().forEach(this::mention);
      case Expr.Subscript e -> mention(e.base());
      case Expr.Unary e -> mention(e.operand());
      case Expr.Binary e -> {
        mention(e.left());
        mention(e.right());
      }
      case Expr.If e -> {
        mention(e.condition());
        mention(e.then());
        mention(e.otherwise());
      }
      case Expr.Else e -> {
        mention(e.value());
        mention(e.otherwise());
      }
      case Expr.IntLiteral e -> {}
      case Expr.FloatLiteral e -> {}
      case Expr.BoolLiteral e -> {}
      case Expr.Text e -> {}
      case Expr.Name e -> names.add(e.text());
      // The rest has no value in a section; Formula says so.
      case Expr.Template e -> {}
      case Expr.RecordOf e -> {}
      case Expr.Call e -> e.arguments().forEach(argument -> mention(argument.value()));
      case Expr.Reduce e -> {}
      case Expr.Lambda e -> {}
      case Expr.Share e -> {}
      case Expr.Labelled e -> {}
    }
  }

  /** The keys that an expression may be the value of: {@code (config.a else config.b)}. */
  private static Set<String> records(Expr expr) {
    if (expr instanceof Expr.Member(Expr base, Ast.Id name, var span) && isConfig(base)) {
      return Set.of(name.text());
    }
    if (expr instanceof Expr.Group group) {
      return records(group.inner());
    }
    if (expr instanceof Expr.Else either) {
      Set<String> both = new LinkedHashSet<>(records(either.value()));
      both.addAll(records(either.otherwise()));
      return both;
    }
    return Set.of();
  }

  private static boolean isConfig(Expr expr) {
    return expr instanceof Expr.Name name && name.text().equals(Formula.CONFIG);
  }

  /** Keys that nobody speaks of, and what they are. */
  Map<String, JsonValue> open(JsonValue.Obj config) {
    Map<String, JsonValue> open = new LinkedHashMap<>();
    config
        .members()
        .forEach((key, value) -> {
          if (ignored.contains(key) || value instanceof JsonValue.Null) {
            return;
          }
          Set<String> members = mentioned.get(key);
          if (members == null) {
            open.put(key, value);
          } else if (!members.isEmpty() && value instanceof JsonValue.Obj(var inner)) {
            inner.forEach((name, item) -> {
              if (!members.contains(name)
                  && !ignored.contains(name)
                  && !(item instanceof JsonValue.Null)) {
                open.put(key + "." + name, item);
              }
            });
          }
        });
    return open;
  }

  /** The error about keys that nobody speaks of, if there are any. */
  Optional<Diagnostic> unread(Item.Checkpoint section, JsonValue.Obj config) {
    Map<String, JsonValue> open = open(config);
    if (open.isEmpty()) {
      return Optional.empty();
    }
    List<String> wanting = new ArrayList<>(mentioned.keySet());
    wanting.removeAll(config.members().keySet());
    Diagnostic diagnostic =
        Diagnostic.of(
                Code.CHECKPOINT,
                "config.json has "
                    + (open.size() == 1 ? "a key" : open.size() + " keys")
                    + " that this section neither reads nor ignores")
            .at(section.model().span(), "this section");
    for (Map.Entry<String, JsonValue> each : open.entrySet()) {
      diagnostic =
          diagnostic.note(
              "`"
                  + each.getKey()
                  + "` is "
                  + Datum.of(each.getKey(), each.getValue()).shown()
                  + Nearest.suggest(each.getKey(), wanting)
                      .map(near -> "; the section reads `" + near + "`, which is not there")
                      .orElse(""));
    }
    String names =
        open.keySet().stream()
            .map(k -> k.replaceAll(".*\\.", ""))
            .collect(Collectors.joining(" | "));
    return Optional.of(
        diagnostic.help(
            "what changes what the model computes must be read or required; what does not:"
                + " `ignore config."
                + (open.size() == 1 ? names : "(" + names + ")")
                + "`"));
  }
}
