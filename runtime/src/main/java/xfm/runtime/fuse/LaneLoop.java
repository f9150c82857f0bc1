package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ConstantDescs;
import java.util.function.IntConsumer;

/** The loop over an axis whose places go to the lanes, with what is left over masked. */
final class LaneLoop {
  private final VectorEmitter lanes;
  private final int axis;
  private final boolean large;

  /**
   * @param calls of the Vector API in the body: a large one is not emitted twice
   */
  LaneLoop(VectorEmitter lanes, int axis, int calls) {
    this.lanes = lanes;
    this.axis = axis;
    this.large = calls > VectorPlan.FEW_CALLS;
  }

  /** Emits the loop from place 0 over an extent that is known: whole vectors. */
  void runWhole(int extent, IntConsumer body) {
    CodeBuilder code = lanes.code;
    int index = lanes.scalars.zero();
    Label top = code.newBoundLabel();
    at(index, -1, body);
    code.iinc(index, lanes.plan.lanes()).iload(index).loadConstant(extent).if_icmplt(top);
  }

  /**
   * Emits the loop.
   *
   * @param from a local: the place of the first lane
   * @param extent a local
   * @param step from vector to vector, at least the lanes
   * @param body emits what is done with one vector; gets the local of the number of places left, or
   *     −1 where it is no less than the lanes
   */
  void run(int from, int extent, int step, IntConsumer body) {
    CodeBuilder code = lanes.code;
    int index = code.allocateLocal(TypeKind.INT);
    code.iload(from).istore(index);
    Label rest = code.newLabel();
    Label end = code.newLabel();
    if (!large) {
      int last = code.allocateLocal(TypeKind.INT);
      code.iload(extent).loadConstant(lanes.plan.lanes()).isub().istore(last);
      Label top = code.newBoundLabel();
      code.iload(index).iload(last).if_icmpgt(rest);
      at(index, -1, body);
      code.iinc(index, step).goto_(top);
    }
    code.labelBinding(rest);
    code.iload(index).iload(extent).if_icmpge(end);
    int left = code.allocateLocal(TypeKind.INT);
    code.iload(extent).iload(index).isub().istore(left);
    code.iload(left);
    lanes.ops.call("first", VectorCode.mask(), ConstantDescs.CD_int);
    int outer = lanes.guard();
    lanes.limit(lanes.keep());
    at(index, left, body);
    lanes.limit(outer);
    if (large) {
      code.iinc(index, step).goto_(rest);
    }
    code.labelBinding(end);
  }

  private void at(int index, int left, IntConsumer body) {
    VectorEmitter.Scope scope = lanes.enter();
    lanes.scalars.values.put(lanes.scalars.axis(axis), index);
    body.accept(left);
    lanes.leave(scope);
  }
}
