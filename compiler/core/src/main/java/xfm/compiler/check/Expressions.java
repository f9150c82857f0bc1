package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/** What an expression means, given a {@link Context}. */
final class Expressions {
  private final Elaboration all;

  Expressions(Elaboration all) {
    this.all = all;
  }

  Meta eval(Expr expr, Context context) {
    if (++all.levels > Elaboration.MOST_LEVELS) {
      throw Errors.error(
          Code.LIMIT,
          "expressions and calls are nested too deep here",
          expr.span(),
          "give the inner parts names with `let`");
    }
    try {
      return switch (expr) {
        case Expr.IntLiteral e -> new Meta.Scalar(Term.Int.of(e.value()));
        case Expr.FloatLiteral e -> new Meta.Scalar(Terms.number(e.value()));
        case Expr.BoolLiteral e -> new Meta.Scalar(Terms.truth(e.value()));
        case Expr.Text e -> new Meta.Words(e.value());
        case Expr.Template e ->
            throw Errors.unsupported("a text with holes in a declaration", e.span());
        case Expr.Name e -> name(e, context);
        case Expr.Group e -> eval(e.inner(), context);
        case Expr.ListOf e ->
            new Meta.ListOf(e.items().stream().map(item -> eval(item, context)).toList(), false);
        case Expr.RecordOf e -> record(e, context);
        case Expr.Subscript e -> subscript(e, context);
        case Expr.Member e -> member(e, context);
        case Expr.Call e -> all.calls.call(e, Optional.empty(), context);
        case Expr.Reduce e -> all.reductions.eval(e, context);
        case Expr.Unary e -> unary(e, context);
        case Expr.Binary e -> all.equations.product(e, context);
        case Expr.If e -> choose(e, context);
        case Expr.Lambda e -> new Meta.Function(new Callable.Anonymous(e, context, all.trusted));
        case Expr.Else e -> guarded(e, context);
        case Expr.Share e -> share(e, context);
        case Expr.Labelled e -> labelled(e, context);
      };
    } catch (ArithmeticException e) {
      throw Errors.error(Code.NUMBER, "an integer here is too large for 64 bits", expr.span());
    } finally {
      all.levels--;
    }
  }

  /** A scalar. */
  Term term(Expr expr, Context context) {
    return term(eval(expr, context), expr, context);
  }

  /** The same of an expression that was looked at already. */
  Term term(Meta meta, Expr expr, Context context) {
    return switch (meta) {
      case Meta.Scalar(Term term) -> term;
      case Meta.Tensor tensor when tensor.shape().isEmpty() -> tensor.reader().read(List.of());
      case Meta.Tensor tensor when context.equation() ->
          throw Diagnostic.of(Code.INDEX, "a whole tensor stands where one element is needed")
              .at(expr.span(), tensor.what() + " has " + Errors.axes(tensor.shape().size()))
              .help("subscript it: one index for each axis")
              .raise();
      case Meta.Absent absent -> throw Errors.absent(absent, expr.span());
      case Meta other ->
          throw Errors.error(
              Code.TYPE,
              "a number is needed here, and this is " + Errors.describe(other),
              expr.span());
    };
  }

  /** A float; an int is taken as one. */
  Term number(Expr expr, Context context) {
    return number(eval(expr, context), expr, context);
  }

  Term number(Meta meta, Expr expr, Context context) {
    Term term = term(meta, expr, context);
    if (term.kind() == Term.Kind.BOOL) {
      throw Errors.error(
          Code.TYPE,
          "a number is needed here, and this is a bool",
          expr.span(),
          "write `if … then 1 else 0`");
    }
    return Terms.toFloat(term);
  }

  Term truth(Expr expr, Context context) {
    return truth(eval(expr, context), expr, context);
  }

  Term truth(Meta meta, Expr expr, Context context) {
    Term term = term(meta, expr, context);
    if (term.kind() != Term.Kind.BOOL) {
      throw Errors.error(
          Code.TYPE,
          "a bool is needed here, and this is " + Errors.describe(new Meta.Scalar(term)),
          expr.span());
    }
    return term;
  }

  Poly integer(Expr expr, Context context) {
    Term term = term(expr, context);
    if (term instanceof Term.Int(Poly value)) {
      return value;
    }
    throw Errors.error(
        Code.TYPE,
        "an int is needed here, and this is " + Errors.describe(new Meta.Scalar(term)),
        expr.span(),
        term.kind() == Term.Kind.FLOAT ? "`floor(…)` makes an int of a float" : "");
  }

  private Meta name(Expr.Name e, Context context) {
    Optional<Scope.Binding> bound = context.scope().find(e.text());
    if (bound.isPresent()) {
      return known(bound.get().meta());
    }
    if (context.pending().containsKey(e.text())) {
      throw Diagnostic.of(
              Code.INDEX,
              "the index `" + e.text() + "` is not on the left, and no product here sums over it")
          .at(e.span(), "used here in one factor only")
          .note("an index is summed by itself where it stands in two factors of one product")
          .help("write `sum[" + e.text() + "](…)` around what is to be summed")
          .raise();
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
            return Errors.unsupported(
                "recurrences (`" + e.text() + "` is defined by an equation that reads it)",
                e.span());
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
    if (!all.unknown.add(e.text()) && all.symbolic) {
      throw new Poison();
    }
    Diagnostic diagnostic =
        Diagnostic.of(Code.NAME, "nothing here is called `" + e.text() + "`").at(e.span());
    return diagnostic.help(Errors.nearest(e.text(), context.scope().names(), "")).raise();
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

  private Meta record(Expr.RecordOf e, Context context) {
    SequencedMap<String, Meta> fields = new LinkedHashMap<>();
    for (Ast.Field field : e.fields()) {
      if (fields.put(field.name().text(), eval(field.value(), context)) != null) {
        throw Errors.error(
            Code.NAME, "the field `" + field.name() + "` is given twice", field.span());
      }
    }
    return new Meta.RecordOf(fields);
  }

  private Meta member(Expr.Member e, Context context) {
    Meta base = eval(e.base(), context);
    if (!(base instanceof Meta.RecordOf(SequencedMap<String, Meta> fields))) {
      throw Errors.error(
          Code.TYPE,
          "`." + e.name() + "` needs a record, and this is " + Errors.describe(base),
          e.base().span());
    }
    Meta found = fields.get(e.name().text());
    if (found == null) {
      throw Errors.error(
          Code.NAME,
          "the record has no field `" + e.name() + "`",
          e.name().span(),
          Errors.nearest(
              e.name().text(), fields.keySet(), "it has " + String.join(", ", fields.keySet())));
    }
    return found;
  }

  private Meta subscript(Expr.Subscript e, Context context) {
    Meta base = eval(e.base(), context);
    return switch (base) {
      case Meta.Tensor tensor -> element(tensor, e, context);
      case Meta.ListOf(List<Meta> items, boolean open) -> {
        Ast.Index index = e.indices().getFirst();
        if (e.indices().size() != 1 || !(index instanceof Ast.At(Expr value, Span at))) {
          throw Errors.error(
              Code.INDEX, "a list takes one whole number as its subscript", e.span());
        }
        OptionalLong number = integer(value, context).constant();
        if (all.symbolic && (number.isEmpty() || open && number.getAsLong() >= items.size())) {
          // Its items are alike in most programs; which it is shows when the model is made.
          if (items.isEmpty()) {
            throw new Poison();
          }
          yield items.getLast();
        }
        if (number.isEmpty()) {
          throw Errors.error(
              Code.INDEX,
              "a list is subscripted by a number that is known when the model is made",
              at);
        }
        long place = number.getAsLong();
        if (place < 0 || place >= items.size()) {
          throw Errors.error(
              Code.INDEX, "the list has " + items.size() + " items, and this is item " + place, at);
        }
        yield items.get((int) place);
      }
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
      throw Diagnostic.of(
              Code.INDEX,
              "this tensor has "
                  + Errors.axes(rank)
                  + ", and "
                  + given
                  + " of them "
                  + (given == 1 ? "is" : "are")
                  + " subscripted")
          .at(e.span(), tensor.what() + " is " + shapeText(tensor.shape()))
          .help("give one subscript for each axis; `:` takes a whole one")
          .raise();
    }
    for (Ast.Index index : e.indices()) {
      switch (index) {
        case Ast.Rest rest -> context.rest().forEach(i -> at.add(Poly.of(i)));
        case Ast.Whole w -> {
          whole.add(at.size());
          at.add(Poly.ZERO);
        }
        case Ast.At(Expr value, Span span) -> {
          Poly place = integer(value, context);
          inRange(place, tensor.shape().get(at.size()), tensor, e, span, context);
          at.add(place);
        }
      }
    }
    if (whole.isEmpty()) {
      return new Meta.Scalar(tensor.reader().read(at));
    }
    List<Poly> shape = whole.stream().map(axis -> tensor.shape().get(axis)).toList();
    return new Meta.Tensor(
        shape,
        tensor.kind(),
        places -> {
          List<Poly> full = new ArrayList<>(at);
          for (int i = 0; i < places.size(); i++) {
            full.set(whole.get(i), places.get(i));
          }
          return tensor.reader().read(full);
        },
        "a slice of " + tensor.what());
  }

  static String shapeText(List<Poly> shape) {
    return shape.toString();
  }

  /** The subscript is proved inside the axis, or guarded by an `else`, or it is an error. */
  private void inRange(
      Poly place, Poly size, Meta.Tensor tensor, Expr.Subscript e, Span span, Context context) {
    if (place.atom().filter(a -> a instanceof Atom.Index i && i.size().equals(size)).isPresent()) {
      return;
    }
    boolean low = all.prover.nonNegative(place, context.facts());
    boolean high = all.prover.nonNegative(size.minus(place).minus(1), context.facts());
    if (low && high || all.trusted && context.guards().isEmpty()) {
      return;
    }
    if (context.guards().isPresent()) {
      List<Term> guards = context.guards().get();
      Term subscript = Terms.integer(place);
      if (!low) {
        guards.add(Terms.compare(Term.BinaryOp.LESS_EQUAL, Term.Int.of(0), subscript));
      }
      if (!high) {
        guards.add(Terms.compare(Term.BinaryOp.LESS, subscript, Terms.integer(size)));
      }
      return;
    }
    throw outside(place, size, tensor, e, span, !low, !high);
  }

  private XfmException outside(
      Poly place,
      Poly size,
      Meta.Tensor tensor,
      Expr.Subscript e,
      Span span,
      boolean low,
      boolean high) {
    boolean certain =
        place.constant().isPresent()
            && (place.constant().getAsLong() < 0
                || size.minus(place).minus(1).constant().orElse(0) < 0);
    String must = low && high ? "0 … " + size + " - 1" : low ? "0 or more" : "less than " + size;
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
      if (Trees.atoms(place).stream()
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
        case Atom.Data(Term value) ->
            notes.add(
                all.below(value)
                    .map(limit -> "what is read there is in 0 … " + limit.minus(1))
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

  private static String question(Span span, Poly size, boolean low, boolean high) {
    String below = span.text() + " < " + size;
    String above = span.text() + " >= 0";
    return low && high ? above + " and " + below : low ? above : below;
  }

  private Meta guarded(Expr.Else e, Context context) {
    List<Term> guards = new ArrayList<>();
    Term value = term(e.value(), context.guarded(guards));
    Term otherwise = term(e.otherwise(), context);
    Term inside = guards.stream().reduce(Terms.truth(true), Terms::and);
    return new Meta.Scalar(Terms.choose(inside, value, otherwise));
  }

  private Meta unary(Expr.Unary e, Context context) {
    Meta operand = eval(e.operand(), context);
    return switch (e.op()) {
      case NOT -> {
        if (operand instanceof Meta.Function) {
          yield new Meta.Function(new Callable.Lifted(Callable.Lift.NOT, List.of(operand)));
        }
        yield new Meta.Scalar(Terms.not(truth(operand, e.operand(), context)));
      }
      case NEGATE -> {
        if (operand instanceof Meta.Tensor tensor && !context.equation()) {
          yield elementwise(tensor, Terms::negate);
        }
        Term term = term(operand, e.operand(), context);
        if (term.kind() == Term.Kind.BOOL) {
          throw Errors.error(Code.TYPE, "a bool has no negative", e.span(), "write `not`");
        }
        yield new Meta.Scalar(Terms.negate(term));
      }
    };
  }

  static Meta.Tensor elementwise(Meta.Tensor tensor, UnaryOperator<Term> f) {
    return new Meta.Tensor(
        tensor.shape(),
        Term.Kind.FLOAT,
        at -> f.apply(Terms.toFloat(tensor.reader().read(at))),
        tensor.what());
  }

  private Meta choose(Expr.If e, Context context) {
    Meta condition = eval(e.condition(), context);
    if (condition instanceof Meta.Function) {
      return new Meta.Function(
          new Callable.Lifted(
              Callable.Lift.IF,
              List.of(condition, eval(e.then(), context), eval(e.otherwise(), context))));
    }
    Term known = truth(condition, e.condition(), context);
    if (known instanceof Term.Truth(boolean value)) {
      return eval(value ? e.then() : e.otherwise(), context);
    }
    Meta then = eval(e.then(), context.knowing(Facts.where(known)));
    Meta otherwise = eval(e.otherwise(), context.knowing(Facts.where(Terms.not(known))));
    if (then instanceof Meta.Scalar(Term a) && otherwise instanceof Meta.Scalar(Term b)) {
      if ((a.kind() == Term.Kind.BOOL) != (b.kind() == Term.Kind.BOOL)) {
        throw Errors.error(
            Code.TYPE,
            "the two sides of an `if` are "
                + Errors.describe(then)
                + " and "
                + Errors.describe(otherwise),
            e.span());
      }
      return new Meta.Scalar(Terms.choose(known, a, b));
    }
    if (known instanceof Term.Unknown) {
      return then; // symbolic: which side it is shows when the model is made
    }
    throw Errors.error(
        Code.TYPE,
        "an `if` over data chooses between numbers, and here stands " + Errors.describe(then),
        e.span());
  }

  private Meta share(Expr.Share e, Context context) {
    Meta recipe = eval(e.recipe(), context);
    if (recipe instanceof Meta.Function(Callable.Declared declared)
        && declared.declaration().kind() == Item.Kind.BLOCK) {
      return new Meta.Function(
          new Callable.Declared(
              declared.declaration(),
              declared.env(),
              declared.given(),
              Optional.of(
                  new Callable.Instance(
                      all.builder.pathOf(declared.declaration().name().text()), e.span()))));
    }
    throw Errors.error(
        Code.TYPE,
        "`share` makes one instance of a block, and this is " + Errors.describe(recipe),
        e.span());
  }

  private Meta labelled(Expr.Labelled e, Context context) {
    if (e.value() instanceof Expr.Call call) {
      return all.calls.call(call, Optional.of(e.label()), context);
    }
    throw Errors.error(
        Code.CALL, "a label names the call of a block, and this is no call", e.value().span());
  }
}
