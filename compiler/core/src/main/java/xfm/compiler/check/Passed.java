package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.source.Span;

/** Functions that are passed as arguments: by which names they are called, and what they may be. */
final class Passed {
  private final Elaboration all;

  Passed(Elaboration all) {
    this.all = all;
  }

  /** A passed function may take fewer arguments than it is offered, by name. */
  Meta adapted(
      Callable inner,
      Type.Function type,
      Map<String, Meta> offered,
      Optional<Ast.Id> label,
      Site site,
      Context context) {
    if (inner instanceof Callable.Lifted(Callable.Lift lift, List<Meta> parts)) {
      return lifted(
          lift,
          parts.stream()
              .map(part ->
                  part instanceof Meta.Function(Callable c)
                      ? new Meta.Function(new Callable.Adapted(c, type, Optional.empty()))
                      : part)
              .toList(),
          offered,
          site,
          context);
    }
    List<String> order = Calls.order(inner);
    List<String> names = Calls.names(type);
    boolean named = type.parameters().stream().anyMatch(p -> p.name().isPresent());
    Map<String, Meta> taken = new LinkedHashMap<>();
    if (named) {
      offered.forEach((name, meta) -> {
        if (order.contains(name)) {
          taken.put(name, meta);
        }
      });
    } else {
      for (int i = 0; i < Math.min(order.size(), names.size()); i++) {
        taken.put(order.get(i), offered.get(names.get(i)));
      }
    }
    if (inner instanceof Callable.Builtin(String name)) {
      // A word of the language used as a function: `activation = tanh`.
      Scope scope = new Scope(context.scope().root());
      List<Ast.Argument> arguments = new ArrayList<>();
      names.stream()
          .limit(Builtins.arity(name))
          .forEach(each -> {
            scope.bind(each, offered.get(each), site.span());
            arguments.add(
                new Ast.Argument(
                    Optional.empty(), new Expr.Name(each, site.of(each)), site.of(each)));
          });
      Expr.Call call = new Expr.Call(new Expr.Name(name, site.span()), arguments, site.span());
      return Builtins.apply(name, call, all, context.in(scope));
    }
    Meta result = all.calls.apply(inner, taken, label, site, context);
    boolean truth = type.result() instanceof Type.Scalar s && s.element() == Type.Element.BOOL;
    if (type.result() instanceof Type.Scalar
        && (!(result instanceof Meta.Scalar(Term term))
            || (term.kind() == Term.Kind.BOOL) != truth)) {
      throw Diagnostic.of(
              Code.TYPE,
              "a function that returns "
                  + Errors.one(type.result().span().text())
                  + " is needed here, and this one returns "
                  + Errors.describe(result))
          .at(written(inner).orElse(site.span()), "this function")
          .at(type.span(), "asked for here")
          .raise();
    }
    return result;
  }

  /** Passed on, it is another instance where it comes to. */
  static Callable without(Callable callable) {
    return switch (callable) {
      case Callable.Adapted(Callable inner, Type.Function type, Optional<Callable.Instance> _) ->
          new Callable.Adapted(without(inner), type, Optional.empty());
      case Callable.Lifted(Callable.Lift lift, List<Meta> parts) ->
          new Callable.Lifted(
              lift,
              parts.stream()
                  .map(p ->
                      p instanceof Meta.Function(Callable c) ? new Meta.Function(without(c)) : p)
                  .toList());
      case Callable.Declared _, Callable.Anonymous _, Callable.Opaque _, Callable.Builtin _ ->
          callable;
    };
  }

  /** Where a function is written, if that is one place. */
  private static Optional<Span> written(Callable callable) {
    return switch (callable) {
      case Callable.Declared d -> Optional.of(d.declaration().name().span());
      case Callable.Anonymous a -> Optional.of(a.lambda().span());
      case Callable.Adapted a -> written(a.inner());
      case Callable.Opaque o -> Optional.of(o.type().span());
      case Callable.Lifted l -> Optional.empty();
      case Callable.Builtin b -> Optional.empty();
    };
  }

  /**
   * A function for a parameter of a function type: what it takes must be among what it is offered
   * there.
   */
  void fits(Callable callable, Type.Function type, Ast.Parameter parameter, Site site) {
    if (callable instanceof Callable.Lifted(Callable.Lift lift, List<Meta> parts)) {
      for (Meta part : parts) {
        if (part instanceof Meta.Function(Callable each)) {
          fits(each, type, parameter, site);
        }
      }
      return;
    }
    List<String> needed =
        switch (callable) {
          case Callable.Declared d -> d.missing();
          case Callable.Anonymous a ->
              a.lambda().parameters().stream()
                  .filter(p -> p.defaultValue().isEmpty())
                  .map(p -> p.name().text())
                  .toList();
          case Callable.Adapted a -> Calls.order(a);
          case Callable.Opaque o -> Calls.order(o);
          case Callable.Builtin b -> List.of();
          case Callable.Lifted l -> List.of();
        };
    List<String> offered = Calls.names(type);
    boolean named = type.parameters().stream().anyMatch(p -> p.name().isPresent());
    List<String> lacking =
        named
            ? needed.stream().filter(name -> !offered.contains(name)).toList()
            : needed.subList(Math.min(needed.size(), offered.size()), needed.size());
    if (!lacking.isEmpty()) {
      throw Diagnostic.of(
              Code.CALL,
              Calls.describe(callable)
                  + " needs "
                  + Calls.quoted(lacking)
                  + ", and `"
                  + parameter.name()
                  + "` is not called with that")
          .at(site.of(parameter.name().text()), "given here")
          .at(
              parameter.span(),
              named
                  ? "called with " + (offered.isEmpty() ? "nothing" : String.join(", ", offered))
                  : "called with " + offered.size() + " in order")
          .note("a function may take fewer arguments than it is offered, by these names")
          .help(
              "give the rest first: `"
                  + (callable instanceof Callable.Declared d ? d.declaration().name() : "f")
                  + "("
                  + lacking.getFirst()
                  + " = …)` is a function of what is left")
          .raise();
    }
  }

  Meta lifted(
      Callable.Lift lift,
      List<Meta> parts,
      Map<String, Meta> arguments,
      Site site,
      Context context) {
    switch (lift) {
      case NOT -> {
        return new Meta.Scalar(Terms.not(bool(parts.get(0), arguments, site, context)));
      }
      case AND, OR -> {
        Term a = bool(parts.get(0), arguments, site, context);
        boolean and = lift == Callable.Lift.AND;
        Context right = context.knowing(Facts.where(and ? a : Terms.not(a)));
        Term b = bool(parts.get(1), arguments, site, right);
        return new Meta.Scalar(and ? Terms.and(a, b) : Terms.or(a, b));
      }
      case IF -> {
        Term c = bool(parts.get(0), arguments, site, context);
        Context otherwise = context.knowing(Facts.where(Terms.not(c)));
        Meta a = value(parts.get(1), arguments, site, context.knowing(Facts.where(c)));
        Meta b = value(parts.get(2), arguments, site, otherwise);
        if (a instanceof Meta.Tensor x
            && b instanceof Meta.Tensor y
            && x.shape().equals(y.shape())
            && x.kind() == y.kind()) {
          return all.definitions.computed(
              x.shape(),
              at -> Terms.choose(c, x.reader().read(at), y.reader().read(at)),
              x.what(),
              site.span());
        }
        return new Meta.Scalar(Terms.choose(c, number(a, site), number(b, site)));
      }
    }
    throw new IllegalStateException();
  }

  private Term bool(Meta part, Map<String, Meta> arguments, Site site, Context context) {
    Term term = scalar(part, arguments, site, context);
    if (term.kind() != Term.Kind.BOOL) {
      throw Errors.error(
          Code.TYPE, "`and`, `or` and `not` join functions that return bools", site.span());
    }
    return term;
  }

  private Term scalar(Meta part, Map<String, Meta> arguments, Site site, Context context) {
    return number(value(part, arguments, site, context), site);
  }

  private Meta value(Meta part, Map<String, Meta> arguments, Site site, Context context) {
    if (!(part instanceof Meta.Function(Callable callable))) {
      return part;
    }
    List<String> order = Calls.order(callable);
    Map<String, Meta> taken = new HashMap<>(arguments);
    if (!(callable instanceof Callable.Adapted)) {
      taken.keySet().retainAll(Set.copyOf(order));
    }
    return all.calls.apply(callable, taken, Optional.empty(), site, context);
  }

  private static Term number(Meta value, Site site) {
    if (value instanceof Meta.Scalar(Term term)) {
      return term;
    }
    throw Errors.error(
        Code.TYPE, "a function that returns a number or a bool is needed here", site.span());
  }

  /** A function parameter in a symbolic check: its arguments are checked, its result is unknown. */
  Meta opaque(Callable.Opaque opaque, Map<String, Meta> arguments, Site site, Context context) {
    Scope scope = new Scope(opaque.scope());
    List<String> names = Calls.names(opaque.type());
    for (int i = 0; i < names.size(); i++) {
      Ast.FnParameter parameter = opaque.type().parameters().get(i);
      Meta given = arguments.get(names.get(i));
      if (given == null) {
        throw Errors.error(
            Code.CALL,
            "`" + opaque.name() + "` is called without `" + names.get(i) + "`",
            site.span(),
            "it takes " + String.join(", ", names));
      }
      if (parameter.below().isPresent()) {
        Poly limit = all.expressions.integer(parameter.below().get(), context.in(scope));
        if (!(given instanceof Meta.Scalar(Term.Int(Poly place)))
            || !all.prover.nonNegative(place, context.facts())
            || !all.prover.nonNegative(limit.minus(place).minus(1), context.facts())) {
          throw Errors.error(
              Code.INDEX,
              "this is not proved to be in 0 … "
                  + limit.minus(1)
                  + ", as `"
                  + names.get(i)
                  + "` of `"
                  + opaque.name()
                  + "` must be",
              site.of(names.get(i)));
        }
      }
      String name = names.get(i);
      parameter
          .type()
          .ifPresent(
              type -> all.binding.unify(name, type, given, scope, site, new HashMap<>(), context));
      scope.bind(names.get(i), given, site.of(name));
    }
    return all.binding.unknown(opaque.type().result(), opaque.name(), scope, context);
  }
}
