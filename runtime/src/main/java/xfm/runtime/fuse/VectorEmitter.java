package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Emits values as vectors: lane l holds the value at place {@code i + l} of one axis, i being the
 * axis's local in the scalar emitter. Every vector gets a local as soon as it is computed, and
 * choices become masks, so the code has no branch but those of {@link VectorFolds} and of values
 * that must not be computed where no lane needs them.
 */
final class VectorEmitter {
  /**
   * The lanes that are needed.
   *
   * @param mask a local
   * @param some whether there is one in any case
   */
  private record Guard(int mask, boolean some) {}

  final CodeBuilder code;
  final Emitter scalars;
  final VectorPlan plan;
  final VectorCode ops;
  final int axis;

  private final Values vectors = new Values();
  private final VectorFolds folds = new VectorFolds(this);
  private Optional<StageRows> rows = Optional.empty();
  private Optional<RunningLanes> sums = Optional.empty();
  private Guard guard;

  VectorEmitter(Emitter scalars, int axis) {
    this.code = scalars.code;
    this.scalars = scalars;
    this.plan = scalars.plan;
    this.ops = new VectorCode(code);
    this.axis = axis;
  }

  /** What is computed within is forgotten afterwards: a loop, a branch, other lanes. */
  record Scope(int vectors, int scalars) {}

  Scope enter() {
    return new Scope(vectors.mark(), scalars.values.mark());
  }

  void leave(Scope scope) {
    vectors.release(scope.vectors());
    scalars.values.release(scope.scalars());
  }

  /** Forgets what depends on an axis, where an inner loop takes over its number. */
  void hide(int axis) {
    vectors.hide(axis);
    scalars.values.hide(axis);
  }

  /** From now on some values are loaded, and not computed. */
  void use(StageRows rows) {
    this.rows = Optional.of(rows);
  }

  /** From now on some sums are not done anew. */
  void use(RunningLanes sums) {
    this.sums = Optional.of(sums);
  }

  /** Emits what is needed only where a mask is {@code sense}, and forgets it. */
  void within(int mask, boolean sense, Runnable body) {
    Guard outer = guard;
    Scope scope = enter();
    guard = new Guard(narrowed(mask, sense), false);
    body.run();
    guard = outer;
    leave(scope);
  }

  /** The first {@code left} lanes alone are there, at least one; −1 for all. */
  void limit(int mask) {
    guard = mask < 0 ? null : new Guard(mask, true);
  }

  /** The local of the mask of the lanes that are needed; −1 for all. */
  int guard() {
    return guard == null ? -1 : guard.mask();
  }

  /** Computes what is needed in any case before what is needed in some lanes. */
  int root(Node node) {
    BitSet sure = plan.sureInLanes(node, axis);
    for (int id = sure.nextSetBit(0); id >= 0; id = sure.nextSetBit(id + 1)) {
      Node part = scalars.graph.nodes().get(id);
      if (part.uses > 1 && !part.isConstant()) {
        value(part);
      }
    }
    return value(node);
  }

  private boolean inRow(Node node) {
    return rows.filter(r -> r.has(node)).isPresent();
  }

  /** The local that holds the vector of a value. */
  int value(Node node) {
    if (vectors.has(node)) {
      return vectors.local(node);
    }
    int local;
    if (inRow(node)) {
      local = rows.orElseThrow().load(this, node);
    } else if (!VectorPlan.varies(node, axis)) {
      local = broadcast(node);
    } else if (plan.escapes(node, axis)) {
      local = eachLane(node);
    } else {
      local = compute(node);
    }
    vectors.put(node, local);
    return local;
  }

  private int compute(Node node) {
    return switch (node.code) {
      case Code.Element(int slot, _) -> load(node, slot);
      case Code.Choose _ -> choose(node);
      case Code.Reduce _ when plan.across().contains(node) -> sums.orElseThrow().value(node);
      case Code.Reduce reduce -> folds.inLanes(node, reduce);
      case Code.AxisAt _ -> {
        scalars.push(node);
        yield result(node);
      }
      case Code.Combine(BinaryOp op) when op == BinaryOp.FLOOR_DIV || op == BinaryOp.FLOOR_MOD -> {
        int a = value(node.in.get(0));
        int divisor = ((Code.IntValue) node.in.get(1).code).value();
        code.aload(a)
            .loadConstant(
                op == BinaryOp.FLOOR_DIV ? Integer.numberOfTrailingZeros(divisor) : divisor - 1);
        yield result(node);
      }
      case Code.Apply _, Code.Combine _, Code.Test _ -> {
        int[] in = node.in.stream().mapToInt(this::value).toArray();
        for (int local : in) {
          code.aload(local);
        }
        yield result(node);
      }
      case Code.FloatValue _,
          Code.IntValue _,
          Code.LongValue _,
          Code.BoolValue _,
          Code.ParamAt _,
          Code.Widen _ ->
          throw new IllegalStateException("not in lanes: " + node.code);
    };
  }

  /** operands → nothing; the operation's vector is in the new local. */
  private int result(Node node) {
    ops.call(VectorCode.method(node).orElseThrow());
    return keep();
  }

  /** A vector from the stack into a new local. */
  int keep() {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  private int load(Node node, int slot) {
    int offset = scalar(node.in.getFirst());
    ClassDesc vector = VectorCode.vector(node.kind);
    String name = VectorCode.load(node, axis).orElseThrow();
    boolean looks = !name.equals("loadFloat") && !name.equals("loadInt");
    ClassDesc memory = Instructions.memory(scalars.graph.isArray(slot));
    code.aload(scalars.slot(slot)).lload(offset);
    if (looks) {
      ops.call(name, vector, memory, ConstantDescs.CD_long);
    } else if (scalars.isChecked(node)) {
      ops.call(name + "Inside", vector, memory, ConstantDescs.CD_long);
    } else if (guard == null) {
      ops.call(name, vector, memory, ConstantDescs.CD_long);
    } else {
      code.aload(guard.mask());
      ops.call(name, vector, memory, ConstantDescs.CD_long, VectorCode.mask());
    }
    return keep();
  }

  private int choose(Node node) {
    int condition = value(node.in.get(0));
    int then = branch(node.in.get(1), condition, true);
    int otherwise = branch(node.in.get(2), condition, false);
    code.aload(condition).aload(then).aload(otherwise);
    return result(node);
  }

  /** A value that is needed where a mask is {@code sense}. */
  int branch(Node node, int mask, boolean sense) {
    if (node.safe || vectors.has(node) || inRow(node)) {
      return value(node);
    }
    int[] local = new int[1];
    within(mask, sense, () -> local[0] = value(node));
    return local[0];
  }

  /** The lanes that are needed and where a mask is {@code sense}. */
  int narrowed(int mask, boolean sense) {
    ClassDesc type = VectorCode.mask();
    if (guard == null && sense) {
      return mask;
    }
    if (guard == null) {
      code.aload(mask);
      ops.call("not", type, type);
    } else {
      code.aload(guard.mask()).aload(mask);
      ops.call(sense ? "and" : "andNot", type, type, type);
    }
    return keep();
  }

  private int broadcast(Node node) {
    int local = scalar(node);
    code.loadLocal(node.kind, local);
    ops.call("all", VectorCode.vector(node.kind), node.kind.upperBound());
    return keep();
  }

  /**
   * A value of the first lane, or the same in all, in a local of its kind; 0 if it may fail and no
   * lane needs it.
   */
  int scalar(Node node) {
    if (scalars.values.has(node)) {
      return scalars.values.local(node);
    }
    if (node.safe || guard == null || guard.some()) {
      scalars.materialise(node);
      return scalars.values.local(node);
    }
    int local = code.allocateLocal(node.kind);
    Label none = code.newLabel();
    zero(node.kind);
    code.storeLocal(node.kind, local).aload(guard.mask());
    ops.call("any", ConstantDescs.CD_boolean, VectorCode.mask());
    code.ifeq(none);
    scalars.computeInto(node, local);
    code.labelBinding(none);
    return local;
  }

  private void zero(TypeKind kind) {
    switch (kind) {
      case FLOAT -> code.fconst_0();
      case LONG -> code.lconst_0();
      default -> code.iconst_0();
    }
  }

  /**
   * Computes a value lane by lane into an array, those that are needed. These are taken from a bit
   * set: C2 checks before a loop that counts what each round would check, for lanes that are left
   * out as well, and compiles it anew each time that this fails.
   */
  private int eachLane(Node node) {
    List<Node> places = Gathers.places(node, axis);
    Map<Node, Integer> same = new LinkedHashMap<>();
    if (!places.isEmpty()) {
      places.forEach(this::value);
      Gathers.same(node.in.getFirst(), axis).forEach(part -> same.put(part, scalar(part)));
    }
    // From here on no loop runs that could use the same arrays.
    Scope scope = enter();
    same.forEach(scalars.values::put);
    for (Node place : places) {
      code.aload(scalars.array(TypeKind.INT)).loadConstant(plan.arrayBase(place));
      code.aload(vectors.local(place));
      ops.call(
          "store",
          ConstantDescs.CD_void,
          TypeKind.INT.upperBound().arrayType(),
          ConstantDescs.CD_int,
          VectorCode.vector(TypeKind.INT));
    }
    Label end = code.newLabel();
    if (Neighbours.may(this, node, places)) {
      new Neighbours(this, node).load(places, end);
    }
    int bits = code.allocateLocal(TypeKind.LONG);
    if (guard != null) {
      code.aload(guard.mask());
      ops.call("bits", ConstantDescs.CD_long, VectorCode.mask());
    } else {
      code.loadConstant(-1L >>> Long.SIZE - plan.lanes());
    }
    code.lstore(bits);
    int first = scalars.values.local(scalars.axis(axis));
    int array = scalars.array(node.kind);
    int base = plan.arrayBase(node);
    scalars.values.hide(axis);
    int lane = code.allocateLocal(TypeKind.INT);
    int at = code.allocateLocal(TypeKind.INT);
    Label top = code.newBoundLabel();
    code.lload(bits).lconst_0().lcmp().ifeq(end);
    code.lload(bits);
    code.invokestatic(
        ConstantDescs.CD_Long,
        "numberOfTrailingZeros",
        MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long));
    code.dup().istore(lane).iload(first).iadd().istore(at);
    code.lload(bits).dup2().lconst_1().lsub().land().lstore(bits);
    scalars.values.put(scalars.axis(axis), at);
    for (Node place : places) {
      putPlace(place, () -> code.iload(lane).loadConstant(plan.arrayBase(place)).iadd());
    }
    int value = code.allocateLocal(node.kind);
    scalars.computeInto(node, value);
    code.aload(array).iload(lane).loadConstant(base).iadd();
    code.loadLocal(node.kind, value).arrayStore(node.kind);
    code.goto_(top).labelBinding(end);
    leave(scope);
    code.aload(array).loadConstant(base);
    ops.call(
        "load",
        VectorCode.vector(node.kind),
        node.kind.upperBound().arrayType(),
        ConstantDescs.CD_int);
    return keep();
  }

  /** Makes a number that was computed on vectors known as a scalar, that of one lane. */
  void putPlace(Node place, Runnable pushIndex) {
    int local = code.allocateLocal(TypeKind.INT);
    code.aload(scalars.array(TypeKind.INT));
    pushIndex.run();
    code.iaload().istore(local);
    scalars.values.put(place, local);
  }

  /**
   * Computes before a loop what it need not compute again: values of {@code root} that are the same
   * along its axis, and along those of the folds within.
   */
  void hoist(Node root, BitSet sure, int inner) {
    Walk walk =
        new Walk((node, outer) -> {
          boolean vector = node.kind != TypeKind.LONG && VectorPlan.varies(node, axis);
          if (vector && outer && !vectors.has(node) && (node.safe || sure.get(node.id))) {
            value(node);
          }
          return vector && !vectors.has(node) && !plan.escapes(node, axis);
        });
    walk.visit(root, 1L << inner);
  }
}
