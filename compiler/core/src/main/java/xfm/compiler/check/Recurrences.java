package xfm.compiler.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.BadRecurrence;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/**
 * Equations of a body that read each other, or themselves. Their shapes come first: from the first
 * one that can be sized without the others, until all are. Then every body is looked at, each
 * knowing all names.
 */
final class Recurrences {
  private final Elaboration all;

  Recurrences(Elaboration all) {
    this.all = all;
  }

  /**
   * Statements that are looked at together.
   *
   * @param recurs whether they are equations that read each other; else it is one statement
   * @param late whether it had to wait, so that it may stand behind a {@code return}
   */
  record Unit(List<Item> items, boolean recurs, boolean late) {}

  // ---- which equations belong together ------------------------------------------------------

  /** The statements in order; a recurrence stands where its last equation does. */
  List<Unit> units(List<Item> items, Scope scope) {
    Map<String, Integer> defining = new LinkedHashMap<>();
    for (int at = 0; at < items.size(); at++) {
      Optional<Item.Equation> equation = equation(items.get(at));
      if (equation.isPresent()) {
        String name = equation.get().targets().getFirst().name().text();
        if (scope.find(name).isEmpty()) {
          defining.putIfAbsent(name, at);
        }
      }
    }
    Map<Integer, Set<Integer>> reads = new LinkedHashMap<>();
    boolean ahead = false;
    for (int at : defining.values()) {
      Set<Integer> own = new LinkedHashSet<>();
      for (String name : Mentions.read(equation(items.get(at)).orElseThrow().value())) {
        if (defining.containsKey(name)) {
          own.add(defining.get(name));
          ahead |= defining.get(name) >= at;
        }
      }
      reads.put(at, own);
    }
    if (!ahead) {
      return items.stream().map(item -> new Unit(List.of(item), false, false)).toList();
    }
    return new Ordering(items, reads).units();
  }

  private static Optional<Item.Equation> equation(Item item) {
    Optional<Item.Equation> equation =
        switch (item) {
          case Item.Equation e -> Optional.of(e);
          case Item.Return r -> r.equation();
          default -> Optional.empty();
        };
    return equation.filter(
        e -> e.targets().size() == 1 && e.targets().getFirst().indices().isPresent() && !e.adds());
  }

  /** Puts statements that read a recurrence before it is complete behind it. */
  private static final class Ordering {
    private final List<Item> items;
    private final Map<Integer, Set<Integer>> reads;
    private final List<Unit> units = new ArrayList<>();
    private final List<Unit> waiting = new ArrayList<>();

    /** The members so far of recurrences that are not complete. */
    private final List<Item> begun = new ArrayList<>();

    Ordering(List<Item> items, Map<Integer, Set<Integer>> reads) {
      this.items = items;
      this.reads = reads;
    }

    List<Unit> units() {
      for (int at = 0; at < items.size(); at++) {
        List<Integer> together = together(at);
        if (together.isEmpty()) {
          offer(new Unit(List.of(items.get(at)), false, false));
        } else if (together.getLast() == at) {
          List<Item> members = together.stream().map(items::get).toList();
          begun.removeIf(item -> members.stream().anyMatch(m -> m == item));
          offer(new Unit(members, true, false));
        } else {
          begun.add(items.get(at));
        }
      }
      units.addAll(waiting);
      return units;
    }

    /** The recurrence that an equation belongs to, in the order of the text. */
    private List<Integer> together(int at) {
      Set<Integer> after = reached(at);
      return after.contains(at)
          ? after.stream().filter(o -> reached(o).contains(at)).sorted().toList()
          : List.of();
    }

    private Set<Integer> reached(int from) {
      Set<Integer> reached = new LinkedHashSet<>();
      List<Integer> open = new ArrayList<>(reads.getOrDefault(from, Set.of()));
      while (!open.isEmpty()) {
        int next = open.removeLast();
        if (reached.add(next)) {
          open.addAll(reads.getOrDefault(next, Set.of()));
        }
      }
      return reached;
    }

    private void offer(Unit unit) {
      Set<String> missing = new HashSet<>();
      begun.forEach(item -> missing.addAll(Mentions.defined(item)));
      waiting.forEach(w -> w.items().forEach(item -> missing.addAll(Mentions.defined(item))));
      if (unit.items().stream().anyMatch(item -> Mentions.any(item, missing))) {
        waiting.add(new Unit(unit.items(), unit.recurs(), true));
        return;
      }
      unit.items().forEach(this::leavesAlone);
      units.add(unit);
      if (unit.recurs()) {
        List<Unit> again = List.copyOf(waiting);
        waiting.clear();
        again.forEach(this::offer);
      }
    }

    /** What waits would see another value of a name that is bound anew meanwhile. */
    private void leavesAlone(Item item) {
      Set<String> rebound = Mentions.rebound(item);
      List<Item> before = new ArrayList<>(begun);
      waiting.forEach(unit -> before.addAll(unit.items()));
      for (Item other : before) {
        for (String name : rebound) {
          if (Mentions.any(other, Set.of(name))) {
            throw Diagnostic.of(
                    Code.NAME, "`" + name + "` is bound anew among equations that read each other")
                .at(item.span(), "here")
                .at(other.span(), "and this equation reads it")
                .help("move this statement above the first of them, or below the last")
                .raise();
          }
        }
      }
    }
  }

  // ---- what they define ------------------------------------------------------------------------

  /** Where a member is read, for messages. */
  private record Note(Value value, List<Poly> at, Span span) {}

  private final List<Note> notes = new ArrayList<>();

  /** An element or a slice of a value is read here. */
  void read(Meta.Tensor tensor, List<Poly> at, Span span) {
    if (!notes.isEmpty()) {
      Definitions.value(tensor).ifPresent(v -> notes.add(new Note(v, at, span)));
    }
  }

  /** One equation of a recurrence. */
  private record Member(
      String name, Item.Equation equation, Optional<List<Poly>> declared, List<Poly> shape) {
    List<Ast.Binder> left() {
      return equation.targets().getFirst().indices().orElseThrow();
    }

    Ast.Id id() {
      return equation.targets().getFirst().name();
    }

    String what() {
      return "`" + name + left().stream().map(b -> b.name().text()).toList() + "`";
    }
  }

  /** Defines equations that read each other; gives back what is returned, if one of them is. */
  Optional<Statements.Returned> define(List<Item> items, Statements.Body body) {
    items.forEach(
        item -> Statements.unused(equation(item).orElseThrow().targets().getFirst().name(), body));
    namesAreKnown(items, body);
    List<Member> members = sized(items, body);
    Map<String, Meta> defined;
    boolean inside = all.definitions.insideEquation() || body.context().equation();
    if (inside) {
      List<Equations.Defined> bodies =
          all.builder.tried(() -> bodies(members, values(members, List.of()), List.of(), body));
      List<Poly> facts = all.definitions.conditions(bodies, body.context().facts());
      defined = stored(members, all.definitions.outer(bodies, facts), facts, body);
    } else {
      defined = stored(members, List.of(), List.of(), body);
    }
    for (Member member : members) {
      body.scope().bind(member.name(), defined.get(member.name()), member.id().span());
      if (member.equation().keep()) {
        all.statements.keep(member.equation(), defined.get(member.name()), body);
      }
    }
    Member last = members.getLast();
    return items.getLast() instanceof Item.Return
        ? Optional.of(
            new Statements.Returned(last.name(), defined.get(last.name()), last.equation().span()))
        : Optional.empty();
  }

  /** What a member reads and nothing defines is said before anything that follows from it. */
  private void namesAreKnown(List<Item> items, Statements.Body body) {
    Scope scope = new Scope(body.scope());
    for (Item item : items) {
      Ast.Id id = equation(item).orElseThrow().targets().getFirst().name();
      scope.bind(id.text(), new Meta.Scalar(Terms.number(0)), id.span());
    }
    for (Item item : items) {
      Item.Equation equation = equation(item).orElseThrow();
      List<String> left =
          equation.targets().stream()
              .flatMap(target -> target.indices().stream().flatMap(List::stream))
              .filter(binder -> !binder.isEllipsis())
              .map(binder -> binder.name().text())
              .toList();
      all.names.resolve(equation.value(), left, body.context().in(scope));
    }
  }

  /** The members with their shapes, each from those that are known already. */
  private List<Member> sized(List<Item> items, Statements.Body body) {
    Map<Item, Member> sized = new LinkedHashMap<>();
    boolean found = true;
    while (found && sized.size() < items.size()) {
      found = false;
      Scope scope = new Scope(body.scope());
      for (Member known : sized.values()) {
        scope.bind(
            known.name(),
            Meta.Tensor.of(new Value(known.name(), Term.Kind.FLOAT, known.shape()), known.what()),
            known.id().span());
      }
      Context context = body.context().in(scope);
      for (Item item : items) {
        if (!sized.containsKey(item)) {
          Optional<Member> member = sized(item, context, body);
          member.ifPresent(m -> sized.put(item, m));
          found |= member.isPresent();
        }
      }
    }
    for (Item item : items) {
      if (!sized.containsKey(item)) {
        Item.Equation e = equation(item).orElseThrow();
        Ast.Target target = e.targets().getFirst();
        if (sized.size() == items.size() - 1) {
          lookAt(List.copyOf(sized.values()), e, target, body); // says of which index
        }
        throw Diagnostic.of(
                Code.INDEX, "nothing says how far the indices of `" + target.name() + "` run")
            .at(target.span())
            .note("the equations of a recurrence read each other: one of them must say it first")
            .help("state the sizes: `" + target.name() + "[i: size, …] = …`")
            .raise();
      }
    }
    return items.stream().map(sized::get).toList();
  }

  /** Looks at the one equation without sizes, all others being known. */
  private void lookAt(
      List<Member> known, Item.Equation e, Ast.Target target, Statements.Body body) {
    Scope scope = new Scope(body.scope());
    for (Member member : known) {
      scope.bind(
          member.name(),
          Meta.Tensor.of(new Value(member.name(), Term.Kind.FLOAT, member.shape()), member.what()),
          member.id().span());
    }
    scope.bind(target.name().text(), new Meta.Scalar(Terms.number(0)), target.span());
    Context context = body.context().in(scope);
    all.builder.tried(() ->
        all.equations.open(target.indices().orElseThrow(), e.value(), Optional.empty(), context));
  }

  private Optional<Member> sized(Item item, Context context, Statements.Body body) {
    Item.Equation e = equation(item).orElseThrow();
    Ast.Target target = e.targets().getFirst();
    Optional<Type> type = item instanceof Item.Return ? body.result() : Optional.empty();
    Optional<List<Poly>> declared = all.statements.declaredShape(type, body);
    try {
      return all.builder
          .tried(() ->
              all.equations.shape(target.indices().orElseThrow(), e.value(), declared, context))
          .map(shape -> new Member(target.name().text(), e, declared, shape));
    } catch (XfmException | Poison unknown) {
      return Optional.empty(); // because of what is not sized yet, or it is said when it is defined
    }
  }

  private Map<String, Value> values(List<Member> members, List<Atom.Index> outer) {
    Map<String, Value> values = new LinkedHashMap<>();
    for (Member member : members) {
      List<Poly> shape = new ArrayList<>(outer.stream().map(Atom.Index::size).toList());
      shape.addAll(member.shape());
      values.put(member.name(), all.builder.declare(member.name(), Term.Kind.FLOAT, shape));
    }
    return values;
  }

  private static Meta meta(Member member, Value value, List<Atom.Index> outer) {
    return new Meta.Tensor(
        member.shape(), Term.Kind.FLOAT, Definitions.reader(value, outer), member.what());
  }

  private List<Equations.Defined> bodies(
      List<Member> members,
      Map<String, Value> values,
      List<Atom.Index> outer,
      Statements.Body body) {
    Scope scope = new Scope(body.scope());
    members.forEach(m -> scope.bind(m.name(), meta(m, values.get(m.name()), outer), m.id().span()));
    List<Equations.Defined> bodies = new ArrayList<>();
    for (Member member : members) {
      Item.Equation e = member.equation();
      Equations.Defined defined =
          all.equations.define(
              member.left(), e.value(), member.declared(), body.context().in(scope));
      all.extents.bounded(defined.body(), e.span());
      if (!defined.shape().equals(member.shape())) {
        throw Errors.error(
            Code.SHAPE,
            "the sizes of `"
                + member.name()
                + "` are "
                + defined.shape()
                + " by this equation, and "
                + member.shape()
                + " by those that it reads",
            e.targets().getFirst().span(),
            "state them: `" + member.name() + "[i: size, …] = …`");
      }
      if (defined.body().kind() == Term.Kind.BOOL) {
        throw Errors.error(
            Code.TYPE,
            "a recurrence is of numbers, and this is a bool",
            e.value().span(),
            "write `if … then 1 else 0`");
      }
      bodies.add(new Equations.Defined(defined.left(), Terms.toFloat(defined.body())));
    }
    return bodies;
  }

  private Map<String, Meta> stored(
      List<Member> members, List<Atom.Index> outer, List<Poly> facts, Statements.Body body) {
    Map<String, Value> values = values(members, outer);
    int outside = notes.size();
    values
        .values()
        .forEach(
            value -> notes.add(new Note(value, List.of(), members.getFirst().equation().span())));
    try {
      List<Equations.Defined> bodies = bodies(members, values, outer, body);
      all.extents.forget();
      List<Equation> equations = new ArrayList<>();
      Map<Value, Equations.Defined> defining = new LinkedHashMap<>();
      for (int m = 0; m < members.size(); m++) {
        Value value = values.get(members.get(m).name());
        defining.put(value, bodies.get(m));
        List<Atom.Index> left = new ArrayList<>(outer);
        left.addAll(bodies.get(m).left());
        equations.add(
            new Equation(value, left, bodies.get(m).body(), members.get(m).equation().span()));
      }
      for (Equation equation : inOrder(equations)) {
        all.definitions.define(
            equation.target(), outer, facts, defining.get(equation.target()), equation.span());
      }
    } finally {
      notes.subList(outside, notes.size()).clear();
    }
    Map<String, Meta> defined = new LinkedHashMap<>();
    members.forEach(m -> defined.put(m.name(), meta(m, values.get(m.name()), outer)));
    return defined;
  }

  private List<Equation> inOrder(List<Equation> equations) {
    try {
      return Stages.sorted(equations);
    } catch (BadRecurrence e) {
      throw refused(e, equations);
    }
  }

  // ---- what is refused -------------------------------------------------------------------------

  private XfmException refused(BadRecurrence e, List<Equation> equations) {
    List<BadRecurrence.Place> places = e.places();
    BadRecurrence.Place first = places.getFirst();
    String name = name(first.read().value());
    String index = equations.getFirst().left().isEmpty() ? "i" : index(first);
    Span here = span(first);
    return switch (e.reason()) {
      case NO_STEP -> {
        Set<String> names =
            places.stream()
                .map(p -> "`" + name(p.read().value()) + "`")
                .collect(Collectors.toCollection(LinkedHashSet::new));
        yield Diagnostic.of(
                Code.RECURRENCE,
                names.size() == 1
                    ? names.iterator().next() + " is computed from itself at the same place"
                    : String.join(", ", names) + " are computed from each other at the same place")
            .at(here, "read here where it is being defined")
            .note("an equation may read its own name at another place of one index")
            .help("read the place before: `(" + name + "[" + index + " - 1, …] else 0)`")
            .raise();
      }
      case TWO_DIRECTIONS ->
          Diagnostic.of(Code.RECURRENCE, "a recurrence runs in one direction")
              .at(here, "this is read at a place before")
              .at(span(places.get(1)), "and this at a place after")
              .help("make two of it, one for each direction")
              .raise();
      case TWO_INDICES ->
          Diagnostic.of(Code.RECURRENCE, "a recurrence steps along one index")
              .at(here, "this read steps along one")
              .at(span(places.get(1)), "and this along another")
              .raise();
      case NOT_CONSTANT ->
          Diagnostic.of(
                  Code.RECURRENCE,
                  "a recurrence steps by a number of places that is always the same")
              .at(here, "this is not a number of places away from what is defined")
              .help("read `(" + name + "[" + index + " - 1, …] else 0)`, and carry on from there")
              .raise();
    };
  }

  private static String name(Value value) {
    String path = value.path().replaceAll("@\\d+$", "");
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static String index(BadRecurrence.Place place) {
    return place.reader().left().stream()
        .map(Atom.Index::name)
        .filter(name -> !name.startsWith("_"))
        .findFirst()
        .orElse("i");
  }

  private Span span(BadRecurrence.Place place) {
    List<Poly> at = place.read().at().stream().map(Trees::asPoly).toList();
    return notes.stream()
        .filter(note -> note.value() == place.read().value() && !note.at().isEmpty())
        .filter(note -> at.subList(at.size() - note.at().size(), at.size()).equals(note.at()))
        .map(Note::span)
        .findFirst()
        .orElse(place.reader().span());
  }
}
