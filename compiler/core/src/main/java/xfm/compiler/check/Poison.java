package xfm.compiler.check;

import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;

/**
 * Something that is used here went wrong where it was defined: that was said there, so that nothing
 * is said here.
 */
final class Poison extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Poison() {
    super(null, null, false, false);
  }

  /** What a wrong statement would have defined says nothing more. */
  static void of(Item item, Scope scope) {
    switch (item) {
      case Item.Weight weight -> weight.names().forEach(name -> of(name.name(), scope));
      case Item.Let let -> of(let.name(), scope);
      case Item.Equation e -> e.targets().forEach(target -> of(target.name(), scope));
      case Item.If branch -> {
        branch.then().forEach(inner -> of(inner, scope));
        branch.otherwise().forEach(inner -> of(inner, scope));
      }
      case Item.Return r -> {}
      case Item.Repeat r -> {}
      case Item.Penalty p -> of(p.name(), scope);
      case Item.For f -> {}
      case Item.While w -> {}
      case Item.Evaluate e -> {}
      case Item.Declaration d -> {}
      case Item.Checkpoint c -> {}
      case Item.Import i -> {}
    }
  }

  /** A name that was bound before keeps what it stands for: most errors leave its shape alone. */
  private static void of(Ast.Id name, Scope scope) {
    if (scope.find(name.text()).isEmpty()) {
      scope.bind(name.text(), new Meta.Poisoned(), name.span());
    }
  }
}
