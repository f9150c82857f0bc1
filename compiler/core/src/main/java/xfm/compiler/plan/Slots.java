package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /**
   * @param inputs are there from the start
   * @param kept are there until the end; weights are not of this
   */
  Slots(
      List<Value> inputs,
      List<Step> steps,
      Set<Value> kept,
      Map<Value, Layout> layouts,
      Rows rows) {
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
      Optional<Value> same =
          ending.stream().filter(v -> isInPlace(step, v, layouts, rows)).findFirst();
      if (same.isPresent()) {
        put(step.equation().target(), slots.get(same.get()));
      } else {
        step.equations().forEach(equation -> assign(equation.target()));
      }
      ending.remove(same.orElse(null));
      ending.forEach(value -> free.add(slots.get(value)));
      for (Equation equation : step.equations()) {
        if (last.get(equation.target()) == s) {
          free.add(slots.get(equation.target()));
        }
      }
    }
  }

  /** For each buffer, the values that are in it at some time. */
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

  /** Whether each element of the value is read just where the one in its place is written. */
  private static boolean isInPlace(Step step, Value value, Map<Value, Layout> layouts, Rows rows) {
    Equation equation = step.equation();
    Value target = equation.target();
    boolean elementwise =
        switch (step) {
          case Step.Loop _ -> true;
          case Step.Multiply(List<Step.Output> outputs) ->
              outputs.size() == 1 && outputs.getFirst().epilogue().isPresent();
          case Step.Attention _, Step.Scan _ -> false;
        };
    if (!elementwise
        || value.kind() != target.kind()
        || rows.isSame(value) != rows.isSame(target)
        || !value.shape().equals(target.shape())
        || !layouts.get(value).equals(layouts.get(target))) {
      return false;
    }
    List<Poly> own = equation.left().stream().map(Poly::of).toList();
    return !Trees.any(
        equation.body(),
        term ->
            term instanceof Term.Read read
                && read.value() == value
                && !read.at().stream().map(Trees::asPoly).toList().equals(own));
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
