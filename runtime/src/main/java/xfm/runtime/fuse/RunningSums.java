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
 * Sums and means over all places up to that of the innermost axis of a nest, {@code Σ x[j] where j
 * <= i}: each place adds its own value to the sum before, so that a row of n takes n values and not
 * n². The sixteen parts of a sum (see {@link FoldOp#SUM}) are kept apart and added anew at each
 * place, so the bits are those of a sum of its own.
 */
final class RunningSums implements Carried {
  private static final ClassDesc SUPPORT = Instructions.desc(LoopSupport.class);
  private static final ClassDesc PARTS = ConstantDescs.CD_double.arrayType();
  private static final ClassDesc MATH = Instructions.desc(Math.class);
  private static final MethodTypeDesc MAX =
      MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);
  private static final MethodTypeDesc CLEAR =
      MethodTypeDesc.of(ConstantDescs.CD_void, PARTS, ConstantDescs.CD_int, ConstantDescs.CD_int);
  private static final MethodTypeDesc TOTAL =
      MethodTypeDesc.of(ConstantDescs.CD_double, PARTS, ConstantDescs.CD_int);

  /**
   * One of them.
   *
   * @param conditions under which a place counts, besides that it is not a later one
   */
  record Sum(Node node, Code.Reduce fold, List<Node> conditions) {}

  /**
   * @param at where its parts begin
   * @param next the local of the first place that has not been added
   * @param count the local of how many were added, which a mean asks for
   */
  private record Kept(Sum sum, int at, int next, int count) {}

  private final Emitter emitter;
  private final CodeBuilder code;
  private final List<Kept> kept = new ArrayList<>();
  private final int parts;

  /**
   * Emits what the sums of a nest need before its loops.
   *
   * @param others those that {@link RunningLanes} keep
   */
  RunningSums(Emitter emitter, List<Node> others) {
    this.emitter = emitter;
    this.code = emitter.code;
    this.parts = code.allocateLocal(TypeKind.REFERENCE);
    for (Sum sum : all(emitter.graph)) {
      if (!others.contains(sum.node())) {
        int at = emitter.plan.sumsInLanes() + kept.size() * FoldOp.PARTS;
        int next = code.allocateLocal(TypeKind.INT);
        kept.add(new Kept(sum, at, next, code.allocateLocal(TypeKind.INT)));
      }
    }
    if (!kept.isEmpty()) {
      code.aload(emitter.scratch()).getfield(Emitter.SCRATCH, "sums", PARTS).astore(parts);
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
        || node.depth() > graph.axes.size()
        || !(node.code instanceof Code.Reduce fold)
        || fold.op() != FoldOp.SUM && fold.op() != FoldOp.MEAN
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

  @Override
  public void begin() {
    for (Kept one : kept) {
      clear(code, parts, one.at(), one.at() + FoldOp.PARTS);
      code.iconst_0().istore(one.next()).iconst_0().istore(one.count());
    }
  }

  /** Emits the beginning of sums whose parts are there in an array, which is in a local. */
  static void clear(CodeBuilder code, int parts, int from, int to) {
    code.aload(parts).loadConstant(from).loadConstant(to);
    code.invokestatic(SUPPORT, "clear", CLEAR);
  }

  @Override
  public boolean has(Node node) {
    return kept.stream().anyMatch(one -> one.sum().node() == node);
  }

  /**
   * Adds the places since the last one that asked, mostly this one alone: that has code of its own,
   * by which a place takes 2.7 ns and not 3.3. Where a piece of a row begins, they are many.
   */
  @Override
  public void emit(Node node, int result) {
    for (Kept one : kept) {
      if (one.sum().node() == node) {
        advance(one, emitter.values.local(emitter.axis(emitter.graph.axes.size() - 1)));
        code.aload(parts).loadConstant(one.at()).invokestatic(SUPPORT, "total", TOTAL);
        if (one.sum().fold().op() == FoldOp.MEAN) {
          code.iload(one.count()).iconst_1().invokestatic(MATH, "max", MAX).i2d().ddiv();
        }
        code.d2f().fstore(result);
      }
    }
  }

  private void advance(Kept one, int place) {
    Node extent = one.sum().node().in.getFirst();
    int end = code.allocateLocal(TypeKind.INT);
    emitter.prepare(extent);
    emitter.push(extent);
    code.istore(end);
    Label here = code.newLabel();
    Label done = code.newLabel();
    code.iload(one.next()).iload(place).if_icmpeq(here);
    code.iload(one.next()).iload(place).if_icmpgt(done);
    Label top = code.newBoundLabel();
    add(one, one.next(), end);
    code.iinc(one.next(), 1).iload(one.next()).iload(place).if_icmplt(top).labelBinding(here);
    add(one, place, end);
    code.iload(place).iconst_1().iadd().istore(one.next()).labelBinding(done);
  }

  private void add(Kept one, int place, int end) {
    Sum sum = one.sum();
    Label skip = code.newLabel();
    int mark = emitter.values.mark();
    emitter.values.hide(sum.fold().axis());
    emitter.values.put(emitter.axis(sum.fold().axis()), place);
    code.iload(place).iload(end).if_icmpge(skip);
    for (Node condition : sum.conditions()) {
      emitter.prepare(condition);
      emitter.branch(condition, false, skip);
    }
    Node body = sum.node().in.get(1);
    emitter.prepare(body);
    code.aload(parts).iload(place).loadConstant(FoldOp.PARTS - 1).iand();
    code.loadConstant(one.at()).iadd().dup2().daload();
    emitter.push(body);
    code.f2d().dadd().dastore().iinc(one.count(), 1).labelBinding(skip);
    emitter.values.release(mark);
  }
}
