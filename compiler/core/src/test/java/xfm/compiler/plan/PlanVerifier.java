package xfm.compiler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * What must hold of every plan: each value is made once, of what was made before, with the type and
 * the sizes of its equation; and two values that are needed at one time never share memory, but
 * where a step writes each element over the one of an operand that it read for it, and that nobody
 * reads again.
 */
final class PlanVerifier {
  private final Plan plan;
  private final ToIntFunction<Value> buffers;
  private final Map<Value, Integer> lastRead = new IdentityHashMap<>();
  private final Set<Value> made = new HashSet<>();

  private PlanVerifier(Plan plan, ToIntFunction<Value> buffers) {
    this.plan = plan;
    this.buffers = buffers;
  }

  static void verify(Plan plan) {
    verify(plan, plan::buffer);
  }

  /**
   * @param buffers another assignment of values to buffers
   */
  static void verify(Plan plan, ToIntFunction<Value> buffers) {
    Set<Value> made = new HashSet<>();
    plan.before()
        .ifPresent(before -> {
          PlanVerifier first = new PlanVerifier(before, before::buffer);
          first.verify();
          assertTrue(first.made.containsAll(plan.prepared()), plan.toString());
          made.addAll(plan.prepared());
        });
    PlanVerifier verifier = new PlanVerifier(plan, buffers);
    verifier.made.addAll(made);
    verifier.verify();
  }

  private void verify() {
    plan.lowered().inputs().stream().map(Graph.Input::value).forEach(made::add);
    plan.lowered().weights().stream().map(Graph.Weight::value).forEach(made::add);
    for (Step step : plan.steps()) {
      step.equations().forEach(this::isDefinition);
      boolean together = step instanceof Step.Scan;
      List<Value> own = step.equations().stream().map(Equation::target).toList();
      for (Equation equation : step.equations()) {
        for (Value read : Slots.reads(equation)) {
          assertTrue(
              made.contains(read) || together && own.contains(read),
              () -> equation.target() + " reads " + read + " before it is there\n" + plan);
        }
      }
      made.addAll(own);
    }
    plan.kept().forEach(value -> assertTrue(made.contains(value), "not made: " + value));
    memory();
  }

  private void isDefinition(Equation equation) {
    Value target = equation.target();
    assertTrue(!made.contains(target), "made twice: " + target);
    assertEquals(target.kind(), equation.body().kind(), target.path());
    assertEquals(target.shape(), equation.left().stream().map(i -> i.size()).toList());
    List<Integer> axes = IntStream.range(0, target.shape().size()).boxed().toList();
    assertEquals(axes, plan.layout(target).order().stream().sorted().toList());
  }

  private void memory() {
    List<Step> steps = plan.steps();
    for (int s = 0; s < steps.size(); s++) {
      for (Equation equation : steps.get(s).equations()) {
        lastRead.merge(equation.target(), s, Math::max);
        for (Value read : Slots.reads(equation)) {
          lastRead.merge(read, s, Math::max);
        }
      }
    }
    plan.kept().forEach(value -> lastRead.put(value, Integer.MAX_VALUE));
    Map<Integer, Value> held = new HashMap<>();
    plan.lowered().inputs().forEach(input -> put(held, input.value(), -1));
    for (int s = 0; s < steps.size(); s++) {
      Step step = steps.get(s);
      Map<Integer, Value> before = new HashMap<>(held);
      List<Value> written = new ArrayList<>();
      for (Equation equation : step.equations()) {
        Value target = equation.target();
        Value other = before.get(buffers.applyAsInt(target));
        int now = s;
        if (other != null && lastRead.getOrDefault(other, -1) >= s) {
          assertTrue(
              lastRead.get(other) == s && isOver(step, target, other),
              () -> "step %d writes %s over %s\n%s".formatted(now + 1, target, other, plan));
        }
        for (Value beside : written) {
          assertTrue(
              buffers.applyAsInt(beside) != buffers.applyAsInt(target),
              () -> "step %d writes %s and %s\n%s".formatted(now + 1, target, beside, plan));
        }
        written.add(target);
        put(held, target, s);
      }
    }
  }

  private void put(Map<Integer, Value> held, Value value, int step) {
    Value before = held.put(buffers.applyAsInt(value), value);
    assertTrue(
        step >= 0 || before == null, () -> "the inputs " + before + " and " + value + " share");
  }

  /** Whether a step may write a value over one that it reads. */
  private boolean isOver(Step step, Value target, Value other) {
    boolean elementwise =
        step instanceof Step.Loop
            || step instanceof Step.Multiply(List<Step.Output> outputs)
                && outputs.size() == 1
                && outputs.getFirst().epilogue().isPresent();
    Equation equation = step.equation();
    List<Poly> here = equation.left().stream().map(Poly::of).toList();
    return elementwise
        && target.kind() == other.kind()
        && target.shape().equals(other.shape())
        && plan.layout(target).equals(plan.layout(other))
        && plan.isSame(target) == plan.isSame(other)
        && !Trees.any(
            equation.body(),
            term ->
                term instanceof Term.Read read
                    && read.value() == other
                    && !read.at().stream().map(Trees::asPoly).toList().equals(here));
  }
}
