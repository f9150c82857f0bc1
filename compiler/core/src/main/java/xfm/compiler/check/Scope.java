package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.source.Span;

/** Names and what they stand for, inside out. The outermost scope asks a file's declarations. */
final class Scope {

  /** A file's declarations, imports, the stdlib's and the built-in names. */
  interface Globals {
    Optional<Meta> find(String name);

    /** For "did you mean". */
    Set<String> names();

    /** The name here of what others call so, for the same. */
    Optional<String> synonym(String elsewhere);
  }

  /** What a name stands for, and where it was bound. */
  record Binding(Meta meta, Span span, boolean index) {}

  private final Scope outer;
  private final Globals globals;
  private final Map<String, Binding> names = new HashMap<>();

  Scope(Globals globals) {
    this.outer = null;
    this.globals = globals;
  }

  Scope(Scope outer) {
    this.outer = outer;
    this.globals = outer.globals;
  }

  /** A scope that sees only the file's declarations. */
  Scope root() {
    return new Scope(globals);
  }

  Optional<Binding> find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Binding binding = scope.names.get(name);
      if (binding != null) {
        return Optional.of(binding);
      }
    }
    return Optional.empty();
  }

  Optional<Meta> global(String name) {
    return globals.find(name);
  }

  Optional<String> synonym(String elsewhere) {
    return globals.synonym(elsewhere);
  }

  Optional<Binding> own(String name) {
    return Optional.ofNullable(names.get(name));
  }

  void bind(String name, Meta meta, Span span) {
    names.put(name, new Binding(meta, span, false));
  }

  void bindIndex(String name, Meta meta, Span span) {
    names.put(name, new Binding(meta, span, true));
  }

  /** A copy without some names; what is outside stays. */
  Scope without(Set<String> some) {
    Scope copy = new Scope(globals);
    for (Scope scope = this; scope != null; scope = scope.outer) {
      scope.names.forEach((name, binding) -> {
        if (!some.contains(name)) {
          copy.names.putIfAbsent(name, binding);
        }
      });
    }
    return copy;
  }

  /** Binds anew where the name was bound before; here if nowhere. */
  void rebind(String name, Meta meta, Span span) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.names.containsKey(name)) {
        scope.bind(name, meta, span);
        return;
      }
    }
    bind(name, meta, span);
  }

  /** What all names stand for now, here and outside. */
  List<Map<String, Binding>> state() {
    List<Map<String, Binding>> state = new ArrayList<>();
    for (Scope scope = this; scope != null; scope = scope.outer) {
      state.add(new HashMap<>(scope.names));
    }
    return state;
  }

  /** All names stand again for what they stood for. */
  void restore(List<Map<String, Binding>> state) {
    int level = 0;
    for (Scope scope = this; scope != null; scope = scope.outer) {
      scope.names.clear();
      scope.names.putAll(state.get(level++));
    }
  }

  /** The names that were bound in a declaration: its indices, or its values. */
  Set<String> locals(boolean indices) {
    Set<String> all = new LinkedHashSet<>();
    for (Scope scope = this; scope != null; scope = scope.outer) {
      scope.names.forEach((name, binding) -> {
        if (binding.index() == indices) {
          all.add(name);
        }
      });
    }
    return all;
  }

  /** Every name that can be used here. */
  Set<String> names() {
    Set<String> all = new LinkedHashSet<>();
    for (Scope scope = this; scope != null; scope = scope.outer) {
      all.addAll(scope.names.keySet());
    }
    all.addAll(globals.names());
    return all;
  }
}
