package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;
import xfm.compiler.rewrite.Work;

/**
 * Which values share a buffer: those of which one is no longer needed when the other is made. A
 * buffer of the same size is preferred, then the smallest that is large enough when lengths are
 * long.
 */
final class Slots {
  private final Map<Value, Integer> slots = new IdentityHashMap<>();
  private final List<List<Value>> held = new ArrayList<>();
  private final List<Integer> free = new ArrayList<>();
  private final Function<Value, Layout> layouts;

  /**
   * @param inputs are there from the start
   * @param kept are there until the end
   * @param placed which values are to be placed; weights are not of this
   */
  Slots(
      List<Value> inputs,
      List<? extends Step> steps,
      Set<Value> kept,
      Function<Value, Layout> layouts,
      Predicate<Value> placed) {
    this.layouts = layouts;
    Map<Value, Integer> last = new IdentityHashMap<>();
    for (int s = 0; s < steps.size(); s++) {
      for (Equation equation : steps.get(s).equations()) {
        last.put(equation.target(), s);
        for (Value read : reads(equation)) {
          last.put(read, s);
        }
      }
    }
    kept.forEach(value -> last.put(value, Integer.MAX_VALUE));
    inputs.forEach(this::assign);
    for (int s = 0; s < steps.size(); s++) {
      Step step = steps.get(s);
      Set<Value> ending = new LinkedHashSet<>();
      for (Equation equation : step.equations()) {
        for (Value read : reads(equation)) {
          if (last.get(read) == s && slots.containsKey(read)) {
            ending.add(read);
          }
        }
      }
      List<Value> made = step.equations().stream().map(Equation::target).filter(placed).toList();
      for (Value target : made) {
        Optional<Value> same = ending.stream().filter(v -> isInPlace(step, target, v)).findFirst();
        if (same.isPresent()) {
          put(target, slots.get(same.get()));
          ending.remove(same.get());
        } else {
          assign(target);
        }
      }
      ending.forEach(value -> free.add(slots.get(value)));
      for (Value target : made) {
        if (last.get(target) == s) {
          free.add(slots.get(target));
        }
      }
    }
  }

  /** For each slot, the values that are in it at some time. */
  List<List<Value>> buffers() {
    return held;
  }

  Map<Value, Integer> slots() {
    return slots;
  }

  static List<Value> reads(Equation equation) {
    List<Value> reads = new ArrayList<>();
    Trees.visit(
        equation.body(),
        term -> {
          if (term instanceof Term.Read read && !reads.contains(read.value())) {
            reads.add(read.value());
          }
        });
    return reads;
  }

  /** Whether a step can write a value over one that nobody reads after it. */
  private boolean isInPlace(Step step, Value target, Value value) {
    if (value.kind() != target.kind()
        || !value.shape().equals(target.shape())
        || !layouts.apply(value).equals(layouts.apply(target))) {
      return false;
    }
    return switch (step) {
      case Step.Loop loop -> isElementwise(loop.equation(), value, value.shape().size());
      case Step.Multiply(List<Step.Output> outputs) ->
          outputs.size() == 1
              && outputs.getFirst().epilogue().isPresent()
              && isElementwise(step.equation(), value, value.shape().size());
      case Step.Chain chain -> isInPlace(chain, target, value);
      case Step.Attention _, Step.Scan _ -> false;
    };
  }

  /** Before the target is made, its row and none before it may be read; afterwards nothing. */
  private boolean isInPlace(Step.Chain chain, Value target, Value value) {
    boolean made = false;
    for (Equation equation : chain.equations()) {
      boolean own = equation.target() == target;
      if (made && reads(equation).contains(value)
          || !isElementwise(equation, value, own ? value.shape().size() : chain.axes())) {
        return false;
      }
      made |= own;
    }
    return true;
  }

  /** Whether a value is read at the place of the target only, as to the outermost axes. */
  private boolean isElementwise(Equation equation, Value value, int axes) {
    List<Integer> order = layouts.apply(value).order();
    List<Integer> own = layouts.apply(equation.target()).order();
    return !Trees.any(
        equation.body(),
        term ->
            term instanceof Term.Read read
                && read.value() == value
                && !IntStream.range(0, axes)
                    .allMatch(axis ->
                        Trees.asPoly(read.at().get(order.get(axis)))
                            .equals(Poly.of(equation.left().get(own.get(axis))))));
  }

  private void assign(Value value) {
    int best = -1;
    for (int slot : free) {
      if (best < 0 || isBetter(slot, best, value)) {
        best = slot;
      }
    }
    if (best >= 0) {
      free.remove((Integer) best);
    } else {
      best = held.size();
      held.add(new ArrayList<>());
    }
    put(value, best);
  }

  private void put(Value value, int slot) {
    slots.put(value, slot);
    held.get(slot).add(value);
  }

  private boolean isBetter(int slot, int than, Value value) {
    double need = Work.large(bytes(value));
    double one = size(slot);
    double other = size(than);
    boolean oneFits = one >= need;
    boolean otherFits = other >= need;
    return oneFits != otherFits ? oneFits : oneFits ? one < other : one > other;
  }

  private double size(int slot) {
    return held.get(slot).stream().mapToDouble(v -> Work.large(bytes(v))).max().orElse(0);
  }

  /** What a value takes. */
  static Poly bytes(Value value) {
    long element = value.kind() == Term.Kind.BOOL ? 1 : 4;
    return value.shape().stream().reduce(Poly.of(element), Poly::times);
  }
}
