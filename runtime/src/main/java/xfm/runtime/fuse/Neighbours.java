package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * Asks as it runs whether what the lanes load lies side by side, in either direction, or is the
 * same in all, and then loads it at once: the table of a clamped distance, rows of a grid, digits
 * of an index. Asking takes a few instructions; 16 loads one by one take some 16 cycles or more.
 */
final class Neighbours {
  /** Offsets are compared as ints, which tell those apart of 2³¹ elements. */
  private static final long MOST_BYTES = (1L << 31) * Float.BYTES;

  private static final ClassDesc INTS = VectorCode.vector(TypeKind.INT);
  private static final ClassDesc FLOATS = VectorCode.vector(TypeKind.FLOAT);
  private static final ClassDesc FLOAT_ARRAY = ConstantDescs.CD_float.arrayType();

  private final VectorEmitter lanes;
  private final CodeBuilder code;
  private final Node node;
  private final int memory;

  /** Whether a value may be loaded so: from memory, in a loop of all lanes. */
  static boolean may(VectorEmitter lanes, Node node, List<Node> places) {
    return lanes.guard() < 0
        && !places.isEmpty()
        && node.kind == TypeKind.FLOAT
        && node.code instanceof Code.Element(int slot, _)
        && !lanes.scalars.graph.isArray(slot);
  }

  Neighbours(VectorEmitter lanes, Node node) {
    this.lanes = lanes;
    this.code = lanes.code;
    this.node = node;
    memory = lanes.scalars.slot(((Code.Element) node.code).slot());
  }

  /**
   * Emits the load of all lanes at once into the value's array, where that can be.
   *
   * @param places what its offset depends on, in their arrays
   * @param done where it goes on after such a load; else it goes on behind
   */
  void load(List<Node> places, Label done) {
    VectorEmitter.Scope scope = lanes.enter();
    Label apart = code.newLabel();
    code.aload(memory);
    code.invokeinterface(
        Instructions.SEGMENT, "byteSize", MethodTypeDesc.of(ConstantDescs.CD_long));
    code.loadConstant(MOST_BYTES).lcmp().ifgt(apart);
    int offsets = offsets(node.in.getFirst());
    for (Node place : places) {
      if (!lanes.scalars.values.has(place)) {
        lanes.putPlace(place, () -> code.loadConstant(lanes.plan.arrayBase(place)));
      }
    }
    int first = code.allocateLocal(TypeKind.LONG);
    lanes.scalars.computeInto(node.in.getFirst(), first);
    boolean checked = lanes.scalars.isChecked(node);
    when(
        "isSame",
        offsets,
        done,
        () -> {
          int value = code.allocateLocal(TypeKind.FLOAT);
          lanes.scalars.computeInto(node, value);
          code.fload(value);
          lanes.ops.call("all", FLOATS, ConstantDescs.CD_float);
        });
    Runnable rising =
        () ->
            when(
                "isRising",
                offsets,
                done,
                () -> load(checked ? "loadFloatInside" : "loadFloat", first));
    Runnable falling = () -> when("isFalling", offsets, done, () -> load("loadReversed", first));
    boolean falls = new Slopes(lanes.axis, lanes.plan.lanes()).of(node.in.getFirst()) == -1;
    (falls ? falling : rising).run();
    (falls ? rising : falling).run();
    lanes.leave(scope);
    code.labelBinding(apart);
  }

  private void when(String lie, int offsets, Label done, Runnable load) {
    Label other = code.newLabel();
    code.aload(offsets);
    lanes.ops.call(lie, ConstantDescs.CD_boolean, INTS);
    code.ifeq(other);
    VectorEmitter.Scope scope = lanes.enter();
    load.run();
    int vector = lanes.keep();
    code.aload(lanes.scalars.array(TypeKind.FLOAT));
    code.loadConstant((long) lanes.plan.arrayBase(node)).aload(vector);
    lanes.ops.call("store", ConstantDescs.CD_void, FLOAT_ARRAY, ConstantDescs.CD_long, FLOATS);
    lanes.leave(scope);
    code.goto_(done).labelBinding(other);
  }

  private void load(String name, int first) {
    code.aload(memory).lload(first);
    lanes.ops.call(name, FLOATS, Instructions.SEGMENT, ConstantDescs.CD_long);
  }

  /** The local of a vector of what an offset is, but for multiples of 2³². */
  private int offsets(Node offset) {
    if (!VectorPlan.varies(offset, lanes.axis)) {
      code.lload(lanes.scalar(offset)).l2i();
      lanes.ops.call("all", INTS, ConstantDescs.CD_int);
      return lanes.keep();
    }
    if (offset.code instanceof Code.Combine(BinaryOp op)) {
      int a = offsets(offset.in.get(0));
      int b = offsets(offset.in.get(1));
      code.aload(a).aload(b);
      lanes.ops.call(op == BinaryOp.ADD ? "add" : "mul", INTS, INTS, INTS);
      return lanes.keep();
    }
    return lanes.value(offset.in.getFirst());
  }
}
