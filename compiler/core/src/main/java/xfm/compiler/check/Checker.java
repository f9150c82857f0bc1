package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Value;
import xfm.compiler.source.DeepStack;
import xfm.compiler.source.Span;

/**
 * Checks declarations as they stand, with symbols for sizes, and makes graphs of models, with
 * numbers. Both are the same walk ({@link Elaboration}).
 */
public final class Checker {

  /** Which declarations a name can mean, seen from a file. */
  public interface Declarations {
    /** The declaration, and what its own file sees. */
    Optional<Found> find(String name);

    /** What a file declares that was imported under a name. */
    Optional<Declarations> imported(String name);

    Set<String> names();

    /** What the file sees under another name than the one that others have for it. */
    Optional<String> synonym(String elsewhere);
  }

  public record Found(Item.Declaration declaration, Declarations sees) {}

  private Checker() {}

  private static Scope scope(Declarations declarations) {
    return new Scope(
        new Scope.Globals() {
          @Override
          public Optional<Meta> find(String name) {
            return declared(declarations, name)
                .or(() -> declarations.imported(name).map(file -> module(name, file)))
                .or(() -> Builtins.find(name));
          }

          @Override
          public Set<String> names() {
            Set<String> names = new TreeSet<>(Builtins.names());
            names.addAll(declarations.names());
            return names;
          }

          @Override
          public Optional<String> synonym(String elsewhere) {
            return declarations.synonym(elsewhere);
          }
        });
  }

  private static Optional<Meta> declared(Declarations declarations, String name) {
    return declarations
        .find(name)
        .map(found ->
            new Meta.Function(
                new Callable.Declared(
                    found.declaration(), scope(found.sees()), Map.of(), Optional.empty())));
  }

  private static Meta module(String name, Declarations file) {
    return new Meta.Module(name, member -> declared(file, member), file.names());
  }

  /** Everything that is wrong with a declaration as it stands, whatever its sizes will be. */
  public static List<Diagnostic> check(Item.Declaration d, Declarations declarations) {
    return DeepStack.call(
        () -> stands(d, declarations).stream().map(p -> p.worded(Divides::plain)).toList());
  }

  private static List<Diagnostic> stands(Item.Declaration d, Declarations declarations) {
    Elaboration all = new Elaboration(true);
    try {
      distinct(d);
      if (d.isScript()) {
        return List.of(); // has no meaning inside an equation; a call there says so
      }
      Scope scope = new Scope(scope(declarations));
      Context context = Context.of(scope, List.of());
      List<Poly> facts = new ArrayList<>();
      parameters(d, all, scope, facts);
      defaults(d, all, scope, facts);
      if (d.kind() == Item.Kind.MODEL) {
        Optional<Statements.Returned> returned = all.statements.model(d, scope, facts);
        finish(d, returned, all, scope, context);
      } else {
        all.statements.stands(d, scope, facts);
      }
      return all.problems;
    } catch (XfmException e) {
      return e.diagnostics();
    } catch (Poison follows) {
      return all.problems;
    }
  }

  /** Defaults in order, each seeing the parameters without a default and those before it. */
  private static void defaults(Item.Declaration d, Elaboration all, Scope scope, List<Poly> facts) {
    List<Ast.Parameter> open =
        d.parameters().stream().filter(p -> p.defaultValue().isPresent()).toList();
    Set<String> later = open.stream().map(p -> p.name().text()).collect(Collectors.toSet());
    for (Ast.Parameter parameter : open) {
      Expr expr = parameter.defaultValue().orElseThrow();
      try {
        for (String name : Uses.names(expr)) {
          if (later.contains(name)) {
            throw Errors.error(
                Code.NAME,
                "this default needs `" + name + "`, which has no value yet",
                expr.span(),
                "defaults are computed in order: put `"
                    + name
                    + "` before `"
                    + parameter.name()
                    + "`");
          }
        }
        Context context = Context.of(scope.without(later), facts);
        Meta value = all.expressions.eval(expr, context);
        if (!(parameter.type().orElse(null) instanceof Type.Tensor)
            || !(value instanceof Meta.Tensor)) {
          all.binding.checked(parameter, value, Site.of(expr.span()));
        }
      } catch (XfmException e) {
        all.problems.addAll(e.diagnostics());
      }
      later.remove(parameter.name().text());
    }
  }

  private static void distinct(Item.Declaration d) {
    Map<String, Span> seen = new LinkedHashMap<>();
    for (Ast.Parameter parameter : d.parameters()) {
      Span before = seen.putIfAbsent(parameter.name().text(), parameter.span());
      if (before != null) {
        throw Diagnostic.of(Code.NAME, "two parameters are called `" + parameter.name() + "`")
            .at(parameter.name().span(), "again here")
            .at(before, "first here")
            .raise();
      }
    }
  }

  /** Symbols and stand-ins for the parameters of a declaration that is checked as it stands. */
  private static void parameters(
      Item.Declaration d, Elaboration all, Scope scope, List<Poly> facts) {
    Context context = Context.of(scope, facts);
    for (Ast.Parameter parameter : d.parameters()) {
      String name = parameter.name().text();
      if (parameter.type().orElse(null) instanceof Type.Scalar scalar
          && scalar.element() == Type.Element.INT) {
        Atom.Symbol symbol = new Atom.Symbol(name);
        scope.bind(name, new Meta.Scalar(Terms.integer(Poly.of(symbol))), parameter.span());
      }
    }
    Set<String> named =
        d.parameters().stream().map(p -> p.name().text()).collect(Collectors.toSet());
    for (Ast.Parameter parameter : d.parameters()) {
      if (parameter.type().orElse(null) instanceof Type.Tensor tensor) {
        all.binding.free(tensor, named, scope);
      }
    }
    for (Expr condition : d.requires()) {
      Divides.assume(condition, scope);
    }
    for (Ast.Parameter parameter : d.parameters()) {
      String name = parameter.name().text();
      if (scope.find(name).isPresent()) {
        continue;
      }
      Type type =
          parameter
              .type()
              .orElse(new Type.Scalar(Type.Element.FLOAT, Optional.empty(), parameter.span()));
      Meta meta = all.binding.unknown(type, name, scope, context);
      scope.bind(name, meta, parameter.span());
      if (type instanceof Type.Tensor tensor) {
        facts.addAll(bounds(tensor, all, scope, context));
        facts.addAll(sizes(tensor, all, scope, context));
      }
    }
    for (Ast.Parameter parameter : d.parameters()) {
      Optional<Poly> limit = all.binding.limit(parameter, scope, context);
      if (limit.isPresent()
          && scope.find(parameter.name().text()).orElseThrow().meta()
              instanceof Meta.Scalar(Term.Int(Poly given))) {
        facts.add(given);
        facts.add(limit.get().minus(given).minus(1));
      }
    }
    for (Expr condition : d.requires()) {
      Term term = all.expressions.truth(condition, context);
      facts.addAll(Facts.where(term));
    }
  }

  /** The names that stand on the right of an equation or in its sizes, each with its first use. */
  public static Map<String, Expr.Name> names(Item.Equation equation) {
    Map<String, Expr.Name> found = new LinkedHashMap<>();
    Mentions.expressions(equation, e -> Uses.firstUses(e, found));
    return found;
  }

  /** The axes of what is given have no fewer than 0 places. */
  private static List<Poly> sizes(Type.Tensor type, Elaboration all, Scope scope, Context context) {
    List<Poly> facts = new ArrayList<>();
    for (Ast.Dim dim : type.dims()) {
      if (dim instanceof Ast.Size(Expr expr, Optional<Expr> atMost, Span span)) {
        Poly size = all.expressions.integer(expr, context.in(scope));
        if (!all.prover.nonNegative(size, List.of())) {
          facts.add(size);
        }
      }
    }
    return facts;
  }

  private static List<Poly> bounds(
      Type.Tensor type, Elaboration all, Scope scope, Context context) {
    List<Poly> facts = new ArrayList<>();
    for (Ast.Dim dim : type.dims()) {
      if (dim instanceof Ast.Size(Expr expr, Optional<Expr> atMost, Span span)
          && atMost.isPresent()) {
        Poly size = all.expressions.integer(expr, context.in(scope));
        facts.add(all.expressions.integer(atMost.get(), context.in(scope)).minus(size));
      }
    }
    return facts;
  }

  /**
   * The graph of a model, or of a function of tensors that a script calls.
   *
   * @param settings values of its parameters: Long, Double, Boolean or String
   * @param call where it is asked for, for messages
   */
  public static Graph make(
      Item.Declaration d, Declarations declarations, Map<String, Object> settings, Span call) {
    return DeepStack.call(() -> {
      Scope scope = new Scope(scope(declarations));
      try {
        return made(d, scope, settings, call);
      } catch (XfmException e) {
        throw new XfmException(e.diagnostics().stream().map(p -> suspected(d, scope, p)).toList());
      }
    });
  }

  /** What goes wrong in a block deep inside may begin with a setting that is below 0, or 0. */
  private static Diagnostic suspected(Item.Declaration d, Scope scope, Diagnostic problem) {
    Diagnostic noted = problem;
    for (Ast.Parameter parameter : d.parameters()) {
      String name = parameter.name().text();
      if (scope.find(name).map(Scope.Binding::meta).orElse(null)
              instanceof Meta.Scalar(Term.Int(Poly value))
          && value.constant().orElse(1) <= 0
          && !problem.says(name + " = " + value)
          && !problem.says("`" + name + "` is " + value)) {
        noted = noted.note("the setting `" + name + "` of `" + d.name() + "` is " + value);
      }
    }
    return noted;
  }

  private static Graph made(
      Item.Declaration d, Scope scope, Map<String, Object> settings, Span call) {
    distinct(d);
    Elaboration all = new Elaboration(false);
    Context context = Context.of(scope, List.of());
    Map<String, Meta> given = settings(d, settings, call);
    for (Ast.Parameter parameter : d.parameters()) {
      String name = parameter.name().text();
      if (parameter.type().orElse(null) instanceof Type.Tensor) {
        continue;
      }
      Meta value = given.get(name);
      if (value == null) {
        if (parameter.defaultValue().isEmpty()) {
          throw Diagnostic.of(
                  Code.CALL, "the " + d.kind().word() + " `" + d.name() + "` needs `" + name + "`")
              .at(call, "made here without it")
              .at(parameter.span(), "declared here, without a default")
              .raise();
        }
        value = all.expressions.eval(parameter.defaultValue().get(), context);
      }
      scope.bind(name, all.binding.checked(parameter, value, Site.of(call)), parameter.span());
    }
    List<Poly> facts = new ArrayList<>();
    for (Ast.Parameter parameter : d.parameters()) {
      if (parameter.type().orElse(null) instanceof Type.Tensor type) {
        input(parameter, type, all, scope, context, facts);
      }
    }
    all.binding.conditions(d, scope, context);
    facts.addAll(all.binding.assumed(d, scope, Site.of(call), context));
    Optional<Statements.Returned> returned = all.statements.model(d, scope, facts);
    return finish(d, returned, all, scope, context);
  }

  private static Map<String, Meta> settings(
      Item.Declaration d, Map<String, Object> settings, Span call) {
    Map<String, Meta> given = new LinkedHashMap<>();
    Set<String> known =
        d.parameters().stream()
            .filter(p -> !(p.type().orElse(null) instanceof Type.Tensor))
            .map(p -> p.name().text())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    settings.forEach((name, value) -> {
      if (!known.contains(name)) {
        throw Errors.error(
            Code.CALL,
            "the model `" + d.name() + "` has no parameter `" + name + "` to set",
            call,
            Errors.nearest(
                name,
                known,
                known.isEmpty() ? "it has none" : "it has " + String.join(", ", known)));
      }
      given.put(
          name,
          switch (value) {
            case Long number -> new Meta.Scalar(Term.Int.of(number));
            case Double number -> new Meta.Scalar(Terms.number(number));
            case Boolean truth -> new Meta.Scalar(Terms.truth(truth));
            case String text -> new Meta.Words(text);
            default -> throw new IllegalArgumentException("a setting of " + value.getClass());
          });
    });
    return given;
  }

  private static void input(
      Ast.Parameter parameter,
      Type.Tensor type,
      Elaboration all,
      Scope scope,
      Context context,
      List<Poly> facts) {
    String name = parameter.name().text();
    List<Poly> shape = all.binding.shape(type, scope, context);
    Value value = new Value(name, Binding.kind(type.element()), shape);
    Optional<Poly> below = all.binding.below(type.element(), scope, context);
    holdsSomething(name, type, shape, below, all, context.in(scope));
    below.ifPresent(limit -> all.limits.bound(value, Limits.Limit.under(limit)));
    facts.addAll(bounds(type, all, scope, context));
    List<Optional<Poly>> atMost = new ArrayList<>();
    for (Ast.Dim dim : type.dims()) {
      atMost.add(
          dim instanceof Ast.Size size
              ? size.atMost().map(e -> all.expressions.integer(e, context.in(scope)))
              : Optional.empty());
    }
    List<String> axes =
        type.dims().stream()
            .map(dim -> (dim instanceof Ast.Size size ? size.value().span() : dim.span()).text())
            .toList();
    all.builder.input(new Graph.Input(name, value, below, atMost, axes, parameter.span()));
    scope.bind(
        name,
        Meta.Tensor.of(value, "`" + name + ": " + type.span().text() + "`"),
        parameter.span());
  }

  /** An input whose axes have a number of places, of which one at least may be given. */
  private static void holdsSomething(
      String name,
      Type.Tensor type,
      List<Poly> shape,
      Optional<Poly> below,
      Elaboration all,
      Context context) {
    for (int axis = 0; axis < type.dims().size() && axis < shape.size(); axis++) {
      if (type.dims().get(axis) instanceof Ast.Size size) {
        Optional<Poly> most = size.atMost().map(e -> all.expressions.integer(e, context));
        if (shape.get(axis).constant().orElse(0) < 0
            || most.orElse(Poly.ONE).constant().orElse(1) < 1) {
          throw Errors.error(
              Code.SHAPE,
              "the input `"
                  + name
                  + "` could hold nothing: this axis has "
                  + (most.isPresent() ? "at most " + most.get() : shape.get(axis))
                  + " places",
              size.span());
        }
      }
    }
    if (below.isPresent() && below.get().constant().orElse(1) < 1) {
      throw Errors.error(
          Code.SHAPE,
          "the input `" + name + "` could hold nothing: its elements are less than " + below.get(),
          type.element().span());
    }
  }

  private static Graph finish(
      Item.Declaration d,
      Optional<Statements.Returned> returned,
      Elaboration all,
      Scope scope,
      Context context) {
    if (returned.isEmpty()) {
      throw Statements.nothing(d);
    }
    SequencedMap<String, Value> results = new LinkedHashMap<>();
    Meta checked = all.results.check(d, returned.get(), scope, context);
    if (checked instanceof Meta.RecordOf(SequencedMap<String, Meta> fields)) {
      fields.forEach(
          (name, meta) -> results.put(name, stored(d, name, meta, all, returned.get().span())));
    } else {
      String name = returned.get().name();
      results.put(name, stored(d, name, checked, all, returned.get().span()));
    }
    return all.builder.finish(d.name().text(), results);
  }

  private static Value stored(
      Item.Declaration d, String name, Meta meta, Elaboration all, Span span) {
    if (d.kind() == Item.Kind.FN && meta instanceof Meta.Scalar(Term term)) {
      return all.builder.define(name, term.kind(), List.of(), term, span);
    }
    return Calls.stored(meta)
        .orElseThrow(() ->
            Errors.error(
                Code.TYPE,
                "the "
                    + d.kind().word()
                    + " `"
                    + d.name()
                    + "` returns tensors, and this is "
                    + Errors.describe(meta),
                span));
  }
}
