package xfm.compiler.check;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.check.Statements.Body;
import xfm.compiler.check.Statements.Returned;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;

/** Statements that hold statements: `repeat` and `if`. */
final class Control {
  /** More layers than any model has. */
  private static final long MOST_REPEATS = 10_000;

  private final Elaboration all;
  private final Statements statements;
  private int inRepeat;

  Control(Elaboration all, Statements statements) {
    this.all = all;
    this.statements = statements;
  }

  /** A block's body does not see that its call stands in a `repeat`; gives back what to restore. */
  int enterBlock() {
    int outside = inRepeat;
    inRepeat = 0;
    return outside;
  }

  void leaveBlock(int outside) {
    inRepeat = outside;
  }

  /** Whether what is walked now stands in a `repeat` of its declaration. */
  boolean repeats() {
    return inRepeat > 0;
  }

  void repeat(Item.Repeat repeat, Body body) {
    Poly count = all.expressions.integer(repeat.count(), body.context());
    OptionalLong known = count.constant();
    if (known.isEmpty() && !all.symbolic) {
      throw Errors.error(
          Code.TYPE,
          "how often to repeat must be known when the model is made, and "
              + count
              + " is known only when it runs",
          repeat.count().span(),
          "take a parameter: `layers: int`");
    }
    if (known.isPresent() && (known.getAsLong() < 0 || known.getAsLong() > MOST_REPEATS)) {
      throw Errors.error(
          Code.LIMIT,
          "a `repeat` runs 0 … " + MOST_REPEATS + " times, and this one " + known.getAsLong(),
          repeat.count().span());
    }
    repeat
        .index()
        .flatMap(index -> body.scope().find(index.text()))
        .ifPresent(before -> {
          throw Diagnostic.of(Code.NAME, "`" + repeat.index().get() + "` means something already")
              .at(repeat.index().get().span(), "the number of the layer")
              .at(before.span(), "bound here")
              .help("take another letter")
              .raise();
        });
    inRepeat++;
    try {
      if (known.isEmpty()) {
        Atom.Index round = new Atom.Index(index(repeat), count);
        all.rounds.add(round);
        try {
          grown(repeat.body(), body.scope());
          once(repeat, Terms.integer(Poly.of(round)), index(repeat), body);
        } finally {
          all.rounds.remove(round);
        }
        return;
      }
      int problems = all.problems.size();
      for (long l = 0; l < known.getAsLong() && all.problems.size() == problems; l++) {
        once(repeat, Term.Int.of(l), Long.toString(l), body);
      }
    } finally {
      inRepeat--;
    }
  }

  /** The lists that some round may make longer have from the first on items that do not show. */
  private static void grown(List<Item> body, Scope scope) {
    for (Item item : body) {
      if (item instanceof Item.Equation equation) {
        for (Ast.Target target : equation.targets()) {
          String name = target.name().text();
          scope
              .find(name)
              .filter(before -> before.meta() instanceof Meta.ListOf)
              .ifPresent(before -> {
                List<Meta> items = ((Meta.ListOf) before.meta()).items();
                scope.rebind(name, new Meta.ListOf(items, true), before.span());
              });
        }
      } else if (item instanceof Item.If branch) {
        grown(branch.then(), scope);
        grown(branch.otherwise(), scope);
      } else if (item instanceof Item.Repeat inner) {
        grown(inner.body(), scope);
      }
    }
  }

  private static String index(Item.Repeat repeat) {
    return repeat.index().map(Ast.Id::text).orElse("l");
  }

  private void once(Item.Repeat repeat, Term number, String place, Body body) {
    Scope scope = new Scope(body.scope());
    repeat.index().ifPresent(id -> scope.bind(id.text(), new Meta.Scalar(number), id.span()));
    all.builder.enter(
        repeat.name().map(Ast.Id::text).orElse("repeat") + "[" + place + "]",
        repeat.count().span());
    try {
      Optional<Returned> returned = statements.run(repeat.body(), body.in(scope));
      if (returned.isPresent()) {
        throw Errors.error(
            Code.SYNTAX,
            "`return` cannot stand inside `repeat`",
            returned.get().span(),
            "bind a name in it, `x = …`, and return that after the last round");
      }
    } finally {
      all.builder.leave();
    }
  }

  Optional<Returned> branch(Item.If branch, Body body) {
    Term condition = all.expressions.truth(branch.condition(), body.context());
    if (condition instanceof Term.Truth(boolean value)) {
      return statements.run(
          value ? branch.then() : branch.otherwise(), body.in(new Scope(body.scope())));
    }
    if (!all.symbolic && !body.inline()) {
      throw Errors.error(
          Code.TYPE,
          "an `if` statement is decided when the model is made, and this condition is not known then",
          branch.condition().span(),
          "inside an equation, `if … then … else …` chooses between values");
    }
    return new Branches(all, statements).both(branch, condition, body);
  }
}
