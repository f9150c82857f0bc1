package xfm.compiler.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.source.Span;

/**
 * What equations define: values of the graph, or in a function expressions of their readers.
 *
 * <p>In a block that is called inside another equation, what is defined may depend on that
 * equation's indices. The value has one axis more for each, in front, and is defined only where the
 * conditions hold under which the call stands: elsewhere its subscripts may leave their ranges.
 */
final class Definitions {
  private final Elaboration all;
  private final Deque<List<Atom.Index>> equations = new ArrayDeque<>();

  Definitions(Elaboration all) {
    this.all = all;
  }

  /** Looks at the right side of an equation with these indices. */
  <T> T within(List<Atom.Index> left, Supplier<T> right) {
    equations.addLast(left);
    try {
      return right.get();
    } finally {
      equations.removeLast();
    }
  }

  /** Whether an equation is being looked at, this one perhaps in a block that it calls. */
  boolean insideEquation() {
    return !equations.isEmpty();
  }

  /** A value with axes for indices of the equations around its own, in front. */
  record Lifted(Value value, List<Atom.Index> outer) implements Meta.Reader {
    @Override
    public Term read(List<Poly> at) {
      List<Poly> whole = new ArrayList<>(outer.stream().map(Poly::of).toList());
      whole.addAll(at);
      return Terms.read(value, whole);
    }
  }

  Meta.Tensor store(
      String name, Equations.Defined defined, String what, Span span, Statements.Body body) {
    all.extents.bounded(defined.body(), span);
    if (body.inline()) {
      return inlined(defined, what);
    }
    all.extents.forget();
    Term.Kind kind = defined.body().kind();
    if (!insideEquation()) {
      Value value = all.builder.define(name, kind, defined.left(), defined.body(), span);
      bound(value, defined, body);
      return Meta.Tensor.of(value, what);
    }
    List<Poly> facts = conditions(List.of(defined), body.context().facts());
    List<Atom.Index> outer = outer(List.of(defined), facts);
    List<Poly> shape = new ArrayList<>(outer.stream().map(Atom.Index::size).toList());
    shape.addAll(defined.shape());
    Value value = all.builder.declare(name, kind, shape);
    define(value, outer, facts, defined, span);
    bound(value, defined, body);
    return new Meta.Tensor(defined.shape(), kind, reader(value, outer), what);
  }

  /** A tensor whose readers have its equation's right side in place of its elements. */
  private static Meta.Tensor inlined(Equations.Defined defined, String what) {
    return new Meta.Tensor(
        defined.shape(),
        defined.body().kind(),
        at -> {
          Map<Atom, Poly> by = new LinkedHashMap<>();
          for (int i = 0; i < at.size(); i++) {
            by.put(defined.left().get(i), at.get(i));
          }
          return Terms.substitute(defined.body(), by);
        },
        what);
  }

  /**
   * A tensor made of others whole. One element is worked out here, once: {@code x = x * x} thirty
   * times would otherwise ask the first x for a thousand million elements when the last is read.
   */
  Meta.Tensor computed(List<Poly> shape, Meta.Reader element, String what, Span span) {
    List<Atom.Index> indices = Elaboration.axes(shape);
    Term body = element.read(indices.stream().map(Poly::of).toList());
    all.extents.bounded(body, span);
    return inlined(new Equations.Defined(indices, body), what);
  }

  /** Whole numbers stay as bounded as they are. */
  private void bound(Value value, Equations.Defined defined, Statements.Body body) {
    if (defined.body() instanceof Term.Int(Poly element)) {
      all.limits.bound(value, all.limits.of(element, body.context().facts()));
    }
  }

  /** The value of the graph that a tensor is, or a slice of it at indices of equations around. */
  static Optional<Value> value(Meta meta) {
    return meta instanceof Meta.Tensor tensor && tensor.reader() instanceof Lifted lifted
        ? Optional.of(lifted.value())
        : Calls.stored(meta);
  }

  static Meta.Reader reader(Value value, List<Atom.Index> outer) {
    return outer.isEmpty() ? new Meta.Stored(value) : new Lifted(value, outer);
  }

  /** Gives a value its equation: the indices around it become its own, where {@code facts} hold. */
  void define(
      Value value, List<Atom.Index> outer, List<Poly> facts, Equations.Defined defined, Span span) {
    List<Atom.Index> left = new ArrayList<>();
    Map<Atom, Poly> renamed = new HashMap<>();
    for (Atom.Index index : outer) {
      left.add(new Atom.Index(index.name(), index.size()));
      renamed.put(index, Poly.of(left.getLast()));
    }
    left.addAll(defined.left());
    Term body = defined.body();
    for (Poly fact : facts.reversed()) {
      Term holds = Terms.compare(Term.BinaryOp.LESS_EQUAL, Term.Int.of(0), Terms.integer(fact));
      body = Terms.choose(holds, body, Terms.nothing(body.kind()));
    }
    all.builder.define(
        value, left, renamed.isEmpty() ? body : Terms.substitute(body, renamed), span);
  }

  /** The indices of equations around, of which the bodies depend on; outermost first. */
  List<Atom.Index> outer(List<Equations.Defined> defined, List<Poly> facts) {
    Set<Atom.Index> used = new LinkedHashSet<>();
    defined.forEach(each -> used.addAll(free(each)));
    facts.forEach(fact -> used.addAll(Trees.free(fact)));
    List<Atom.Index> outer = new ArrayList<>();
    for (List<Atom.Index> left : equations) {
      left.stream().filter(used::remove).forEach(outer::add);
    }
    outer.addAll(used);
    return outer;
  }

  private static Set<Atom.Index> free(Equations.Defined defined) {
    Set<Atom.Index> free = Trees.free(defined.body());
    defined.left().forEach(free::remove);
    return free;
  }

  /**
   * What is known of indices of equations around that the bodies depend on, and of indices that
   * this connects with those.
   */
  List<Poly> conditions(List<Equations.Defined> defined, List<Poly> facts) {
    Set<Atom.Index> used = new LinkedHashSet<>();
    defined.forEach(each -> used.addAll(free(each)));
    List<Poly> open =
        new ArrayList<>(facts.stream().filter(f -> !all.prover.nonNegative(f, List.of())).toList());
    List<Poly> needed = new ArrayList<>();
    Optional<Poly> next = connected(open, used);
    while (next.isPresent()) {
      open.remove(next.get());
      needed.add(next.get());
      used.addAll(Trees.free(next.get()));
      next = connected(open, used);
    }
    return facts.stream().filter(needed::contains).distinct().toList();
  }

  private static Optional<Poly> connected(List<Poly> facts, Set<Atom.Index> used) {
    return facts.stream().filter(f -> Trees.free(f).stream().anyMatch(used::contains)).findFirst();
  }

  /** A tensor that the graph holds: as it is, or computed into one. */
  Meta materialise(String name, Meta.Tensor tensor, Span span, Statements.Body body) {
    if (body.inline()) {
      return tensor;
    }
    Optional<Value> stored = value(tensor);
    if (stored.isPresent()) {
      all.builder.alias(name, stored.get());
      return tensor.named("`" + name + "`");
    }
    Expressions.complete(tensor, span);
    List<Atom.Index> indices = Elaboration.axes(tensor.shape());
    Term element = tensor.reader().read(indices.stream().map(Poly::of).toList());
    return store(name, new Equations.Defined(indices, element), "`" + name + "`", span, body);
  }
}
