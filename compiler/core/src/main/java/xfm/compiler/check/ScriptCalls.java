package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;

/** The calls in the statements of a script, and the names that it binds itself. */
public final class ScriptCalls {
  private final List<Expr.Call> calls = new ArrayList<>();
  private final Set<String> bound = new HashSet<>();

  private ScriptCalls() {}

  /** Calls of names that no statement of the file binds, in the order of the text. */
  public static List<Expr.Call> of(List<Item> items) {
    ScriptCalls found = new ScriptCalls();
    found.statements(items);
    return found.calls.stream()
        .filter(
            call -> call.callee() instanceof Expr.Name name && !found.bound.contains(name.text()))
        .toList();
  }

  private void statements(List<Item> items) {
    for (Item item : items) {
      bound.addAll(Mentions.defined(item));
      switch (item) {
        case Item.Let let -> in(let.value());
        case Item.Equation e -> in(e.value());
        case Item.Evaluate e -> in(e.value());
        case Item.If branch -> {
          in(branch.condition());
          statements(branch.then());
          statements(branch.otherwise());
        }
        case Item.For loop -> {
          bound.add(loop.name().text());
          in(loop.values());
          statements(loop.body());
        }
        case Item.While loop -> {
          in(loop.condition());
          statements(loop.body());
        }
        case Item.Declaration _,
            Item.Checkpoint _,
            Item.Import _,
            Item.Weight _,
            Item.Return _,
            Item.Repeat _,
            Item.Penalty _ -> {}
      }
    }
  }

  private void in(Expr expr) {
    if (expr instanceof Expr.Call call) {
      calls.add(call);
    }
    Uses.children(expr, this::in);
  }
}
