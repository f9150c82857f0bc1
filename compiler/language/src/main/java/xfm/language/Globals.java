package xfm.language;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.language.node.Global;

/** The names at the top of the texts that a context has read. A later text may bind one again. */
public final class Globals {
  private final Map<String, Global> byName = new LinkedHashMap<>();

  public Optional<Global> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The variable of that name; made if there is none, and keeping its value if there is. */
  public Global declare(String name) {
    return byName.computeIfAbsent(name, Global::new);
  }

  public Set<String> names() {
    return byName.keySet();
  }
}
