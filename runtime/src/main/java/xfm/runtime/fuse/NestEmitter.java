package xfm.runtime.fuse;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** A graph to the bytes of a class that implements {@link LoopKernel} or {@link TileKernel}. */
final class NestEmitter {
  /** HotSpot leaves methods of more than 8,000 bytes to the interpreter, without a word. */
  static final int LARGEST_METHOD = 6_000;

  private static final int LEAST_STAGE_CALLS = 50;

  private static final ClassDesc SELF = ClassDesc.of("xfm.runtime.fuse.GeneratedLoop");
  private static final String VECTORS = "vectors";
  private static final String POOL = "pool";
  private static final ClassDesc SCRATCH_POOL = Instructions.desc(ScratchPool.class);
  private static final MethodTypeDesc NEW_POOL =
      MethodTypeDesc.of(
          ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);
  private static final MethodTypeDesc TAKE = MethodTypeDesc.of(Emitter.SCRATCH);
  private static final MethodTypeDesc GIVE =
      MethodTypeDesc.of(ConstantDescs.CD_void, Emitter.SCRATCH);

  /** On vectors, the innermost axis as long as it mostly is. */
  private static final String WHOLE = "whole";

  private static final ClassDesc SUPPORT = Instructions.desc(LoopSupport.class);
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          Instructions.desc(MemorySegment[].class),
          Instructions.desc(int[].class),
          ConstantDescs.CD_int,
          ConstantDescs.CD_int);
  private static final MethodTypeDesc RUN_TILE =
      RUN.insertParameterTypes(0, ConstantDescs.CD_float.arrayType());
  private static final MethodTypeDesc CHECK_RANGE =
      MethodTypeDesc.of(
          ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);

  private final Graph graph;
  private final VectorPlan plan;
  private final Parts parts;
  private final Optional<StageEmitter> stages;
  private final MethodTypeDesc type;

  private NestEmitter(Graph graph, VectorPlan plan, Parts parts) {
    this.graph = graph;
    this.plan = plan;
    this.parts = parts;
    this.type = graph.tile ? RUN_TILE : RUN;
    this.stages = plan.stages().map(s -> new StageEmitter(graph, plan, s, parts, SELF));
  }

  /**
   * The class file. Values are cut into methods of their own, ever smaller, until each method is
   * within {@link #LARGEST_METHOD}; where that is not to be had with vectors, without.
   *
   * @throws IllegalArgumentException if no cut is enough: the nest should have been split before
   */
  static byte[] emit(Graph graph, VectorPlan plan) {
    return emitted(graph, plan).bytes();
  }

  /**
   * @param plan the one that fitted
   */
  record Emitted(byte[] bytes, VectorPlan plan) {}

  static Emitted emitted(Graph graph, VectorPlan plan) {
    for (int limit = Integer.MAX_VALUE; limit >= 64; limit = limit > 3_000 ? 3_000 : limit / 2) {
      try {
        byte[] bytes = emit(graph, plan, limit);
        if (largestMethod(bytes) <= LARGEST_METHOD) {
          return new Emitted(bytes, plan);
        }
      } catch (Parts.Oversize _) {
        // the next limit cuts smaller
      }
    }
    if (plan.stages().isPresent() && plan.stageCalls() > LEAST_STAGE_CALLS) {
      return emitted(graph, new VectorPlan(graph, plan.lanes(), plan.stageCalls() / 2));
    }
    if (plan.lanes() > 1) {
      return emitted(graph, new VectorPlan(graph, 1));
    }
    throw new IllegalArgumentException(
        "a loop nest of " + graph.nodes().size() + " operations is too large for one kernel");
  }

  /** The class file with values cut at one limit of {@link Parts}, whatever size results. */
  static byte[] emit(Graph graph, VectorPlan plan, int limit) {
    return new NestEmitter(graph, plan, new Parts(graph, plan, limit)).classFile();
  }

  static int largestMethod(byte[] bytes) {
    return ClassFile.of().parse(bytes).methods().stream()
        .flatMap(m -> m.code().stream())
        .mapToInt(c -> ((CodeAttribute) c).codeLength())
        .max()
        .orElse(0);
  }

  private byte[] classFile() {
    return ClassFile.of()
        .build(
            SELF,
            made -> {
              made.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
              made.withInterfaceSymbols(
                  Instructions.desc(graph.tile ? TileKernel.class : LoopKernel.class));
              if (plan.needsScratch()) {
                made.withField(POOL, SCRATCH_POOL, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
              }
              made.withMethodBody(
                  ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0, this::construct);
              made.withMethodBody("run", type, ClassFile.ACC_PUBLIC, code -> run(code, 1, false));
              int flags = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC;
              if (plan.isNest()) {
                made.withMethodBody(VECTORS, inner(), flags, code -> run(code, 0, false));
              }
              if (hasWhole()) {
                made.withMethodBody(WHOLE, inner(), flags, code -> run(code, 0, true));
              }
              for (StageEmitter.Method method :
                  stages.map(StageEmitter::methods).orElse(List.of())) {
                made.withMethodBody(
                    method.name(), method.type(), flags, code -> stage(code, method));
              }
              while (!parts.pending().isEmpty()) {
                Parts.Part part = parts.pending().remove();
                made.withMethodBody(part.name(), part.type(), flags, code -> part(code, part));
              }
            });
  }

  private void construct(CodeBuilder code) {
    code.aload(0);
    code.invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
    if (plan.needsScratch()) {
      code.aload(0).new_(SCRATCH_POOL).dup();
      code.loadConstant(plan.stages().map(Stages::floats).orElse(0));
      code.loadConstant(plan.arrayLength()).loadConstant(plan.sums());
      code.invokespecial(SCRATCH_POOL, ConstantDescs.INIT_NAME, NEW_POOL);
      code.putfield(SELF, POOL, SCRATCH_POOL);
    }
    code.return_();
  }

  /** The type of the methods that {@code run} leaves its work to. */
  private MethodTypeDesc inner() {
    return plan.needsScratch()
        ? type.insertParameterTypes(type.parameterCount(), Emitter.SCRATCH)
        : type;
  }

  private void part(CodeBuilder code, Parts.Part part) {
    Map<Integer, Integer> slots = new HashMap<>();
    int argument = 0;
    for (int slot : part.slots()) {
      slots.put(slot, code.parameterSlot(argument++));
    }
    Emitter emitter = new Emitter(code, graph, plan, parts, SELF, slots);
    if (plan.needsScratch()) {
      emitter.openScratch(code.parameterSlot(argument++));
    }
    if (stages.isPresent()) {
      emitter.checkLoads();
    }
    for (Node node : part.arguments()) {
      emitter.values.put(node, code.parameterSlot(argument++));
    }
    emitter.pushWhole(part.value());
    code.return_(part.value().kind);
  }

  /**
   * @param self 1 in the method of an object, which hands nests on vectors on, 0 in a static one
   * @param whole whether the innermost axis is as long as it mostly is
   */
  private void run(CodeBuilder code, int self, boolean whole) {
    Map<Integer, Integer> slots = new HashMap<>();
    Emitter emitter = new Emitter(code, graph, plan, parts, SELF, slots);
    int first = graph.tile ? self + 1 : self;
    int params = first + 1;
    int from = first + 2;
    int to = first + 3;
    Label end = code.newLabel();
    for (Node node : graph.nodes()) {
      if (node.code instanceof Code.ParamAt(int p)) {
        int local = code.allocateLocal(TypeKind.INT);
        if (whole && p == graph.axes.getLast()) {
          code.loadConstant(graph.usual).istore(local);
        } else {
          code.aload(params).loadConstant(p).iaload().istore(local);
        }
        emitter.values.put(node, local);
      }
    }
    List<Integer> extents =
        graph.axes.stream().map(p -> emitter.values.local(emitter.param(p))).toList();
    if (self == 1) {
      code.iload(from).iload(to);
      if (extents.isEmpty()) {
        code.iconst_1();
      } else {
        code.iload(extents.getFirst());
      }
      code.invokestatic(SUPPORT, "checkRange", CHECK_RANGE);
      code.iload(from).iload(to).if_icmpge(end);
      extents.stream().skip(1).forEach(extent -> code.iload(extent).ifle(end));
    }
    int scratch = self == 1 ? takeScratch(code) : to + 1;
    if (self == 1 && stages.isPresent()) {
      call(code, VECTORS, from, scratch);
      code.labelBinding(end).return_();
      return;
    }
    if (self == 1 && plan.isNest()) {
      handOn(code, extents, from, scratch);
    }
    for (Node node : graph.nodes()) {
      if (node.code instanceof Code.Element(int slot, _)) {
        slots.computeIfAbsent(slot, s -> memory(code, self, s));
      }
    }
    int target = slots.computeIfAbsent(graph.store.slot(), s -> memory(code, self, s));
    if (plan.needsScratch()) {
      emitter.openScratch(scratch);
    }
    String form = whole ? WHOLE : self == 0 ? VECTORS : "";
    List<Node> inLanes = form.isEmpty() ? List.of() : plan.across();
    List<Carried> carried = List.of(new RunningSums(emitter, inLanes), new Ranks(emitter));
    emitter.use(carried);
    loops(emitter, 0, extents, from, target, form, carried);
    if (self == 1) {
      giveScratch(code, scratch);
    }
    code.labelBinding(end).return_();
  }

  private int takeScratch(CodeBuilder code) {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    if (plan.needsScratch()) {
      code.aload(0).getfield(SELF, POOL, SCRATCH_POOL);
      code.invokevirtual(SCRATCH_POOL, "take", TAKE).astore(local);
    }
    return local;
  }

  private void giveScratch(CodeBuilder code, int local) {
    if (plan.needsScratch()) {
      code.aload(0).getfield(SELF, POOL, SCRATCH_POOL).aload(local);
      code.invokevirtual(SCRATCH_POOL, "give", GIVE);
    }
  }

  private void stage(CodeBuilder code, StageEmitter.Method method) {
    stages
        .orElseThrow()
        .body(code, method, (lanes, left) -> store(lanes, lanes.value(graph.body), left));
  }

  private boolean hasWhole() {
    return plan.isNest()
        && stages.isEmpty()
        && !plan.isAcross()
        && graph.axes.size() > 1
        && graph.usual > 0
        && graph.usual % plan.lanes() == 0;
  }

  /** Leaves nests whose innermost axis is long enough to the method that uses vectors. */
  private void handOn(CodeBuilder code, List<Integer> extents, int from, int scratch) {
    Label scalar = code.newLabel();
    if (plan.laneAxis() == 0) {
      code.iload(from + 1).iload(from).isub();
    } else {
      code.iload(extents.get(plan.laneAxis()));
    }
    code.loadConstant(plan.lanes() / 2).if_icmplt(scalar);
    if (hasWhole()) {
      Label other = code.newLabel();
      code.iload(extents.getLast()).loadConstant(graph.usual).if_icmpne(other);
      call(code, WHOLE, from, scratch);
      code.labelBinding(other);
    }
    call(code, VECTORS, from, scratch);
    code.labelBinding(scalar);
  }

  private void call(CodeBuilder code, String method, int from, int scratch) {
    for (int reference = 1; reference < from; reference++) {
      code.aload(reference);
    }
    code.iload(from).iload(from + 1);
    if (plan.needsScratch()) {
      code.aload(scratch);
    }
    code.invokestatic(SELF, method, inner());
    giveScratch(code, scratch);
    code.return_();
  }

  /** The local of a slot. */
  private int memory(CodeBuilder code, int self, int slot) {
    if (graph.isArray(slot)) {
      return self;
    }
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.aload(graph.tile ? self + 1 : self).loadConstant(slot).aaload().astore(local);
    return local;
  }

  /**
   * The loops from one axis inwards. Extents are above 0 here, so whatever is sure is needed.
   *
   * @param from the local of the first place of the outermost axis; its end is in the next
   * @param form how the innermost loop runs
   */
  private void loops(
      Emitter emitter,
      int axis,
      List<Integer> extents,
      int from,
      int target,
      String form,
      List<Carried> carried) {
    CodeBuilder code = emitter.code;
    if (axis == extents.size()) {
      emitter.prepare(graph.offset);
      emitter.prepare(graph.body);
      code.aload(target);
      if (graph.tile) {
        emitter.push(graph.offset);
        code.l2i();
        emitter.push(graph.body);
        code.fastore();
        return;
      }
      Instructions.layout(code, graph.store.elem());
      emitter.push(graph.offset);
      emitter.push(graph.body);
      Instructions.store(code, graph.store.elem());
      return;
    }
    BitSet sure = (BitSet) graph.offset.sure.clone();
    sure.or(graph.body.sure);
    long inner = (1L << extents.size()) - (1L << axis);
    emitter.hoist(List.of(graph.offset, graph.body), sure, inner);
    int index = axis == 0 ? from : emitter.zero();
    int extent = axis == 0 ? from + 1 : extents.get(axis);
    if (!form.isEmpty() && axis == plan.laneAxis()) {
      if (plan.isAcross()) {
        across(emitter, index, extent, extents.getLast(), carried);
      } else {
        lanes(emitter, axis, index, extent, form.equals(WHOLE));
      }
      return;
    }
    if (axis == extents.size() - 1) {
      carried.forEach(Carried::begin);
    }
    emitter.values.put(emitter.axis(axis), index);
    Label end = code.newLabel();
    Label top = code.newBoundLabel();
    code.iload(index).iload(extent).if_icmpge(end);
    loops(emitter, axis + 1, extents, from, target, form, carried);
    code.iinc(index, 1).goto_(top).labelBinding(end);
  }

  /** The innermost loop, its places in the lanes. */
  private void lanes(Emitter emitter, int axis, int from, int extent, boolean whole) {
    if (stages.isPresent()) {
      stages.get().calls(emitter, from, extent);
      return;
    }
    VectorEmitter lanes = new VectorEmitter(emitter, axis);
    LaneLoop loop = new LaneLoop(lanes, axis, plan.calls(graph.body, axis));
    IntConsumer body = left -> store(lanes, lanes.root(graph.body), left);
    if (whole) {
      loop.runWhole(graph.usual, body);
    } else {
      loop.run(from, extent, plan.lanes(), body);
    }
  }

  /**
   * The two innermost loops, the outer one in the lanes, which keep sums along the inner one.
   *
   * @param places the local of the inner extent
   */
  private void across(Emitter emitter, int from, int extent, int places, List<Carried> carried) {
    CodeBuilder code = emitter.code;
    VectorEmitter lanes = new VectorEmitter(emitter, plan.laneAxis());
    int inner = graph.axes.size() - 1;
    IntConsumer row =
        left -> {
          carried.forEach(Carried::begin);
          if (!plan.across().isEmpty()) {
            lanes.use(new RunningLanes(lanes));
          }
          lanes.hoist(graph.body, graph.body.sure, inner);
          int index = emitter.zero();
          Label end = code.newLabel();
          Label top = code.newBoundLabel();
          code.iload(index).iload(places).if_icmpge(end);
          VectorEmitter.Scope scope = lanes.enter();
          emitter.values.put(emitter.axis(inner), index);
          plan.across().forEach(lanes::value);
          store(lanes, lanes.root(graph.body), left);
          lanes.leave(scope);
          code.iinc(index, 1).goto_(top).labelBinding(end);
        };
    new LaneLoop(lanes, plan.laneAxis(), plan.calls(graph.body, plan.laneAxis()))
        .run(from, extent, plan.lanes(), row);
  }

  /**
   * Emits the store of a vector of the body.
   *
   * @param value the local of the vector
   * @param left the local of the number of places left; −1 where it is no less than the lanes
   */
  private void store(VectorEmitter lanes, int value, int left) {
    CodeBuilder code = lanes.code;
    ClassDesc vector = VectorCode.vector(graph.body.kind);
    int offset = lanes.scalar(graph.offset);
    code.aload(lanes.scalars.slot(graph.store.slot())).lload(offset).aload(value);
    if (graph.store.elem() == Elem.BOOL) {
      if (left < 0) {
        code.loadConstant(plan.lanes());
      } else {
        code.iload(left);
      }
      store(lanes, vector, ConstantDescs.CD_int);
    } else if (left < 0) {
      store(lanes, vector);
    } else {
      code.aload(lanes.guard());
      store(lanes, vector, VectorCode.mask());
    }
  }

  private void store(VectorEmitter lanes, ClassDesc vector, ClassDesc... more) {
    List<ClassDesc> types = new ArrayList<>();
    types.add(Instructions.memory(graph.tile));
    types.add(ConstantDescs.CD_long);
    types.add(vector);
    types.addAll(List.of(more));
    lanes.ops.call("store", ConstantDescs.CD_void, types.toArray(ClassDesc[]::new));
  }
}
