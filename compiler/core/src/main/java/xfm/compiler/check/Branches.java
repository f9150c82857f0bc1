package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Item;
import xfm.compiler.check.Statements.Body;
import xfm.compiler.check.Statements.Returned;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.source.Span;

/**
 * An {@code if} statement whose condition is open: in a declaration that is checked as it stands
 * (numbers decide it later), or over data in a function. Each branch begins with what names stood
 * for before; what both leave them standing for is carried out.
 */
final class Branches {
  private final Elaboration all;
  private final Statements statements;

  Branches(Elaboration all, Statements statements) {
    this.all = all;
    this.statements = statements;
  }

  Optional<Returned> both(Item.If branch, Term condition, Body body) {
    Context outer = body.context();
    Scope scope = outer.scope();
    Body then = body.in(outer.in(new Scope(scope)).knowing(Facts.where(condition)));
    Body otherwise = body.in(outer.in(new Scope(scope)).knowing(Facts.where(Terms.not(condition))));
    List<Map<String, Scope.Binding>> before = scope.state();
    List<Optional<Returned>> returned = new ArrayList<>();
    List<List<Map<String, Scope.Binding>>> after = new ArrayList<>();
    all.builder.either(
        () -> {
          returned.add(statements.run(branch.then(), then));
          after.add(scope.state());
          scope.restore(before);
        },
        () -> {
          returned.add(statements.run(branch.otherwise(), otherwise));
          after.add(scope.state());
        });
    Optional<Returned> a = returned.getFirst();
    Optional<Returned> b = returned.getLast();
    if (a.isPresent() && b.isPresent()) {
      return Optional.of(chosen(condition, a.get(), b.get(), branch.span()));
    }
    if (a.isPresent() || b.isPresent()) {
      if (!all.symbolic) {
        throw Errors.error(
            Code.TYPE,
            "an `if` over data returns in both branches or in none",
            branch.span(),
            "`if … { return a } else { return b }`");
      }
      // What comes below is of the other branch alone.
      all.earlier.add(a.or(() -> b).orElseThrow());
      scope.restore(after.get(a.isPresent() ? 1 : 0));
      return Optional.empty();
    }
    carry(condition, scope, before, after.getFirst(), after.getLast(), branch);
    return Optional.empty();
  }

  private Returned chosen(Term condition, Returned a, Returned b, Span span) {
    if (all.symbolic) {
      all.earlier.add(b);
      return a;
    }
    return new Returned(
        "",
        choose(condition, a.meta(), b.meta(), span)
            .orElseThrow(() ->
                Errors.error(
                    Code.TYPE,
                    "an `if` over data chooses between numbers, or tensors of one shape, and here are "
                        + Errors.describe(a.meta())
                        + " and "
                        + Errors.describe(b.meta()),
                    span)),
        span);
  }

  /** Names that a branch bound anew stand for what the condition chooses. */
  private void carry(
      Term condition,
      Scope scope,
      List<Map<String, Scope.Binding>> before,
      List<Map<String, Scope.Binding>> then,
      List<Map<String, Scope.Binding>> otherwise,
      Item.If branch) {
    List<Map<String, Scope.Binding>> joined = new ArrayList<>();
    for (int level = 0; level < before.size(); level++) {
      Map<String, Scope.Binding> names = new HashMap<>(before.get(level));
      for (String name : before.get(level).keySet()) {
        Scope.Binding old = before.get(level).get(name);
        Scope.Binding a = then.get(level).get(name);
        Scope.Binding b = otherwise.get(level).get(name);
        if (a.equals(old) && b.equals(old)) {
          continue;
        }
        Meta both =
            a.meta() instanceof Meta.Poisoned || b.meta() instanceof Meta.Poisoned
                ? new Meta.Poisoned()
                : choose(condition, a.meta(), b.meta(), branch.span())
                    .orElseThrow(() -> differ(name, a, b, branch));
        names.put(name, new Scope.Binding(both, a.equals(old) ? b.span() : a.span(), a.index()));
      }
      joined.add(names);
    }
    scope.restore(joined);
  }

  private static XfmException differ(
      String name, Scope.Binding a, Scope.Binding b, Item.If branch) {
    return Diagnostic.of(
            Code.SHAPE, "`" + name + "` is not the same after this `if`, whatever holds")
        .at(branch.condition().span(), "where this holds it is " + Errors.describe(a.meta()))
        .at(a.span(), "from here")
        .at(b.span(), "otherwise it is " + Errors.describe(b.meta()))
        .help("return in both branches, or let them bind names of their own")
        .raise();
  }

  private Optional<Meta> choose(Term condition, Meta a, Meta b, Span span) {
    if (a.equals(b)) {
      return Optional.of(a);
    }
    if (a instanceof Meta.Scalar(Term x) && b instanceof Meta.Scalar(Term y)) {
      return (x.kind() == Term.Kind.BOOL) == (y.kind() == Term.Kind.BOOL)
          ? Optional.of(new Meta.Scalar(Terms.choose(condition, x, y)))
          : Optional.empty();
    }
    if (a instanceof Meta.Tensor x && b instanceof Meta.Tensor y) {
      if (!x.shape().equals(y.shape()) || x.kind() != y.kind()) {
        return Optional.empty();
      }
      return Optional.of(
          all.symbolic
              ? x
              : all.definitions.computed(
                  x.shape(),
                  at -> Terms.choose(condition, x.reader().read(at), y.reader().read(at)),
                  x.what(),
                  span));
    }
    if (!all.symbolic) {
      return Optional.empty();
    }
    if (a instanceof Meta.ListOf x && b instanceof Meta.ListOf y) {
      return Optional.of(
          new Meta.ListOf(x.items().size() < y.items().size() ? y.items() : x.items(), true));
    }
    // Functions, records and the like: which it is shows when the model is made.
    return a.getClass() == b.getClass() ? Optional.of(a) : Optional.empty();
  }
}
