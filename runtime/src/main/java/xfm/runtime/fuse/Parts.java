package xfm.runtime.fuse;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Values that get a method of their own: folds on vectors, since C2 takes seconds for a method with
 * several vector loops; and others because the kernel would pass the size that HotSpot compiles,
 * chosen from the inputs up, as soon as what is left of a value passes the limit.
 */
final class Parts {
  /** More arguments would not fit a method: 255 slots, a long taking two. */
  private static final int MOST_ARGUMENTS = 120;

  /**
   * One method: a value as a function of those that its caller has.
   *
   * @param slots those that it reads
   * @param memory the types of the slots, and of the scratch if there is one
   */
  record Part(
      String name, Node value, List<Integer> slots, List<ClassDesc> memory, List<Node> arguments) {
    MethodTypeDesc type() {
      List<ClassDesc> types = new ArrayList<>(memory);
      arguments.forEach(a -> types.add(a.kind.upperBound()));
      return MethodTypeDesc.of(value.kind.upperBound(), types);
    }
  }

  private record Call(Node value, List<Node> arguments) {}

  private final Graph graph;
  private final VectorPlan plan;
  private final Set<Node> cut = new HashSet<>();
  private final Map<Call, Part> parts = new HashMap<>();
  private final Deque<Part> pending = new ArrayDeque<>();

  /**
   * @param limit bytes of one value's code that are left together, about; {@code Integer.MAX_VALUE}
   *     cuts folds on vectors only
   */
  Parts(Graph graph, VectorPlan plan, int limit) {
    this.graph = graph;
    this.plan = plan;
    int[] weights = new int[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      int weight = bytes(node.code);
      for (Node a : node.in) {
        weight += cut.contains(a) || a.uses > 1 ? 0 : weights[a.id];
      }
      boolean large = weight > (node.uses > 1 ? limit / 8 : limit) || plan.isFold(node);
      boolean given = node.code instanceof Code.AxisAt || node.code instanceof Code.ParamAt;
      if (large && !given && !node.isConstant()) {
        cut.add(node);
      }
      weights[node.id] = weight;
    }
  }

  /** The bytecode of one operation, about; a load of a local is in each. */
  static int bytes(Code code) {
    return switch (code) {
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ -> 3;
      case Code.AxisAt _, Code.ParamAt _, Code.Widen _ -> 3;
      case Code.Element(_, Elem elem) -> elem == Elem.BOOL ? 20 : 12;
      case Code.Apply _, Code.Combine _ -> 6;
      case Code.Test _, Code.Choose _ -> 12;
      case Code.Reduce _ -> 80;
    };
  }

  boolean isCut(Node node) {
    return cut.contains(node);
  }

  /** The method that computes a value where {@code have} are in locals. */
  Part part(Node value, Values have) {
    Set<Node> found = new LinkedHashSet<>();
    Set<Integer> slots = new TreeSet<>();
    new Walk(
            (node, outer) -> {
              if (outer && have.has(node)) {
                found.add(node);
                return false;
              }
              if (node.code instanceof Code.Element(int slot, _)) {
                slots.add(slot);
              }
              return true;
            })
        .visit(value, 0);
    List<Node> arguments = List.copyOf(found);
    if (arguments.size() + slots.size() > MOST_ARGUMENTS) {
      throw new Oversize();
    }
    return parts.computeIfAbsent(
        new Call(value, arguments),
        call -> {
          String name = "part" + parts.size();
          List<ClassDesc> memory = new ArrayList<>();
          slots.forEach(slot -> memory.add(Instructions.memory(graph.isArray(slot))));
          if (plan.needsScratch()) {
            memory.add(Emitter.SCRATCH);
          }
          Part part = new Part(name, value, List.copyOf(slots), memory, call.arguments());
          pending.add(part);
          return part;
        });
  }

  /** The methods that were called and are yet to be emitted, one at a time; empty at the end. */
  Deque<Part> pending() {
    return pending;
  }

  /** A method cannot be emitted in one piece. */
  static final class Oversize extends RuntimeException {
    private static final long serialVersionUID = 1;

    Oversize() {
      super("a method of a loop kernel is too large", null, false, false);
    }
  }
}
