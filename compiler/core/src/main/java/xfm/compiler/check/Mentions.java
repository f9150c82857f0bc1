package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;

/** Which names statements define and use, without knowing what they mean. */
final class Mentions {
  private Mentions() {}

  /** The names of which elements are read: those that are subscripted and not bound inside. */
  static Set<String> read(Expr expr) {
    Set<String> read = new LinkedHashSet<>();
    read(expr, Set.of(), read);
    return read;
  }

  private static void read(Expr expr, Set<String> bound, Set<String> into) {
    if (expr instanceof Expr.Subscript e
        && e.base() instanceof Expr.Name name
        && !bound.contains(name.text())) {
      into.add(name.text());
    }
    Set<String> inner = bound;
    if (expr instanceof Expr.Lambda lambda) {
      inner = new LinkedHashSet<>(bound);
      for (Ast.Parameter parameter : lambda.parameters()) {
        inner.add(parameter.name().text());
      }
    }
    Set<String> known = inner;
    Uses.children(expr, child -> read(child, known, into));
  }

  /** Whether any of some names stands in a statement. */
  static boolean any(Item item, Set<String> names) {
    boolean[] found = {false};
    expressions(item, e -> found[0] |= Uses.names(e).stream().anyMatch(names::contains));
    return found[0] || rebound(item).stream().anyMatch(names::contains);
  }

  /** The names that a statement gives a meaning to those after it. */
  static Set<String> defined(Item item) {
    Set<String> names = new LinkedHashSet<>();
    switch (item) {
      case Item.Equation e -> e.targets().forEach(target -> names.add(target.name().text()));
      case Item.Return r ->
          r.equation().ifPresent(e -> e.targets().forEach(t -> names.add(t.name().text())));
      case Item.Let let -> names.add(let.name().text());
      case Item.Penalty p -> names.add(p.name().text());
      case Item.Weight w -> w.names().forEach(name -> names.add(name.name().text()));
      default -> names.addAll(rebound(item));
    }
    return names;
  }

  /** The names that a statement binds anew, or what is in it. */
  static Set<String> rebound(Item item) {
    Set<String> names = new LinkedHashSet<>();
    if (item instanceof Item.Equation e) {
      for (Ast.Target target : e.targets()) {
        if (target.indices().isEmpty()) {
          names.add(target.name().text());
        }
      }
    }
    inner(item).forEach(each -> names.addAll(rebound(each)));
    return names;
  }

  /** Every name in the expressions of statements. */
  static Set<String> names(List<Item> items) {
    Set<String> names = new LinkedHashSet<>();
    items.forEach(item -> expressions(item, e -> names.addAll(Uses.names(e))));
    return names;
  }

  static List<Item> inner(Item item) {
    return switch (item) {
      case Item.If branch -> {
        List<Item> both = new ArrayList<>(branch.then());
        both.addAll(branch.otherwise());
        yield both;
      }
      case Item.Repeat repeat -> repeat.body();
      default -> List.of();
    };
  }

  /** The expressions directly in a statement and in the statements inside it. */
  static void expressions(Item item, Consumer<Expr> each) {
    switch (item) {
      case Item.Weight w -> {
        w.condition().ifPresent(each);
        w.otherwise().ifPresent(each);
        w.initial().ifPresent(each);
      }
      case Item.Let let -> each.accept(let.value());
      case Item.Equation e -> equation(e, each);
      case Item.Return r -> {
        r.equation().ifPresent(e -> equation(e, each));
        r.value().ifPresent(each);
      }
      case Item.Penalty p -> each.accept(p.value());
      case Item.Repeat repeat -> each.accept(repeat.count());
      case Item.If branch -> each.accept(branch.condition());
      case Item.Declaration _,
          Item.Checkpoint _,
          Item.Import _,
          Item.For _,
          Item.While _,
          Item.Evaluate _ -> {}
    }
    inner(item).forEach(statement -> expressions(statement, each));
  }

  private static void equation(Item.Equation e, Consumer<Expr> each) {
    each.accept(e.value());
    for (Ast.Target target : e.targets()) {
      target.indices().ifPresent(left -> left.forEach(binder -> binder.size().ifPresent(each)));
    }
  }
}
