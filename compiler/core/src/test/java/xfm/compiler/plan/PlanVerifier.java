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
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import xfm.compiler.ir.Atom;
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
  private final BiFunction<Step.Chain, Value, Integer> parts;
  private final Map<Value, Integer> lastRead = new IdentityHashMap<>();
  private final Set<Value> made = new HashSet<>();

  private PlanVerifier(
      Plan plan, ToIntFunction<Value> buffers, BiFunction<Step.Chain, Value, Integer> parts) {
    this.plan = plan;
    this.buffers = buffers;
    this.parts = parts;
  }

  static void verify(Plan plan) {
    verify(plan, plan::buffer, PlanVerifier::part);
  }

  /** The part of the block in which a value inside a chain is; null for others. */
  static Integer part(Step.Chain chain, Value value) {
    return chain.inside().get(value);
  }

  /**
   * @param buffers another assignment of values to buffers
   * @param parts another one of values inside chains to parts of blocks
   */
  static void verify(
      Plan plan, ToIntFunction<Value> buffers, BiFunction<Step.Chain, Value, Integer> parts) {
    PlanVerifier verifier = new PlanVerifier(plan, buffers, parts);
    plan.before()
        .ifPresent(before -> {
          PlanVerifier first = new PlanVerifier(before, before::buffer, PlanVerifier::part);
          first.verify();
          assertTrue(first.made.containsAll(plan.prepared()), plan.toString());
          assertTrue(plan.prepared().stream().allMatch(before::hasBuffer), plan.toString());
          verifier.made.addAll(plan.prepared());
        });
    verifier.verify();
  }

  private void verify() {
    plan.lowered().inputs().stream().map(Graph.Input::value).forEach(made::add);
    plan.lowered().weights().stream().map(Graph.Weight::value).forEach(made::add);
    for (Step step : plan.steps()) {
      step.equations().forEach(this::isDefinition);
      boolean together = step instanceof Step.Scan;
      if (step instanceof Step.Chain chain) {
        chain(chain);
      }
      List<Value> own = step.equations().stream().map(Equation::target).toList();
      for (Equation equation : step.equations()) {
        if (step instanceof Step.Chain) {
          made.add(equation.target());
        }
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

  /**
   * Members of one batching run along the same rows; of what a member makes, others read their own
   * row; what is inside is not read or handed out elsewhere, and has a part of the block to itself
   * until its last reader.
   */
  private void chain(Step.Chain chain) {
    List<Equation> equations = chain.equations();
    assertTrue(equations.size() > 1, "a chain of one: " + equations);
    Map<Value, Integer> last = new IdentityHashMap<>();
    for (int e = 0; e < equations.size(); e++) {
      Equation equation = equations.get(e);
      assertEquals(plan.times(chain), plan.times(chain.loops().get(e)), equation.toString());
      assertEquals(
          row(equations.getFirst(), chain.axes()).stream().map(Atom.Index::size).toList(),
          row(equation, chain.axes()).stream().map(Atom.Index::size).toList());
      for (Equation other : equations) {
        assertTrue(isAtRow(equation, other.target(), chain.axes()), () -> "another row\n" + plan);
      }
      last.put(equation.target(), e);
      for (Value read : Slots.reads(equation)) {
        last.put(read, e);
      }
    }
    for (Step step : plan.steps()) {
      for (Equation equation : step.equations()) {
        assertTrue(
            step == chain || Slots.reads(equation).stream().noneMatch(chain.inside()::containsKey),
            () -> equation.target() + " reads what is inside a chain\n" + plan);
      }
    }
    Map<Integer, Value> held = new HashMap<>();
    for (int e = 0; e < equations.size(); e++) {
      Equation equation = equations.get(e);
      Value target = equation.target();
      Integer part = parts.apply(chain, target);
      if (part == null) {
        continue;
      }
      assertTrue(!plan.kept().contains(target), "handed out, and inside a chain: " + target);
      Value other = held.put(part, target);
      assertTrue(
          other == null
              || last.get(other) < e
              || last.get(other) == e && isOver(equation, target, other),
          () -> target + " is written over " + other + " in a chain\n" + plan);
    }
  }

  private List<Atom.Index> row(Equation equation, int axes) {
    return plan.layout(equation.target()).order().subList(0, axes).stream()
        .map(equation.left()::get)
        .toList();
  }

  /** Whether an equation reads of a value its own row alone. */
  private boolean isAtRow(Equation equation, Value value, int axes) {
    List<Poly> own = row(equation, axes).stream().map(Poly::of).toList();
    return !Trees.any(
        equation.body(),
        term ->
            term instanceof Term.Read read
                && read.value() == value
                && !plan.layout(value).order().stream()
                    .limit(axes)
                    .map(axis -> Trees.asPoly(read.at().get(axis)))
                    .toList()
                    .equals(own));
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
        if (isInside(step, target)) {
          continue;
        }
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

  private static boolean isInside(Step step, Value value) {
    return step instanceof Step.Chain chain && chain.inside().containsKey(value);
  }

  /** Whether a step may write a value over one that it reads. */
  private boolean isOver(Step step, Value target, Value other) {
    return switch (step) {
      case Step.Loop loop -> isOver(loop.equation(), target, other);
      case Step.Multiply(List<Step.Output> outputs) ->
          outputs.size() == 1
              && outputs.getFirst().epilogue().isPresent()
              && isOver(step.equation(), target, other);
      case Step.Chain chain -> isOver(chain, target, other);
      case Step.Attention _, Step.Scan _ -> false;
    };
  }

  /** Blocks before have the target already, members before have it not, those behind have. */
  private boolean isOver(Step.Chain chain, Value target, Value other) {
    int at = chain.equations().stream().map(Equation::target).toList().indexOf(target);
    return isOver(chain.equations().get(at), target, other)
        && chain.equations().stream().limit(at).allMatch(e -> isAtRow(e, other, chain.axes()))
        && chain.equations().stream().skip(at + 1).noneMatch(e -> Slots.reads(e).contains(other));
  }

  private boolean isOver(Equation equation, Value target, Value other) {
    List<Poly> here = equation.left().stream().map(Poly::of).toList();
    return target.kind() == other.kind()
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
