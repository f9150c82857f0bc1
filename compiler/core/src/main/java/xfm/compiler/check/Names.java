package xfm.compiler.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;

/** What a name stands for, and what to say where it stands for nothing. */
final class Names {
  /** Names that other languages have, and how the same is said here. */
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("gaussian", "did you mean `normal(0.02)`?"),
          Map.entry("randn", "did you mean `normal(1.0)`?"),
          Map.entry("rand", "did you mean `uniform(0, 1)`?"),
          Map.entry("glorot", "did you mean `xavier`?"),
          Map.entry("ln", "did you mean `log`?"),
          Map.entry("pow", "a power is written `a ** b`"),
          Map.entry("matmul", "a product is an equation: `y[i, j] = a[i, k] * b[k, j]`"),
          Map.entry("einsum", "a product is an equation: `y[i, j] = a[i, k] * b[k, j]`"),
          Map.entry("dot", "a product is an equation: `y[] = a[k] * b[k]`"),
          Map.entry("transpose", "an equation turns axes: `y[j, i] = x[i, j]`"),
          Map.entry("len", "sizes have names: `n` in `x: [n, d]`"),
          Map.entry("range", "an index runs over a size: `y[i: n] = …`"));

  /** The words that take their index in brackets; `min` and `max` are functions of two as well. */
  private static final Set<String> REDUCTIONS =
      Set.of(
          "sum",
          "mean",
          "softmax",
          "argmax",
          "cumsum",
          "logsumexp",
          "any",
          "all",
          "rank",
          "top",
          "concat");

  private final Elaboration all;

  Names(Elaboration all) {
    this.all = all;
  }

  Meta name(Expr.Name e, Context context) {
    Optional<Scope.Binding> bound = context.scope().find(e.text());
    if (bound.isPresent()) {
      return known(bound.get().meta());
    }
    if (context.pending().containsKey(e.text())) {
      throw Dangling.unsummed(e, all.equations.dangling());
    }
    Optional<Meta> global = context.scope().global(e.text());
    if (global.isPresent()) {
      return global.get();
    }
    throw unknown(e, context);
  }

  static Meta known(Meta meta) {
    if (meta instanceof Meta.Poisoned) {
      throw new Poison();
    }
    return meta;
  }

  /**
   * Finds names that are subscripted or called, and that nothing defines: better said first than
   * what follows from it for the indices.
   */
  void resolve(Expr expr, List<String> bound, Context context) {
    Optional<Expr> read =
        switch (expr) {
          case Expr.Subscript e -> Optional.of(e.base());
          case Expr.Call e -> Optional.of(e.callee());
          default -> Optional.empty();
        };
    if (read.orElse(null) instanceof Expr.Name name && !bound.contains(name.text())) {
      Optional<Scope.Binding> found = context.scope().find(name.text());
      found.ifPresent(binding -> known(binding.meta()));
      if (found.isEmpty() && context.scope().global(name.text()).isEmpty()) {
        throw unknown(name, context);
      }
    }
    List<String> inner = new ArrayList<>(bound);
    if (expr instanceof Expr.Lambda lambda) {
      lambda.parameters().forEach(parameter -> inner.add(parameter.name().text()));
    }
    Uses.children(expr, child -> resolve(child, inner, context));
  }

  /** A name in a shape: sizes are parameters, or named by the shapes of parameters. */
  XfmException unknownSize(Expr.Name e, Context context) {
    XfmException unknown = unknown(e, context);
    return new XfmException(
        unknown.diagnostics().stream()
            .map(d ->
                d.note(
                    "a size is a number, a parameter (`"
                        + e.text()
                        + ": int`), or named by a parameter's type (`x: [n, d]`)"))
            .toList());
  }

  XfmException unknown(Expr.Name e, Context context) {
    for (List<Item> body : all.bodies) {
      for (Item each : body) {
        Item item =
            each instanceof Item.Return r && r.equation().isPresent() ? r.equation().get() : each;
        if (item instanceof Item.Equation equation
            && equation.targets().stream().anyMatch(t -> t.name().text().equals(e.text()))) {
          if (equation.span().start() <= e.span().start()
              && e.span().end() <= equation.span().end()) {
            return Diagnostic.of(
                    Code.RECURRENCE,
                    "`" + e.text() + "` is known only element by element in its own equation")
                .at(e.span(), "used whole here")
                .at(equation.targets().getFirst().span(), "defined here")
                .help("read another place of it: `(" + e.text() + "[i - 1, …] else 0)`")
                .raise();
          }
          return Diagnostic.of(Code.NAME, "`" + e.text() + "` is defined further down")
              .at(e.span(), "read here")
              .at(equation.targets().getFirst().span(), "defined here")
              .help("move the equation above its first use")
              .raise();
        }
      }
    }
    for (List<Item> body : all.bodies) {
      for (Item item : body) {
        Optional<Span> inside = definedInside(item, e.text());
        if (inside.isPresent()) {
          return Diagnostic.of(
                  Code.NAME, "`" + e.text() + "` is known only where it is defined, inside braces")
              .at(e.span(), "read here")
              .at(inside.get(), "defined here")
              .help("define it before, `" + e.text() + " = …`, and bind it anew inside")
              .raise();
        }
      }
    }
    if (REDUCTIONS.contains(e.text())) {
      return Diagnostic.of(Code.NAME, "`" + e.text() + "` names the index that it runs over")
          .at(e.span(), "without an index")
          .help("write `" + e.text() + "[j](…)`, as in `" + e.text() + "[j](x[i, j])`")
          .raise();
    }
    if (!all.unknown.add(e.text()) && all.symbolic) {
      throw new Poison();
    }
    Diagnostic diagnostic =
        Diagnostic.of(Code.NAME, "nothing here is called `" + e.text() + "`").at(e.span());
    String elsewhere = ELSEWHERE.getOrDefault(e.text(), "");
    return diagnostic
        .help(
            elsewhere.isEmpty() ? Errors.nearest(e.text(), context.scope().names(), "") : elsewhere)
        .raise();
  }

  /** Where a name is defined inside an `if` or a `repeat`: nothing outside knows it. */
  private static Optional<Span> definedInside(Item item, String name) {
    List<Item> inner =
        switch (item) {
          case Item.If branch -> {
            List<Item> both = new ArrayList<>(branch.then());
            both.addAll(branch.otherwise());
            yield both;
          }
          case Item.Repeat repeat -> repeat.body();
          default -> List.of();
        };
    for (Item each : inner) {
      if (each instanceof Item.Equation equation) {
        for (Ast.Target target : equation.targets()) {
          if (target.name().text().equals(name)) {
            return Optional.of(target.span());
          }
        }
      }
      Optional<Span> deeper = definedInside(each, name);
      if (deeper.isPresent()) {
        return deeper;
      }
    }
    return Optional.empty();
  }
}
