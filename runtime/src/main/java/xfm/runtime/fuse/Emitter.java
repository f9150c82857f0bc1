package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Emits values into one method.
 *
 * <p>A value used once stands on the operand stack; others get a local variable, at the first place
 * where they are sure to be needed ({@link #prepare}) or before a loop that does not change them
 * ({@link #hoist}). A value needed only in a branch is computed in the branch.
 */
final class Emitter {
  private static final ClassDesc SUPPORT = Instructions.desc(LoopSupport.class);

  static final ClassDesc SCRATCH = Instructions.desc(LoopScratch.class);

  /** What one method may hold while it is emitted, in the estimate of {@link Parts#bytes}. */
  private static final int MOST_BYTES = 20_000;

  final CodeBuilder code;
  final Values values = new Values();

  final Graph graph;
  final VectorPlan plan;

  private final Parts parts;
  private final ClassDesc self;
  private final Map<Integer, Integer> slots;
  private final FoldEmitter folds = new FoldEmitter(this);
  private final Map<TypeKind, Integer> arrays = new HashMap<>();
  private int scratch = -1;
  private boolean checks;
  private List<Carried> carried = List.of();
  private int bytes;

  /**
   * @param slots the local of each memory segment or array
   */
  Emitter(
      CodeBuilder code,
      Graph graph,
      VectorPlan plan,
      Parts parts,
      ClassDesc self,
      Map<Integer, Integer> slots) {
    this.code = code;
    this.graph = graph;
    this.plan = plan;
    this.parts = parts;
    this.self = self;
    this.slots = slots;
  }

  /** The local of a memory segment or array. */
  int slot(int slot) {
    return slots.get(slot);
  }

  /** Takes what the method needs out of the run's scratch, which is in a local. */
  void openScratch(int local) {
    scratch = local;
    for (TypeKind kind : plan.arrayKinds()) {
      int array = code.allocateLocal(TypeKind.REFERENCE);
      String field =
          switch (kind) {
            case FLOAT -> "floats";
            case INT -> "ints";
            default -> "truths";
          };
      code.aload(local).getfield(SCRATCH, field, kind.upperBound().arrayType()).astore(array);
      arrays.put(kind, array);
    }
  }

  /** From now on some folds are not done anew. */
  void use(List<Carried> carried) {
    this.carried = carried;
  }

  private Optional<Carried> carried(Node node) {
    return carried.stream().filter(c -> c.has(node)).findFirst();
  }

  /** From now on what is loaded may lie beyond its memory, where its value does not matter. */
  void checkLoads() {
    checks = true;
  }

  /** Whether a load has to look whether it is within its memory. */
  boolean isChecked(Node load) {
    return checks && !graph.body.sure.get(load.id) && load.depth() <= graph.axes.size();
  }

  /** The local of the run's scratch. */
  int scratch() {
    return scratch;
  }

  /** The local of the array that lanes pass through. */
  int array(TypeKind kind) {
    return arrays.get(kind);
  }

  /** Puts in locals, with an empty stack, what is needed of a value before it is pushed. */
  void prepare(Node root) {
    if (!values.has(root)) {
      prepare(root, root.sure);
    }
  }

  private void prepareInputs(Node node) {
    BitSet inputs = (BitSet) node.sure.clone();
    inputs.clear(node.id);
    prepare(node, inputs);
  }

  private void prepare(Node root, BitSet sure) {
    BitSet reached = null;
    for (int id = sure.nextSetBit(0); id >= 0; id = sure.nextSetBit(id + 1)) {
      Node node = graph.nodes().get(id);
      boolean kept = (node.uses > 1 || node.isStatement()) && !node.isConstant();
      if (kept && !values.has(node)) {
        // What is only below a value that is in a local already is not needed any more.
        reached = reached == null ? reached(root) : reached;
        if (reached.get(id)) {
          materialise(node);
        }
      }
    }
  }

  private BitSet reached(Node root) {
    BitSet reached = new BitSet();
    Walk walk =
        new Walk((node, outer) -> {
          if (outer && values.has(node)) {
            return false;
          }
          if (outer) {
            reached.set(node.id);
          }
          return true;
        });
    walk.visit(root, 0);
    return reached;
  }

  /** Puts in locals what a loop over {@code roots} need not compute again. */
  void hoist(List<Node> roots, BitSet sure, long axes) {
    BitSet found = new BitSet();
    Walk walk =
        new Walk((node, outer) -> {
          if (outer && (values.has(node) || node.safe || sure.get(node.id))) {
            found.set(node.id);
            return false;
          }
          return true;
        });
    roots.forEach(root -> walk.visit(root, axes));
    for (int id = found.nextSetBit(0); id >= 0; id = found.nextSetBit(id + 1)) {
      Node node = graph.nodes().get(id);
      if (!values.has(node) && !node.isConstant()) {
        materialise(node);
      }
    }
  }

  /** Computes a value into a local. */
  void materialise(Node node) {
    int local = code.allocateLocal(node.kind);
    Optional<Carried> carried = carried(node);
    if (carried.isPresent()) {
      spend(node);
      carried.get().emit(node, local);
    } else if (parts.isCut(node)) {
      push(node);
      code.storeLocal(node.kind, local);
    } else if (node.isStatement()) {
      statement(node, local);
    } else {
      prepareInputs(node);
      push(node);
      code.storeLocal(node.kind, local);
    }
    values.put(node, local);
  }

  private void statement(Node node, int local) {
    spend(node);
    if (node.code instanceof Code.Reduce reduce) {
      folds.emit(node, reduce, local);
    } else {
      chooseInto(node, local);
    }
  }

  private void chooseInto(Node node, int local) {
    prepareInputs(node);
    Label otherwise = code.newLabel();
    Label end = code.newLabel();
    branch(node.in.get(0), false, otherwise);
    computeInto(node.in.get(1), local);
    code.goto_(end).labelBinding(otherwise);
    computeInto(node.in.get(2), local);
    code.labelBinding(end);
  }

  /** Computes a value into a local, in a branch of its own. */
  void computeInto(Node node, int local) {
    int mark = values.mark();
    prepare(node);
    push(node);
    code.storeLocal(node.kind, local);
    values.release(mark);
  }

  /** Pushes a value whose loops, if any, have been prepared. */
  void push(Node node) {
    if (values.has(node)) {
      code.loadLocal(node.kind, values.local(node));
    } else if (parts.isCut(node)) {
      callPart(parts.part(node, values));
    } else {
      spend(node);
      pushNew(node);
    }
  }

  private void pushNew(Node node) {
    switch (node.code) {
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ ->
          Instructions.constant(code, node.code);
      case Code.Element(int slot, Elem elem) when isChecked(node) -> {
        code.aload(slots.get(slot));
        push(node.in.get(0));
        String name =
            switch (elem) {
              case F32 -> "loadFloat";
              case I32 -> "loadInt";
              case BOOL -> "loadTruth";
            };
        MethodTypeDesc type =
            MethodTypeDesc.of(
                node.kind.upperBound(),
                Instructions.memory(graph.isArray(slot)),
                ConstantDescs.CD_long);
        code.invokestatic(SUPPORT, name, type);
      }
      case Code.Element(int slot, Elem elem) -> {
        code.aload(slots.get(slot));
        if (graph.isArray(slot)) {
          push(node.in.get(0));
          code.l2i().faload();
        } else {
          Instructions.layout(code, elem);
          push(node.in.get(0));
          Instructions.load(code, elem);
        }
      }
      case Code.Apply(UnaryOp op) -> {
        push(node.in.get(0));
        Instructions.apply(code, op, node.in.get(0).kind);
      }
      case Code.Widen() -> {
        push(node.in.get(0));
        code.i2l();
      }
      case Code.Combine(BinaryOp op) -> {
        push(node.in.get(0));
        combine(op, node.in.get(1));
      }
      case Code.Test _ -> {
        Label no = code.newLabel();
        Label end = code.newLabel();
        branchNew(node, false, no);
        code.iconst_1().goto_(end).labelBinding(no).iconst_0().labelBinding(end);
      }
      case Code.Choose _ -> {
        Label otherwise = code.newLabel();
        Label end = code.newLabel();
        branch(node.in.get(0), false, otherwise);
        pushInBranch(node.in.get(1));
        code.goto_(end).labelBinding(otherwise);
        pushInBranch(node.in.get(2));
        code.labelBinding(end);
      }
      case Code.AxisAt _, Code.ParamAt _, Code.Reduce _ ->
          throw new IllegalStateException("not prepared: " + node.code);
    }
  }

  private void combine(BinaryOp op, Node right) {
    boolean floor = op == BinaryOp.FLOOR_DIV || op == BinaryOp.FLOOR_MOD;
    if (floor && Instructions.isPowerOfTwo(right)) {
      Instructions.floorByPowerOfTwo(code, op, ((Code.IntValue) right.code).value());
    } else {
      push(right);
      Instructions.combine(code, op, right.kind);
    }
  }

  private void pushInBranch(Node node) {
    int mark = values.mark();
    prepare(node);
    push(node);
    values.release(mark);
  }

  /** Jumps if a condition is {@code sense}; its loops, if any, have been prepared. */
  void branch(Node condition, boolean sense, Label target) {
    if (values.has(condition) || parts.isCut(condition)) {
      push(condition);
      code.branch(sense ? Opcode.IFNE : Opcode.IFEQ, target);
    } else {
      spend(condition);
      branchNew(condition, sense, target);
    }
  }

  private void branchNew(Node condition, boolean sense, Label target) {
    List<Node> in = condition.in;
    if (condition.code instanceof Code.Test(CompareOp op)) {
      push(in.get(0));
      push(in.get(1));
      Instructions.compare(code, op, in.get(0).kind, sense, target);
    } else if (condition.code instanceof Code.Apply(UnaryOp op) && op == UnaryOp.NOT) {
      branch(in.get(0), !sense, target);
    } else if (condition.code instanceof Code.BoolValue(boolean value)) {
      if (value == sense) {
        code.goto_(target);
      }
    } else if (condition.code instanceof Code.Choose) {
      Label otherwise = code.newLabel();
      Label end = code.newLabel();
      branch(in.get(0), false, otherwise);
      branchInBranch(in.get(1), sense, target);
      code.goto_(end).labelBinding(otherwise);
      branchInBranch(in.get(2), sense, target);
      code.labelBinding(end);
    } else {
      pushNew(condition);
      code.branch(sense ? Opcode.IFNE : Opcode.IFEQ, target);
    }
  }

  private void branchInBranch(Node condition, boolean sense, Label target) {
    int mark = values.mark();
    prepare(condition);
    branch(condition, sense, target);
    values.release(mark);
  }

  private void callPart(Parts.Part part) {
    part.slots().forEach(s -> code.aload(slots.get(s)));
    if (plan.needsScratch()) {
      code.aload(scratch);
    }
    part.arguments().forEach(a -> code.loadLocal(a.kind, values.local(a)));
    code.invokestatic(self, part.name(), part.type());
    spend(2 * (part.slots().size() + part.arguments().size()));
  }

  private void spend(Node node) {
    spend(Parts.bytes(node.code));
  }

  private void spend(int more) {
    bytes += more;
    if (bytes > MOST_BYTES) {
      throw new Parts.Oversize();
    }
  }

  /** Pushes a value that is to be computed here even where it is cut off for others. */
  void pushWhole(Node node) {
    if (node.isStatement()) {
      int local = code.allocateLocal(node.kind);
      statement(node, local);
      code.loadLocal(node.kind, local);
    } else {
      prepareInputs(node);
      spend(node);
      pushNew(node);
    }
  }

  /** The value of a parameter, as a node. */
  Node param(int index) {
    return graph.node(new Code.ParamAt(index), TypeKind.INT);
  }

  /** The value of an axis, as a node. */
  Node axis(int number) {
    return graph.node(new Code.AxisAt(number), TypeKind.INT);
  }

  /** A fresh int local that holds 0. */
  int zero() {
    int local = code.allocateLocal(TypeKind.INT);
    code.iconst_0().istore(local);
    return local;
  }
}
