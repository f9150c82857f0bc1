package xfm.compiler.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/** Elements and slices of tensors and lists; every subscript is proved inside its axis. */
final class Subscripts {
  /**
   * A subscript with whole tensors and axes in it as it is written with indices: {@code
   * letter[tokens, :]} as {@code letter[tokens[i], a]}.
   *
   * @param left the indices of the equation, to be used in their order
   */
  static String elements(Expr.Subscript e, List<String> left, Context context) {
    Deque<String> letters = new ArrayDeque<>(left);
    List<String> places = new ArrayList<>();
    for (Ast.Index index : e.indices()) {
      if (index instanceof Ast.At(Expr.Name name, Span _)
          && context.scope().find(name.text()).map(Scope.Binding::meta).orElse(null)
              instanceof Meta.Tensor tensor) {
        List<String> own = new ArrayList<>();
        tensor.shape().forEach(_ -> own.add(letters.isEmpty() ? "…" : letters.pop()));
        places.add(name.text() + "[" + String.join(", ", own) + "]");
      } else if (index instanceof Ast.Whole) {
        places.add(letters.isEmpty() ? "…" : letters.pop());
      } else {
        places.add(index.span().text());
      }
    }
    return e.base().span().text() + "[" + String.join(", ", places) + "]";
  }

  private final Elaboration all;

  Subscripts(Elaboration all) {
    this.all = all;
  }

  Meta subscript(Expr.Subscript e, Context context) {
    Meta base = all.expressions.eval(e.base(), context);
    return switch (base) {
      case Meta.Tensor tensor -> element(tensor, e, context);
      case Meta.ListOf list -> all.lists.item(list, e, context);
      case Meta.Absent absent -> throw Errors.absent(absent, e.base().span());
      case Meta.Scalar(Term term) when e.indices().isEmpty() -> base;
      case Meta other ->
          throw Errors.error(
              Code.TYPE,
              "only tensors and lists take subscripts, and this is " + Errors.describe(other),
              e.base().span());
    };
  }

  private Meta element(Meta.Tensor tensor, Expr.Subscript e, Context context) {
    List<Poly> at = new ArrayList<>();
    List<Integer> whole = new ArrayList<>();
    boolean hasRest = e.indices().stream().anyMatch(i -> i instanceof Ast.Rest);
    int given = e.indices().size() - (hasRest ? 1 : 0);
    int rank = tensor.shape().size();
    if (hasRest ? given + context.rest().size() != rank : given != rank) {
      throw axes(tensor, e, given);
    }
    for (Ast.Index index : e.indices()) {
      switch (index) {
        case Ast.Rest rest -> context.rest().forEach(i -> at.add(Poly.of(i)));
        case Ast.Whole w -> {
          whole.add(at.size());
          at.add(Poly.ZERO);
        }
        case Ast.At(Expr value, Span span) -> {
          Poly place = all.expressions.integer(value, context);
          inRange(place, tensor.shape().get(at.size()), tensor, e, span, context);
          at.add(place);
        }
      }
    }
    all.recurrences.read(tensor, at, e.span());
    if (whole.isEmpty()) {
      Term read = tensor.reader().read(at);
      tensor.presence().ifPresent(presence -> present(presence, at, read, e));
      return new Meta.Scalar(read);
    }
    List<Poly> shape = whole.stream().map(axis -> tensor.shape().get(axis)).toList();
    UnaryOperator<List<Poly>> full =
        places -> {
          List<Poly> all = new ArrayList<>(at);
          for (int i = 0; i < places.size(); i++) {
            all.set(whole.get(i), places.get(i));
          }
          return all;
        };
    return new Meta.Tensor(
        shape,
        tensor.kind(),
        places -> tensor.reader().read(full.apply(places)),
        "a slice of " + tensor.what(),
        tensor.presence().map(presence -> presence.after(full)));
  }

  /** An element that may be absent is left out by a reduction over its rank, or has an `else`. */
  private void present(Meta.Presence presence, List<Poly> at, Term read, Expr.Subscript e) {
    Term condition = presence.condition().read(at);
    if (condition instanceof Term.Truth(boolean there) && there) {
      return;
    }
    if (!all.around.present(condition, Trees.free(presence.rank().read(at)))) {
      throw Diagnostic.of(Code.INDEX, "this element may be absent")
          .at(e.span(), "the `where` of `top` may leave fewer than were asked for")
          .note("every reduction over the rank leaves absent ones out")
          .help("say what is read then: `(" + e.span().text() + " else 0)`")
          .raise();
    }
    if (read instanceof Term.Int(Poly value)
        && value.atom().orElse(null) instanceof Atom.Data data) {
      all.limits.natural(data.value());
    }
  }

  /** Fewer or more subscripts than axes. */
  static XfmException axes(Meta.Tensor tensor, Expr.Subscript e, int given) {
    int rank = tensor.shape().size();
    return Diagnostic.of(
            Code.INDEX,
            "this tensor has "
                + Errors.axes(rank)
                + ", and here "
                + (given == 1 ? "is 1 subscript" : "are " + given + " subscripts"))
        .at(e.span(), tensor.called())
        .help(
            given < rank
                ? "give one subscript for each axis; `:` takes a whole one"
                : "give one subscript for each axis")
        .raise();
  }

  /** The subscript is proved inside the axis, or guarded by an `else`, or it is an error. */
  void inRange(
      Poly place, Poly size, Meta.Tensor tensor, Expr.Subscript e, Span span, Context context) {
    if (place.atom().filter(a -> a instanceof Atom.Index i && i.size().equals(size)).isPresent()) {
      return;
    }
    boolean low = all.prover.nonNegative(place, context.facts());
    boolean high = all.prover.nonNegative(size.minus(place).minus(1), context.facts());
    if (low && high || (all.trusted || all.builder.isTrial()) && context.guards().isEmpty()) {
      return;
    }
    if (context.guards().isPresent()) {
      List<Term> guards = context.guards().get();
      Term subscript = Terms.integer(place);
      if (!low) {
        all.around.guard(
            guards, Terms.compare(Term.BinaryOp.LESS_EQUAL, Term.Int.of(0), subscript));
      }
      if (!high) {
        all.around.guard(guards, Terms.compare(Term.BinaryOp.LESS, subscript, Terms.integer(size)));
      }
      return;
    }
    throw outside(place, size, tensor, e, span, !low, !high, context);
  }

  private XfmException outside(
      Poly place,
      Poly size,
      Meta.Tensor tensor,
      Expr.Subscript e,
      Span span,
      boolean low,
      boolean high,
      Context context) {
    boolean certain =
        place.constant().orElse(0) < 0 || size.minus(place).minus(1).constant().orElse(0) < 0;
    String must = low && high ? "0 … " + size.minus(1) : low ? "0 or more" : "less than " + size;
    Diagnostic diagnostic =
        Diagnostic.of(
                Code.INDEX,
                certain
                    ? "this subscript is outside its axis"
                    : "this subscript is not proved to be inside its axis")
            .at(span, "must be " + must + ": the axis is one of " + tensor.called());
    List<String> notes = new ArrayList<>();
    ranges(place, notes);
    for (String note : notes) {
      diagnostic = diagnostic.note(note);
    }
    boolean length =
        place.atom().orElse(null) instanceof Atom.Index index
            && index.size().atom().orElse(null) instanceof Atom.Symbol;
    String outside = "say what is read outside: `(" + e.span().text() + " else 0)`";
    String help;
    if (length && (size.constant().isPresent() || size.atom().isPresent())) {
      String n = ((Atom.Index) place.atom().orElseThrow()).size().toString();
      help = "bound the length where it is declared, `[" + n + " <= " + size + "]`, or " + outside;
    } else if (place.equals(size)) {
      help = "places are counted from 0: the last one is `" + size.minus(1) + "`";
    } else if (certain) {
      help = outside;
    } else if (Trees.free(place).isEmpty()) {
      help =
          "state it after the header, `require "
              + question(span, size, low, high)
              + "`, or "
              + outside;
    } else {
      help = outside + ", or ask first: `if " + question(span, size, low, high) + " then … else …`";
      Optional<String> wanting =
          new Wanting(all.prover, context.facts(), place, size, low, high).condition();
      if (wanting.isPresent()) {
        help = "state it after the header, `require " + wanting.get() + "`; or " + help;
      } else if (Trees.atoms(place).stream()
          .anyMatch(a -> a instanceof Atom.Quotient || a instanceof Atom.Symbol)) {
        help += "; or state what makes it true after the header: `require …`";
      }
    }
    return diagnostic.help(help).raise();
  }

  /** What is known of the parts of a subscript. */
  private void ranges(Poly place, List<String> notes) {
    for (Atom atom : Trees.atoms(place)) {
      switch (atom) {
        case Atom.Index index ->
            notes.add("`" + index.name() + "` runs over 0 … " + index.size().minus(1));
        case Atom.Data data ->
            notes.add(
                known(all.limits.of(data.value()))
                    .orElse("nothing bounds what is computed there: `clamp(z, lo, hi)` would"));
        case Atom.Symbol symbol -> {}
        case Atom.Quotient(Poly a, Poly b) -> ranges(a, notes);
        case Atom.Remainder(Poly a, Poly b) -> ranges(a, notes);
        case Atom.Least(Poly a, Poly b) -> {
          ranges(a, notes);
          ranges(b, notes);
        }
        case Atom.Greatest(Poly a, Poly b) -> {
          ranges(a, notes);
          ranges(b, notes);
        }
      }
    }
  }

  private static Optional<String> known(Limits.Limit limit) {
    if (limit.least().isPresent() && limit.below().isPresent()) {
      return Optional.of(
          "what is read there is in " + limit.least().get() + " … " + limit.below().get().minus(1));
    }
    return limit
        .least()
        .map(l -> "what is read there is " + l + " or more")
        .or(() -> limit.below().map(b -> "what is read there is less than " + b));
  }

  private static String question(Span span, Poly size, boolean low, boolean high) {
    String below = span.text() + " < " + size;
    String above = span.text() + " >= 0";
    return low && high ? above + " and " + below : low ? above : below;
  }
}
