package xfm.compiler.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;

/**
 * {@code concat[i](a[i], b[i])}: the parts one after another along {@code i}, which in each part
 * runs over that part's own size. What comes out is a choice: before the first part ends its
 * element at {@code i}, after that the next part's at {@code i} less what stands before it.
 */
final class Joins {
  private final Elaboration all;

  Joins(Elaboration all) {
    this.all = all;
  }

  static boolean isJoin(Expr expr) {
    return expr instanceof Expr.Reduce e && e.operation().text().equals("concat");
  }

  Meta eval(Expr.Reduce e, Context context) {
    Ast.Binder binder = binder(e);
    String name = binder.name().text();
    Atom.Index over = all.reductions.live(e, binder, context);
    List<Poly> sizes = all.equations.sizes().parts(e, context.pending(), context);
    List<Poly> places = sizes.stream().map(size -> places(size, all, context)).toList();
    Poly whole = places.stream().reduce(Poly.ZERO, Poly::plus);
    if (!whole.equals(over.size())) {
      throw Diagnostic.of(Code.SHAPE, "these two sizes must be the same, and are not")
          .at(e.span(), "the parts together have " + whole + " places")
          .at(binder.span(), "`" + name + "` runs over " + over.size())
          .raise();
    }
    List<Term> parts = new ArrayList<>();
    List<Term> guards = new ArrayList<>();
    List<Poly> ends = new ArrayList<>();
    Poly start = Poly.ZERO;
    for (int p = 0; p < sizes.size(); p++) {
      Expr operand = e.arguments().get(p);
      Atom.Index own = new Atom.Index(name, sizes.get(p));
      List<Term> collected = new ArrayList<>();
      Context bound = context.binding(Map.of(name, own), n -> binder.span());
      Map<Atom, Poly> shifted = Map.of(own, Poly.of(over).minus(start));
      Term part =
          context.guards().isPresent()
              ? all.around.guarded(
                  collected, () -> all.expressions.term(operand, bound.guarded(collected)))
              : all.around.alone(() -> all.expressions.term(operand, bound));
      parts.add(Terms.substitute(part, shifted));
      guards.add(
          collected.stream()
              .map(g -> Terms.substitute(g, shifted))
              .reduce(Terms.truth(true), Terms::and));
      start = start.plus(places.get(p));
      ends.add(start);
    }
    kinds(e, parts);
    context.guards().ifPresent(g -> all.around.guard(g, chosen(guards, ends, over)));
    return new Meta.Scalar(chosen(parts, ends, over));
  }

  private static Ast.Binder binder(Expr.Reduce e) {
    if (e.binders().size() != 1 || e.binders().getFirst().isEllipsis()) {
      throw Errors.error(
          Code.INDEX, "`concat` joins along one index", e.span(), "`concat[i](a[i], b[i])`");
    }
    if (e.where().isPresent() || e.otherwise().isPresent()) {
      throw Errors.error(
          Code.INDEX,
          "`concat` leaves nothing out",
          e.where().or(e::otherwise).orElseThrow().span(),
          "choose inside a part: `if … then … else 0`");
    }
    return e.binders().getFirst();
  }

  private static Term chosen(List<Term> parts, List<Poly> ends, Atom.Index over) {
    Term chosen = parts.getLast();
    for (int p = parts.size() - 2; p >= 0; p--) {
      Term before =
          Terms.compare(
              Term.BinaryOp.LESS, Terms.integer(Poly.of(over)), Terms.integer(ends.get(p)));
      chosen = Terms.choose(before, parts.get(p), chosen);
    }
    return chosen;
  }

  private static void kinds(Expr.Reduce e, List<Term> parts) {
    for (int p = 1; p < parts.size(); p++) {
      if ((parts.get(p).kind() == Term.Kind.BOOL) != (parts.getFirst().kind() == Term.Kind.BOOL)) {
        throw Diagnostic.of(Code.TYPE, "the parts of a `concat` are of one kind")
            .at(e.arguments().get(p).span(), Errors.describe(new Meta.Scalar(parts.get(p))))
            .at(e.arguments().getFirst().span(), Errors.describe(new Meta.Scalar(parts.getFirst())))
            .help("write `if … then 1 else 0`")
            .raise();
      }
    }
  }

  /** How many places a size has: one that may be below 0 counts as 0 there. */
  static Poly places(Poly size, Elaboration all, Context context) {
    return all.prover.nonNegative(size, context.facts()) ? size : size.max(Poly.ZERO);
  }

  /** A part of which nothing says how many places it has. */
  static XfmException unknownSize(String name, Expr part, Context context) {
    if (Uses.uses(part, name)) {
      return Diagnostic.of(
              Code.INDEX, "nothing says how far the index `" + name + "` runs in this part")
          .at(part.span())
          .note(
              "`concat` takes the size of each part from what it subscripts by `"
                  + name
                  + "` alone")
          .help("define the part first, with its size: `part[" + name + ": size] = …`")
          .raise();
    }
    List<String> letters =
        Uses.letters(part).stream()
            .filter(l -> context.scope().find(l).filter(b -> !b.index()).isEmpty())
            .toList();
    String others = letters.stream().map(l -> ", " + l).collect(Collectors.joining());
    return Diagnostic.of(
            Code.INDEX, "a part of `concat[" + name + "](…)` is not subscripted by `" + name + "`")
        .at(part.span(), "how many places along `" + name + "`?")
        .help(
            "of one place, it is an equation of its own: `part[%s: 1%s] = %s`, and here `part[%s%s]`"
                .formatted(name, others, part.span().text(), name, others))
        .raise();
  }

  /** The binder's name, where it is one that a part may use. */
  static Optional<String> along(Expr.Reduce e) {
    return e.binders().size() == 1
        ? Optional.of(e.binders().getFirst().name().text())
        : Optional.empty();
  }
}
