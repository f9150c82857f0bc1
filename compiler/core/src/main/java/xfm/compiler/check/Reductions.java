package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.ReduceOp;
import xfm.compiler.ir.Terms;

/** {@code sum[a](…)}, {@code softmax[j](… where …)} and their kin. */
final class Reductions {
  private final Elaboration all;

  Reductions(Elaboration all) {
    this.all = all;
  }

  Meta eval(Expr.Reduce e, Context context) {
    if (!context.equation() && !e.binders().isEmpty()) {
      all.names.resolve(e, List.of(), context);
      context =
          new Context(
              context.scope(), Map.of(), context.rest(), context.facts(), context.guards(), true);
    }
    if (Joins.isJoin(e)) {
      return all.joins.eval(e, context);
    }
    if (Tops.isTop(e)) {
      throw Tops.misplaced(e);
    }
    if (e.arguments().size() != 1) {
      throw Errors.error(Code.CALL, "`" + e.operation() + "[…]` takes one expression", e.span());
    }
    return switch (e.operation().text()) {
      case "sum" -> reduce(ReduceOp.SUM, e, context);
      case "mean" -> reduce(ReduceOp.MEAN, e, context);
      case "max" -> reduce(ReduceOp.MAX, e, context);
      case "min" -> reduce(ReduceOp.MIN, e, context);
      case "argmax" -> reduce(ReduceOp.ARGMAX, e, context);
      case "logsumexp" -> reduce(ReduceOp.LOGSUMEXP, e, context);
      case "any" -> reduce(ReduceOp.ANY, e, context);
      case "all" -> reduce(ReduceOp.ALL, e, context);
      case "softmax" -> along(Term.ScanOp.SOFTMAX, e, context);
      case "cumsum" -> along(Term.ScanOp.CUMSUM, e, context);
      case "rank" -> along(Term.ScanOp.RANK, e, context);
      default -> throw Errors.unsupported("`" + e.operation() + "`", e.operation().span());
    };
  }

  /** A reduction that binds its indices: which, and where its inside is looked at. */
  record Bound(List<Atom.Index> over, Context inside) {}

  /** The indices of a reduction, from all that stands in it and may use them. */
  Bound bind(Expr.Reduce e, List<Expr> inside, Context context) {
    Map<String, Ast.Binder> named = new LinkedHashMap<>();
    for (Ast.Binder binder : e.binders()) {
      if (binder.isEllipsis() || binder.name().text().equals("batch")) {
        throw Errors.unsupported("`" + binder.name() + "` in a reduction", binder.span());
      }
      all.equations.freshInside(binder, context);
      if (named.put(binder.name().text(), binder) != null) {
        throw Errors.error(
            Code.INDEX, "the index `" + binder.name() + "` is bound twice", binder.span());
      }
    }
    Map<String, Poly> sizes =
        all.equations
            .sizes()
            .find(named, Map.of(), inside, Map.of(), withoutPending(context, named));
    Map<String, Atom.Index> bound = new LinkedHashMap<>();
    named.keySet().forEach(name -> bound.put(name, new Atom.Index(name, sizes.get(name))));
    return new Bound(
        List.copyOf(bound.values()), context.binding(bound, name -> named.get(name).span()));
  }

  private Meta reduce(ReduceOp op, Expr.Reduce e, Context context) {
    Expr argument = e.arguments().getFirst();
    List<Expr> inside = new ArrayList<>(List.of(argument));
    e.where().ifPresent(inside::add);
    Bound bound = bind(e, inside, context);
    Context inner = bound.inside();
    Surroundings.Over over = new Surroundings.Over(bound.over());
    Optional<Term> condition =
        all.around.over(over, () -> e.where().map(w -> all.expressions.truth(w, inner)));
    over.where(condition.filter(w -> !isTrue(w)));
    Context known = inner.knowing(condition.map(Facts::where).orElse(List.of()));
    boolean bools = op == ReduceOp.ANY || op == ReduceOp.ALL;
    Term body =
        all.around.over(
            over,
            () ->
                bools
                    ? all.expressions.truth(argument, known)
                    : all.expressions.number(argument, known));
    Optional<Term> where = over.condition();
    boolean needsElse = op == ReduceOp.MAX || op == ReduceOp.MIN || op == ReduceOp.ARGMAX;
    if (needsElse && (condition.isPresent() || where.isPresent()) && e.otherwise().isEmpty()) {
      throw Errors.error(
          Code.INDEX,
          (condition.isPresent() ? "the `where` may leave nothing" : "all of it may be absent")
              + ", and `"
              + op.word
              + "` of nothing has no value",
          e.span(),
          "say what it is then: `" + op.word + "[…](… where … else 0)`");
    }
    if (!needsElse && e.otherwise().isPresent()) {
      throw Errors.error(
          Code.INDEX,
          "`" + op.word + "` of nothing has a value already; `else` has no meaning here",
          e.otherwise().get().span());
    }
    Context outer = context;
    Optional<Term> otherwise =
        e.otherwise()
            .map(o ->
                op == ReduceOp.ARGMAX
                    ? all.expressions.term(o, outer)
                    : all.expressions.number(o, outer));
    if (op == ReduceOp.SUM) {
      return new Meta.Scalar(Lists.sum(bound.over(), over.listed(), body, where));
    }
    Term reduced = new Term.Reduce(op, bound.over(), body, where, otherwise);
    return new Meta.Scalar(op == ReduceOp.ARGMAX ? Terms.data(reduced) : reduced);
  }

  private static boolean isTrue(Term term) {
    return term instanceof Term.Truth(boolean value) && value;
  }

  /** A reduction's index hides a pending one of the same name: it is another index. */
  private static Context withoutPending(Context context, Map<String, Ast.Binder> named) {
    Map<String, Poly> pending = new LinkedHashMap<>(context.pending());
    pending.keySet().removeAll(named.keySet());
    return new Context(
        context.scope(), pending, context.rest(), context.facts(), context.guards(), true);
  }

  private Meta along(Term.ScanOp op, Expr.Reduce e, Context context) {
    if (e.binders().size() != 1 && op != Term.ScanOp.SOFTMAX) {
      throw Errors.unsupported("`" + op.word + "` over several indices", e.span());
    }
    List<Atom.Index> over = new ArrayList<>();
    for (Ast.Binder binder : e.binders()) {
      Atom.Index index = live(e, binder, context);
      if (over.contains(index)) {
        throw Errors.error(
            Code.INDEX, "the index `" + binder.name() + "` stands twice", binder.span());
      }
      over.add(index);
    }
    if (e.otherwise().isPresent()) {
      throw Errors.error(
          Code.INDEX,
          "`" + op.word + "` has a value where something is left out; `else` has no meaning here",
          e.otherwise().get().span());
    }
    // The body is looked at in all places of the index: what is known of this place does not hold.
    List<Poly> facts =
        context.facts().stream()
            .filter(f ->
                f.terms().keySet().stream()
                    .noneMatch(m -> over.stream().anyMatch(m.powers()::containsKey)))
            .toList();
    Context inner =
        new Context(
            context.scope(), context.pending(), context.rest(), facts, context.guards(), true);
    Surroundings.Over around = new Surroundings.Over(over);
    Optional<Term> where =
        all.around
            .over(around, () -> e.where().map(w -> all.expressions.truth(w, inner)))
            .filter(w -> !isTrue(w));
    around.where(where);
    Context known = inner.knowing(where.map(Facts::where).orElse(List.of()));
    Term body =
        all.around.over(around, () -> all.expressions.number(e.arguments().getFirst(), known));
    if (over.size() != 1) {
      return new Meta.Scalar(softmax(over, body, around.condition()));
    }
    Term scan = new Term.Along(op, over.getFirst(), body, around.condition());
    return new Meta.Scalar(scan.kind() == Term.Kind.INT ? Terms.data(scan) : scan);
  }

  /** A softmax along several indices at once: over all their places together. */
  private static Term softmax(List<Atom.Index> over, Term body, Optional<Term> where) {
    Map<Atom.Index, Poly> elsewhere = new LinkedHashMap<>();
    List<Atom.Index> all = new ArrayList<>();
    for (Atom.Index index : over) {
      all.add(new Atom.Index(index.name(), index.size()));
      elsewhere.put(index, Poly.of(all.getLast()));
    }
    return Terms.softmax(
        body,
        where,
        all,
        Terms.substitute(body, elsewhere),
        where.map(w -> Terms.substitute(w, elsewhere)));
  }

  /** An index of the equation that {@code softmax[j]} and the like run along. */
  Atom.Index live(Expr.Reduce e, Ast.Binder binder, Context context) {
    Meta bound = all.expressions.eval(new Expr.Name(binder.name().text(), binder.span()), context);
    if (!(bound instanceof Meta.Scalar(Term.Int(Poly place)))
        || !(place.atom().orElse(null) instanceof Atom.Index over)) {
      throw Errors.error(
          Code.INDEX,
          "`"
              + e.operation()
              + "` runs along an index of its equation, and `"
              + binder.name()
              + "` is none",
          binder.span());
    }
    if (binder.size().isPresent()
        && !all.expressions.integer(binder.size().get(), context).equals(over.size())) {
      throw Errors.error(
          Code.SHAPE,
          "the size stated here is not that of the index, " + over.size(),
          binder.size().get().span());
    }
    return over;
  }
}
