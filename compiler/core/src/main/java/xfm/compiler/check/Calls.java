package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/** Calls of functions and blocks: which argument is which parameter, and what comes out. */
final class Calls {
  private final Elaboration all;

  Calls(Elaboration all) {
    this.all = all;
  }

  Meta call(Expr.Call e, Optional<Ast.Id> label, Context context) {
    Meta callee =
        function(e.callee(), context).orElseGet(() -> all.expressions.eval(e.callee(), context));
    if (!(callee instanceof Meta.Function(Callable callable))) {
      throw Errors.error(
          Code.TYPE,
          "only functions and blocks are called, and this is " + Errors.describe(callee),
          e.callee().span());
    }
    if (callable instanceof Callable.Builtin(String name)) {
      return Builtins.apply(name, e, all, context);
    }
    Map<String, Span> places = new HashMap<>();
    Map<String, Meta> arguments = arguments(callable, e, places, context);
    return apply(callable, arguments, label, new Site(e.span(), places), context);
  }

  /** The function that an index is called like: an index is not called. */
  private static Optional<Meta> function(Expr callee, Context context) {
    if (callee instanceof Expr.Name name
        && context.scope().find(name.text()).map(Scope.Binding::index).orElse(true)) {
      return context.scope().global(name.text()).filter(g -> g instanceof Meta.Function);
    }
    return Optional.empty();
  }

  /** A function given all its arguments by name (as its declared type names them). */
  Meta apply(
      Callable callable,
      Map<String, Meta> arguments,
      Optional<Ast.Id> label,
      Site site,
      Context context) {
    all.count(site.span());
    if (++all.depth > Elaboration.MOST_CALLS) {
      throw tooDeep(site.span());
    }
    boolean outside = all.trusted;
    boolean further = all.callerTrusted;
    all.callerTrusted = outside;
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
        case Callable.Declared declared -> declared(declared, arguments, label, site, context);
        case Callable.Anonymous lambda -> {
          label.ifPresent(id -> all.builder.enter(id.text(), site.span()));
          try {
            yield anonymous(lambda, arguments, site, context);
          } finally {
            label.ifPresent(_ -> all.builder.leave());
          }
        }
        case Callable.Adapted(
                Callable inner,
                Type.Function type,
                Optional<Callable.Instance> instance) -> {
          Supplier<Meta> call =
              () -> all.passed.adapted(inner, type, arguments, label, site, context);
          yield instance.isPresent()
              ? all.instances.within(instance.get(), site.span(), call)
              : call.get();
        }
        case Callable.Lifted(Callable.Lift lift, List<Meta> parts) ->
            all.passed.lifted(lift, parts, arguments, site, context);
        case Callable.Opaque opaque -> all.passed.opaque(opaque, arguments, site, context);
        case Callable.Builtin builtin -> throw new IllegalStateException(builtin.name());
      };
    } finally {
      all.trusted = outside;
      all.callerTrusted = further;
      all.depth--;
    }
  }

  /** A declaration that calls itself comes to no end; otherwise the nesting is only deep. */
  private XfmException tooDeep(Span span) {
    List<String> open = all.open.stream().map(d -> d.name().text()).toList(); // innermost first
    int again = open.isEmpty() ? -1 : open.subList(1, open.size()).indexOf(open.getFirst());
    if (again < 0) {
      return Errors.error(
          Code.LIMIT, "calls are nested more than " + Elaboration.MOST_CALLS + " deep here", span);
    }
    List<String> circle = new ArrayList<>(open.subList(0, again + 2).reversed());
    return Diagnostic.of(
            Code.CALL,
            again == 0
                ? "`" + open.getFirst() + "` calls itself, without end"
                : "these call each other, without end: " + String.join(" → ", circle))
        .at(span, "called here again")
        .help("blocks and functions are expanded where they are called; `repeat` makes layers")
        .raise();
  }

  /** A lambda; given too little, it is a function of the rest. */
  private Meta anonymous(
      Callable.Anonymous function, Map<String, Meta> arguments, Site site, Context context) {
    Expr.Lambda lambda = function.lambda();
    Context captured = function.context();
    Scope scope = new Scope(captured.scope());
    List<Ast.Parameter> open = new ArrayList<>();
    for (Ast.Parameter parameter : lambda.parameters()) {
      String name = parameter.name().text();
      Meta value = arguments.get(name);
      if (value == null && parameter.defaultValue().isPresent()) {
        value = all.expressions.eval(parameter.defaultValue().get(), captured.in(scope));
      }
      if (value == null) {
        open.add(parameter);
      } else if (value instanceof Meta.Tensor tensor) {
        all.binding.bindTensor(parameter, tensor, scope, site, new HashMap<>(), captured);
      } else {
        scope.bind(name, all.binding.checked(parameter, value, site), parameter.span());
      }
    }
    if (!open.isEmpty()) {
      return new Meta.Function(
          new Callable.Anonymous(
              new Expr.Lambda(open, lambda.body(), lambda.span()),
              captured.in(scope),
              function.trusted()));
    }
    Context inside =
        new Context(
            scope,
            Map.of(),
            context.rest(),
            join(captured.facts(), context.facts()),
            context.guards(),
            context.equation() || captured.equation());
    try {
      return all.expressions.eval(lambda.body(), inside);
    } catch (XfmException e) {
      throw Errors.within(e, site.span(), "called here");
    }
  }

  private static List<Poly> join(List<Poly> a, List<Poly> b) {
    List<Poly> joined = new ArrayList<>(a);
    b.stream().filter(f -> !a.contains(f)).forEach(joined::add);
    return joined;
  }

  /** The arguments by the names of the parameters. */
  private Map<String, Meta> arguments(
      Callable callable, Expr.Call e, Map<String, Span> places, Context context) {
    List<String> order = order(callable);
    boolean block =
        callable instanceof Callable.Declared d && d.declaration().kind() != Item.Kind.FN;
    Map<String, Meta> named = new LinkedHashMap<>();
    List<Diagnostic> unknown = new ArrayList<>();
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
              "in the call of a block only tensors go without a name, and this is "
                  + Errors.describe(value),
              argument.span(),
              "write `name = …`: "
                  + describe(callable)
                  + " takes "
                  + takes(order, tensors((Callable.Declared) callable)));
        } else if (afterName) {
          throw Errors.error(
              Code.CALL,
              "an argument without a name cannot follow one with a name",
              argument.span());
        } else {
          List<String> inOrder = block ? tensors((Callable.Declared) callable) : order;
          if (position >= inOrder.size()) {
            throw Errors.error(
                Code.CALL,
                "this is one too many: "
                    + (block ? "without a name " : "")
                    + describe(callable)
                    + " takes "
                    + (inOrder.isEmpty() ? "nothing" : String.join(", ", inOrder)),
                argument.span());
          }
          name = inOrder.get(position++);
        }
      }
      if (!order.contains(name)) {
        XfmException none =
            Errors.error(
                Code.CALL,
                describe(callable) + " takes no argument `" + name + "`",
                argument.span(),
                Errors.nearest(
                    name,
                    order,
                    "it takes " + (order.isEmpty() ? "nothing" : String.join(", ", order))));
        unknown.addAll(none.diagnostics());
      }
      if (named.put(name, value) != null) {
        throw Diagnostic.of(Code.CALL, "`" + name + "` is given twice")
            .at(argument.span(), "again here")
            .at(places.get(name), "first here")
            .raise();
      }
      places.put(name, argument.span());
    }
    if (!unknown.isEmpty()) {
      throw new XfmException(unknown);
    }
    return named;
  }

  /** The parameters, less those that are tensors. */
  private static String takes(List<String> order, List<String> tensors) {
    return order.stream().filter(p -> !tensors.contains(p)).collect(Collectors.joining(", "));
  }

  static String describe(Callable callable) {
    return Errors.describe(new Meta.Function(callable));
  }

  /** The names of the parameters that can still be given, in order. */
  static List<String> order(Callable callable) {
    return switch (callable) {
      case Callable.Declared d ->
          d.declaration().parameters().stream()
              .map(p -> p.name().text())
              .filter(name -> !d.given().containsKey(name))
              .toList();
      case Callable.Anonymous(Expr.Lambda lambda, Context captured, boolean trusted) ->
          lambda.parameters().stream().map(p -> p.name().text()).toList();
      case Callable.Adapted adapted -> names(adapted.type());
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

  static String quoted(List<String> names) {
    return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }

  private Meta declared(
      Callable.Declared declared,
      Map<String, Meta> arguments,
      Optional<Ast.Id> label,
      Site site,
      Context context) {
    Item.Declaration d = declared.declaration();
    Map<String, Meta> given = new LinkedHashMap<>(declared.given());
    given.putAll(arguments);
    Callable.Declared now =
        new Callable.Declared(d, declared.env(), Map.copyOf(given), declared.shared());
    List<String> missing = now.missing();
    if (!missing.isEmpty()) {
      if (label.isPresent()) {
        throw Errors.error(
            Code.CALL,
            "this call of `" + d.name() + "` lacks " + quoted(missing),
            site.span(),
            "a label names a use: give the recipe its tensors here");
      }
      all.binding.fitting(d, arguments, site);
      return new Meta.Function(now);
    }
    all.open.push(d);
    try {
      return d.kind() == Item.Kind.FN
          ? all.statements.function(d, declared.env(), given, site, context)
          : all.statements.block(declared, given, label, site, context);
    } catch (XfmException e) {
      throw Errors.within(e, site.span(), "in this call of `" + d.name() + "`");
    } finally {
      all.open.pop();
    }
  }

  /** The value that a tensor is stored as, if it is. */
  static Optional<Value> stored(Meta meta) {
    return meta instanceof Meta.Tensor tensor && tensor.reader() instanceof Meta.Stored(Value value)
        ? Optional.of(value)
        : Optional.empty();
  }
}
