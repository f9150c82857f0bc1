package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;

/** Which names an expression uses, without knowing what they mean. */
final class Uses {
  private Uses() {}

  /** The expressions directly inside. Binders of reductions and lambdas are not among them. */
  static void children(Expr expr, Consumer<Expr> each) {
    switch (expr) {
      case Expr.IntLiteral e -> {}
      case Expr.FloatLiteral e -> {}
      case Expr.BoolLiteral e -> {}
      case Expr.Text e -> {}
      case Expr.Name e -> {}
      case Expr.Template e -> {}
      case Expr.ListOf e -> e.items().forEach(each);
      case Expr.RecordOf e -> e.fields().forEach(field -> each.accept(field.value()));
      case Expr.Subscript e -> {
        each.accept(e.base());
        for (Ast.Index index : e.indices()) {
          if (index instanceof Ast.At at) {
            each.accept(at.value());
          }
        }
      }
      case Expr.Member e -> each.accept(e.base());
      case Expr.Call e -> {
        each.accept(e.callee());
        e.arguments().forEach(argument -> each.accept(argument.value()));
      }
      case Expr.Reduce e -> {
        e.binders().forEach(binder -> binder.size().ifPresent(each));
        e.arguments().forEach(each);
        e.where().ifPresent(each);
        e.otherwise().ifPresent(each);
      }
      case Expr.Unary e -> each.accept(e.operand());
      case Expr.Binary e -> {
        each.accept(e.left());
        each.accept(e.right());
      }
      case Expr.If e -> {
        each.accept(e.condition());
        each.accept(e.then());
        each.accept(e.otherwise());
      }
      case Expr.Lambda e -> each.accept(e.body());
      case Expr.Else e -> {
        each.accept(e.value());
        each.accept(e.otherwise());
      }
      case Expr.Group e -> each.accept(e.inner());
      case Expr.Share e -> each.accept(e.recipe());
      case Expr.Labelled e -> each.accept(e.value());
    }
  }

  static boolean keepsIndex(Expr.Reduce reduce) {
    return switch (reduce.operation().text()) {
      case "softmax", "cumsum", "rank", "concat" -> true;
      default -> false;
    };
  }

  private static boolean binds(Expr expr, String name) {
    return switch (expr) {
      case Expr.Reduce e ->
          !keepsIndex(e) && e.binders().stream().anyMatch(b -> b.name().text().equals(name));
      case Expr.Lambda e -> e.parameters().stream().anyMatch(p -> p.name().text().equals(name));
      default -> false;
    };
  }

  /** Whether the name occurs free, other than as what is called: no index is. */
  static boolean uses(Expr expr, String name) {
    if (expr instanceof Expr.Name e) {
      return e.text().equals(name);
    }
    if (binds(expr, name)) {
      return false;
    }
    if (expr instanceof Expr.Reduce e
        && keepsIndex(e)
        && e.binders().stream().anyMatch(b -> b.name().text().equals(name))) {
      return true;
    }
    if (expr instanceof Expr.Call e && e.callee() instanceof Expr.Name) {
      return e.arguments().stream().anyMatch(argument -> uses(argument.value(), name));
    }
    boolean[] found = {false};
    children(expr, child -> found[0] |= uses(child, name));
    return found[0];
  }

  /** Whether the name alone is a subscript somewhere. */
  static boolean isSubscript(Expr expr, String name) {
    if (expr instanceof Expr.Subscript e
        && e.indices().stream()
            .anyMatch(i -> i instanceof Ast.At(Expr.Name at, var _) && at.text().equals(name))) {
      return true;
    }
    boolean[] found = {false};
    children(expr, child -> found[0] |= isSubscript(child, name));
    return found[0];
  }

  /** All names in it, in order, without asking what binds them. */
  static List<String> names(Expr expr) {
    Map<String, Expr.Name> found = new LinkedHashMap<>();
    firstUses(expr, found);
    return List.copyOf(found.keySet());
  }

  /** Each name in it where it stands first, without asking what binds it. */
  static void firstUses(Expr expr, Map<String, Expr.Name> found) {
    if (expr instanceof Expr.Name name) {
      found.putIfAbsent(name.text(), name);
    }
    children(expr, child -> firstUses(child, found));
  }

  /** The free names that stand inside subscripts (or a softmax's bracket), with their first use. */
  static Map<String, Expr> subscripts(Expr expr) {
    Map<String, Expr> found = new LinkedHashMap<>();
    subscripts(expr, false, new ArrayList<>(), found);
    return found;
  }

  private static void subscripts(
      Expr expr, boolean inside, List<String> bound, Map<String, Expr> found) {
    switch (expr) {
      case Expr.Name e -> {
        if (inside && !bound.contains(e.text())) {
          found.putIfAbsent(e.text(), e);
        }
      }
      case Expr.Subscript e -> {
        subscripts(e.base(), inside, bound, found);
        for (Ast.Index index : e.indices()) {
          if (index instanceof Ast.At at) {
            subscripts(at.value(), true, bound, found);
          }
        }
      }
      case Expr.Reduce e -> {
        List<String> inner = new ArrayList<>(bound);
        if (keepsIndex(e)) {
          e.binders()
              .forEach(b -> {
                if (!bound.contains(b.name().text())) {
                  found.putIfAbsent(b.name().text(), new Expr.Name(b.name().text(), b.span()));
                }
              });
        } else {
          e.binders().forEach(b -> inner.add(b.name().text()));
        }
        e.binders().forEach(b -> b.size().ifPresent(s -> subscripts(s, inside, bound, found)));
        e.arguments().forEach(a -> subscripts(a, inside, inner, found));
        e.where().ifPresent(w -> subscripts(w, inside, inner, found));
        e.otherwise().ifPresent(o -> subscripts(o, inside, inner, found));
      }
      case Expr.Lambda e -> {
        List<String> inner = new ArrayList<>(bound);
        e.parameters().forEach(p -> inner.add(p.name().text()));
        subscripts(e.body(), inside, inner, found);
      }
      case Expr.Call e -> {
        // Inside a subscript, `min(i, 3)` uses `i` but `min` is no index.
        if (!(e.callee() instanceof Expr.Name)) {
          subscripts(e.callee(), inside, bound, found);
        }
        e.arguments().forEach(a -> subscripts(a.value(), inside, bound, found));
      }
      default -> children(expr, child -> subscripts(child, inside, bound, found));
    }
  }

  /** The names that may be indices: those inside subscripts, and those that reductions bind. */
  static Set<String> letters(Expr expr) {
    Set<String> letters = new LinkedHashSet<>();
    letters(expr, false, letters);
    return letters;
  }

  private static void letters(Expr expr, boolean inside, Set<String> found) {
    switch (expr) {
      case Expr.Name e when inside -> found.add(e.text());
      case Expr.Subscript e -> {
        letters(e.base(), false, found);
        for (Ast.Index index : e.indices()) {
          if (index instanceof Ast.At at) {
            letters(at.value(), true, found);
          }
        }
      }
      case Expr.Call e -> {
        letters(e.callee(), false, found);
        e.arguments().forEach(a -> letters(a.value(), inside, found));
      }
      case Expr.Reduce e -> {
        e.binders().forEach(b -> found.add(b.name().text()));
        children(expr, child -> letters(child, inside, found));
      }
      default -> children(expr, child -> letters(child, inside, found));
    }
  }

  /**
   * The factors of the product that stands here: {@code a * b * c}, without looking into brackets.
   */
  static List<Expr> factors(Expr expr) {
    List<Expr> factors = new ArrayList<>();
    factors(expr, factors);
    return factors;
  }

  private static void factors(Expr expr, List<Expr> into) {
    if (expr instanceof Expr.Binary(Expr.BinaryOp op, Expr left, Expr right, var span)
        && op == Expr.BinaryOp.MULTIPLY) {
      factors(left, into);
      factors(right, into);
    } else {
      into.add(expr);
    }
  }

  /** A product below here, in brackets or in an argument, that has the index in two factors. */
  static Optional<Expr> innerProduct(Expr expr, String name) {
    if (binds(expr, name)) {
      return Optional.empty();
    }
    if (expr instanceof Expr.Binary e && e.op() == Expr.BinaryOp.MULTIPLY) {
      if (factors(e).stream().filter(f -> uses(f, name)).count() >= 2) {
        return Optional.of(e);
      }
    }
    List<Expr> inner = new ArrayList<>();
    children(expr, inner::add);
    return inner.stream().flatMap(child -> innerProduct(child, name).stream()).findFirst();
  }
}
