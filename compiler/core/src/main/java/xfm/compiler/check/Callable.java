package xfm.compiler.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/** What can be called. */
sealed interface Callable {

  /** Whether it may own weights: a block, or a recipe of one. */
  static boolean isBlock(Meta meta) {
    return meta instanceof Meta.Function(Declared declared)
        && declared.declaration().kind() == Item.Kind.BLOCK;
  }

  /**
   * A declaration, with some of its arguments perhaps.
   *
   * @param env what its body sees outside its own names
   * @param shared set where all uses are one instance
   */
  record Declared(
      Item.Declaration declaration, Scope env, Map<String, Meta> given, Optional<Instance> shared)
      implements Callable {

    /** The parameters that are neither given nor have a default. */
    List<String> missing() {
      return declaration.parameters().stream()
          .filter(p -> p.defaultValue().isEmpty() && !given.containsKey(p.name().text()))
          .map(p -> p.name().text())
          .toList();
    }
  }

  /**
   * One instance for all its uses: of a {@code share}, or of what is passed as a function. Where
   * its weights are named, those made so far, and those that the use at hand has come to.
   */
  final class Instance {
    final String path;
    Span first;
    Span now;
    final Map<String, Value> weights = new HashMap<>();
    final Set<String> current = new HashSet<>();

    Instance(String path, Span shared) {
      this.path = path;
      this.first = shared;
      this.now = shared;
    }

    /** It is called here. */
    void use(Span call) {
      first = weights.isEmpty() ? call : first;
      now = call;
      current.clear();
    }
  }

  /** {@code trusted}: written in a body that is checked elsewhere. */
  record Anonymous(Expr.Lambda lambda, Context context, boolean trusted) implements Callable {}

  /**
   * A function passed where a parameter of a function type was declared: called by its names.
   *
   * @param instance that of a function; a recipe, passed for a block, has new weights at each use
   */
  record Adapted(Callable inner, Type.Function type, Optional<Instance> instance)
      implements Callable {}

  /** {@code and}, {@code or}, {@code not}, {@code if} over functions. */
  record Lifted(Lift lift, List<Meta> parts) implements Callable {}

  enum Lift {
    AND,
    OR,
    NOT,
    IF
  }

  /** A function parameter of a block that is checked as it stands. */
  record Opaque(String name, Type.Function type, Scope scope) implements Callable {}

  /** A word of the language: {@code exp}, {@code min}, {@code normal}. */
  record Builtin(String name) implements Callable {}
}
