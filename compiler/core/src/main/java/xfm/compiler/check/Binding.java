package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
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
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/** Arguments meet the declared types of parameters: sizes get their values, mismatches show. */
final class Binding {
  private final Elaboration all;

  Binding(Elaboration all) {
    this.all = all;
  }

  /**
   * Binds all parameters in {@code scope}: given ones first, so that sizes are known, then defaults
   * in order. Returns what the declaration's `require`s make known.
   */
  List<Poly> bind(
      Item.Declaration d, Map<String, Meta> given, Scope scope, Site site, Context context) {
    Map<String, Origin> origins = new HashMap<>();
    for (Ast.Parameter parameter : d.parameters()) {
      Meta value = given.get(parameter.name().text());
      if (value != null && !(value instanceof Meta.Tensor)) {
        scope.bind(parameter.name().text(), checked(parameter, value, site), parameter.span());
      }
    }
    for (Ast.Parameter parameter : d.parameters()) {
      if (given.get(parameter.name().text()) instanceof Meta.Tensor tensor) {
        bindTensor(parameter, tensor, scope, site, origins, context);
      }
    }
    for (Ast.Parameter parameter : d.parameters()) {
      if (!given.containsKey(parameter.name().text())) {
        Meta value = byDefault(parameter, scope, site, context);
        if (value instanceof Meta.Tensor tensor) {
          bindTensor(parameter, tensor, scope, site, origins, context);
        } else {
          scope.bind(parameter.name().text(), checked(parameter, value, site), parameter.span());
        }
      }
    }
    List<Poly> known = new ArrayList<>();
    for (Ast.Parameter parameter : d.parameters()) {
      known.addAll(inRange(parameter, scope, site, context));
      if (d.kind() == Item.Kind.MODEL
          && parameter.type().orElse(null) instanceof Type.Tensor type) {
        input(parameter, type, scope, site, context);
      }
    }
    known.addAll(require(d, scope, site, context.knowing(known)));
    return known;
  }

  /**
   * {@code h: int < heads}: what is given is proved to be in {@code 0 … heads - 1}, and known to be
   * inside.
   */
  private List<Poly> inRange(Ast.Parameter parameter, Scope scope, Site site, Context context) {
    String name = parameter.name().text();
    Optional<Poly> limit = limit(parameter, scope, context);
    if (limit.isEmpty()
        || !(scope.find(name).orElseThrow().meta() instanceof Meta.Scalar(Term.Int(Poly given)))) {
      return List.of();
    }
    List<Poly> known = List.of(given, limit.get().minus(given).minus(1));
    if (!isAssumed() && !known.stream().allMatch(f -> all.prover.nonNegative(f, context.facts()))) {
      throw Mismatches.notInRange(parameter, limit.get(), given, site);
    }
    return known;
  }

  /**
   * Whether a call's conditions are not asked for here: it stands in a body that is checked
   * elsewhere, or is looked at once more than it is used.
   */
  private boolean isAssumed() {
    return all.symbolic && all.callerTrusted || all.builder.isTrial();
  }

  /** An input of a model that another declaration calls: its bounds are proved there. */
  private void input(
      Ast.Parameter parameter, Type.Tensor type, Scope scope, Site site, Context context) {
    String name = parameter.name().text();
    Meta.Tensor tensor = (Meta.Tensor) scope.find(name).orElseThrow().meta();
    if (tensor.kind() != kind(type.element())) {
      throw Mismatches.wrong(parameter, Errors.one(type.span().text()), tensor, site);
    }
    Prover prover = all.limits.prover();
    for (int axis = 0; axis < type.dims().size() && axis < tensor.shape().size(); axis++) {
      if (type.dims().get(axis) instanceof Ast.Size size && size.atMost().isPresent()) {
        Poly most = all.expressions.integer(size.atMost().get(), context.in(scope));
        if (!prover.nonNegative(most.minus(tensor.shape().get(axis)), context.facts())) {
          throw Mismatches.tooLong(name, tensor, size, most, site);
        }
      }
    }
    Optional<Poly> limit = below(type.element(), scope, context);
    if (limit.isPresent()) {
      List<Poly> at = Elaboration.axes(tensor.shape()).stream().map(Poly::of).toList();
      if (!(tensor.reader().read(at) instanceof Term.Int(Poly element))
          || !prover.nonNegative(element, context.facts())
          || !prover.nonNegative(limit.get().minus(element).minus(1), context.facts())) {
        throw Mismatches.notInRange(name, tensor, type, limit.get(), site);
      }
    }
  }

  /** What an int parameter is declared to be less than. */
  Optional<Poly> limit(Ast.Parameter parameter, Scope scope, Context context) {
    return parameter.type().orElse(null) instanceof Type.Scalar scalar
        ? below(scalar, scope, context)
        : Optional.empty();
  }

  /**
   * A default that does not work out is the caller's error: with these arguments it has no value.
   */
  private Meta byDefault(Ast.Parameter parameter, Scope scope, Site site, Context context) {
    Expr expr = parameter.defaultValue().orElseThrow();
    try {
      return all.expressions.eval(expr, context.in(scope));
    } catch (XfmException e) {
      if (e.diagnostics().getFirst().code() == Code.NUMBER
          && expr instanceof Expr.Binary(Expr.BinaryOp op, Expr left, Expr right, Span at)
          && op == Expr.BinaryOp.DIVIDE
          && Stream.of(left, right)
              .allMatch(
                  side -> all.expressions.term(side, context.in(scope)) instanceof Term.Int)) {
        long a = all.expressions.integer(left, context.in(scope)).constant().orElse(0);
        long b = all.expressions.integer(right, context.in(scope)).constant().orElse(0);
        throw Mismatches.indivisible(parameter, left, a, right, b, site);
      }
      String call = Mismatches.inThisCall(expr, scope);
      throw new XfmException(
          e.diagnostics().stream().map(d -> d.first(site.span(), call)).toList());
    }
  }

  /** Where a size got its number: an argument, and what it is. */
  record Origin(Span place, String what) {}

  void bindTensor(
      Ast.Parameter parameter,
      Meta.Tensor tensor,
      Scope scope,
      Site site,
      Map<String, Origin> origins,
      Context context) {
    String name = parameter.name().text();
    parameter
        .type()
        .ifPresent(type -> unify(name, type, tensor, scope, site, origins, context.in(scope)));
    String what = "`" + name + parameter.type().map(t -> ": " + t.span().text()).orElse("") + "`";
    scope.bind(name, tensor.named(what), parameter.span());
  }

  Meta checked(Ast.Parameter parameter, Meta value, Site site) {
    if (parameter.type().isEmpty()) {
      return value;
    }
    return switch (parameter.type().get()) {
      case Type.Function function -> {
        if (value instanceof Meta.Function(Callable callable)) {
          all.passed.fits(callable, function, parameter, site);
          yield new Meta.Function(
              new Callable.Adapted(Passed.without(callable), function, instance(function, site)));
        }
        throw Mismatches.wrong(parameter, "a function", value, site);
      }
      case Type.Scalar scalar -> scalar(parameter, scalar, value, site);
      case Type.Tensor tensor -> throw Mismatches.wrong(parameter, "a tensor", value, site);
      case Type.Record record -> throw Mismatches.wrong(parameter, "a record", value, site);
    };
  }

  /** What is passed as a function has one set of weights in the call that it is passed to. */
  private Optional<Callable.Instance> instance(Type.Function type, Site site) {
    return type.block()
        ? Optional.empty()
        : Optional.of(new Callable.Instance(all.instances.pathOf(""), site.span()));
  }

  /** What a recipe is given is right already, wherever it will be used. */
  void fitting(Item.Declaration d, Map<String, Meta> given, Site site) {
    for (Ast.Parameter parameter : d.parameters()) {
      Meta value = given.get(parameter.name().text());
      if (value != null
          && !(value instanceof Meta.Tensor)
          && parameter.type().orElse(null) instanceof Type.Scalar type) {
        scalar(parameter, type, value, site);
      }
    }
  }

  private static Meta scalar(Ast.Parameter parameter, Type.Scalar type, Meta value, Site site) {
    if (type.element() == Type.Element.TEXT && value instanceof Meta.Words) {
      return value;
    }
    if (value instanceof Meta.Scalar(Term term)) {
      switch (type.element()) {
        case FLOAT -> {
          if (term.kind() != Term.Kind.BOOL) {
            return new Meta.Scalar(Terms.toFloat(term));
          }
        }
        case INT, TOKEN -> {
          if (term.kind() == Term.Kind.INT) {
            return value;
          }
        }
        case BOOL -> {
          if (term.kind() == Term.Kind.BOOL) {
            return value;
          }
        }
        case TEXT -> {}
      }
    }
    throw Mismatches.wrong(parameter, Errors.one(type.span().text()), value, site);
  }

  /** A tensor's shape against a declared one: free names in it get their sizes. */
  void unify(
      String name,
      Type type,
      Meta value,
      Scope scope,
      Site site,
      Map<String, Origin> origins,
      Context context) {
    if (type instanceof Type.Scalar && value instanceof Meta.Scalar) {
      return;
    }
    if (!(type instanceof Type.Tensor declared) || !(value instanceof Meta.Tensor tensor)) {
      throw Mismatches.notTensor(name, type, value, site, context);
    }
    if (!Results.fits(tensor.kind(), kind(declared.element()))) {
      throw Mismatches.otherElements(name, declared, tensor, site);
    }
    int rank = tensor.shape().size();
    int axis = 0;
    boolean rest = declared.dims().stream().anyMatch(dim -> dim instanceof Ast.RestDim);
    int fixed = declared.dims().size() - (rest ? 1 : 0);
    if (rest ? rank < fixed : rank != fixed) {
      throw Mismatches.otherAxes(name, declared, tensor, fixed, rest, site);
    }
    for (Ast.Dim dim : declared.dims()) {
      if (dim instanceof Ast.Size(Expr expr, Optional<Expr> atMost, Span span)) {
        Poly actual = tensor.shape().get(axis++);
        if (expr instanceof Expr.Name(String free, Span at) && scope.find(free).isEmpty()) {
          scope.bind(free, new Meta.Scalar(Terms.integer(actual)), at);
          origins.put(free, new Origin(site.of(name), tensor.called()));
        } else {
          Poly needed = all.expressions.integer(expr, context.in(scope));
          if (!needed.equals(actual)) {
            throw Mismatches.otherSize(name, tensor, actual, expr, needed, scope, site, origins);
          }
        }
      } else {
        axis = rank - (declared.dims().size() - declared.dims().indexOf(dim) - 1);
      }
    }
  }

  /** What a declaration requires of a call holds there, and is known inside. */
  List<Poly> require(Item.Declaration d, Scope scope, Site site, Context context) {
    return require(d, scope, site, context, isAssumed());
  }

  /** The same of a model that is made: what is about its lengths is asked of every input. */
  List<Poly> assumed(Item.Declaration d, Scope scope, Site site, Context context) {
    return require(d, scope, site, context, true);
  }

  private List<Poly> require(
      Item.Declaration d, Scope scope, Site site, Context context, boolean assumed) {
    List<Poly> facts = new ArrayList<>();
    for (Expr condition : d.requires()) {
      Term term = all.expressions.truth(condition, context.in(scope));
      if (term instanceof Term.Truth(boolean holds)) {
        if (!holds) {
          throw Mismatches.unmet(d, condition, "it does not hold", scope, site).raise();
        }
      } else {
        // As a declaration stands, its sizes are open: numbers decide when a model is made.
        boolean open = all.symbolic && isOfSizes(term);
        if (!open && !assumed && !all.conditions.follows(term, context.facts())) {
          throw Mismatches.unmet(d, condition, "nothing proves it here", scope, site)
              .help(
                  isOfSizes(term)
                      ? "state it where the size comes from, after the header of the model: `require …`"
                      : "ask before the call: `if … then … else …`")
              .raise();
        }
        facts.addAll(Facts.where(term));
      }
    }
    return facts;
  }

  /** Whether it is the same at all places, whatever the data are. */
  private static boolean isOfSizes(Term condition) {
    return Trees.free(condition).isEmpty() && !Trees.any(condition, Binding::isOfData);
  }

  static boolean isOfData(Term part) {
    return switch (part) {
      case Term.Truth _, Term.Int _, Term.Binary _, Term.Choose _ -> false;
      case Term.Unary(Term.UnaryOp op, Term _) -> op != Term.UnaryOp.NOT;
      case Term.Number _, Term.Read _, Term.Reduce _, Term.Along _ -> true;
      case Term.Unknown _ -> false; // a parameter of a declaration that is checked as it stands
    };
  }

  /** What a model says of its own lengths: asked of every input. */
  void conditions(Item.Declaration d, Scope scope, Context context) {
    for (Expr condition : d.requires()) {
      Term term = all.expressions.truth(condition, context.in(scope));
      if (!(term instanceof Term.Truth)) {
        if (!isOfSizes(term)) {
          throw Errors.error(
              Code.REQUIRE,
              "what a model requires is about its settings and lengths",
              condition.span(),
              "the elements of inputs are bounded by their types: `[n] int < k`");
        }
        all.builder.condition(new Graph.Condition(term, condition.span()));
      }
    }
  }

  /** Something of a declared type that nothing else is known of; free sizes become symbols. */
  Meta unknown(Type type, String name, Scope scope, Context context) {
    return switch (type) {
      case Type.Scalar scalar ->
          switch (scalar.element()) {
            case FLOAT -> new Meta.Scalar(new Term.Unknown(Term.Kind.FLOAT, name));
            case BOOL -> new Meta.Scalar(new Term.Unknown(Term.Kind.BOOL, name));
            case TEXT -> new Meta.Words("");
            case INT, TOKEN -> new Meta.Scalar(Terms.data(new Term.Unknown(Term.Kind.INT, name)));
          };
      case Type.Function function -> new Meta.Function(new Callable.Opaque(name, function, scope));
      case Type.Tensor tensor -> {
        Value value = new Value(name, kind(tensor.element()), shape(tensor, scope, context));
        below(tensor.element(), scope, context)
            .ifPresent(limit -> all.limits.bound(value, Limits.Limit.under(limit)));
        yield Meta.Tensor.of(value, "`" + name + ": " + type.span().text() + "`");
      }
      case Type.Record record -> {
        SequencedMap<String, Meta> fields = new LinkedHashMap<>();
        for (Type.TypeField field : record.fields()) {
          fields.put(
              field.name().text(),
              unknown(field.type(), name + "." + field.name(), scope, context));
        }
        yield new Meta.RecordOf(fields);
      }
    };
  }

  static Term.Kind kind(Type.Scalar element) {
    return switch (element.element()) {
      case FLOAT, TEXT -> Term.Kind.FLOAT;
      case INT, TOKEN -> Term.Kind.INT;
      case BOOL -> Term.Kind.BOOL;
    };
  }

  Optional<Poly> below(Type.Scalar element, Scope scope, Context context) {
    return element.below().map(e -> all.expressions.integer(e, context.in(scope)));
  }

  /**
   * Names in a declared shape that mean nothing yet become symbols, and lengths of a model.
   *
   * @param except names that are still to come
   */
  void free(Type.Tensor type, Set<String> except, Scope scope) {
    for (Ast.Dim dim : type.dims()) {
      if (dim instanceof Ast.Size(Expr.Name(String name, Span at), Optional<Expr> _, Span _)
          && !except.contains(name)
          && scope.find(name).isEmpty()
          && scope.global(name).filter(g -> !(g instanceof Meta.Function)).isEmpty()) {
        Atom.Symbol symbol = new Atom.Symbol(name);
        all.prover.natural(symbol);
        all.builder.length(symbol);
        scope.bind(name, new Meta.Scalar(Terms.integer(Poly.of(symbol))), at);
      }
    }
    for (Ast.Dim dim : type.dims()) {
      if (dim instanceof Ast.Size(Expr size, Optional<Expr> _, Span _)) {
        Map<String, Expr.Name> names = new LinkedHashMap<>();
        Uses.firstUses(size, names);
        names.values().stream()
            .filter(n -> !except.contains(n.text()))
            .filter(n -> scope.find(n.text()).isEmpty() && scope.global(n.text()).isEmpty())
            .findFirst()
            .ifPresent(Binding::notAlone);
      }
    }
  }

  /** {@code [4 * blocks, d]}: nothing tells a length by what is made of it. */
  private static void notAlone(Expr.Name name) {
    throw Diagnostic.of(Code.NAME, "nothing here is called `" + name.text() + "`")
        .at(name.span(), "known only if it is a size by itself")
        .help(
            "call the size itself something, `[n, …]`, and write what is known of it as a"
                + " condition, `require n % 4 == 0`; then `n // 4` is a size too")
        .raise();
  }

  /** A declared shape, of which {@link #free} names become symbols. */
  List<Poly> shape(Type.Tensor type, Scope scope, Context context) {
    free(type, Set.of(), scope);
    IndexSizes.one(
        type.span(), type.dims().stream().filter(dim -> dim instanceof Ast.RestDim).count());
    List<Poly> shape = new ArrayList<>();
    for (Ast.Dim dim : type.dims()) {
      switch (dim) {
        case Ast.RestDim rest -> {
          Atom.Symbol symbol = new Atom.Symbol("...");
          all.prover.natural(symbol);
          shape.add(Poly.of(symbol));
        }
        case Ast.Size(Expr expr, Optional<Expr> atMost, Span span) ->
            shape.add(all.expressions.integer(expr, context.in(scope)));
      }
    }
    return shape;
  }
}
