package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/**
 * How far an index runs: what is stated for it; otherwise the size of the axes that it subscripts
 * bare, outside conditions, which must agree; otherwise what the declared type says; otherwise the
 * axes that it subscripts under conditions.
 */
final class IndexSizes {
  private final Elaboration all;

  IndexSizes(Elaboration all) {
    this.all = all;
  }

  /** A bare subscript: the axis has this size; {@code swap} has another, the other way round. */
  private record Use(Poly size, Span span, String what, boolean guarded, Optional<Swap> swap) {
    Use(Poly size, Span span, String what, boolean guarded) {
      this(size, span, what, guarded, Optional.empty());
    }

    /** How it would be written with its indices swapped, where both then have the right size. */
    Optional<String> fitting(Poly wanted, Map<String, List<Use>> uses) {
      return swap.filter(s ->
              s.size().equals(wanted)
                  && !size.equals(wanted)
                  && uses.getOrDefault(s.other(), List.of()).stream()
                      .filter(use -> !use.swap().map(Swap::text).equals(swap.map(Swap::text)))
                      .allMatch(use -> use.size().equals(size)))
          .map(Swap::text);
    }
  }

  /**
   * @param named binders, whose stated sizes come first
   * @param others right-only indices and their first use
   * @param declared sizes from a declared type
   */
  Map<String, Poly> find(
      Map<String, Ast.Binder> named,
      Map<String, Expr> others,
      List<Expr> bodies,
      Map<String, Poly> declared,
      Context context) {
    all.wholeTensors.places(bodies, List.copyOf(named.keySet()), context);
    Map<String, Poly> found = known(named, others, bodies, declared, context);
    Set<String> open = new LinkedHashSet<>(named.keySet());
    open.addAll(others.keySet());
    for (String name : open) {
      if (!found.containsKey(name)) {
        miscounted(name, bodies, context);
        all.wholeTensors.operands(bodies, context);
        unplaced(name, bodies, context);
        throw Dangling.unsized(
            name, named, others, bodies, context.pending(), axis(name, bodies, context));
      }
    }
    return found;
  }

  /** The sizes that something says; the same parameters. */
  Map<String, Poly> known(
      Map<String, Ast.Binder> named,
      Map<String, Expr> others,
      List<Expr> bodies,
      Map<String, Poly> declared,
      Context context) {
    Map<String, Poly> found = new HashMap<>();
    named.forEach(
        (name, binder) -> binder.size().ifPresent(size -> found.put(name, stated(size, context))));
    Set<String> open = new LinkedHashSet<>(named.keySet());
    open.addAll(others.keySet());
    open.removeAll(found.keySet());
    Map<String, List<Use>> uses = new HashMap<>();
    open.forEach(name -> uses.put(name, new ArrayList<>()));
    bodies.forEach(body -> collect(body, uses, false, context));
    open.forEach(name -> agree(name, uses, context).ifPresent(size -> found.put(name, size)));

    // Stage two: a slice given to a function, `position(q[h, i, :], i)[e]`, once h and i are known.
    open.removeAll(found.keySet());
    if (!open.isEmpty()) {
      Map<String, Poly> known = new HashMap<>(declared);
      known.keySet().retainAll(open);
      Map<String, List<Use>> later = new HashMap<>();
      open.forEach(name -> later.put(name, new ArrayList<>()));
      Map<String, Poly> ready = new HashMap<>(found);
      known.forEach(ready::putIfAbsent);
      bodies.forEach(body -> results(body, later, ready, context));
      open.forEach(name ->
          agree(name, later, context)
              .or(() -> Optional.ofNullable(declared.get(name)))
              .or(() -> guarded(name, uses, context))
              .ifPresent(size -> found.put(name, size)));
    }
    return found;
  }

  /** An index has no size where it stands among too many or too few subscripts. */
  private void miscounted(String name, List<Expr> bodies, Context context) {
    for (Expr body : bodies) {
      if (body instanceof Expr.Subscript e
          && e.base() instanceof Expr.Name base
          && context.scope().find(base.text()).map(Scope.Binding::meta).orElse(null)
              instanceof Meta.Tensor tensor
          && miscounted(e, tensor)
          && Uses.subscripts(e).containsKey(name)) {
        throw Subscripts.axes(tensor, e, e.indices().size());
      }
      List<Expr> inner = new ArrayList<>();
      Uses.children(body, inner::add);
      miscounted(name, inner, context);
    }
  }

  /** A part of a {@code concat} along the index that has no place along it. */
  private void unplaced(String name, List<Expr> bodies, Context context) {
    for (Expr body : bodies) {
      if (body instanceof Expr.Reduce e
          && Joins.isJoin(e)
          && Joins.along(e).filter(name::equals).isPresent()) {
        for (Expr part : e.arguments()) {
          if (part(name, part, Optional.of(Map.of()), context).isEmpty()) {
            throw Joins.unknownSize(name, part, context);
          }
        }
      }
      List<Expr> inner = new ArrayList<>();
      Uses.children(body, inner::add);
      unplaced(name, inner, context);
    }
  }

  /** How long the axis is that a subscript with an index in it goes into. */
  private static Optional<Poly> axis(String name, List<Expr> bodies, Context context) {
    for (Expr body : bodies) {
      if (body instanceof Expr.Subscript e
          && e.base() instanceof Expr.Name base
          && context.scope().find(base.text()).map(Scope.Binding::meta).orElse(null)
              instanceof Meta.Tensor tensor
          && !miscounted(e, tensor)) {
        for (int axis = 0; axis < e.indices().size(); axis++) {
          if (e.indices().get(axis) instanceof Ast.Rest) {
            break;
          }
          if (e.indices().get(axis) instanceof Ast.At(Expr at, Span _)
              && Uses.uses(at, name)
              && isShifted(at, context)) {
            return Optional.of(tensor.shape().get(axis));
          }
        }
      }
      List<Expr> inner = new ArrayList<>();
      Uses.children(body, inner::add);
      Optional<Poly> found = axis(name, inner, context);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** A place some way further. An index that is multiplied runs over less than the axis. */
  private static boolean isShifted(Expr at, Context context) {
    return at instanceof Expr.Name
        || at instanceof Expr.Group g && isShifted(g.inner(), context)
        || at instanceof Expr.Binary b
            && (b.op() == Expr.BinaryOp.ADD || b.op() == Expr.BinaryOp.SUBTRACT)
            && isShifted(b.left(), context)
            && isShifted(b.right(), context)
        || Uses.names(at).stream()
            .allMatch(name -> context.scope().find(name).filter(b -> !b.index()).isPresent());
  }

  private static boolean miscounted(Expr.Subscript e, Meta.Tensor tensor) {
    return e.indices().size() != tensor.shape().size()
        && e.indices().stream().noneMatch(i -> i instanceof Ast.Rest);
  }

  /** A size that is stated: the same at all places of all indices. */
  private Poly stated(Expr expr, Context context) {
    Poly size = all.expressions.integer(expr, context);
    boolean data =
        Trees.any(new Term.Int(size), t -> t instanceof Term.Read || t instanceof Term.Reduce);
    if (data || all.isOfIndices(size)) {
      throw Errors.error(
          Code.INDEX,
          "the size of an index cannot depend on " + (data ? "data" : "another index"),
          expr.span(),
          "let it run over all places, and leave some out: `sum[j](… where j <= i)`");
    }
    return size;
  }

  private Optional<Poly> agree(String name, Map<String, List<Use>> uses, Context context) {
    List<Use> plain = uses.get(name).stream().filter(use -> !use.guarded()).toList();
    return same(name, plain, uses, context);
  }

  private Optional<Poly> guarded(String name, Map<String, List<Use>> uses, Context context) {
    return same(name, uses.get(name), uses, context);
  }

  private Optional<Poly> same(
      String name, List<Use> uses, Map<String, List<Use>> others, Context context) {
    if (uses.isEmpty()) {
      return Optional.empty();
    }
    Use first = uses.getFirst();
    for (Use use : uses) {
      if (!use.size().equals(first.size())) {
        throw Diagnostic.of(Code.SHAPE, "these two sizes must be the same, and are not")
            .at(use.span(), "here `" + name + "` runs over " + use.size() + ": " + use.what())
            .at(first.span(), "here `" + name + "` runs over " + first.size() + ": " + first.what())
            .note("an index has one size in its equation, and `" + name + "` stands in both places")
            .help(
                use.fitting(first.size(), others)
                    .or(() -> first.fitting(use.size(), others))
                    .map(text -> "did you mean `" + text + "`?")
                    .or(() ->
                        shorter(use.size(), first.size(), context)
                            .map(size ->
                                "the shorter is meant? State it, as in `"
                                    + name
                                    + ": "
                                    + size
                                    + "`"))
                    .orElse("make the two sizes agree, or take another letter in one place"))
            .raise();
      }
    }
    return Optional.of(first.size());
  }

  /** Of two sizes the one that is never more than the other, if the facts say so. */
  private Optional<Poly> shorter(Poly a, Poly b, Context context) {
    boolean length = a.constant().isEmpty() || b.constant().isEmpty();
    return !length
        ? Optional.empty()
        : all.prover.nonNegative(b.minus(a), context.facts())
            ? Optional.of(a)
            : all.prover.nonNegative(a.minus(b), context.facts())
                ? Optional.of(b)
                : Optional.empty();
  }

  /** Bare subscripts of named tensors. */
  private void collect(Expr expr, Map<String, List<Use>> uses, boolean guarded, Context context) {
    switch (expr) {
      case Expr.Subscript e -> {
        if (e.base() instanceof Expr.Name name
            && context.scope().find(name.text()).map(Scope.Binding::meta).orElse(null)
                instanceof Meta.Tensor tensor) {
          bare(e, tensor, uses, guarded);
        }
        listed(e, uses, guarded, context);
        if (e.base() instanceof Expr.Subscript(Expr.Name name, List<Ast.Index> _, Span _)
            && context.scope().find(name.text()).map(Scope.Binding::meta).orElse(null)
                instanceof Meta.ListOf list) {
          Lists.alike(list).ifPresent(item -> bare(e, item, uses, guarded));
        }
        Uses.children(e, child -> collect(child, uses, guarded, context));
      }
      case Expr.If e -> {
        collect(e.condition(), uses, guarded, context);
        collect(e.then(), uses, true, context);
        collect(e.otherwise(), uses, true, context);
      }
      case Expr.Else e -> {
        collect(e.value(), uses, true, context);
        collect(e.otherwise(), uses, guarded, context);
      }
      case Expr.Reduce e -> {
        Map<String, List<Use>> inner = new HashMap<>(uses);
        if (Joins.isJoin(e)) {
          joined(e, uses, Optional.empty(), guarded, context);
        }
        if (!Uses.keepsIndex(e) || Joins.isJoin(e)) {
          e.binders().forEach(b -> inner.remove(b.name().text()));
        }
        Uses.children(e, child -> collect(child, inner, guarded, context));
      }
      case Expr.Lambda e -> {
        Map<String, List<Use>> inner = new HashMap<>(uses);
        e.parameters().forEach(p -> inner.remove(p.name().text()));
        Uses.children(e, child -> collect(child, inner, guarded, context));
      }
      default -> Uses.children(expr, child -> collect(child, uses, guarded, context));
    }
  }

  /** A `concat`'s index runs over the sizes of its parts together, once all are known. */
  private void joined(
      Expr.Reduce e,
      Map<String, List<Use>> uses,
      Optional<Map<String, Poly>> ready,
      boolean guarded,
      Context context) {
    Optional<String> along = Joins.along(e).filter(uses::containsKey);
    if (along.isEmpty()) {
      return;
    }
    Poly whole = Poly.ZERO;
    for (Expr part : e.arguments()) {
      Optional<Poly> size = part(along.get(), part, ready, context);
      if (size.isEmpty()) {
        return;
      }
      whole = whole.plus(Joins.places(size.get(), all, context));
    }
    uses.get(along.get()).add(new Use(whole, e.span(), "the parts together", guarded));
  }

  /** The sizes of an index in the parts of a `concat`. */
  List<Poly> parts(Expr.Reduce e, Map<String, Poly> ready, Context context) {
    String along = Joins.along(e).orElseThrow();
    return e.arguments().stream()
        .map(part ->
            part(along, part, Optional.of(ready), context)
                .orElseThrow(() -> Joins.unknownSize(along, part, context)))
        .toList();
  }

  /** How far an index runs in one part. */
  private Optional<Poly> part(
      String along, Expr part, Optional<Map<String, Poly>> ready, Context context) {
    Map<String, List<Use>> uses = new HashMap<>(Map.of(along, new ArrayList<>()));
    collect(part, uses, false, context);
    Optional<Poly> size = agree(along, uses, context);
    if (size.isEmpty() && ready.isPresent()) {
      Map<String, List<Use>> later = new HashMap<>(Map.of(along, new ArrayList<>()));
      Scope without = context.scope().without(Set.of(along));
      results(part, later, ready.get(), context.in(without));
      size = agree(along, later, context);
    }
    return size.or(() -> guarded(along, uses, context));
  }

  /** An index that alone subscripts a list runs over its items. */
  private void listed(
      Expr.Subscript e, Map<String, List<Use>> uses, boolean guarded, Context context) {
    if (e.base() instanceof Expr.Name name
        && context.scope().find(name.text()).map(Scope.Binding::meta).orElse(null)
            instanceof Meta.ListOf list
        && e.indices().size() == 1
        && e.indices().getFirst() instanceof Ast.At(Expr.Name index, Span span)
        && uses.containsKey(index.text())) {
      boolean grows = all.symbolic && list.open();
      uses.get(index.text())
          .add(new Use(all.lists.size(list), span, "the items of the list", guarded || grows));
    }
  }

  private static void bare(
      Expr.Subscript e, Meta.Tensor tensor, Map<String, List<Use>> uses, boolean guarded) {
    int rank = tensor.shape().size();
    if (miscounted(e, tensor)) {
      return; // said where the element is read, or where its index has no size
    }
    int axis = 0;
    for (Ast.Index index : e.indices()) {
      if (index instanceof Ast.Rest) {
        axis = rank - (e.indices().size() - e.indices().indexOf(index)) + 1;
        continue;
      }
      if (axis < 0 || axis >= rank) {
        return;
      }
      if (index instanceof Ast.At(Expr.Name name, Span span) && uses.containsKey(name.text())) {
        uses.get(name.text())
            .add(
                new Use(
                    tensor.shape().get(axis),
                    span,
                    tensor.what(),
                    guarded,
                    Swap.of(e, tensor, axis)));
      }
      axis++;
    }
  }

  /** Bare subscripts of what calls return, where everything else in them is known. */
  private void results(
      Expr expr, Map<String, List<Use>> uses, Map<String, Poly> ready, Context context) {
    if (Joins.isJoin(expr)) {
      Expr.Reduce join = (Expr.Reduce) expr;
      joined(join, uses, Optional.of(ready), false, context);
      Map<String, List<Use>> inner = new HashMap<>(uses);
      Joins.along(join).ifPresent(inner::remove);
      join.arguments().forEach(part -> results(part, inner, ready, context));
      return;
    }
    if (expr instanceof Expr.Subscript e
        && !(e.base() instanceof Expr.Name)
        && e.indices().stream()
            .anyMatch(i -> i instanceof Ast.At(Expr.Name n, Span s) && uses.containsKey(n.text()))
        && Uses.subscripts(e.base()).keySet().stream()
            .allMatch(n -> ready.containsKey(n) || all.equations.isValue(n, context))) {
      Map<String, Atom.Index> indices = new HashMap<>();
      ready.forEach((name, size) -> indices.put(name, new Atom.Index(name, size)));
      Context known = context.binding(indices, n -> e.span());
      if (all.builder.tried(() -> all.expressions.eval(e.base(), known))
          instanceof Meta.Tensor tensor) {
        bare(e, tensor, uses, false);
      }
    }
    Uses.children(expr, child -> results(child, uses, ready, context));
  }

  /** Nothing would say which axes are of the one, and which of the other. */
  static void one(Span list, long rests) {
    if (rests > 1) {
      throw Errors.error(
          Code.INDEX,
          "at most one `...` stands in a list of axes",
          list,
          "give the axes behind it letters of their own, or names in the type");
    }
  }

  /** What {@code ...} stands for in an equation: the leading axes of the tensors read with it. */
  Optional<List<Poly>> rest(List<Ast.Binder> left, List<Expr> bodies, Context context) {
    List<List<Poly>> found = new ArrayList<>();
    if (!left.isEmpty()) {
      one(
          left.getFirst().span().to(left.getLast().span()),
          left.stream().filter(Ast.Binder::isEllipsis).count());
    }
    bodies.forEach(body -> rest(body, context, found));
    if (found.isEmpty()) {
      for (Ast.Binder binder : left) {
        if (binder.isEllipsis()) {
          throw Errors.error(
              Code.INDEX, "nothing on the right says what `...` stands for", binder.span());
        }
      }
      return Optional.empty();
    }
    return Optional.of(found.getFirst());
  }

  private void rest(Expr expr, Context context, List<List<Poly>> found) {
    if (expr instanceof Expr.Subscript e
        && e.base() instanceof Expr.Name name
        && e.indices().stream().anyMatch(i -> i instanceof Ast.Rest)
        && context.scope().find(name.text()).map(Scope.Binding::meta).orElse(null)
            instanceof Meta.Tensor tensor) {
      one(e.span(), e.indices().stream().filter(i -> i instanceof Ast.Rest).count());
      int leading = tensor.shape().size() - (e.indices().size() - 1);
      if (leading < 0) {
        throw Errors.error(
            Code.INDEX,
            "more subscripts than axes: " + tensor.what() + " is " + tensor.shape(),
            e.span());
      }
      List<Poly> shape = tensor.shape().subList(0, leading);
      if (!found.isEmpty() && !found.getFirst().equals(shape)) {
        throw Errors.error(
            Code.SHAPE,
            "`...` stands for "
                + found.getFirst()
                + " elsewhere in this equation, and here for "
                + shape,
            e.span());
      }
      found.add(shape);
    }
    Uses.children(expr, child -> rest(child, context, found));
  }
}
