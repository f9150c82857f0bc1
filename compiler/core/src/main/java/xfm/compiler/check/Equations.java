package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;

/** Indexed equations: which indices there are, how far each runs, and what is summed over. */
final class Equations {
  private final Elaboration all;
  private final Operators operators;
  private final IndexSizes sizes;
  private List<Expr> dangling = List.of();

  Equations(Elaboration all) {
    this.all = all;
    this.operators = new Operators(all);
    this.sizes = new IndexSizes(all);
  }

  IndexSizes sizes() {
    return sizes;
  }

  /** An equation that was looked at: its left indices and the scalar at each of their places. */
  record Defined(List<Atom.Index> left, Term body) {
    List<Poly> shape() {
      return left.stream().map(Atom.Index::size).toList();
    }
  }

  /** What is known of an equation before its body is looked at. */
  private record Head(
      Context context,
      Map<String, Ast.Binder> named,
      Map<String, Expr> rightOnly,
      List<Atom.Index> rest,
      Map<String, Poly> stated) {}

  private Head head(
      List<Ast.Binder> left, Expr body, Optional<List<Poly>> declared, Context outer) {
    List<Expr> bodies = List.of(body);
    Optional<List<Poly>> restShape = sizes.rest(left, bodies, outer);
    List<Atom.Index> rest = new ArrayList<>();
    restShape.ifPresent(
        shape -> shape.forEach(size -> rest.add(new Atom.Index("_" + rest.size(), size))));
    Context context =
        new Context(
            new Scope(outer.scope()), outer.pending(), rest, outer.facts(), outer.guards(), true);

    Map<String, Ast.Binder> named = named(left, context);
    Map<String, Expr> rightOnly = new LinkedHashMap<>(Uses.subscripts(body));
    rightOnly
        .keySet()
        .removeIf(name ->
            named.containsKey(name) || isValue(name, context) && !isLetter(name, body, context));
    return new Head(context, named, rightOnly, rest, declaredSizes(left, declared, rest.size()));
  }

  /**
   * The shape of what {@code name[left…] = body} defines, if that can be known while the body reads
   * names that have no meaning yet.
   */
  Optional<List<Poly>> shape(
      List<Ast.Binder> left, Expr body, Optional<List<Poly>> declared, Context outer) {
    Head head = head(left, body, declared, outer);
    Map<String, Poly> found =
        sizes.known(head.named(), head.rightOnly(), List.of(body), head.stated(), head.context());
    List<Poly> shape = new ArrayList<>();
    for (Ast.Binder binder : left) {
      if (binder.isEllipsis()) {
        head.rest().forEach(index -> shape.add(index.size()));
      } else if (found.containsKey(binder.name().text())) {
        shape.add(found.get(binder.name().text()));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(shape);
  }

  /**
   * {@code name[left…] = body}.
   *
   * @param declared the shape that the left side must have, where a type states it
   */
  Defined define(List<Ast.Binder> left, Expr body, Optional<List<Poly>> declared, Context outer) {
    Opened opened = open(left, body, declared, outer);
    return new Defined(
        opened.left(), inside(opened, () -> all.expressions.term(body, opened.inside())));
  }

  /**
   * An equation of which the right side is still to be looked at, and where to look at it.
   *
   * @param dangling its indices that stand alone
   */
  record Opened(List<Atom.Index> left, Context inside, List<Expr> dangling) {}

  /** Looks at the right side of an equation. */
  <T> T inside(Opened opened, Supplier<T> right) {
    List<Expr> around = dangling;
    dangling = opened.dangling();
    try {
      return all.around.alone(() -> all.definitions.within(opened.left(), right));
    } finally {
      dangling = around;
    }
  }

  /** Of the equation that is looked at: its indices that stand alone. */
  List<Expr> dangling() {
    return dangling;
  }

  /** The indices of an equation, from everything on its right that may use them. */
  Opened open(List<Ast.Binder> left, Expr body, Optional<List<Poly>> declared, Context outer) {
    all.names.resolve(
        body, left.stream().filter(b -> !b.isEllipsis()).map(b -> b.name().text()).toList(), outer);
    Head head = head(left, body, declared, outer);
    Context context = head.context();
    Map<String, Poly> found =
        sizes.find(head.named(), head.rightOnly(), List.of(body), head.stated(), context);
    List<Atom.Index> indices = new ArrayList<>();
    Map<String, Atom.Index> bound = new HashMap<>();
    for (Ast.Binder binder : left) {
      if (binder.isEllipsis()) {
        indices.addAll(head.rest());
      } else {
        Atom.Index index = new Atom.Index(binder.name().text(), found.get(binder.name().text()));
        indices.add(index);
        bound.put(binder.name().text(), index);
      }
    }
    Map<String, Poly> pending = new LinkedHashMap<>();
    head.rightOnly().keySet().forEach(name -> pending.put(name, found.get(name)));
    Context inside =
        new Context(context.scope(), pending, head.rest(), outer.facts(), outer.guards(), true)
            .binding(bound, name -> head.named().get(name).span());
    return new Opened(indices, inside, Dangling.of(head.named(), head.rightOnly(), body));
  }

  /** A name that means something here already, so that it is no index. */
  boolean isValue(String name, Context context) {
    return context.scope().find(name).isPresent() || context.scope().global(name).isPresent();
  }

  /** A letter that a function has for its name too: one that subscripts alone is an index. */
  private static boolean isLetter(String name, Expr body, Context context) {
    return context.scope().find(name).isEmpty()
        && context.scope().global(name).orElse(null) instanceof Meta.Function
        && Uses.isSubscript(body, name);
  }

  private Map<String, Ast.Binder> named(List<Ast.Binder> left, Context context) {
    Map<String, Ast.Binder> named = new LinkedHashMap<>();
    for (Ast.Binder binder : left) {
      if (binder.isEllipsis()) {
        continue;
      }
      fresh(binder, context);
      Ast.Binder before = named.put(binder.name().text(), binder);
      if (before != null) {
        throw Diagnostic.of(
                Code.INDEX, "the index `" + binder.name() + "` stands twice on the left")
            .at(binder.span(), "again here")
            .at(before.span(), "first here")
            .help(
                "every axis of what is defined has its own index; `if i == j then … else 0` fills a diagonal")
            .raise();
      }
    }
    return named;
  }

  /** A reduction's index may be called like one around it: inside its brackets it is its own. */
  void freshInside(Ast.Binder binder, Context context) {
    if (context.scope().find(binder.name().text()).filter(Scope.Binding::index).isEmpty()) {
      fresh(binder, context);
    }
  }

  /** An index has a name of its own: no value's, no live index's. */
  void fresh(Ast.Binder binder, Context context) {
    String name = binder.name().text();
    Optional<Scope.Binding> before = context.scope().find(name);
    if (before.isPresent()) {
      boolean index = before.get().index();
      throw Diagnostic.of(
              Code.INDEX,
              "`"
                  + name
                  + "` cannot be an index: it is "
                  + (index ? "one already" : "a value here"))
          .at(binder.span(), "used as a new index")
          .at(
              before.get().span(),
              index ? "bound here" : "stands for " + Errors.describe(before.get().meta()))
          .help("take another letter for one of them")
          .raise();
    }
  }

  private static Map<String, Poly> declaredSizes(
      List<Ast.Binder> left, Optional<List<Poly>> declared, int rest) {
    Map<String, Poly> stated = new HashMap<>();
    if (declared.isEmpty()) {
      return stated;
    }
    int axis = 0;
    for (Ast.Binder binder : left) {
      if (binder.isEllipsis()) {
        axis += rest;
      } else {
        if (axis < declared.get().size()) {
          stated.put(binder.name().text(), declared.get().get(axis));
        }
        axis++;
      }
    }
    return stated;
  }

  /**
   * A product sums over the pending indices that stand in two of its factors or more; everything
   * else that has two operands goes to {@link Operators}.
   */
  Meta product(Expr.Binary e, Context context) {
    if (e.op() != Expr.BinaryOp.MULTIPLY || context.pending().isEmpty()) {
      return operators.apply(e, context);
    }
    List<Expr> factors = Uses.factors(e);
    Map<String, Atom.Index> summed = new LinkedHashMap<>();
    for (Map.Entry<String, Poly> pending : context.pending().entrySet()) {
      String name = pending.getKey();
      if (factors.stream().filter(f -> Uses.uses(f, name)).count() >= 2) {
        unambiguous(name, factors, e);
        summed.put(name, new Atom.Index(name, pending.getValue()));
      }
    }
    if (summed.isEmpty()) {
      return operators.apply(e, context);
    }
    Context inside = context.binding(summed, name -> e.span());
    Surroundings.Over over = new Surroundings.Over(List.copyOf(summed.values()));
    Meta meta = all.around.over(over, () -> operators.apply(e, inside));
    Term body = ((Meta.Scalar) meta).term();
    return new Meta.Scalar(
        Lists.sum(
            List.copyOf(summed.values()), over.listed(), Terms.toFloat(body), over.condition()));
  }

  private static void unambiguous(String name, List<Expr> factors, Expr product) {
    for (Expr factor : factors) {
      Optional<Expr> inner = Uses.innerProduct(factor, name);
      if (inner.isPresent()) {
        throw Diagnostic.of(
                Code.INDEX, "there are two readings: over which product is `" + name + "` summed?")
            .at(inner.get().span(), "this product has `" + name + "` in two factors")
            .at(product.span(), "and so has the product around it")
            .help(
                "write `sum[" + name + "](…)` where you mean it, or another letter in one of them")
            .raise();
      }
    }
  }
}
