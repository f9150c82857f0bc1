package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Emits the loops of {@link Stages}, each in a method of its own. */
final class StageEmitter {
  /** More arguments would not fit a method: 255 slots, a long taking two. */
  private static final int MOST_ARGUMENTS = 110;

  private static final ClassDesc MATH = Instructions.desc(Math.class);
  private static final MethodTypeDesc MIN =
      MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);

  /**
   * The method of a loop.
   *
   * @param slots those that it reads, or stores
   * @param arguments values that are the same in all lanes, which its caller has
   */
  record Method(
      String name,
      Stages.Stage stage,
      List<Integer> slots,
      List<Node> arguments,
      MethodTypeDesc type) {}

  private final Graph graph;
  private final VectorPlan plan;
  private final Stages stages;
  private final Parts parts;
  private final ClassDesc self;
  private final List<Method> methods = new ArrayList<>();

  StageEmitter(Graph graph, VectorPlan plan, Stages stages, Parts parts, ClassDesc self) {
    this.graph = graph;
    this.plan = plan;
    this.stages = stages;
    this.parts = parts;
    this.self = self;
  }

  /** The methods that were called. */
  List<Method> methods() {
    return methods;
  }

  /**
   * Emits the innermost loop, block after block.
   *
   * @param from the local of the first place; that of the end is {@code to}
   */
  void calls(Emitter emitter, int from, int to) {
    CodeBuilder code = emitter.code;
    stages.stages().forEach(stage -> methods.add(method(stage, emitter.values)));
    int first = code.allocateLocal(TypeKind.INT);
    int end = code.allocateLocal(TypeKind.INT);
    code.iload(from).istore(first);
    Label done = code.newLabel();
    Label top = code.newBoundLabel();
    code.iload(first).iload(to).if_icmpge(done);
    code.iload(first).loadConstant(stages.block()).iadd().iload(to);
    code.invokestatic(MATH, "min", MIN).istore(end);
    for (Method method : methods) {
      method.slots().forEach(slot -> code.aload(emitter.slot(slot)));
      code.aload(emitter.scratch());
      method.arguments().forEach(a -> code.loadLocal(a.kind, emitter.values.local(a)));
      code.iload(first).iload(end).invokestatic(self, method.name(), method.type());
    }
    code.iload(end).istore(first).goto_(top).labelBinding(done);
  }

  private Method method(Stages.Stage stage, Values have) {
    Set<Node> found = new LinkedHashSet<>();
    Set<Integer> slots = new TreeSet<>();
    Walk walk =
        new Walk((node, outer) -> {
          if (outer && have.has(node)) {
            found.add(node);
            return false;
          }
          if (node.code instanceof Code.Element(int slot, _)) {
            slots.add(slot);
          }
          return true;
        });
    for (Node node : stages.own(stage)) {
      if (isScalar(node) || node.code instanceof Code.Reduce) {
        walk.visit(node, 0);
      } else if (node.code instanceof Code.Element(int slot, _)) {
        slots.add(slot);
        walk.visit(node.in.getFirst(), 0);
      }
    }
    if (isLast(stage)) {
      walk.visit(graph.offset, 0);
      slots.add(graph.store.slot());
    }
    if (found.size() + slots.size() > MOST_ARGUMENTS) {
      throw new Parts.Oversize();
    }
    List<ClassDesc> types = new ArrayList<>();
    slots.forEach(slot -> types.add(Instructions.memory(graph.isArray(slot))));
    types.add(Emitter.SCRATCH);
    found.forEach(a -> types.add(a.kind.upperBound()));
    types.add(ConstantDescs.CD_int);
    types.add(ConstantDescs.CD_int);
    return new Method(
        "stage" + methods.size(),
        stage,
        List.copyOf(slots),
        List.copyOf(found),
        MethodTypeDesc.of(ConstantDescs.CD_void, types));
  }

  /** Whether its value is computed without vectors. */
  private boolean isScalar(Node node) {
    return !VectorPlan.varies(node, plan.laneAxis()) || plan.escapes(node, plan.laneAxis());
  }

  private boolean isLast(Stages.Stage stage) {
    return stage.last() == graph.body;
  }

  /**
   * Emits a method's code.
   *
   * @param store of a vector of the body, given the local of the number of places left, or −1
   */
  void body(CodeBuilder code, Method method, BiConsumer<VectorEmitter, Integer> store) {
    Map<Integer, Integer> slots = new HashMap<>();
    int argument = 0;
    for (int slot : method.slots()) {
      slots.put(slot, code.parameterSlot(argument++));
    }
    int scratch = code.parameterSlot(argument++);
    Emitter emitter = new Emitter(code, graph, plan, parts, self, slots);
    emitter.openScratch(scratch);
    emitter.checkLoads();
    for (Node node : method.arguments()) {
      emitter.values.put(node, code.parameterSlot(argument++));
    }
    int first = code.parameterSlot(argument++);
    int end = code.parameterSlot(argument);
    int memory = code.allocateLocal(TypeKind.REFERENCE);
    code.aload(scratch).getfield(Emitter.SCRATCH, "rows", Instructions.SEGMENT).astore(memory);
    VectorEmitter lanes = new VectorEmitter(emitter, plan.laneAxis());
    Set<Node> loaded = stages.loaded(method.stage());
    new LaneLoop(lanes, plan.laneAxis(), Integer.MAX_VALUE)
        .run(
            first,
            end,
            plan.lanes(),
            left -> {
              StageRows rows = new StageRows(stages, memory, first, loaded);
              lanes.use(rows);
              compute(method.stage(), lanes, rows);
              if (isLast(method.stage())) {
                store.accept(lanes, left);
              }
            });
    code.return_();
  }

  /** First what all lanes need, then what some do, then what is made of that. */
  private void compute(Stages.Stage stage, VectorEmitter lanes, StageRows rows) {
    Set<Node> late = new HashSet<>();
    Map<Node, Boolean> known = new HashMap<>();
    Map<List<Stages.Condition>, List<Node>> some = new LinkedHashMap<>();
    for (Node node : stage.nodes()) {
      List<Stages.Condition> path = stages.path(node);
      if (isLate(node, rows, known)) {
        late.add(node);
      } else {
        computed(node, lanes, rows);
      }
      if (!path.isEmpty() && stages.row(node).isPresent()) {
        some.computeIfAbsent(path, _ -> new ArrayList<>()).add(node);
      }
    }
    some.forEach((path, nodes) ->
        under(path, 0, lanes, () -> nodes.forEach(node -> computed(node, lanes, rows))));
    for (Node node : stage.nodes()) {
      if (late.contains(node) && stages.path(node).isEmpty()) {
        computed(node, lanes, rows);
      }
    }
  }

  private void under(List<Stages.Condition> path, int from, VectorEmitter lanes, Runnable body) {
    if (from == path.size()) {
      body.run();
      return;
    }
    int mask = lanes.value(path.get(from).node());
    lanes.within(mask, path.get(from).sense(), () -> under(path, from + 1, lanes, body));
  }

  private void computed(Node node, VectorEmitter lanes, StageRows rows) {
    int value = lanes.value(node);
    if (stages.row(node).isPresent()) {
      rows.store(lanes, node, value);
    }
  }

  /** Whether a value is computed from one that some lanes need, here. */
  private boolean isLate(Node node, StageRows rows, Map<Node, Boolean> known) {
    Boolean found = known.get(node);
    if (found == null) {
      boolean ends = rows.has(node) || isScalar(node);
      found =
          stages.isPartial(node)
              || !ends
                  && node.in.stream()
                      .filter(a -> a.kind != TypeKind.LONG)
                      .anyMatch(a -> isLate(a, rows, known));
      known.put(node, found);
    }
    return found;
  }
}
