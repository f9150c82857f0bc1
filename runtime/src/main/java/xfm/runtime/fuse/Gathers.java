package xfm.runtime.fuse;

import java.lang.classfile.TypeKind;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;

/** Values that are computed lane by lane, and what is known of loads among them. */
final class Gathers {
  /** What asks whether the lanes of a load are neighbours, and loads them if they are. */
  private static final Size ASKING = new Size(20, 300);

  private static final Size LANE_BY_LANE = new Size(1, 120);

  /**
   * @param calls of the Vector API
   */
  private record Size(int calls, int bytes) {
    private static final int MOST = 1 << 16;

    Size plus(Size more) {
      return new Size(Math.min(MOST, calls + more.calls), Math.min(MOST, bytes + more.bytes));
    }
  }

  private final VectorPlan plan;
  private final Map<Integer, Map<Node, Size>> sizes = new HashMap<>();

  Gathers(VectorPlan plan) {
    this.plan = plan;
  }

  /**
   * The numbers on which it depends from where each lane is loaded: computed on vectors, whereas
   * the loads are done lane by lane. Empty if there are none, or they are not summed and multiplied
   * alone.
   */
  static List<Node> places(Node load, int axis) {
    SequencedSet<Node> places = new LinkedHashSet<>();
    boolean known =
        load.code instanceof Code.Element
            && load.kind != TypeKind.BOOLEAN
            && places(load.in.getFirst(), axis, places);
    return known ? List.copyOf(places) : List.of();
  }

  private static boolean places(Node offset, int axis, Set<Node> into) {
    if (!VectorPlan.varies(offset, axis)) {
      return true;
    }
    if (offset.code instanceof Code.Widen()) {
      Node place = offset.in.getFirst();
      if (!(place.code instanceof Code.AxisAt)) {
        into.add(place);
      }
      return true;
    }
    return offset.code instanceof Code.Combine(BinaryOp op)
        && (op == BinaryOp.ADD || op == BinaryOp.MUL)
        && offset.in.stream().allMatch(in -> places(in, axis, into));
  }

  /** What the offset is made of besides: the same in all lanes. */
  static Set<Node> same(Node offset, int axis) {
    Set<Node> same = new LinkedHashSet<>();
    same(offset, axis, same);
    return same;
  }

  private static void same(Node part, int axis, Set<Node> into) {
    if (!VectorPlan.varies(part, axis)) {
      if (!part.isConstant()) {
        into.add(part);
      }
    } else if (part.code instanceof Code.Combine) {
      part.in.forEach(in -> same(in, axis, into));
    }
  }

  /** The calls of the Vector API for the lanes of a value, about. */
  int calls(Node node, int axis) {
    return size(node, axis).calls();
  }

  /** The bytecode, likewise. */
  int bytes(Node node, int axis) {
    return size(node, axis).bytes();
  }

  /** Places may be looked up at places that are looked up: each is walked through once. */
  private Size size(Node node, int axis) {
    Map<Node, Size> known = sizes.computeIfAbsent(axis, _ -> new HashMap<>());
    Size size = known.get(node);
    if (size == null) {
      Size[] sum = {LANE_BY_LANE};
      for (Node place : places(node, axis)) {
        sum[0] = sum[0].plus(ASKING);
        plan.eachInLanes(
            place,
            axis,
            part ->
                sum[0] =
                    sum[0].plus(new Size(plan.ownCalls(part, axis), plan.ownBytes(part, axis))));
      }
      size = sum[0];
      known.put(node, size);
    }
    return size;
  }
}
