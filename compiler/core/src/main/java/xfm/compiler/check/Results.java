package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.check.Statements.Returned;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;

/** What a body returns, against what its header says. */
final class Results {
  private final Elaboration all;

  Results(Elaboration all) {
    this.all = all;
  }

  /** Checks a returned value against the declared type. */
  Meta check(Item.Declaration d, Returned returned, Scope scope, Context context) {
    return d.result().isEmpty() || returned.meta() instanceof Meta.Poisoned
        ? returned.meta()
        : check(d, d.result().get(), returned, scope, context);
  }

  private Meta check(
      Item.Declaration d, Type type, Returned returned, Scope scope, Context context) {
    if (type instanceof Type.Record record) {
      return fields(d, record, returned, scope, context);
    }
    if (type instanceof Type.Tensor declared) {
      if (!(returned.meta() instanceof Meta.Tensor tensor)) {
        throw Errors.lacking(returned.meta(), returned.span())
            .orElseGet(() ->
                Diagnostic.of(
                        Code.TYPE,
                        "`"
                            + d.name()
                            + "` returns a tensor, and this is "
                            + Errors.describe(returned.meta()))
                    .at(returned.span(), "returned here")
                    .at(type.span(), "declared here"))
            .raise();
      }
      Optional<List<Poly>> shape = shape(declared, scope, context);
      if (shape.isPresent() && !shape.get().equals(tensor.shape())) {
        throw Diagnostic.of(Code.SHAPE, "these two shapes must be the same, and are not")
            .at(returned.span(), "returned here with shape " + tensor.shape())
            .at(type.span(), "declared here: " + shape.get())
            .raise();
      }
      if (!fits(tensor.kind(), Binding.kind(declared.element()))) {
        throw Diagnostic.of(
                Code.TYPE,
                "`"
                    + d.name()
                    + "` returns "
                    + Errors.elements(Binding.kind(declared.element()))
                    + ", and these are "
                    + Errors.elements(tensor.kind()))
            .at(returned.span(), "returned here")
            .at(type.span(), "declared here")
            .help("the elements of a tensor are floats unless its type says `int` or `bool`")
            .raise();
      }
      return tensor;
    }
    if (type instanceof Type.Scalar scalar && returned.meta() instanceof Meta.Scalar(Term term)) {
      Term.Kind kind = Binding.kind(scalar);
      if (kind == Term.Kind.FLOAT && term.kind() == Term.Kind.INT) {
        return new Meta.Scalar(Terms.toFloat(term));
      }
      if (kind != term.kind()) {
        throw Diagnostic.of(
                Code.TYPE,
                "`"
                    + d.name()
                    + "` returns "
                    + scalar.span().text()
                    + ", and this is "
                    + Errors.describe(returned.meta()))
            .at(returned.span(), "returned here")
            .at(type.span(), "declared here")
            .raise();
      }
      Optional<Poly> below = all.binding.below(scalar, scope, context);
      if (below.isPresent() && term instanceof Term.Int(Poly value)) {
        if (all.trusted) {
          return new Meta.Scalar(all.limits.somewhere(d.name().text(), below.get()));
        }
        if (!all.prover.nonNegative(value, context.facts())
            || !all.prover.nonNegative(below.get().minus(value).minus(1), context.facts())) {
          throw Diagnostic.of(
                  Code.INDEX,
                  "the result of `"
                      + d.name()
                      + "` is not proved to be in 0 … "
                      + below.get().minus(1))
              .at(returned.span(), "returned here")
              .at(type.span(), "declared here")
              .help("`clamp(z, lo, hi)` bounds an int")
              .raise();
        }
      }
    }
    return returned.meta();
  }

  /** Ints may be where floats are declared. */
  static boolean fits(Term.Kind found, Term.Kind declared) {
    return found == declared || found == Term.Kind.INT && declared == Term.Kind.FLOAT;
  }

  /** Each field by its name, in the order of the header. */
  private Meta fields(
      Item.Declaration d, Type.Record type, Returned returned, Scope scope, Context context) {
    List<String> names = type.fields().stream().map(f -> f.name().text()).toList();
    if (!(returned.meta() instanceof Meta.RecordOf(SequencedMap<String, Meta> fields))
        || fields.size() != names.size()
        || !fields.keySet().containsAll(names)) {
      String fields =
          returned.meta() instanceof Meta.RecordOf(SequencedMap<String, Meta> found)
              ? "these are " + String.join(", ", found.keySet())
              : "this is " + Errors.describe(returned.meta());
      throw Diagnostic.of(
              Code.TYPE,
              "`"
                  + d.name()
                  + "` returns the fields "
                  + String.join(", ", names)
                  + ", and "
                  + fields)
          .at(returned.span(), "returned here")
          .at(type.span(), "declared here")
          .help("`return {" + String.join(": …, ", names) + ": …}`")
          .raise();
    }
    SequencedMap<String, Meta> checked = new LinkedHashMap<>();
    for (Type.TypeField field : type.fields()) {
      String name = field.name().text();
      Returned one = new Returned(name, fields.get(name), returned.span());
      checked.put(
          name,
          one.meta() instanceof Meta.Poisoned
              ? one.meta()
              : check(d, field.type(), one, scope, context));
    }
    return new Meta.RecordOf(checked);
  }

  /** The declared shape where its sizes are all known; `...` compares nothing here. */
  Optional<List<Poly>> shape(Type.Tensor declared, Scope scope, Context context) {
    List<Poly> shape = new ArrayList<>();
    for (Ast.Dim dim : declared.dims()) {
      if (!(dim instanceof Ast.Size size)) {
        return Optional.empty();
      }
      shape.add(all.expressions.integer(size.value(), context.in(scope)));
    }
    return Optional.of(shape);
  }
}
