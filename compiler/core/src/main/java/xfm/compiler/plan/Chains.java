package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Work;

/**
 * Loops over the same rows become one step, which runs all of them on a block of rows before it
 * goes on to the next: what one makes of a row, another reads from the cache, the team is woken
 * once, and what nobody else reads has memory for one block alone. A row is one place of the
 * outermost axis in memory, or, where that would be a lot, of some of the outermost.
 */
final class Chains {
  /** How far behind a chain a step may be that comes to it: what is computed early must be kept. */
  private static final int MOST_BETWEEN = 16;

  /** Bytes of a row that is split further if an axis of a known size comes next. */
  private static final double LARGE_ROW = 1 << 14;

  /** Places of an outermost axis of a known size that are too few to be shared out. */
  private static final int FEW_ROWS = 64;

  private final Function<Value, Layout> layouts;
  private final Rows rows;
  private final Set<Value> kept;
  private final Set<Value> weights;

  /**
   * @param layouts of all values
   * @param kept values that are needed after all steps
   * @param weights values that are there before
   */
  Chains(Function<Value, Layout> layouts, Rows rows, Set<Value> kept, Set<Value> weights) {
    this.layouts = layouts;
    this.rows = rows;
    this.kept = kept;
    this.weights = weights;
  }

  /** The same steps, loops moved to those whose rows they read. */
  List<Step> joined(List<Step> steps) {
    Map<Value, Set<Equation>> readers = new IdentityHashMap<>();
    for (Step step : steps) {
      for (Equation equation : step.equations()) {
        for (Value read : Slots.reads(equation)) {
          readers.computeIfAbsent(read, _ -> Plan.identities(List.of())).add(equation);
        }
      }
    }
    List<Step> left = new ArrayList<>(steps);
    int s = 0;
    while (s < left.size()) {
      if (left.get(s) instanceof Step.Loop loop && isOfRows(loop.equation(), 1)) {
        Gathered gathered = gather(loop.equation(), left, s);
        Step made = step(gathered.members(), readers);
        List<Step> place = left.subList(s, gathered.end());
        place.clear();
        place.addAll(gathered.before());
        place.add(made);
        place.addAll(gathered.behind());
        s += gathered.before().isEmpty() ? 1 : 0;
      } else {
        s++;
      }
    }
    return left;
  }

  /**
   * A chain, and what becomes of the steps between its members.
   *
   * @param end of all these steps
   */
  private record Gathered(List<Equation> members, List<Step> before, List<Step> behind, int end) {}

  /**
   * Takes what can be computed with a loop out of the steps behind it; those between stay before
   * the chain, or behind it if they need it. Not from beyond an attention or a recurrence.
   */
  private Gathered gather(Equation first, List<Step> steps, int from) {
    List<Equation> members = new ArrayList<>(List.of(first));
    List<Step> before = new ArrayList<>();
    List<Step> behind = new ArrayList<>();
    Gathered gathered = new Gathered(List.copyOf(members), List.of(), List.of(), from + 1);
    for (int s = from + 1; s < steps.size() && s - gathered.end() < MOST_BETWEEN; s++) {
      Step step = steps.get(s);
      if (step instanceof Step.Attention || step instanceof Step.Scan) {
        break;
      }
      if (readsAny(step, behind.stream().flatMap(other -> other.equations().stream()))) {
        behind.add(step);
      } else if (step instanceof Step.Loop loop && joins(loop.equation(), members)) {
        members.add(loop.equation());
        absorb(before, members);
        gathered =
            new Gathered(List.copyOf(members), List.copyOf(before), List.copyOf(behind), s + 1);
      } else {
        (readsAny(step, members.stream()) ? behind : before).add(step);
      }
    }
    return gathered;
  }

  private static boolean readsAny(Step step, Stream<Equation> makers) {
    Set<Value> made = Plan.identities(List.of());
    makers.forEach(equation -> made.add(equation.target()));
    return step.equations().stream().flatMap(e -> Slots.reads(e).stream()).anyMatch(made::contains);
  }

  /** Takes what the members read out of the steps before them that do not need it. */
  private void absorb(List<Step> before, List<Equation> members) {
    for (int s = before.size() - 1; s >= 0; s--) {
      if (before.get(s) instanceof Step.Loop loop
          && joins(loop.equation(), members)
          && before.subList(s + 1, before.size()).stream()
              .noneMatch(step -> readsAny(step, Stream.of(loop.equation())))) {
        before.remove(s);
        members.addFirst(loop.equation());
      }
    }
  }

  /** Whether it has the rows of the members, and one of them reads what it reads or makes. */
  private boolean joins(Equation equation, List<Equation> members) {
    Equation first = members.getFirst();
    return isOfRows(equation, 1)
        && rows.times(equation.target()) == rows.times(first.target())
        && index(equation, 0).size().equals(index(first, 0).size())
        && members.stream().anyMatch(member -> isNear(equation, member))
        && members.stream()
            .allMatch(member ->
                readsOwnRows(equation, member.target(), 1)
                    && readsOwnRows(member, equation.target(), 1));
  }

  private boolean isNear(Equation one, Equation other) {
    List<Value> reads = Slots.reads(one);
    List<Value> others = Slots.reads(other);
    return reads.contains(other.target())
        || others.contains(one.target())
        || others.stream().anyMatch(value -> !weights.contains(value) && reads.contains(value));
  }

  /** The index of the left side at a place of the target in memory, the outermost being at 0. */
  private Atom.Index index(Equation equation, int at) {
    return equation.left().get(layouts.apply(equation.target()).order().get(at));
  }

  /**
   * Whether a loop along so many of the outermost axes costs the same in parts: what it sums is not
   * the same for several rows, and no row takes up a sum where the one before has left it.
   */
  private boolean isOfRows(Equation equation, int axes) {
    if (equation.left().size() < axes) {
      return false;
    }
    List<Atom.Index> own = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      own.add(index(equation, axis));
    }
    return LoopMaker.order(equation, layouts).subList(0, axes).equals(own)
        && !Trees.any(
            equation.body(),
            term -> term instanceof Term.Reduce && !Trees.free(term).containsAll(own));
  }

  /** Whether an equation reads of a value, for each row of its own, no other row. */
  private boolean readsOwnRows(Equation equation, Value value, int axes) {
    return !Trees.any(
        equation.body(),
        term ->
            term instanceof Term.Read read
                && read.value() == value
                && !isAtRow(read, equation, axes));
  }

  /** Whether a read is at the row of its equation. */
  private boolean isAtRow(Term.Read read, Equation equation, int axes) {
    List<Integer> order = layouts.apply(read.value()).order();
    for (int axis = 0; axis < axes; axis++) {
      if (order.size() <= axis
          || !Trees.asPoly(read.at().get(order.get(axis))).equals(Poly.of(index(equation, axis)))) {
        return false;
      }
    }
    return true;
  }

  /** How many of the outermost axes are rows. */
  private int axes(List<Equation> members) {
    int axes = 1;
    while (isTooFew(members, axes) && areRows(members, axes + 1)) {
      axes++;
    }
    return axes;
  }

  private boolean isTooFew(List<Equation> members, int axes) {
    Equation first = members.getFirst();
    Poly places = Work.places(LoopMaker.order(first, layouts).subList(0, axes));
    boolean few = places.constant().isPresent() && places.constant().getAsLong() < FEW_ROWS;
    return few || members.stream().anyMatch(m -> bytesOfRow(m, axes) > LARGE_ROW);
  }

  /** Of the longest row that an equation reads or makes. */
  private double bytesOfRow(Equation equation, int axes) {
    double bytes = bytesOfRow(equation.target(), axes);
    for (Value read : Slots.reads(equation)) {
      if (layouts.apply(read).order().size() > axes && readsOwnRows(equation, read, axes)) {
        bytes = Math.max(bytes, bytesOfRow(read, axes));
      }
    }
    return bytes;
  }

  private double bytesOfRow(Value value, int axes) {
    List<Integer> order = layouts.apply(value).order();
    double bytes = Copies.bytes(value.kind());
    for (int axis : order.subList(axes, order.size())) {
      bytes *= Work.large(value.shape().get(axis));
    }
    return bytes;
  }

  /** Whether all can run along so many axes at once, and one has an axis left to run inside. */
  private boolean areRows(List<Equation> members, int axes) {
    Equation first = members.getFirst();
    return members.stream().anyMatch(m -> m.left().size() > axes)
        && members.stream()
            .allMatch(m ->
                isOfRows(m, axes)
                    && index(m, axes - 1).size().constant().orElse(0) > 0
                    && index(m, axes - 1).size().equals(index(first, axes - 1).size())
                    && members.stream().allMatch(other -> readsOwnRows(m, other.target(), axes)));
  }

  private Step step(List<Equation> members, Map<Value, Set<Equation>> readers) {
    int axes = axes(members);
    Set<Equation> own = Plan.identities(members);
    Set<Value> inside = Plan.identities(List.of());
    for (Equation member : members) {
      Value target = member.target();
      if (!kept.contains(target) && own.containsAll(readers.getOrDefault(target, Set.of()))) {
        inside.add(target);
      }
    }
    if (members.size() == 1) {
      return LoopMaker.ofRows(members.getFirst(), layouts, axes, Set.of());
    }
    List<Step.Loop> loops =
        members.stream().map(m -> LoopMaker.ofRows(m, layouts, axes, inside)).toList();
    Slots parts = new Slots(List.of(), loops, Set.of(), layouts, inside::contains);
    Set<Value> atRow = Plan.identities(List.of());
    loops.forEach(loop -> atRow.addAll(loop.operands()));
    atRow.removeIf(value -> !members.stream().allMatch(m -> readsOwnRows(m, value, axes)));
    return new Step.Chain(loops, axes, atRow, parts.slots());
  }
}
