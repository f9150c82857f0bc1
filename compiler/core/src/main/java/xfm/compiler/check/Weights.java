package xfm.compiler.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/** Weights that a body declares: where they exist, their shapes, paths and first values. */
final class Weights {
  private final Elaboration all;

  Weights(Elaboration all) {
    this.all = all;
  }

  void weight(Item.Weight weight, Statements.Body body) {
    if (body.inline()) {
      throw Errors.error(
          Code.SYNTAX, "a function owns no weights", weight.span(), "declare it as a `block`");
    }
    Context context = body.context();
    boolean exists = true;
    if (weight.condition().isPresent()) {
      Term condition = all.expressions.truth(weight.condition().get(), context);
      if (condition instanceof Term.Truth(boolean value)) {
        exists = value;
      } else if (!all.symbolic) {
        throw Errors.error(
            Code.TYPE,
            "whether a weight exists must be known when the model is made",
            weight.condition().get().span());
      }
    }
    for (Ast.WeightName name : weight.names()) {
      Statements.unused(name.name(), body);
      if (exists) {
        body.scope().bind(name.name().text(), create(weight, name, body), name.span());
      } else {
        body.scope().bind(name.name().text(), absent(weight, name, context), name.span());
      }
    }
  }

  private Meta absent(Item.Weight weight, Ast.WeightName name, Context context) {
    if (weight.otherwise().isEmpty() || weight.type().isEmpty()) {
      return new Meta.Absent(name.name(), weight.condition().orElseThrow());
    }
    Term constant = all.expressions.number(weight.otherwise().get(), context);
    return new Meta.Tensor(
        all.binding.shape(weight.type().get(), context.scope(), context),
        Term.Kind.FLOAT,
        at -> constant,
        "`" + name.name() + "`");
  }

  private Meta create(Item.Weight weight, Ast.WeightName name, Statements.Body body) {
    Context context = body.context();
    List<Poly> shape;
    List<String> axes = new ArrayList<>();
    Graph.Initial initial = new Graph.Initial.Normal(0.02);
    if (weight.type().isPresent()) {
      Type.Tensor type = weight.type().get();
      if (type.element().element() != Type.Element.FLOAT) {
        throw Errors.error(
            Code.TYPE,
            "a weight holds floats",
            type.element().span(),
            "ints and bools that follow from the sizes are an equation, `table[i: "
                + (type.dims().isEmpty() ? "4" : type.dims().getFirst().span().text())
                + "] = …`; others come as an input, `[n] int < k`");
      }
      for (Ast.Dim dim : type.dims()) {
        if (dim instanceof Ast.Size(Expr expr, var most, Span span)
            && expr instanceof Expr.Name(String free, Span at)
            && context.scope().find(free).isEmpty()) {
          throw all.names.unknownSize(new Expr.Name(free, at), context);
        }
        axes.add(dim.span().text());
      }
      shape = all.binding.shape(type, context.scope(), context);
      if (weight.initial().isPresent()) {
        initial = initial(weight.initial().get(), context);
      }
    } else {
      List<Ast.Binder> left = name.indices().orElseThrow();
      sizesForIndices(name, left, context);
      Equations.Defined defined =
          all.equations.define(left, weight.initial().orElseThrow(), Optional.empty(), context);
      shape = defined.shape();
      left.forEach(b -> axes.add(b.size().map(s -> s.span().text()).orElse(b.name().text())));
      initial = new Graph.Initial.Formula(defined.left(), Terms.toFloat(defined.body()));
    }
    if (all.symbolic) {
      shape.forEach(this::isSize);
    } else {
      sized(weight, name, shape);
    }
    String text = name.name().text();
    String path = all.instances.pathOf(text);
    String what = "`" + text + weight.type().map(t -> ": " + t.span().text()).orElse("") + "`";
    Optional<Value> before = all.instances.made(path);
    if (before.isPresent()) {
      if (!before.get().shape().equals(shape)) {
        throw Diagnostic.of(
                Code.SHAPE, "the weight `" + path + "` is shared, and its two uses need two shapes")
            .at(all.instances.now().orElseThrow().now, "here it would be " + shape)
            .at(
                all.instances.now().orElseThrow().first,
                "its first use made it " + before.get().shape())
            .at(name.span(), "the weight")
            .raise();
      }
      all.instances.use(path, before.get());
      return Meta.Tensor.of(before.get(), what);
    }
    Value value = new Value(path, Term.Kind.FLOAT, shape);
    all.builder.weight(
        new Graph.Weight(value, List.copyOf(axes), initial, weight.constant(), name.span()));
    all.instances.use(path, value);
    return Meta.Tensor.of(value, what);
  }

  /**
   * A weight is made with no axis below 0: neither is what alone, or in a product, says how long.
   */
  private void isSize(Poly size) {
    if (size.terms().size() == 1 && size.terms().firstEntry().getValue() > 0) {
      size.symbols().forEach(all.prover::natural);
    }
  }

  /** {@code weight gain[d] = ones}: meant are sizes, and a colon is missing before them. */
  private static void sizesForIndices(Ast.WeightName name, List<Ast.Binder> left, Context context) {
    for (Ast.Binder binder : left) {
      Optional<Scope.Binding> bound = context.scope().find(binder.name().text());
      if (binder.size().isEmpty() && bound.isPresent() && !bound.get().index()) {
        Span sizes = left.getFirst().span().to(left.getLast().span());
        throw Errors.error(
            Code.SYNTAX,
            "a colon stands before the sizes of a weight",
            name.span(),
            "write `weight " + name.name() + ": [" + sizes.text() + "]`");
      }
    }
  }

  /** Of a model that is made, weights have sizes that are numbers, not too large together. */
  private static void sized(Item.Weight weight, Ast.WeightName name, List<Poly> shape) {
    List<Span> places =
        weight.type().isPresent()
            ? weight.type().get().dims().stream().map(Ast.Dim::span).toList()
            : name.indices().orElseThrow().stream().map(Ast.Binder::span).toList();
    long elements = 1;
    for (int axis = 0; axis < shape.size(); axis++) {
      Span place = places.size() == shape.size() ? places.get(axis) : name.span();
      OptionalLong size = shape.get(axis).constant();
      if (size.isEmpty()) {
        throw Errors.error(
            Code.SHAPE,
            "a weight cannot be as long as an input: `"
                + shape.get(axis)
                + "` is known only when the model runs",
            place,
            "give it a fixed size, and bound the length: `context: int` and `["
                + shape.get(axis)
                + " <= context]`");
      }
      if (size.getAsLong() < 0) {
        throw Errors.error(
            Code.SHAPE,
            "the size of a weight cannot be negative, and `"
                + place.text()
                + "` is "
                + size.getAsLong(),
            place);
      }
      long most = size.getAsLong() == 0 ? Long.MAX_VALUE : Long.MAX_VALUE / 8 / size.getAsLong();
      if (elements > most) {
        throw Errors.error(
            Code.SHAPE, "a weight of shape " + shape + " is larger than any memory", name.span());
      }
      elements *= Math.max(1, size.getAsLong());
    }
  }

  private Graph.Initial initial(Expr expr, Context context) {
    return switch (all.expressions.eval(expr, context)) {
      case Meta.Start(Graph.Initial initial) -> initial;
      case Meta.Scalar(Term term) -> new Graph.Initial.Formula(List.of(), Terms.toFloat(term));
      case Meta other ->
          throw Errors.error(
              Code.TYPE,
              "a weight begins as `zeros`, `ones`, `normal(0.02)`, `uniform(a, b)`, `xavier` or a number,"
                  + " and this is "
                  + Errors.describe(other),
              expr.span());
    };
  }
}
