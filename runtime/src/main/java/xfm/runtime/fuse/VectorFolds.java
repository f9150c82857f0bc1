package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.BitSet;
import java.util.List;

/**
 * Emits folds on vectors: {@linkplain #inLanes one in each lane}, or {@linkplain #alongAxis the
 * axis of the fold in the lanes}. The sixteen parts of a sum of floats (see {@link FoldOp#SUM}) are
 * taken one after the other in the first form; in the second, those that fill a vector at once.
 */
final class VectorFolds {
  private static final ClassDesc FLOATS = VectorCode.vector(TypeKind.FLOAT);
  private static final ClassDesc INTS = VectorCode.vector(TypeKind.INT);
  private static final ClassDesc DOUBLES = VectorCode.DOUBLES;
  private static final ClassDesc MASK = VectorCode.mask();
  private static final ClassDesc SUPPORT = Instructions.desc(LoopSupport.class);
  private static final int LEAST_KEY = 0x807fffff;
  private static final int GREATEST_KEY = 0x7f800000;

  private final VectorEmitter lanes;

  VectorFolds(VectorEmitter lanes) {
    this.lanes = lanes;
  }

  /**
   * What a fold has gathered so far, in vectors.
   *
   * @param a sums of the first half of the lanes, whole sums, the greatest or least, or the keys of
   *     the greatest
   * @param b sums of the second half, or the keys of the least; −1 if there are none
   * @param count how many were taken; −1 if nobody asks
   */
  private record Gathered(FoldOp op, TypeKind kind, int a, int b, int count) {
    boolean isFloatSum() {
      return kind == TypeKind.FLOAT && (op == FoldOp.SUM || op == FoldOp.MEAN);
    }
  }

  private CodeBuilder code() {
    return lanes.code;
  }

  private int all(int value) {
    code().loadConstant(value);
    lanes.ops.call("all", INTS, ConstantDescs.CD_int);
    return lanes.keep();
  }

  private int zeros() {
    lanes.ops.call("zeros", DOUBLES);
    return lanes.keep();
  }

  private Gathered begin(FoldOp op, TypeKind kind, boolean counted) {
    int count = counted ? all(0) : -1;
    boolean real = kind == TypeKind.FLOAT;
    return switch (op) {
      case SUM, MEAN -> new Gathered(op, kind, real ? zeros() : all(0), real ? zeros() : -1, count);
      case MAX ->
          new Gathered(
              op,
              kind,
              all(real ? LEAST_KEY : Integer.MIN_VALUE),
              real ? all(GREATEST_KEY) : -1,
              count);
      case MIN ->
          new Gathered(
              op,
              kind,
              all(real ? LEAST_KEY : Integer.MAX_VALUE),
              real ? all(GREATEST_KEY) : -1,
              count);
      case ANY, ALL, ARGMAX, LOGSUMEXP -> throw new IllegalStateException("no vectors for " + op);
    };
  }

  /**
   * Takes in a vector of values, where a mask holds.
   *
   * @param where a local; −1 for all
   */
  private void gather(Gathered so, int value, int where) {
    boolean real = so.kind() == TypeKind.FLOAT;
    switch (so.op()) {
      case SUM, MEAN -> {
        if (real) {
          int taken = where < 0 ? value : masked(value, where, 0f);
          combine("addLow", DOUBLES, so.a(), taken, FLOATS);
          combine("addHigh", DOUBLES, so.b(), taken, FLOATS);
        } else {
          combine("add", INTS, so.a(), masked(value, where, 0), INTS);
        }
      }
      case MAX, MIN -> {
        if (real) {
          code().aload(value);
          lanes.ops.call("key", INTS, FLOATS);
          int key = lanes.keep();
          combine("max", INTS, so.a(), masked(key, where, LEAST_KEY), INTS);
          combine("min", INTS, so.b(), masked(key, where, GREATEST_KEY), INTS);
        } else {
          boolean max = so.op() == FoldOp.MAX;
          int taken = masked(value, where, max ? Integer.MIN_VALUE : Integer.MAX_VALUE);
          combine(max ? "max" : "min", INTS, so.a(), taken, INTS);
        }
      }
      case ANY, ALL, ARGMAX, LOGSUMEXP -> throw new IllegalStateException("no vectors");
    }
    if (so.count() >= 0) {
      int one = all(1);
      combine("add", INTS, so.count(), masked(one, where, 0), INTS);
    }
  }

  /** {@code to = op(to, v)}. */
  private void combine(String op, ClassDesc type, int to, int v, ClassDesc vType) {
    code().aload(to).aload(v);
    lanes.ops.call(op, type, type, vType);
    code().astore(to);
  }

  private int masked(int value, int where, int otherwise) {
    if (where < 0) {
      return value;
    }
    code().aload(where).aload(value).loadConstant(otherwise);
    lanes.ops.call("all", INTS, ConstantDescs.CD_int);
    lanes.ops.call("choose", INTS, MASK, INTS, INTS);
    return lanes.keep();
  }

  private int masked(int value, int where, float otherwise) {
    code().aload(where).aload(value).loadConstant(otherwise);
    lanes.ops.call("all", FLOATS, ConstantDescs.CD_float);
    lanes.ops.call("choose", FLOATS, MASK, FLOATS, FLOATS);
    return lanes.keep();
  }

  // A fold in each lane.

  /** The local of the vector of a fold of which each lane has its own. */
  int inLanes(Node node, Code.Reduce fold) {
    CodeBuilder code = code();
    Node body = node.in.get(1);
    boolean extreme = fold.op() == FoldOp.MAX || fold.op() == FoldOp.MIN;
    int extent = lanes.scalar(node.in.getFirst());
    boolean counted = fold.where() && (extreme || fold.op() == FoldOp.MEAN);
    Gathered total = begin(fold.op(), body.kind, counted);
    VectorEmitter.Scope scope = lanes.enter();
    Label end = code.newLabel();
    if (!fold.runs()) {
      code.iload(extent).ifle(end);
    }
    lanes.hide(fold.axis());
    List<Node> roots = fold.where() ? List.of(node.in.get(2), body) : List.of(body);
    BitSet sure = roots.getFirst().sure;
    lanes.scalars.hoist(roots, sure, 1L << fold.axis() | 1L << lanes.axis);
    roots.forEach(root -> lanes.hoist(root, sure, fold.axis()));
    if (total.isFloatSum() && !isShort(node)) {
      int part = lanes.scalars.zero();
      Label next = code.newBoundLabel();
      code.iload(part).iload(extent).if_icmpge(end);
      code.iload(part).loadConstant(FoldOp.PARTS).if_icmpge(end);
      Gathered one = new Gathered(fold.op(), body.kind, zeros(), zeros(), total.count());
      loop(node, fold, one, part, extent, FoldOp.PARTS);
      combine("add", DOUBLES, total.a(), one.a(), DOUBLES);
      combine("add", DOUBLES, total.b(), one.b(), DOUBLES);
      code.iinc(part, 1).goto_(next);
    } else {
      loop(node, fold, total, -1, extent, 1);
    }
    code.labelBinding(end);
    lanes.leave(scope);
    return result(node, fold, total, extent);
  }

  /** Whether each part of a sum is one value, so that the order is the plain one. */
  static boolean isShort(Node fold) {
    return fold.in.getFirst().code instanceof Code.IntValue(int v) && v <= FoldOp.PARTS;
  }

  private void loop(Node node, Code.Reduce fold, Gathered total, int from, int extent, int step) {
    CodeBuilder code = code();
    int index = code.allocateLocal(TypeKind.INT);
    if (from < 0) {
      code.iconst_0();
    } else {
      code.iload(from);
    }
    code.istore(index);
    Label end = code.newLabel();
    Label top = code.newBoundLabel();
    code.iload(index).iload(extent).if_icmpge(end);
    VectorEmitter.Scope scope = lanes.enter();
    lanes.scalars.values.put(lanes.scalars.axis(fold.axis()), index);
    int where = fold.where() ? lanes.value(node.in.get(2)) : -1;
    Node body = node.in.get(1);
    int value = where < 0 ? lanes.root(body) : lanes.branch(body, where, true);
    gather(total, value, where);
    lanes.leave(scope);
    code.iinc(index, step).goto_(top).labelBinding(end);
  }

  private int result(Node node, Code.Reduce fold, Gathered total, int extent) {
    CodeBuilder code = code();
    boolean real = total.kind() == TypeKind.FLOAT;
    return switch (fold.op()) {
      case SUM -> real ? narrow(total) : total.a();
      case MEAN -> {
        int count = total.count();
        if (count < 0) {
          code.iload(extent);
          lanes.ops.call("all", INTS, ConstantDescs.CD_int);
          count = lanes.keep();
        }
        int one = all(1);
        int divisor = code.allocateLocal(TypeKind.REFERENCE);
        code.aload(count).astore(divisor);
        combine("max", INTS, divisor, one, INTS);
        combine("divLow", DOUBLES, total.a(), divisor, INTS);
        combine("divHigh", DOUBLES, total.b(), divisor, INTS);
        yield narrow(total);
      }
      case MAX, MIN -> {
        int value = total.a();
        if (real) {
          code.aload(total.a()).aload(total.b()).loadConstant(fold.op() == FoldOp.MAX ? 1 : 0);
          lanes.ops.call("unkey", FLOATS, INTS, INTS, ConstantDescs.CD_boolean);
          value = lanes.keep();
        }
        yield orOtherwise(node, fold, total, value, extent);
      }
      case ANY, ALL, ARGMAX, LOGSUMEXP -> throw new IllegalStateException("no vectors");
    };
  }

  private int narrow(Gathered total) {
    code().aload(total.a()).aload(total.b());
    lanes.ops.call("narrow", FLOATS, DOUBLES, DOUBLES);
    return lanes.keep();
  }

  private int orOtherwise(Node node, Code.Reduce fold, Gathered total, int value, int extent) {
    if (fold.runs() && !fold.where()) {
      return value;
    }
    CodeBuilder code = code();
    if (total.count() < 0) {
      code.iload(extent);
      lanes.ops.call("all", INTS, ConstantDescs.CD_int);
    } else {
      code.aload(total.count());
    }
    code.aload(all(0));
    lanes.ops.call("le", MASK, INTS, INTS);
    int empty = lanes.keep();
    if (!fold.otherwise()) {
      Label fine = code.newLabel();
      code.aload(lanes.narrowed(empty, true));
      lanes.ops.call("any", ConstantDescs.CD_boolean, MASK);
      code.ifeq(fine).loadConstant(fold.op().name());
      code.invokestatic(SUPPORT, "overNothing", FoldEmitter.OVER_NOTHING).athrow();
      code.labelBinding(fine);
      return value;
    }
    int otherwise = lanes.branch(node.in.getLast(), empty, true);
    ClassDesc type = VectorCode.vector(node.kind);
    code.aload(empty).aload(otherwise).aload(value);
    lanes.ops.call("choose", type, MASK, type, type);
    return lanes.keep();
  }

  // The axis of a fold in the lanes.

  /**
   * Gathers a fold of a scalar kernel, the lanes holding neighbours on its own axis.
   *
   * @param to where {@link FoldEmitter} wants it
   */
  void alongAxis(Node node, Code.Reduce fold, int extent, FoldEmitter.Locals to) {
    CodeBuilder code = code();
    Node body = node.in.get(1);
    if (fold.op() == FoldOp.ANY || fold.op() == FoldOp.ALL) {
      search(node, fold, extent, to);
      return;
    }
    boolean real = body.kind == TypeKind.FLOAT;
    boolean sum = real && (fold.op() == FoldOp.SUM || fold.op() == FoldOp.MEAN);
    if (sum && lanes.plan.lanes() < FoldOp.PARTS) {
      int part = lanes.scalars.zero();
      Label next = code.newBoundLabel();
      Label end = code.newLabel();
      code.iload(part).iload(extent).if_icmpge(end);
      code.iload(part).loadConstant(FoldOp.PARTS).if_icmpge(end);
      pass(node, fold, part, extent, to, FoldOp.PARTS);
      code.iinc(part, lanes.plan.lanes()).goto_(next).labelBinding(end);
    } else {
      pass(node, fold, lanes.scalars.zero(), extent, to, lanes.plan.lanes());
    }
  }

  private void pass(
      Node node, Code.Reduce fold, int from, int extent, FoldEmitter.Locals to, int step) {
    CodeBuilder code = code();
    Node body = node.in.get(1);
    Gathered total = begin(fold.op(), body.kind, false);
    new LaneLoop(lanes, fold.axis(), lanes.plan.calls(node, fold))
        .run(
            from,
            extent,
            step,
            left -> {
              int where = fold.where() ? lanes.value(node.in.get(2)) : -1;
              int value = where < 0 ? lanes.root(body) : lanes.branch(body, where, true);
              int taken = where < 0 ? lanes.guard() : lanes.narrowed(where, true);
              gather(total, value, taken);
              if (to.count() >= 0) {
                code.iload(to.count());
                trues(taken);
                code.iadd().istore(to.count());
              }
            });
    boolean real = body.kind == TypeKind.FLOAT;
    switch (fold.op()) {
      case SUM, MEAN -> {
        if (real) {
          code.dload(to.more()).aload(total.a());
          addLanes();
          code.aload(total.b());
          addLanes();
          code.dstore(to.more());
        } else {
          finish("addLanes", total, to);
        }
      }
      case MAX, MIN -> {
        if (real) {
          code.aload(total.a()).aload(total.b()).loadConstant(fold.op() == FoldOp.MAX ? 1 : 0);
          lanes.ops.call(
              "unkeyLanes", ConstantDescs.CD_float, INTS, INTS, ConstantDescs.CD_boolean);
          code.fstore(to.result());
        } else {
          finish(fold.op() == FoldOp.MAX ? "maxLane" : "minLane", total, to);
        }
      }
      case ANY, ALL, ARGMAX, LOGSUMEXP -> throw new IllegalStateException("no vectors");
    }
  }

  private void addLanes() {
    lanes.ops.call("addLanes", ConstantDescs.CD_double, ConstantDescs.CD_double, DOUBLES);
  }

  private void finish(String op, Gathered total, FoldEmitter.Locals to) {
    code().aload(total.a());
    lanes.ops.call(op, ConstantDescs.CD_int, INTS);
    code().istore(to.result());
  }

  private void trues(int mask) {
    if (mask < 0) {
      code().loadConstant(lanes.plan.lanes());
    } else {
      code().aload(mask);
      lanes.ops.call("trues", ConstantDescs.CD_int, MASK);
    }
  }

  /** ANY and ALL: until the first lane that decides. */
  private void search(Node node, Code.Reduce fold, int extent, FoldEmitter.Locals to) {
    CodeBuilder code = code();
    Node body = node.in.get(1);
    boolean decisive = fold.op() == FoldOp.ANY;
    new LaneLoop(lanes, fold.axis(), lanes.plan.calls(node, fold))
        .run(
            lanes.scalars.zero(),
            extent,
            lanes.plan.lanes(),
            left -> {
              int where = fold.where() ? lanes.value(node.in.get(2)) : -1;
              int value = where < 0 ? lanes.root(body) : lanes.branch(body, where, true);
              int found = decisive ? value : not(value);
              int taken = where < 0 ? lanes.guard() : lanes.narrowed(where, true);
              Label go = code.newLabel();
              code.aload(found);
              if (taken >= 0) {
                code.aload(taken);
                lanes.ops.call("and", MASK, MASK, MASK);
              }
              lanes.ops.call("any", ConstantDescs.CD_boolean, MASK);
              code.ifeq(go).loadConstant(decisive ? 1 : 0).istore(to.result());
              code.goto_(to.end()).labelBinding(go);
            });
  }

  private int not(int mask) {
    code().aload(mask);
    lanes.ops.call("not", MASK, MASK);
    return lanes.keep();
  }
}
