package xfm.compiler.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/**
 * Lists that are known when the model is made: {@code hs[l - 2]} is an item, and {@code hs[k]} for
 * an index of an equation is any of them, which must be alike.
 */
final class Lists {
  private final Elaboration all;

  Lists(Elaboration all) {
    this.all = all;
  }

  Meta item(Meta.ListOf list, Expr.Subscript e, Context context) {
    Ast.Index index = e.indices().isEmpty() ? null : e.indices().getFirst();
    if (e.indices().size() != 1 || !(index instanceof Ast.At(Expr value, Span at))) {
      throw Errors.error(Code.INDEX, "a list takes one whole number as its subscript", e.span());
    }
    List<Meta> items = list.items();
    Poly place = all.expressions.integer(value, context);
    OptionalLong number = place.constant();
    boolean unknown = list.open() && (number.isEmpty() || number.getAsLong() >= items.size());
    if (all.symbolic && (unknown || number.isEmpty() && !all.isOfIndices(place))) {
      // Its items are alike in most programs; which it is shows when the model is made.
      if (items.isEmpty()) {
        throw new Poison();
      }
      return items.getLast();
    }
    if (number.isEmpty()) {
      return any(items, place, e, at, context);
    }
    if (number.getAsLong() < 0 || number.getAsLong() >= items.size()) {
      throw Errors.error(
          Code.INDEX,
          "the list has no item " + number.getAsLong(),
          at,
          items.isEmpty() ? "it is empty" : "its items are 0 … " + (items.size() - 1));
    }
    return items.get((int) number.getAsLong());
  }

  /** The item at a place that only the indices of an equation tell. */
  private Meta any(List<Meta> items, Poly place, Expr.Subscript e, Span at, Context context) {
    if (!all.isOfIndices(place)
        || Trees.any(Terms.integer(place), part -> part instanceof Term.Read)) {
      throw Errors.error(
          Code.INDEX,
          "a list is subscripted by a number that is known when the model is made, or by an index",
          at);
    }
    Meta.Tensor first = alike(items, e);
    all.subscripts.inRange(place, Poly.of(items.size()), first, e, at, context);
    all.around.listed(Trees.free(place));
    return new Meta.Tensor(
        first.shape(), first.kind(), places -> chosen(items, place, places), "an item of the list");
  }

  /** What any item is, where all are tensors of one shape. */
  static Optional<Meta.Tensor> alike(Meta.ListOf list) {
    return !list.items().isEmpty()
            && list.items().getLast() instanceof Meta.Tensor last
            && list.items().stream()
                .allMatch(i -> i instanceof Meta.Tensor t && t.shape().equals(last.shape()))
        ? Optional.of(last)
        : Optional.empty();
  }

  private static Meta.Tensor alike(List<Meta> items, Expr.Subscript e) {
    Optional<Meta.Tensor> first = Optional.empty();
    for (Meta item : items) {
      if (!(item instanceof Meta.Tensor tensor)) {
        throw Errors.error(
            Code.TYPE,
            "a list that is subscripted by an index holds tensors, and this one "
                + Errors.describe(item),
            e.base().span());
      }
      Meta.Tensor before = first.orElse(tensor);
      if (!before.shape().equals(tensor.shape()) || before.kind() != tensor.kind()) {
        throw Diagnostic.of(Code.SHAPE, "these two shapes must be the same, and are not")
            .at(
                e.base().span(),
                "item 0 is "
                    + before.shape()
                    + ", and item "
                    + items.indexOf(item)
                    + " is "
                    + tensor.shape())
            .note("an index runs over items that are alike; a number takes any one")
            .raise();
      }
      first = Optional.of(before);
    }
    return first.orElseThrow(() -> Errors.error(Code.INDEX, "the list is empty", e.base().span()));
  }

  private static Term chosen(List<Meta> items, Poly place, List<Poly> places) {
    Term chosen = ((Meta.Tensor) items.getLast()).reader().read(places);
    for (int i = items.size() - 2; i >= 0; i--) {
      Term here =
          Terms.compare(Term.BinaryOp.EQUAL, Terms.integer(place), Terms.integer(Poly.of(i)));
      chosen = Terms.choose(here, ((Meta.Tensor) items.get(i)).reader().read(places), chosen);
    }
    return chosen;
  }

  /** How many items a list has; of one that is looked at while it grows, some number. */
  Poly size(Meta.ListOf list) {
    if (!list.open() || !all.symbolic) {
      return Poly.of(list.items().size());
    }
    Atom.Symbol symbol = new Atom.Symbol("items");
    all.prover.natural(symbol);
    return Poly.of(symbol);
  }

  /** A sum over the items of a list, item by item: each is a value of its own. */
  static Term sum(List<Atom.Index> over, List<Atom.Index> listed, Term body, Optional<Term> where) {
    if (listed.isEmpty()) {
      if (over.isEmpty()) {
        return where.map(w -> Terms.choose(w, body, Terms.number(0))).orElse(body);
      }
      return new Term.Reduce(Term.ReduceOp.SUM, over, body, where, Optional.empty());
    }
    Atom.Index index = listed.getFirst();
    List<Atom.Index> rest = over.stream().filter(i -> i != index).toList();
    Term sum = Terms.number(0);
    for (long place = 0; place < index.size().constant().orElseThrow(); place++) {
      Map<Atom.Index, Poly> at = Map.of(index, Poly.of(place));
      Term item =
          sum(
              rest,
              listed.subList(1, listed.size()),
              Terms.substitute(body, at),
              where
                  .map(w -> Terms.substitute(w, at))
                  .filter(w -> !(w instanceof Term.Truth(boolean holds) && holds)));
      sum = Terms.arithmetic(Term.BinaryOp.ADD, sum, item);
    }
    return sum;
  }
}
