package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/** Emits folds: a counted loop each, with its accumulator in locals. */
final class FoldEmitter {
  private static final ClassDesc SUPPORT = Instructions.desc(LoopSupport.class);
  static final MethodTypeDesc OVER_NOTHING =
      MethodTypeDesc.of(Instructions.desc(ArithmeticException.class), ConstantDescs.CD_String);

  private final Emitter emitter;

  FoldEmitter(Emitter emitter) {
    this.emitter = emitter;
  }

  /**
   * @param result the value so far, and in the end the value
   * @param more the double sum of SUM and MEAN, the greatest value of ARGMAX; −1 if there is none
   * @param count how many elements were taken; −1 if nobody asks
   */
  record Locals(int result, int more, int count, int index, Label end) {}

  /** Leaves the fold's value in a local; the operand stack is empty before and after. */
  void emit(Node node, Code.Reduce fold, int result) {
    CodeBuilder code = emitter.code;
    Node body = node.in.get(1);
    emitter.prepare(node.in.get(0));
    int extent = code.allocateLocal(TypeKind.INT);
    emitter.push(node.in.get(0));
    code.istore(extent);
    Locals locals = begin(fold, body.kind, result);
    int mark = emitter.values.mark();
    if (!fold.runs()) {
      code.iload(extent).ifle(locals.end());
    }
    emitter.values.hide(fold.axis());
    List<Node> roots = fold.where() ? List.of(node.in.get(2), body) : List.of(body);
    emitter.hoist(roots, roots.getFirst().sure, 1L << fold.axis());
    if (emitter.plan.isFold(node)) {
      new VectorFolds(new VectorEmitter(emitter, fold.axis()))
          .alongAxis(node, fold, extent, locals);
    } else if (isFloatSum(fold, body) && !VectorFolds.isShort(node)) {
      sumInParts(node, fold, extent, locals);
    } else {
      loop(node, fold, extent, locals, locals.end(), 1);
    }
    code.labelBinding(locals.end());
    emitter.values.release(mark);
    finish(node, fold, body.kind, locals);
  }

  private static boolean isFloatSum(Code.Reduce fold, Node body) {
    return body.kind == TypeKind.FLOAT && (fold.op() == FoldOp.SUM || fold.op() == FoldOp.MEAN);
  }

  /** The parts of a sum one after the other: see {@link FoldOp#SUM}. */
  private void sumInParts(Node node, Code.Reduce fold, int extent, Locals locals) {
    CodeBuilder code = emitter.code;
    int part = emitter.zero();
    int total = code.allocateLocal(TypeKind.DOUBLE);
    code.dconst_0().dstore(total);
    Label done = code.newLabel();
    Label next = code.newLabel();
    Label top = code.newBoundLabel();
    code.iload(part).iload(extent).if_icmpge(done);
    code.iload(part).loadConstant(FoldOp.PARTS).if_icmpge(done);
    code.dconst_0().dstore(locals.more()).iload(part).istore(locals.index());
    loop(node, fold, extent, locals, next, FoldOp.PARTS);
    code.labelBinding(next);
    code.dload(total).dload(locals.more()).dadd().dstore(total);
    code.iinc(part, 1).goto_(top).labelBinding(done);
    code.dload(total).dstore(locals.more());
  }

  private void loop(Node node, Code.Reduce fold, int extent, Locals locals, Label end, int step) {
    CodeBuilder code = emitter.code;
    Node body = node.in.get(1);
    Label skip = code.newLabel();
    int mark = emitter.values.mark();
    emitter.values.put(emitter.axis(fold.axis()), locals.index());
    Label top = code.newBoundLabel();
    code.iload(locals.index()).iload(extent).if_icmpge(end);
    if (fold.where()) {
      emitter.prepare(node.in.get(2));
      emitter.branch(node.in.get(2), false, skip);
    }
    emitter.prepare(body);
    accumulate(fold.op(), body, locals, skip);
    code.labelBinding(skip).iinc(locals.index(), step).goto_(top);
    emitter.values.release(mark);
  }

  private Locals begin(Code.Reduce fold, TypeKind kind, int result) {
    CodeBuilder code = emitter.code;
    boolean real = kind == TypeKind.FLOAT;
    int more = -1;
    int count = -1;
    switch (fold.op()) {
      case SUM, MEAN -> {
        if (real) {
          more = code.allocateLocal(TypeKind.DOUBLE);
          code.dconst_0().dstore(more);
        } else {
          code.iconst_0().istore(result);
        }
      }
      case MAX, MIN -> {
        boolean max = fold.op() == FoldOp.MAX;
        if (real) {
          code.loadConstant(max ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY);
        } else {
          code.loadConstant(max ? Integer.MIN_VALUE : Integer.MAX_VALUE);
        }
        code.storeLocal(kind, result);
      }
      case ANY -> code.iconst_0().istore(result);
      case ALL -> code.iconst_1().istore(result);
      case ARGMAX -> {
        more = code.allocateLocal(kind);
        code.iconst_m1().istore(result);
        if (real) {
          code.fconst_0();
        } else {
          code.iconst_0();
        }
        code.storeLocal(kind, more);
      }
      case LOGSUMEXP -> throw new IllegalStateException("lowered to a maximum and a sum");
    }
    boolean extremeOfSome = fold.op() == FoldOp.MAX || fold.op() == FoldOp.MIN;
    if (fold.op() == FoldOp.MEAN || extremeOfSome && mayBeOverNothing(fold)) {
      count = emitter.zero();
    }
    return new Locals(result, more, count, emitter.zero(), code.newLabel());
  }

  private static boolean mayBeOverNothing(Code.Reduce fold) {
    return fold.where() || !fold.runs();
  }

  private void accumulate(FoldOp op, Node body, Locals locals, Label skip) {
    CodeBuilder code = emitter.code;
    switch (op) {
      case SUM, MEAN -> {
        if (body.kind == TypeKind.FLOAT) {
          code.dload(locals.more());
          emitter.push(body);
          code.f2d().dadd().dstore(locals.more());
        } else {
          code.iload(locals.result());
          emitter.push(body);
          code.iadd().istore(locals.result());
        }
      }
      case MAX, MIN -> {
        code.loadLocal(body.kind, locals.result());
        emitter.push(body);
        Instructions.combine(code, op == FoldOp.MAX ? BinaryOp.MAX : BinaryOp.MIN, body.kind);
        code.storeLocal(body.kind, locals.result());
      }
      case ANY, ALL -> {
        boolean decisive = op == FoldOp.ANY;
        emitter.branch(body, !decisive, skip);
        code.loadConstant(decisive ? 1 : 0).istore(locals.result()).goto_(locals.end());
      }
      case ARGMAX -> argmax(body, locals, skip);
      case LOGSUMEXP -> throw new IllegalStateException("lowered to a maximum and a sum");
    }
    if (locals.count() >= 0) {
      code.iinc(locals.count(), 1);
    }
  }

  private void argmax(Node body, Locals locals, Label skip) {
    CodeBuilder code = emitter.code;
    int value = code.allocateLocal(body.kind);
    Label take = code.newLabel();
    emitter.push(body);
    code.storeLocal(body.kind, value).iload(locals.result()).iflt(take);
    code.loadLocal(body.kind, value).loadLocal(body.kind, locals.more());
    if (body.kind == TypeKind.FLOAT) {
      Instructions.call(
          code, SUPPORT, "isGreater", TypeKind.BOOLEAN, TypeKind.FLOAT, TypeKind.FLOAT);
      code.ifeq(skip);
    } else {
      code.if_icmple(skip);
    }
    code.labelBinding(take).loadLocal(body.kind, value).storeLocal(body.kind, locals.more());
    code.iload(locals.index()).istore(locals.result());
  }

  private void finish(Node node, Code.Reduce fold, TypeKind kind, Locals locals) {
    CodeBuilder code = emitter.code;
    switch (fold.op()) {
      case SUM -> {
        if (kind == TypeKind.FLOAT) {
          code.dload(locals.more()).d2f().fstore(locals.result());
        }
      }
      case MEAN -> {
        Label some = code.newLabel();
        Label end = code.newLabel();
        code.iload(locals.count()).ifne(some).fconst_0().fstore(locals.result()).goto_(end);
        code.labelBinding(some).dload(locals.more()).iload(locals.count()).i2d().ddiv().d2f();
        code.fstore(locals.result()).labelBinding(end);
      }
      case MAX, MIN -> overNothing(node, fold, Opcode.IFNE, locals.count(), locals);
      case ARGMAX -> overNothing(node, fold, Opcode.IFGE, locals.result(), locals);
      case ANY, ALL -> {}
      case LOGSUMEXP -> throw new IllegalStateException("lowered to a maximum and a sum");
    }
  }

  /** The value that stands for nothing, unless a local shows that there was something. */
  private void overNothing(
      Node node, Code.Reduce fold, Opcode something, int shownBy, Locals locals) {
    if (!mayBeOverNothing(fold)) {
      return;
    }
    CodeBuilder code = emitter.code;
    Label end = code.newLabel();
    code.iload(shownBy).branch(something, end);
    if (fold.otherwise()) {
      emitter.computeInto(node.in.getLast(), locals.result());
    } else {
      code.loadConstant(fold.op().name());
      code.invokestatic(SUPPORT, "overNothing", OVER_NOTHING).athrow();
    }
    code.labelBinding(end);
  }
}
