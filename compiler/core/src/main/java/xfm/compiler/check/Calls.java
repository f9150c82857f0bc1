package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/** Calls of functions and blocks: which argument is which parameter, and what comes out. */
final class Calls {
  private final Elaboration all;

  Calls(Elaboration all) {
    this.all = all;
  }

  Meta call(Expr.Call e, Optional<Ast.Id> label, Context context) {
    Meta callee = all.expressions.eval(e.callee(), context);
    if (!(callee instanceof Meta.Function(Callable callable))) {
      throw Errors.error(
          Code.TYPE,
          "only functions and blocks are called, and this is " + Errors.describe(callee),
          e.callee().span());
    }
    if (callable instanceof Callable.Builtin(String name)) {
      return Builtins.apply(name, e, all, context);
    }
    Map<String, Meta> arguments = arguments(callable, e, context);
    return apply(callable, arguments, label, e.span(), context);
  }

  /** A function given all its arguments by name (as its declared type names them). */
  Meta apply(
      Callable callable,
      Map<String, Meta> arguments,
      Optional<Ast.Id> label,
      Span span,
      Context context) {
    if (++all.depth > Elaboration.MOST_CALLS) {
      throw Errors.error(
          Code.LIMIT,
          "calls are nested more than " + Elaboration.MOST_CALLS + " deep here",
          span,
          "does a block call itself?");
    }
    boolean outside = all.trusted;
    all.trusted =
        switch (callable) {
          case Callable.Declared declared -> all.symbolic;
          case Callable.Anonymous anonymous -> anonymous.trusted();
          case Callable.Adapted adapted -> outside;
          case Callable.Lifted lifted -> outside;
          case Callable.Opaque opaque -> outside;
          case Callable.Builtin builtin -> outside;
        };
    try {
      return switch (callable) {
        case Callable.Declared declared -> declared(declared, arguments, label, span, context);
        case Callable.Anonymous(Expr.Lambda lambda, Context captured, boolean trusted) -> {
          Scope scope = new Scope(captured.scope());
          arguments.forEach((name, meta) -> scope.bind(name, meta, span));
          yield all.expressions.eval(
              lambda.body(),
              new Context(
                  scope,
                  Map.of(),
                  context.rest(),
                  join(captured.facts(), context.facts()),
                  context.guards(),
                  context.equation() || captured.equation()));
        }
        case Callable.Adapted(Callable inner, Type.Function type) ->
            adapted(inner, type, arguments, span, context);
        case Callable.Lifted(Callable.Lift lift, List<Meta> parts) ->
            lifted(lift, parts, arguments, span, context);
        case Callable.Opaque opaque -> opaque(opaque, arguments, span, context);
        case Callable.Builtin builtin -> throw new IllegalStateException(builtin.name());
      };
    } finally {
      all.trusted = outside;
      all.depth--;
    }
  }

  private static List<Poly> join(List<Poly> a, List<Poly> b) {
    List<Poly> joined = new ArrayList<>(a);
    b.stream().filter(f -> !a.contains(f)).forEach(joined::add);
    return joined;
  }

  /** The arguments by the names of the parameters. */
  private Map<String, Meta> arguments(Callable callable, Expr.Call e, Context context) {
    List<String> order = order(callable);
    boolean block = callable instanceof Callable.Declared d && d.declaration().kind() != Item.Kind.FN;
    Map<String, Meta> named = new LinkedHashMap<>();
    int position = 0;
    boolean afterName = false;
    for (Ast.Argument argument : e.arguments()) {
      String name;
      Meta value;
      if (argument.name().isPresent()) {
        name = argument.name().get().text();
        value = all.expressions.eval(argument.value(), context);
        afterName = true;
      } else {
        value = all.expressions.eval(argument.value(), context);
        boolean bare = argument.value() instanceof Expr.Name;
        if (bare && (afterName || (block && !(value instanceof Meta.Tensor)))) {
          name = ((Expr.Name) argument.value()).text();
        } else if (block && !(value instanceof Meta.Tensor)) {
          throw Errors.error(
              Code.CALL,
              "in the call of a block only tensors go without a name, and this is " + Errors.describe(value),
              argument.span(),
              "write `name = …`; it takes " + String.join(", ", order));
        } else if (afterName) {
          throw Errors.error(
              Code.CALL, "an argument without a name cannot follow one with a name", argument.span());
        } else {
          List<String> places = block ? tensors((Callable.Declared) callable) : order;
          if (position >= places.size()) {
            throw Errors.error(
                Code.CALL,
                "too many arguments: " + describe(callable) + " takes "
                    + (places.isEmpty() ? "none" : String.join(", ", places)),
                argument.span());
          }
          name = places.get(position++);
        }
      }
      if (!order.contains(name)) {
        throw Errors.error(
            Code.CALL,
            describe(callable) + " takes no argument `" + name + "`",
            argument.span(),
            Nearest.suggest(name, order)
                .map(near -> "did you mean `" + near + "`?")
                .orElse("it takes " + (order.isEmpty() ? "none" : String.join(", ", order))));
      }
      if (named.put(name, value) != null) {
        throw Errors.error(Code.CALL, "`" + name + "` is given twice", argument.span());
      }
    }
    return named;
  }

  private static String describe(Callable callable) {
    return Errors.describe(new Meta.Function(callable));
  }

  /** The names of the parameters that can still be given, in order. */
  private static List<String> order(Callable callable) {
    return switch (callable) {
      case Callable.Declared d ->
          d.declaration().parameters().stream()
              .map(p -> p.name().text())
              .filter(name -> !d.given().containsKey(name))
              .toList();
      case Callable.Anonymous(Expr.Lambda lambda, Context captured, boolean trusted) ->
          lambda.parameters().stream().map(p -> p.name().text()).toList();
      case Callable.Adapted(Callable inner, Type.Function type) -> names(type);
      case Callable.Opaque opaque -> names(opaque.type());
      case Callable.Lifted(Callable.Lift lift, List<Meta> parts) ->
          parts.stream()
              .filter(p -> p instanceof Meta.Function)
              .flatMap(p -> order(((Meta.Function) p).callable()).stream())
              .distinct()
              .toList();
      case Callable.Builtin builtin -> List.of("0");
    };
  }

  private static List<String> tensors(Callable.Declared declared) {
    return declared.declaration().parameters().stream()
        .filter(p -> p.type().orElse(null) instanceof Type.Tensor)
        .map(p -> p.name().text())
        .filter(name -> !declared.given().containsKey(name))
        .toList();
  }

  /** The parameters of a function type; unnamed ones are called by their place. */
  static List<String> names(Type.Function type) {
    List<String> names = new ArrayList<>();
    for (Ast.FnParameter parameter : type.parameters()) {
      names.add(parameter.name().map(Ast.Id::text).orElse(Integer.toString(names.size())));
    }
    return names;
  }

  /** A passed function may take fewer arguments than it is offered, by name. */
  private Meta adapted(
      Callable inner, Type.Function type, Map<String, Meta> offered, Span span, Context context) {
    if (inner instanceof Callable.Lifted(Callable.Lift lift, List<Meta> parts)) {
      return lifted(
          lift,
          parts.stream()
              .map(
                  part ->
                      part instanceof Meta.Function(Callable c)
                          ? new Meta.Function(new Callable.Adapted(c, type))
                          : part)
              .toList(),
          offered,
          span,
          context);
    }
    List<String> order = order(inner);
    List<String> names = names(type);
    boolean named = type.parameters().stream().anyMatch(p -> p.name().isPresent());
    Map<String, Meta> taken = new LinkedHashMap<>();
    if (named) {
      offered.forEach(
          (name, meta) -> {
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
      scope.bind("z", offered.values().iterator().next(), span);
      Expr.Call call =
          new Expr.Call(
              new Expr.Name(name, span),
              List.of(new Ast.Argument(Optional.empty(), new Expr.Name("z", span), span)),
              span);
      return Builtins.apply(name, call, all, context.in(scope));
    }
    Meta result = apply(inner, taken, Optional.empty(), span, context);
    if (result instanceof Meta.Function) {
      throw Diagnostic.of(
              Code.CALL, describe(inner) + " needs more than it is offered where it is called")
          .at(span, "offers " + String.join(", ", names))
          .note("it takes " + String.join(", ", order))
          .help("give the others first: a call with some of the arguments is a function of the rest")
          .raise();
    }
    return result;
  }

  private Meta lifted(
      Callable.Lift lift, List<Meta> parts, Map<String, Meta> arguments, Span span, Context context) {
    switch (lift) {
      case NOT -> {
        return new Meta.Scalar(Terms.not(bool(parts.get(0), arguments, span, context)));
      }
      case AND, OR -> {
        Term a = bool(parts.get(0), arguments, span, context);
        boolean and = lift == Callable.Lift.AND;
        Context right = context.knowing(Facts.where(and ? a : Terms.not(a)));
        Term b = bool(parts.get(1), arguments, span, right);
        return new Meta.Scalar(and ? Terms.and(a, b) : Terms.or(a, b));
      }
      case IF -> {
        Term c = bool(parts.get(0), arguments, span, context);
        Term a = scalar(parts.get(1), arguments, span, context.knowing(Facts.where(c)));
        Term b = scalar(parts.get(2), arguments, span, context.knowing(Facts.where(Terms.not(c))));
        return new Meta.Scalar(Terms.choose(c, a, b));
      }
    }
    throw new IllegalStateException();
  }

  private Term bool(Meta part, Map<String, Meta> arguments, Span span, Context context) {
    Term term = scalar(part, arguments, span, context);
    if (term.kind() != Term.Kind.BOOL) {
      throw Errors.error(
          Code.TYPE, "`and`, `or` and `not` join functions that return bools", span);
    }
    return term;
  }

  private Term scalar(Meta part, Map<String, Meta> arguments, Span span, Context context) {
    Meta value = part;
    if (part instanceof Meta.Function(Callable callable)) {
      List<String> order = order(callable);
      Map<String, Meta> taken = new HashMap<>(arguments);
      if (!(callable instanceof Callable.Adapted)) {
        taken.keySet().retainAll(Set.copyOf(order));
      }
      value = apply(callable, taken, Optional.empty(), span, context);
    }
    if (value instanceof Meta.Scalar(Term term)) {
      return term;
    }
    throw Errors.error(
        Code.TYPE, "a function that returns a number or a bool is needed here", span);
  }

  /** A function parameter in a symbolic check: its arguments are checked, its result is unknown. */
  private Meta opaque(
      Callable.Opaque opaque, Map<String, Meta> arguments, Span span, Context context) {
    Scope scope = new Scope(opaque.scope());
    List<String> names = names(opaque.type());
    for (int i = 0; i < names.size(); i++) {
      Ast.FnParameter parameter = opaque.type().parameters().get(i);
      Meta given = arguments.get(names.get(i));
      if (given == null) {
        throw Errors.error(
            Code.CALL,
            "`" + opaque.name() + "` is called without `" + names.get(i) + "`",
            span,
            "it takes " + String.join(", ", names));
      }
      if (parameter.below().isPresent()) {
        Poly limit = all.expressions.integer(parameter.below().get(), context.in(scope));
        if (!(given instanceof Meta.Scalar(Term.Int(Poly place)))
            || !all.prover.nonNegative(place, context.facts())
            || !all.prover.nonNegative(limit.minus(place).minus(1), context.facts())) {
          throw Errors.error(
              Code.INDEX,
              "`" + names.get(i) + "` must be in 0 … " + limit + " - 1 in this call of `" + opaque.name() + "`",
              span);
        }
      }
      String name = names.get(i);
      parameter
          .type()
          .ifPresent(type -> all.binding.unify(name, type, given, scope, span, context));
      scope.bind(names.get(i), given, span);
    }
    return all.binding.unknown(opaque.type().result(), opaque.name(), scope, context);
  }

  private Meta declared(
      Callable.Declared declared,
      Map<String, Meta> arguments,
      Optional<Ast.Id> label,
      Span span,
      Context context) {
    Item.Declaration d = declared.declaration();
    Map<String, Meta> given = new LinkedHashMap<>(declared.given());
    given.putAll(arguments);
    List<String> missing =
        d.parameters().stream()
            .filter(p -> p.defaultValue().isEmpty() && !given.containsKey(p.name().text()))
            .map(p -> p.name().text())
            .collect(Collectors.toList());
    if (!missing.isEmpty()) {
      if (label.isPresent()) {
        throw Errors.error(
            Code.CALL,
            "this call of `" + d.name() + "` lacks " + String.join(", ", missing),
            span,
            "a label names a use: give the recipe its tensors here");
      }
      return new Meta.Function(
          new Callable.Declared(d, declared.env(), Map.copyOf(given), declared.shared()));
    }
    if (d.kind() == Item.Kind.MODEL) {
      throw Errors.unsupported("a model inside another declaration", span);
    }
    if (d.kind() == Item.Kind.FN) {
      return all.statements.function(d, declared.env(), given, span, context);
    }
    if (context.equation()) {
      throw Errors.unsupported("a block inside an equation", span);
    }
    return all.statements.block(declared, given, label, span, context);
  }

  /** The value that a tensor is stored as, if it is. */
  static Optional<Value> stored(Meta meta) {
    return meta instanceof Meta.Tensor tensor && tensor.reader() instanceof Meta.Stored(Value value)
        ? Optional.of(value)
        : Optional.empty();
  }
}
