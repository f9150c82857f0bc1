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
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A graph to the bytes of a class that implements {@link LoopKernel}. */
final class NestEmitter {
  /** HotSpot leaves methods of more than 8,000 bytes to the interpreter, without a word. */
  static final int LARGEST_METHOD = 6_000;

  private static final ClassDesc SELF = ClassDesc.of("xfm.runtime.fuse.GeneratedLoop");
  private static final ClassDesc SUPPORT = Instructions.desc(LoopSupport.class);
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          Instructions.desc(MemorySegment[].class),
          Instructions.desc(int[].class),
          ConstantDescs.CD_int,
          ConstantDescs.CD_int);
  private static final MethodTypeDesc CHECK_RANGE =
      MethodTypeDesc.of(
          ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);

  private final Graph graph;
  private final Parts parts;

  private NestEmitter(Graph graph, Parts parts) {
    this.graph = graph;
    this.parts = parts;
  }

  /**
   * The class file. Values are cut into methods of their own, ever smaller, until each method is
   * within {@link #LARGEST_METHOD}.
   *
   * @throws IllegalArgumentException if no cut is enough: the nest should have been split before
   */
  static byte[] emit(Graph graph) {
    for (int limit = Integer.MAX_VALUE; limit >= 64; limit = limit > 3_000 ? 3_000 : limit / 2) {
      try {
        byte[] bytes = emit(graph, limit);
        if (largestMethod(bytes) <= LARGEST_METHOD) {
          return bytes;
        }
      } catch (Parts.Oversize _) {
        // the next limit cuts smaller
      }
    }
    throw new IllegalArgumentException(
        "a loop nest of " + graph.nodes().size() + " operations is too large for one kernel");
  }

  /** The class file with values cut at one limit of {@link Parts}, whatever size results. */
  static byte[] emit(Graph graph, int limit) {
    return new NestEmitter(graph, new Parts(graph, limit)).classFile();
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
            type -> {
              type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
              type.withInterfaceSymbols(Instructions.desc(LoopKernel.class));
              type.withMethodBody(
                  ConstantDescs.INIT_NAME,
                  ConstantDescs.MTD_void,
                  0,
                  code ->
                      code.aload(0)
                          .invokespecial(
                              ConstantDescs.CD_Object,
                              ConstantDescs.INIT_NAME,
                              ConstantDescs.MTD_void)
                          .return_());
              type.withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, this::run);
              while (!parts.pending().isEmpty()) {
                Parts.Part part = parts.pending().remove();
                int flags = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC;
                type.withMethodBody(part.name(), part.type(), flags, code -> part(code, part));
              }
            });
  }

  private void part(CodeBuilder code, Parts.Part part) {
    Map<Integer, Integer> slots = new HashMap<>();
    int argument = 0;
    for (int slot : part.slots()) {
      slots.put(slot, code.parameterSlot(argument++));
    }
    Emitter emitter = new Emitter(code, graph, parts, SELF, slots);
    for (Node node : part.arguments()) {
      emitter.values.put(node, code.parameterSlot(argument++));
    }
    emitter.pushWhole(part.value());
    code.return_(part.value().kind);
  }

  private void run(CodeBuilder code) {
    Map<Integer, Integer> slots = new HashMap<>();
    Emitter emitter = new Emitter(code, graph, parts, SELF, slots);
    Label end = code.newLabel();
    for (Node node : graph.nodes()) {
      if (node.code instanceof Code.ParamAt(int p)) {
        int local = code.allocateLocal(TypeKind.INT);
        code.aload(2).loadConstant(p).iaload().istore(local);
        emitter.values.put(node, local);
      }
    }
    List<Integer> extents =
        graph.axes.stream().map(p -> emitter.values.local(emitter.param(p))).toList();
    code.iload(3).iload(4);
    if (extents.isEmpty()) {
      code.iconst_1();
    } else {
      code.iload(extents.getFirst());
    }
    code.invokestatic(SUPPORT, "checkRange", CHECK_RANGE);
    code.iload(3).iload(4).if_icmpge(end);
    extents.stream().skip(1).forEach(extent -> code.iload(extent).ifle(end));
    for (Node node : graph.nodes()) {
      if (node.code instanceof Code.Element(int slot, _)) {
        slots.computeIfAbsent(slot, s -> segment(code, s));
      }
    }
    int target = slots.computeIfAbsent(graph.store.slot(), s -> segment(code, s));
    loops(emitter, 0, extents, target);
    code.labelBinding(end).return_();
  }

  private static int segment(CodeBuilder code, int slot) {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.aload(1).loadConstant(slot).aaload().astore(local);
    return local;
  }

  /** The loops from one axis inwards. Extents are above 0 here, so whatever is sure is needed. */
  private void loops(Emitter emitter, int axis, List<Integer> extents, int target) {
    CodeBuilder code = emitter.code;
    if (axis == extents.size()) {
      emitter.prepare(graph.offset);
      emitter.prepare(graph.body);
      code.aload(target);
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
    int index = axis == 0 ? 3 : emitter.zero();
    int extent = axis == 0 ? 4 : extents.get(axis);
    emitter.values.put(emitter.axis(axis), index);
    Label end = code.newLabel();
    Label top = code.newBoundLabel();
    code.iload(index).iload(extent).if_icmpge(end);
    loops(emitter, axis + 1, extents, target);
    code.iinc(index, 1).goto_(top).labelBinding(end);
  }
}
