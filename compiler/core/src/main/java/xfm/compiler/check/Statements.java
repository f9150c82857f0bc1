package xfm.compiler.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Facts;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.source.Span;

/** Bodies of declarations: weights, equations, rebinding, `return`; the rest is {@link Control}. */
final class Statements {
  /** More errors of one declaration are not read. */
  private static final int MOST_PROBLEMS = 50;

  private final Elaboration all;
  private final Control control;
  private final Several several;

  Statements(Elaboration all) {
    this.all = all;
    this.control = new Control(all, this);
    this.several = new Several(all, this);
  }

  /** What a body returned, and under which name. */
  record Returned(String name, Meta meta, Span span) {}

  /**
   * Where a body runs.
   *
   * @param inline in a function: equations become expressions of their readers, not values
   * @param result the declared type of what is returned
   * @param goesOn whether the walk goes on after a statement that is wrong
   */
  record Body(Context context, boolean inline, Optional<Type> result, boolean goesOn) {
    Body in(Scope scope) {
      return in(context.in(scope));
    }

    Body in(Context other) {
      return new Body(other, inline, result, goesOn);
    }

    Scope scope() {
      return context.scope();
    }
  }

  /** A function inlined where it is called. */
  Meta function(
      Item.Declaration d, Scope env, Map<String, Meta> given, Site site, Context context) {
    Scope scope = new Scope(env);
    List<Poly> known = all.binding.bind(d, given, scope, site, context.in(scope));
    Context inside =
        new Context(
                new Scope(scope),
                Map.of(),
                context.rest(),
                context.facts(),
                context.guards(),
                context.equation())
            .knowing(known);
    Returned returned =
        called(d, new Body(inside, true, d.result(), false)).orElseThrow(() -> nothing(d));
    return all.results.check(d, returned, scope, inside);
  }

  /**
   * A block expanded where it is called: its equations and weights join the graph, under its path.
   */
  Meta block(
      Callable.Declared declared,
      Map<String, Meta> given,
      Optional<Ast.Id> label,
      Site site,
      Context context) {
    Item.Declaration d = declared.declaration();
    Scope scope = new Scope(declared.env());
    all.builder.enter(label.map(Ast.Id::text).orElse(d.name().text()), site.span());
    int outside = control.enterBlock();
    try {
      List<Poly> known = all.binding.bind(d, given, scope, site, context.in(scope));
      Context inside = Context.of(new Scope(scope), context.facts()).knowing(known);
      // In an `else` the value is asked for where the conditions found so far hold.
      for (Term guard : context.guards().orElse(List.of())) {
        inside = inside.knowing(Facts.where(guard));
      }
      Body body = new Body(inside, false, d.result(), false);
      Supplier<Optional<Returned>> run = () -> called(d, body);
      Returned returned =
          declared
              .shared()
              .map(instance -> all.instances.within(instance, site.span(), run))
              .orElseGet(run)
              .orElseThrow(() -> nothing(d));
      return all.results.check(d, returned, scope, body.context());
    } finally {
      control.leaveBlock(outside);
      all.builder.leave();
    }
  }

  /** What a body that is called returns; what it returned earlier is checked where it stands. */
  private Optional<Returned> called(Item.Declaration d, Body body) {
    int earlier = all.earlier.size();
    try {
      return run(d.body(), body);
    } finally {
      all.earlier.subList(earlier, all.earlier.size()).clear();
    }
  }

  static XfmException nothing(Item.Declaration d) {
    return Errors.error(
        Code.CALL,
        "the " + d.kind().word() + " `" + d.name() + "` returns nothing",
        d.name().span(),
        "end it with `return y[i, a] = …`");
  }

  /** A function or a block on its own, its parameters bound to stand-ins. */
  void stands(Item.Declaration d, Scope scope, List<Poly> facts) {
    boolean inline = d.kind() == Item.Kind.FN;
    Context context = Context.of(new Scope(scope), facts);
    Optional<Returned> returned = run(d.body(), new Body(context, inline, d.result(), true));
    stop();
    all.earlier.forEach(r -> all.results.check(d, r, scope, context));
    all.results.check(d, returned.orElseThrow(() -> nothing(d)), scope, context);
  }

  /** Runs a model's body, whose parameters are bound already. */
  Optional<Returned> model(Item.Declaration d, Scope scope, List<Poly> facts) {
    Context context = Context.of(new Scope(scope), facts);
    Optional<Returned> returned = run(d.body(), new Body(context, false, d.result(), all.symbolic));
    stop();
    all.earlier.forEach(r -> all.results.check(d, r, scope, context));
    return returned;
  }

  private void stop() {
    if (!all.problems.isEmpty()) {
      throw new XfmException(all.problems);
    }
  }

  /** Statements in order, up to the one that returns. */
  Optional<Returned> run(List<Item> items, Body body) {
    all.bodies.push(items);
    try {
      Optional<Returned> last = Optional.empty();
      for (Recurrences.Unit unit : all.recurrences.units(items, body.scope())) {
        if (last.isPresent() && !unit.late()) {
          break;
        }
        Optional<Returned> returned = body.goesOn() ? survived(unit, body) : unit(unit, body);
        last = returned.isPresent() ? returned : last;
      }
      return last;
    } finally {
      all.bodies.pop();
    }
  }

  /** A wrong statement is noted, and what it would have defined says nothing more. */
  private Optional<Returned> survived(Recurrences.Unit unit, Body body) {
    try {
      if (isEnough()) {
        throw new Poison();
      }
      return unit(unit, body);
    } catch (XfmException e) {
      all.problems.addAll(e.diagnostics());
      if (all.problems.size() >= MOST_PROBLEMS) {
        all.problems.add(
            all.problems
                .removeLast()
                .note("there may be more: after so many errors the rest is not looked at"));
      }
    } catch (Poison follows) {
      // said where it began
    }
    unit.items().forEach(item -> Poison.of(item, body.scope()));
    return unit.items().getLast() instanceof Item.Return r
        ? Optional.of(new Returned("", new Meta.Poisoned(), r.span()))
        : Optional.empty();
  }

  /** What is too large once would be said of all that follows. */
  private boolean isEnough() {
    return all.problems.size() >= MOST_PROBLEMS
        || all.problems.stream().anyMatch(p -> p.code() == Code.LIMIT);
  }

  private Optional<Returned> unit(Recurrences.Unit unit, Body body) {
    return unit.recurs()
        ? all.recurrences.define(unit.items(), body)
        : statement(unit.items().getFirst(), body);
  }

  private Optional<Returned> statement(Item item, Body body) {
    switch (item) {
      case Item.Weight weight -> all.weights.weight(weight, body);
      case Item.Let let -> let(let, body);
      case Item.Equation equation -> equation(equation, body, Optional.empty());
      case Item.Return r -> {
        return Optional.of(returned(r, body));
      }
      case Item.Repeat repeat -> control.repeat(repeat, body);
      case Item.If branch -> {
        return control.branch(branch, body);
      }
      case Item.Penalty penalty -> all.penalties.define(penalty, body);
      case Item.For loop ->
          throw Errors.error(
              Code.SYNTAX,
              "`for` belongs to scripts",
              loop.span(),
              "in a declaration write `repeat`");
      case Item.While loop ->
          throw Errors.error(
              Code.SYNTAX,
              "`while` belongs to scripts",
              loop.span(),
              "in a declaration write `repeat`");
      case Item.Evaluate e ->
          throw Errors.error(
              Code.SYNTAX,
              "the value of this expression goes nowhere",
              e.span(),
              "define something: `y[i] = …`, or `return` it");
      case Item.Declaration d ->
          throw Errors.error(
              Code.SYNTAX, "declarations stand at the top of a file", d.name().span());
      case Item.Checkpoint c ->
          throw Errors.error(
              Code.SYNTAX, "checkpoint sections stand at the top of a file", c.span());
      case Item.Import i ->
          throw Errors.error(Code.SYNTAX, "imports stand at the top of a file", i.span());
    }
    return Optional.empty();
  }

  private void let(Item.Let let, Body body) {
    String name = let.name().text();
    unused(let.name(), body);
    Meta value = all.names.value(let.value(), body.context());
    if (value instanceof Meta.Function(Callable.Declared d) && d.shared().isPresent()) {
      value =
          new Meta.Function(
              new Callable.Declared(
                  d.declaration(),
                  d.env(),
                  d.given(),
                  Optional.of(new Callable.Instance(all.instances.pathOf(name), let.span()))));
    }
    body.scope().bind(name, value, let.name().span());
  }

  static void unused(Ast.Id name, Body body) {
    body.scope()
        .find(name.text())
        .ifPresent(before -> {
          throw Diagnostic.of(Code.NAME, "`" + name + "` is defined twice")
              .at(name.span(), "again here")
              .at(before.span(), "first here")
              .help("only `" + name + " = …` and `" + name + " += …`, without indices, bind anew")
              .raise();
        });
  }

  /** Defines or rebinds; gives back what the name stands for now. */
  private Meta equation(Item.Equation e, Body body, Optional<Type> declared) {
    Meta meta = defined(e, body, declared);
    if (e.keep()) {
      keep(e, meta, body);
    }
    return meta;
  }

  /** What is kept is recorded: it changes no value. */
  void keep(Item.Equation e, Meta meta, Body body) {
    if (body.inline()) {
      throw Errors.error(
          Code.SYNTAX,
          "a function is written into what calls it, and has nothing of its own to keep",
          e.span(),
          "declare it as a `block`");
    }
    all.builder.keep(
        Definitions.value(meta)
            .orElseThrow(() ->
                Errors.error(
                    Code.TYPE,
                    "`keep` is for tensors, and this is " + Errors.describe(meta),
                    e.span())));
  }

  private Meta defined(Item.Equation e, Body body, Optional<Type> declared) {
    if (e.targets().size() != 1) {
      return several.define(e, body);
    }
    Ast.Target target = e.targets().getFirst();
    return target.indices().isPresent()
        ? indexed(e, target, body, declared)
        : assigned(e, target, body);
  }

  private Meta indexed(Item.Equation e, Ast.Target target, Body body, Optional<Type> declared) {
    String name = target.name().text();
    if (e.adds()) {
      throw Errors.error(
          Code.SYNTAX,
          "`+=` rebinds a whole tensor and takes no indices",
          target.span(),
          "write `" + name + " += …` without indices, or an equation under another name");
    }
    if (e.value() instanceof Expr.Reduce top && Tops.isTop(top)) {
      throw Tops.misplaced(top);
    }
    unused(target.name(), body);
    Optional<List<Poly>> shape = declaredShape(declared, body);
    Equations.Defined defined =
        all.equations.define(target.indices().get(), e.value(), shape, body.context());
    String what =
        "`" + name + target.indices().get().stream().map(b -> b.name().text()).toList() + "`";
    Meta meta = all.definitions.store(name, defined, what, e.span(), body);
    body.scope().bind(name, meta, target.name().span());
    return meta;
  }

  Optional<List<Poly>> declaredShape(Optional<Type> declared, Body body) {
    return declared
        .filter(type -> type instanceof Type.Tensor)
        .flatMap(type -> all.results.shape((Type.Tensor) type, body.scope(), body.context()));
  }

  private Meta assigned(Item.Equation e, Ast.Target target, Body body) {
    String name = target.name().text();
    Optional<Scope.Binding> before = body.scope().find(name);
    Expr value = e.value();
    if (e.adds()) {
      if (before.isEmpty()) {
        throw all.names.unknown(new Expr.Name(name, target.name().span()), body.context());
      }
      value =
          new Expr.Binary(
              Expr.BinaryOp.ADD, new Expr.Name(name, target.name().span()), e.value(), e.span());
    }
    Meta meta = all.names.value(value, body.context());
    if (before.isPresent() && before.get().meta() instanceof Meta.Tensor) {
      Optional<Diagnostic> lacking = Errors.lacking(meta, e.value().span());
      if (lacking.isPresent()) {
        throw lacking.get().raise();
      }
    }
    return assign(target, meta, e.span(), body);
  }

  /** The name stands for this value from here on. */
  Meta assign(Ast.Target target, Meta value, Span span, Body body) {
    String name = target.name().text();
    Optional<Scope.Binding> before = body.scope().find(name);
    Meta meta =
        switch (value) {
          case Meta.Tensor tensor -> all.definitions.materialise(name, tensor, span, body);
          case Meta.Scalar(Term term) when isData(term) -> number(name, term, span, body);
          default -> value;
        };
    if (before.isPresent()
        && before.get().meta() instanceof Meta.Tensor old
        && control.repeats()
        && meta instanceof Meta.Tensor now
        && body.scope().own(name).isEmpty()
        && !old.shape().equals(now.shape())) {
      throw Diagnostic.of(Code.SHAPE, "`" + name + "` changes its shape inside `repeat`")
          .at(span, "here it becomes " + now.shape())
          .at(before.get().span(), "it comes in as " + old.shape())
          .raise();
    }
    body.scope().rebind(name, meta, target.name().span());
    return meta;
  }

  /** Whether a number is known only when the model runs. */
  private boolean isData(Term term) {
    return !all.symbolic
        && term.kind() == Term.Kind.FLOAT
        && Trees.any(term, t -> t instanceof Term.Read || t instanceof Term.Reduce);
  }

  /** A number that is computed once, and can be seen under its name. */
  private Meta number(String name, Term term, Span span, Body body) {
    Meta.Tensor stored =
        all.definitions.store(
            name, new Equations.Defined(List.of(), term), "`" + name + "`", span, body);
    return new Meta.Scalar(stored.reader().read(List.of()));
  }

  private Returned returned(Item.Return r, Body body) {
    if (r.equation().isPresent()) {
      Item.Equation e = r.equation().get();
      Meta meta = equation(e, body, body.result());
      String name = e.targets().size() == 1 ? e.targets().getFirst().name().text() : "";
      return new Returned(name, meta, e.span());
    }
    Expr value = r.value().orElseThrow();
    Meta meta = all.names.value(value, body.context());
    if (meta instanceof Meta.RecordOf(SequencedMap<String, Meta> fields)) {
      SequencedMap<String, Meta> stored = new LinkedHashMap<>();
      fields.forEach((name, field) ->
          stored.put(
              name,
              field instanceof Meta.Tensor tensor
                  ? all.definitions.materialise(name, tensor, r.span(), body)
                  : field));
      return new Returned("", new Meta.RecordOf(stored), r.span());
    }
    String name = value instanceof Expr.Name(String text, Span span) ? text : "result";
    if (meta instanceof Meta.Tensor tensor) {
      meta = all.definitions.materialise(name, tensor, r.span(), body);
    }
    return new Returned(name, meta, r.span());
  }
}
