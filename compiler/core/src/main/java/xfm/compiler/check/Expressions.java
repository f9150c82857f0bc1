package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
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
      Meta meta = value(expr, context);
      if (meta instanceof Meta.Scalar(Term term)) {
        all.extents.bounded(term, expr.span());
      }
      return meta;
    } catch (ArithmeticException e) {
      throw e instanceof Poly.TooManyTerms
          ? Operators.tooManyTerms(expr.span())
          : Errors.error(Code.NUMBER, "an integer here is too large for 64 bits", expr.span());
    } finally {
      all.levels--;
    }
  }

  private Meta value(Expr expr, Context context) {
    return switch (expr) {
      case Expr.IntLiteral e -> new Meta.Scalar(Term.Int.of(e.value()));
      case Expr.FloatLiteral e -> new Meta.Scalar(Terms.number(e.value()));
      case Expr.BoolLiteral e -> new Meta.Scalar(Terms.truth(e.value()));
      case Expr.Text e -> new Meta.Words(e.value());
      case Expr.Template e ->
          throw Errors.unsupported("a text with holes in a declaration", e.span());
      case Expr.Name e -> all.names.name(e, context);
      case Expr.Group e -> eval(e.inner(), context);
      case Expr.ListOf e ->
          new Meta.ListOf(e.items().stream().map(item -> eval(item, context)).toList(), false);
      case Expr.RecordOf e -> record(e, context);
      case Expr.Subscript e -> all.subscripts.subscript(e, context);
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
              .help(
                  "subscript it, one index for each axis"
                      + WholeTensors.element(tensor, expr, context)
                          .map(element -> ": `" + element + "`")
                          .orElse(""))
              .raise();
      case Meta.Absent absent -> throw Errors.absent(absent, expr.span());
      case Meta other ->
          throw Errors.lacking(other, expr.span())
              .orElseGet(() ->
                  Diagnostic.of(
                          Code.TYPE,
                          "a number is needed here, and this is " + Errors.describe(other))
                      .at(expr.span())
                      .help(
                          other instanceof Meta.Tensor tensor
                              ? "for each element it is an equation: `y[_] = … "
                                      .replace("_", Errors.letters(tensor.shape().size()))
                                  + (expr instanceof Expr.Name ? expr.span().text() : "x")
                                  + "["
                                  + Errors.letters(tensor.shape().size())
                                  + "] …`"
                              : ""))
              .raise();
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
    if (base instanceof Meta.Module file) {
      return file.declared()
          .apply(e.name().text())
          .orElseThrow(() ->
              Errors.error(
                  Code.NAME,
                  "`" + file.name() + "` declares nothing called `" + e.name() + "`",
                  e.name().span(),
                  Errors.nearest(
                      e.name().text(),
                      file.names(),
                      "it declares "
                          + String.join(", ", file.names().stream().sorted().toList()))));
    }
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

  private Meta guarded(Expr.Else e, Context context) {
    List<Term> guards = new ArrayList<>();
    Term value = all.around.guarded(guards, () -> term(e.value(), context.guarded(guards)));
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
          yield elementwise(numbers(tensor, e.span()), Terms::negate, e.span());
        }
        Term term = term(operand, e.operand(), context);
        if (term.kind() == Term.Kind.BOOL) {
          throw Errors.error(Code.TYPE, "a bool has no negative", e.span(), "write `not`");
        }
        yield new Meta.Scalar(Terms.negate(term));
      }
    };
  }

  Meta.Tensor elementwise(Meta.Tensor tensor, UnaryOperator<Term> f, Span span) {
    return all.definitions.computed(
        tensor.shape(),
        at -> f.apply(Terms.toFloat(tensor.reader().read(at))),
        tensor.what(),
        span);
  }

  /** A tensor that arithmetic takes whole. */
  static Meta.Tensor numbers(Meta.Tensor tensor, Span span) {
    if (tensor.kind() == Term.Kind.BOOL) {
      throw Errors.error(
          Code.TYPE,
          "arithmetic takes numbers, and " + tensor.what() + " holds true and false",
          span,
          "in an equation, `if b[i] then 1 else 0` makes numbers of it");
    }
    return complete(tensor, span);
  }

  /** A tensor of which elements may be absent is not taken whole. */
  static Meta.Tensor complete(Meta.Tensor tensor, Span span) {
    if (tensor.presence().isPresent()) {
      throw Errors.error(
          Code.INDEX,
          "elements of this tensor may be absent",
          span,
          "say what they are then: `z[i, r] = (" + tensor.what().replace("`", "") + " else 0)`");
    }
    return tensor;
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
    if (known instanceof Term.Unknown
        || all.symbolic && (Callable.isBlock(then) || Callable.isBlock(otherwise))) {
      return then; // symbolic: which side it is shows when the model is made
    }
    if (then instanceof Meta.Function && otherwise instanceof Meta.Function) {
      return new Meta.Function(
          new Callable.Lifted(Callable.Lift.IF, List.of(new Meta.Scalar(known), then, otherwise)));
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
                      all.instances.pathOf(declared.declaration().name().text()), e.span()))));
    }
    throw Errors.error(
        Code.TYPE,
        "`share` makes one instance of a block, and this is " + Errors.describe(recipe),
        e.span());
  }

  /** The label is that of the call, whatever is taken of what it returns: {@code a: f(x)[i]}. */
  private Meta labelled(Expr.Labelled e, Context context) {
    return switch (e.value()) {
      case Expr.Call call -> all.calls.call(call, Optional.of(e.label()), context);
      case Expr.Subscript(Expr base, List<Ast.Index> indices, Span span) ->
          all.subscripts.subscript(
              new Expr.Subscript(new Expr.Labelled(e.label(), base, e.span()), indices, span),
              context);
      case Expr.Member(Expr base, Ast.Id name, Span span) ->
          member(
              new Expr.Member(new Expr.Labelled(e.label(), base, e.span()), name, span), context);
      default ->
          throw Errors.error(
              Code.CALL,
              "a label names the call of a block, and this is no call",
              e.value().span(),
              firstCall(e.value())
                  .map(call -> "put it around one: `(" + e.label() + ": " + call + ")`")
                  .orElse(""));
    };
  }

  /** The call with which an expression begins. */
  private static Optional<String> firstCall(Expr expr) {
    List<Expr> calls = new ArrayList<>();
    Uses.children(expr, calls::add);
    return calls.stream()
        .filter(child -> child.span().start() == expr.span().start())
        .findFirst()
        .flatMap(child ->
            child instanceof Expr.Call call ? Optional.of(call.span().text()) : firstCall(child));
  }
}
