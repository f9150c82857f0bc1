package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sums over all places up to that of the innermost axis of a nest, {@code Σ x[j] where j <= i}:
 * each place adds its own value to the sum before, so that a row of n takes n values and not n².
 * The sixteen parts of a sum (see {@link FoldOp#SUM}) are kept apart and added anew at each place,
 * so the bits are those of a sum of its own.
 */
final class RunningSums {
  private static final ClassDesc SUPPORT = Instructions.desc(LoopSupport.class);
  private static final ClassDesc PARTS = ConstantDescs.CD_double.arrayType();
  private static final MethodTypeDesc CLEAR = MethodTypeDesc.of(ConstantDescs.CD_void, PARTS);
  private static final MethodTypeDesc TOTAL = MethodTypeDesc.of(ConstantDescs.CD_double, PARTS);

  /**
   * One of them.
   *
   * @param conditions under which a place counts, besides that it is not a later one
   */
  record Sum(Node node, Code.Reduce fold, List<Node> conditions) {}

  private record Kept(Sum sum, int parts, int extent) {}

  private final Emitter emitter;
  private final CodeBuilder code;
  private final List<Kept> kept = new ArrayList<>();

  /** Emits what the sums of a nest need before its loops. */
  RunningSums(Emitter emitter) {
    this.emitter = emitter;
    this.code = emitter.code;
    for (Sum sum : all(emitter.graph)) {
      int parts = code.allocateLocal(TypeKind.REFERENCE);
      code.loadConstant(FoldOp.PARTS).newarray(TypeKind.DOUBLE).astore(parts);
      kept.add(new Kept(sum, parts, code.allocateLocal(TypeKind.INT)));
    }
  }

  static List<Sum> all(Graph graph) {
    List<Sum> sums = new ArrayList<>();
    for (Node node : graph.nodes()) {
      of(graph, node).ifPresent(sums::add);
    }
    return sums;
  }

  /** Such a sum, if the node is one. */
  static Optional<Sum> of(Graph graph, Node node) {
    int axis = graph.axes.size() - 1;
    if (axis < 0
        || node.kind != TypeKind.FLOAT
        || !(node.code instanceof Code.Reduce fold)
        || fold.op() != FoldOp.SUM
        || !fold.where()) {
      return Optional.empty();
    }
    List<Node> conditions = new ArrayList<>();
    split(node.in.get(2), conditions);
    boolean running = conditions.removeIf(c -> isUpTo(c, fold.axis(), axis));
    boolean same =
        conditions.stream().noneMatch(c -> VectorPlan.varies(c, axis))
            && !VectorPlan.varies(node.in.get(0), axis)
            && !VectorPlan.varies(node.in.get(1), axis);
    return running && same ? Optional.of(new Sum(node, fold, conditions)) : Optional.empty();
  }

  /** What holds if a condition does, in order: {@code a and b} has become a choice. */
  static void split(Node condition, List<Node> into) {
    if (condition.code instanceof Code.Choose
        && condition.in.get(2).code instanceof Code.BoolValue(boolean v)
        && !v) {
      split(condition.in.get(0), into);
      split(condition.in.get(1), into);
    } else {
      into.add(condition);
    }
  }

  private static boolean isUpTo(Node condition, int own, int axis) {
    return condition.code instanceof Code.Test(CompareOp op)
        && op == CompareOp.LE
        && condition.in.get(0).code instanceof Code.AxisAt(int a)
        && condition.in.get(1).code instanceof Code.AxisAt(int b)
        && a == own
        && b == axis;
  }

  /**
   * Begins a row.
   *
   * @param from the local of its first place, if that may not be 0; else −1
   */
  void begin(int from) {
    for (Kept one : kept) {
      code.aload(one.parts()).invokestatic(SUPPORT, "clear", CLEAR);
      Node extent = one.sum().node().in.getFirst();
      emitter.prepare(extent);
      emitter.push(extent);
      code.istore(one.extent());
      if (from >= 0) {
        int place = emitter.zero();
        Label end = code.newLabel();
        Label top = code.newBoundLabel();
        code.iload(place).iload(from).if_icmpge(end);
        add(one, place);
        code.iinc(place, 1).goto_(top).labelBinding(end);
      }
    }
  }

  /** Moves on to a place: the sums are values from now on. */
  void next(int place) {
    for (Kept one : kept) {
      add(one, place);
      int sum = code.allocateLocal(TypeKind.FLOAT);
      code.aload(one.parts()).invokestatic(SUPPORT, "total", TOTAL).d2f().fstore(sum);
      emitter.values.put(one.sum().node(), sum);
    }
  }

  private void add(Kept one, int place) {
    Sum sum = one.sum();
    Label skip = code.newLabel();
    int mark = emitter.values.mark();
    emitter.values.hide(sum.fold().axis());
    emitter.values.put(emitter.axis(sum.fold().axis()), place);
    code.iload(place).iload(one.extent()).if_icmpge(skip);
    for (Node condition : sum.conditions()) {
      emitter.prepare(condition);
      emitter.branch(condition, false, skip);
    }
    Node body = sum.node().in.get(1);
    emitter.prepare(body);
    code.aload(one.parts()).iload(place).loadConstant(FoldOp.PARTS - 1).iand().dup2().daload();
    emitter.push(body);
    code.f2d().dadd().dastore().labelBinding(skip);
    emitter.values.release(mark);
  }
}
