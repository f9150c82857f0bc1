package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import xfm.runtime.kernel.simd.LoopFolds;

/**
 * {@link RunningSums} of which each lane has its own: the lanes are the places of the axis around
 * the one along which they sum. The parts of all lanes are in the run's scratch, 2 kB for a sum.
 */
final class RunningLanes {
  /** Calls of the Vector API for one place, in the loop itself. */
  static final int CALLS = 10;

  /** The parts of a sum, and how many values a mean was made of. */
  static final int ROWS = FoldOp.PARTS + 1;

  private static final ClassDesc FOLDS = Instructions.desc(LoopFolds.class);
  private static final ClassDesc FLOATS = VectorCode.vector(TypeKind.FLOAT);
  private static final ClassDesc MASK = VectorCode.mask();
  private static final ClassDesc PARTS = ConstantDescs.CD_double.arrayType();
  private static final ClassDesc VALUES = ConstantDescs.CD_float.arrayType();
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          PARTS,
          ConstantDescs.CD_int,
          ConstantDescs.CD_int,
          VALUES,
          ConstantDescs.CD_boolean);

  private final VectorEmitter lanes;
  private final CodeBuilder code;
  private final Graph graph;
  private final int parts;
  private final int added;

  /** Emits what begins a row. */
  RunningLanes(VectorEmitter lanes) {
    this.lanes = lanes;
    this.code = lanes.code;
    this.graph = lanes.scalars.graph;
    parts = code.allocateLocal(TypeKind.REFERENCE);
    added = code.allocateLocal(TypeKind.REFERENCE);
    int scratch = lanes.scalars.scratch();
    code.aload(scratch).getfield(Emitter.SCRATCH, "sums", PARTS).astore(parts);
    code.aload(scratch).getfield(Emitter.SCRATCH, "added", VALUES).astore(added);
    RunningSums.clear(code, parts, 0, lanes.plan.sumsInLanes());
  }

  /** The local of a sum's vector, once the value of the place is added. */
  int value(Node node) {
    RunningSums.Sum sum = RunningSums.of(graph, node).orElseThrow();
    int place = lanes.scalars.values.local(lanes.scalars.axis(graph.axes.size() - 1));
    boolean mean = sum.fold().op() == FoldOp.MEAN;
    VectorEmitter.Scope scope = lanes.enter();
    take(sum, place, mean);
    lanes.leave(scope);
    code.aload(parts).loadConstant(lanes.plan.across().indexOf(node) * ROWS * lanes.plan.lanes());
    code.iload(place).loadConstant(FoldOp.PARTS - 1).iand().aload(added);
    code.loadConstant(mean ? 1 : 0).invokestatic(FOLDS, "eachRunning", RUN);
    code.aload(added).iconst_0();
    lanes.ops.call("load", FLOATS, VALUES, ConstantDescs.CD_int);
    return lanes.keep();
  }

  /** Leaves what is added at a place in the array. */
  private void take(RunningSums.Sum sum, int place, boolean mean) {
    Node extent = sum.node().in.getFirst();
    Node body = sum.node().in.get(1);
    Label beyond = code.newLabel();
    Label done = code.newLabel();
    boolean whole = lanes.scalars.param(graph.axes.getLast()) == extent;
    if (!whole) {
      code.iload(place).iload(lanes.scalar(extent)).if_icmpge(beyond);
    }
    VectorEmitter.Scope scope = lanes.enter();
    lanes.hide(sum.fold().axis());
    lanes.scalars.values.put(lanes.scalars.axis(sum.fold().axis()), place);
    int where = where(sum.conditions());
    put(where, where < 0 ? lanes.value(body) : lanes.branch(body, where, true), 0);
    if (mean) {
      put(where, all(1), lanes.plan.lanes());
    }
    lanes.leave(scope);
    if (!whole) {
      code.goto_(done).labelBinding(beyond);
      put(-1, all(0), 0);
      if (mean) {
        put(-1, all(0), lanes.plan.lanes());
      }
    }
    code.labelBinding(done);
  }

  private int all(float value) {
    code.loadConstant(value);
    lanes.ops.call("all", FLOATS, ConstantDescs.CD_float);
    return lanes.keep();
  }

  /** A value where a mask holds, or −1 stands for one, and 0 elsewhere. */
  private void put(int where, int value, int at) {
    int taken = value;
    if (where >= 0) {
      code.aload(where).aload(value).aload(all(0));
      lanes.ops.call("choose", FLOATS, MASK, FLOATS, FLOATS);
      taken = lanes.keep();
    }
    code.aload(added).loadConstant((long) at).aload(taken);
    lanes.ops.call("store", ConstantDescs.CD_void, VALUES, ConstantDescs.CD_long, FLOATS);
  }

  /** The mask of the lanes in which all conditions hold, each asked where those before it do. */
  private int where(List<Node> conditions) {
    int where = -1;
    for (Node condition : conditions) {
      if (where < 0) {
        where = lanes.value(condition);
      } else {
        code.aload(where).aload(lanes.branch(condition, where, true));
        lanes.ops.call("and", MASK, MASK, MASK);
        where = lanes.keep();
      }
    }
    return where;
  }
}
