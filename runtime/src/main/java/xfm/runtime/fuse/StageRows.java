package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashSet;
import java.util.Set;

/** Emits loads and stores of the rows through which the loops of {@link Stages} pass values. */
final class StageRows {
  private static final ClassDesc LONG = ConstantDescs.CD_long;
  private static final ClassDesc INTS = VectorCode.vector(TypeKind.INT);
  private static final ClassDesc MASK = VectorCode.mask();

  private final Stages stages;
  private final int memory;
  private final int first;
  private final Set<Node> stored;

  /**
   * @param memory the local of the segment
   * @param first the local of the first place of the block
   * @param stored what earlier loops have stored
   */
  StageRows(Stages stages, int memory, int first, Set<Node> stored) {
    this.stages = stages;
    this.memory = memory;
    this.first = first;
    this.stored = new HashSet<>(stored);
  }

  boolean has(Node node) {
    return stored.contains(node);
  }

  /** The new local of a vector that is in its row. */
  int load(VectorEmitter lanes, Node node) {
    lanes.code.aload(memory);
    place(lanes, node);
    if (node.kind == TypeKind.FLOAT) {
      lanes.ops.call("loadFloat", VectorCode.vector(node.kind), Instructions.SEGMENT, LONG);
      return lanes.keep();
    }
    lanes.ops.call("loadInt", INTS, Instructions.SEGMENT, LONG);
    if (node.kind == TypeKind.BOOLEAN) {
      lanes.code.loadConstant(0);
      lanes.ops.call("all", INTS, ConstantDescs.CD_int);
      lanes.ops.call("ne", MASK, INTS, INTS);
    }
    return lanes.keep();
  }

  /** Puts a vector in its row, whole: lanes that are not there have room. */
  void store(VectorEmitter lanes, Node node, int value) {
    CodeBuilder code = lanes.code;
    code.aload(memory);
    place(lanes, node);
    ClassDesc type = VectorCode.vector(node.kind);
    code.aload(value);
    if (node.kind == TypeKind.BOOLEAN) {
      code.loadConstant(1);
      lanes.ops.call("all", INTS, ConstantDescs.CD_int);
      code.loadConstant(0);
      lanes.ops.call("all", INTS, ConstantDescs.CD_int);
      lanes.ops.call("choose", INTS, MASK, INTS, INTS);
      type = INTS;
    }
    lanes.ops.call("store", ConstantDescs.CD_void, Instructions.SEGMENT, LONG, type);
    stored.add(node);
  }

  private void place(VectorEmitter lanes, Node node) {
    int row = stages.row(node).orElseThrow() * stages.block();
    int index = lanes.scalars.values.local(lanes.scalars.axis(lanes.axis));
    lanes.code.iload(index).iload(first).isub().loadConstant(row).iadd().i2l();
  }
}
