package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

  /** Functions of scripts that one may look for in an equation. */
  private static final Set<String> OF_SCRIPTS =
      Set.of("tensor", "read", "list", "sort", "zip", "enumerate", "round", "clock");

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

  /** More names than these are not listed. */
  private static final int MOST_NAMED = 12;

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

  /** The value of a statement's right side, all of whose names are looked for first. */
  Meta value(Expr expr, Context context) {
    if (all.symbolic) {
      resolve(expr, List.of(), context);
    }
    return all.expressions.eval(expr, context);
  }

  /**
   * Finds the names of an equation that nothing defines, all of them: better said first than what
   * follows from it for the indices.
   *
   * @param left the indices on its left
   * @throws XfmException with an error for each such name
   */
  void resolve(Expr expr, List<String> left, Context context) {
    Set<String> letters = new LinkedHashSet<>(left);
    letters.addAll(Uses.letters(expr));
    Search search = new Search(letters, context);
    search.look(expr, false, List.of());
    if (!search.unknown.isEmpty()) {
      throw new XfmException(
          search.unknown.values().stream().flatMap(e -> e.diagnostics().stream()).toList());
    }
    if (search.poisoned) {
      throw new Poison();
    }
  }

  /** Looks for names that nothing defines, and for those that went wrong where they are defined. */
  private final class Search {
    private final Set<String> letters;
    private final Context context;
    private final Map<String, XfmException> unknown = new LinkedHashMap<>();
    private boolean poisoned;

    Search(Set<String> letters, Context context) {
      this.letters = letters;
      this.context = context;
    }

    /**
     * @param isBase whether it is subscripted or called: no index is
     * @param bound the parameters of functions around it
     */
    void look(Expr expr, boolean isBase, List<String> bound) {
      if (expr instanceof Expr.Name name && !bound.contains(name.text())) {
        look(name, isBase);
      }
      List<String> inner = new ArrayList<>(bound);
      if (expr instanceof Expr.Lambda lambda) {
        lambda.parameters().forEach(parameter -> inner.add(parameter.name().text()));
      }
      Uses.children(
          expr,
          child -> {
            boolean base =
                expr instanceof Expr.Subscript s && s.base() == child
                    || expr instanceof Expr.Call c && c.callee() == child;
            look(child, base, inner);
          });
    }

    private void look(Expr.Name name, boolean isBase) {
      Optional<Scope.Binding> found = context.scope().find(name.text());
      if (found.isPresent()) {
        poisoned |= isBase && found.get().meta() instanceof Meta.Poisoned;
      } else if ((isBase || !letters.contains(name.text()))
          && context.scope().global(name.text()).isEmpty()
          && !unknown.containsKey(name.text())) {
        try {
          unknown.put(name.text(), unknown(name, letters, !isBase, context));
        } catch (Poison saidBefore) {
          poisoned = true;
        }
      }
    }
  }

  /** A name in a shape: sizes are parameters, or named by the shapes of parameters. */
  XfmException unknownSize(Expr.Name e, Context context) {
    XfmException unknown = unknown(e, Set.of(), false, context);
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
    return unknown(e, Set.of(), true, context);
  }

  /**
   * @param letters what may be meant and is in no scope yet: the indices of the equation
   * @param alone whether it is neither subscripted nor called
   */
  private XfmException unknown(Expr.Name e, Set<String> letters, boolean alone, Context context) {
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
    Set<String> indices = new LinkedHashSet<>(alone ? letters : Set.of());
    indices.addAll(context.scope().locals(true));
    Set<String> known = new LinkedHashSet<>(indices);
    known.addAll(context.scope().names());
    String otherwise = alone ? there(e, indices, context) : "";
    return diagnostic
        .help(
            Optional.ofNullable(ELSEWHERE.get(e.text()))
                .or(() -> ofScripts(e.text()))
                .or(() -> context.scope().synonym(e.text()).map(n -> "did you mean `" + n + "`?"))
                .orElseGet(() -> Errors.nearest(e.text(), known, otherwise)))
        .raise();
  }

  private static Optional<String> ofScripts(String name) {
    return OF_SCRIPTS.contains(name)
        ? Optional.of(
            "functions of scripts do not stand in equations: name the value before, `let t = "
                + name
                + "(…)`; a block or model takes it as an argument")
        : Optional.empty();
  }

  /** What could stand in the place of a name that nothing is like. */
  private static String there(Expr.Name e, Set<String> indices, Context context) {
    Set<String> values = context.scope().locals(false);
    values.removeAll(indices);
    List<String> said = new ArrayList<>();
    add("indices", indices, e, said);
    add("values", values, e, said);
    return String.join("; ", said);
  }

  private static void add(String what, Set<String> names, Expr.Name unknown, List<String> said) {
    List<String> others = names.stream().filter(n -> !n.equals(unknown.text())).sorted().toList();
    if (!others.isEmpty() && others.size() <= MOST_NAMED) {
      said.add("the " + what + " here are " + Calls.quoted(others));
    }
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
