package xfm.runtime.fuse;

import java.lang.classfile.TypeKind;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which loops of a graph run on vectors, one value of the loop's axis in each lane: the innermost
 * axis of the nest, and folds. Decided by costs in about cycles; the bits do not depend on it.
 *
 * <p>A value that has no vector form is computed lane by lane into an array (it <em>escapes</em>):
 * what is loaded from places that are not neighbours, whole divisions, folds that are quicker along
 * their own axis.
 */
final class VectorPlan {
  /**
   * More calls of the Vector API in one method make C2 give up and box all vectors, at about 500.
   */
  static final int MOST_CALLS = 250;

  /**
   * Bodies of more calls are cut into loops of as many. Larger ones run half as fast for want of
   * registers, and take C2 seconds.
   */
  static final int STAGE_CALLS = 120;

  /**
   * Loops of more calls have one body, masked throughout, in place of a second one for the rest.
   */
  static final int FEW_CALLS = 60;

  /** Places of a loop that is not known to be shorter. */
  private static final double USUAL_EXTENT = 128;

  /** What a lane costs when its value passes through an array. */
  private static final double BY_LANE = 3;

  private static final double OVERHEAD = 10;

  /** What it costs to load lanes one by one that mostly turn out to be neighbours. */
  private static final double NEIGHBOURS = 16;

  /** Shared parts are counted again by each that uses them. */
  private static final double LARGEST_COST = 1e9;

  private final int lanes;
  private final Graph graph;
  private final double[] scalar;
  private final BitSet folds = new BitSet();
  private final Map<Integer, Map<Node, Double>> vector = new HashMap<>();
  private final Gathers gathers = new Gathers(this);
  private final Map<Integer, TypeKind> arrays = new LinkedHashMap<>();
  private final Map<Integer, Set<Node>> noted = new HashMap<>();
  private final boolean nest;
  private final boolean isAcross;
  private final List<Node> carried;
  private final List<Node> across;
  private final Optional<Stages> stages;
  private final int stageCalls;
  private final boolean ranks;

  /**
   * @param lanes floats of a vector; 1 for no vectors at all
   */
  VectorPlan(Graph graph, int lanes) {
    this(graph, lanes, STAGE_CALLS);
  }

  /**
   * @param stageCalls calls of the Vector API above which a body is cut, and in each of its loops
   */
  VectorPlan(Graph graph, int lanes, int stageCalls) {
    this.lanes = lanes;
    this.graph = graph;
    this.stageCalls = stageCalls;
    this.ranks = !Ranks.all(graph).isEmpty();
    this.carried = RunningSums.all(graph).stream().map(RunningSums.Sum::node).toList();
    int outer = graph.axes.size() - 2;
    this.isAcross = !carried.isEmpty() && outer >= 0 && Strides.of(graph.offset, outer) == 1;
    this.across =
        isAcross ? carried.stream().filter(node -> varies(node, outer)).toList() : List.of();
    scalar = new double[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      scalar[node.id] = Math.min(LARGEST_COST, scalarCost(node));
    }
    boolean worth =
        lanes > 1
            && !graph.axes.isEmpty()
            && (carried.isEmpty() || isRunInLanes())
            && !ranks
            && isNestWorth();
    int calls = worth ? calls(graph.body, laneAxis()) : 0;
    boolean large = calls > stageCalls && !isAcross();
    stages = large ? Stages.of(graph, this, stageCalls) : Optional.empty();
    nest = worth && (isAcross() ? calls <= MOST_CALLS : !large || stages.isPresent());
    if (nest) {
      noteArrays(graph.body, laneAxis());
    }
  }

  int stageCalls() {
    return stageCalls;
  }

  int lanes() {
    return lanes;
  }

  /** The axis of a nest that goes to the lanes: the innermost of what is stored. */
  int laneAxis() {
    return graph.axes.size() - (isAcross() ? 2 : 1);
  }

  /**
   * Whether the lanes are the places of the axis around the innermost one, along which they sum.
   */
  boolean isAcross() {
    return isAcross;
  }

  /** The running sums of which each lane has its own. */
  List<Node> across() {
    return across;
  }

  /** Whether the nest runs on vectors. */
  boolean isNest() {
    return nest;
  }

  /** The loops of a body that is too large for one. */
  Optional<Stages> stages() {
    return stages;
  }

  /** Whether a run needs memory besides its slots. */
  boolean needsScratch() {
    return !arrays.isEmpty() || stages.isPresent() || ranks || !carried.isEmpty();
  }

  /** Doubles of the parts of running sums. */
  int sums() {
    return sumsInLanes() + carried.size() * FoldOp.PARTS;
  }

  /** Those of which each lane has its own. */
  int sumsInLanes() {
    return nest ? across.size() * RunningLanes.ROWS * lanes : 0;
  }

  /** Whether rows are sorted to count what comes before each place. */
  boolean isSorted() {
    return ranks;
  }

  boolean hasFolds() {
    return !folds.isEmpty();
  }

  /** Whether a fold runs on vectors along its own axis, where it is not in lanes already. */
  boolean isFold(Node node) {
    return folds.get(node.id);
  }

  /** The kinds of values that pass through arrays. */
  Set<TypeKind> arrayKinds() {
    return Set.copyOf(arrays.values());
  }

  /**
   * Where the lanes of a value begin in such an array. Each value has its own, as a lane of one may
   * be computed by a loop that others pass through.
   */
  int arrayBase(Node node) {
    return lanes * List.copyOf(arrays.keySet()).indexOf(node.id);
  }

  /** How long those arrays are. */
  int arrayLength() {
    return lanes * arrays.size();
  }

  /** Whether a value is not the same in all lanes along an axis. */
  static boolean varies(Node node, int axis) {
    return (node.axes >>> axis & 1) != 0;
  }

  /** Whether a value that varies is computed lane by lane. */
  boolean escapes(Node node, int axis) {
    if (across.contains(node)) {
      return axis != laneAxis();
    }
    if (node.code instanceof Code.Reduce reduce) {
      return !isLaneFold(node, reduce, axis) || foldInLanes(node, axis) > byLane(node);
    }
    if (node.code instanceof Code.Element) {
      return VectorCode.load(node, axis).isEmpty();
    }
    return VectorCode.method(node).isEmpty();
  }

  /** Whether a fold can be done in each lane on its own. */
  private static boolean isLaneFold(Node node, Code.Reduce reduce, int axis) {
    boolean op =
        switch (reduce.op()) {
          case SUM, MEAN, MAX, MIN -> true;
          case ANY, ALL, ARGMAX, LOGSUMEXP -> false;
        };
    return op && !varies(node.in.getFirst(), axis);
  }

  private static double extent(Node fold) {
    return fold.in.getFirst().code instanceof Code.IntValue(int v) ? Math.max(1, v) : USUAL_EXTENT;
  }

  /** What one value costs without vectors, but for folds along their own axis; decides on those. */
  private double scalarCost(Node node) {
    double inputs = 0;
    for (Node in : node.in) {
      inputs += in.kind == TypeKind.LONG ? offsetCost(in) : scalar[in.id];
    }
    if (!(node.code instanceof Code.Reduce reduce)) {
      return inputs + Cycles.of(node.code, 1);
    }
    if (RunningSums.of(graph, node).isPresent() || Ranks.of(graph, node).isPresent()) {
      return inputs + FoldOp.PARTS;
    }
    double one = extent(node) * (inputs + Cycles.of(node.code, 1));
    if (lanes == 1 || !isAlongAxis(node, reduce)) {
      return one;
    }
    double body = 0;
    for (int k = 1; k < node.in.size(); k++) {
      body += node.bound(k) == 0 ? 0 : vectorCost(node.in.get(k), reduce.axis());
    }
    double vectors =
        Math.ceil(extent(node) / lanes) * (body + Cycles.of(node.code, lanes)) + 2 * OVERHEAD;
    if (vectors < one && calls(node, reduce) <= MOST_CALLS) {
      folds.set(node.id);
      noteArrays(node.in.get(1), reduce.axis());
      if (reduce.where()) {
        noteArrays(node.in.get(2), reduce.axis());
      }
      return vectors;
    }
    return one;
  }

  /** What the whole numbers cost that an offset is made of. */
  private double offsetCost(Node offset) {
    double cost = 0;
    for (Node in : offset.in) {
      cost += in.kind == TypeKind.LONG ? offsetCost(in) : scalar[in.id];
    }
    return cost;
  }

  private static boolean isAlongAxis(Node node, Code.Reduce reduce) {
    return varies(node.in.get(1), reduce.axis())
        && switch (reduce.op()) {
          case SUM, MEAN, MAX, MIN, ANY, ALL -> true;
          case ARGMAX, LOGSUMEXP -> false;
        };
  }

  /** What a vector of values costs. */
  private double vectorCost(Node node, int axis) {
    if (!varies(node, axis)) {
      return 0;
    }
    Map<Node, Double> known = vector.computeIfAbsent(axis, _ -> new HashMap<>());
    Double cost = known.get(node);
    if (cost == null) {
      cost = newVectorCost(node, axis);
      known.put(node, cost);
    }
    return cost;
  }

  private double ownCost(Node node, int axis) {
    boolean apart = node.code instanceof Code.Element && Strides.of(node.in.getFirst(), axis) != 1;
    return Cycles.of(node.code, lanes) + (apart ? 3 : 0);
  }

  private double newVectorCost(Node node, int axis) {
    if (escapes(node, axis)) {
      List<Node> places = Gathers.places(node, axis);
      double known = places.stream().mapToDouble(place -> vectorCost(place, axis)).sum();
      return places.isEmpty()
          ? byLane(node)
          : new Slopes(axis, lanes).isMostlyEven(node.in.getFirst())
              ? known + NEIGHBOURS
              : known + lanes * (1 + BY_LANE) + OVERHEAD;
    }
    if (node.code instanceof Code.Reduce) {
      return foldInLanes(node, axis);
    }
    double inputs = 0;
    for (Node in : node.in) {
      inputs += in.kind == TypeKind.LONG ? 0 : vectorCost(in, axis);
    }
    return inputs + ownCost(node, axis);
  }

  private double byLane(Node node) {
    return lanes * (scalar[node.id] + BY_LANE) + OVERHEAD;
  }

  private double foldInLanes(Node node, int axis) {
    double body = 0;
    for (int k = 1; k < node.in.size(); k++) {
      body += node.bound(k) == 0 ? 0 : vectorCost(node.in.get(k), axis);
    }
    if (across.contains(node)) {
      return body + 2 * FoldOp.PARTS;
    }
    return extent(node) * (body + Cycles.of(node.code, lanes)) + OVERHEAD;
  }

  /**
   * Whether each running sum is needed at every place, as a vector: then the lanes add theirs
   * together.
   */
  private boolean isRunInLanes() {
    BitSet sure = sureInLanes(graph.body, laneAxis());
    boolean[] fine = {isAcross() && across.stream().allMatch(node -> sure.get(node.id))};
    eachInLanes(
        graph.body,
        laneAxis(),
        node -> {
          if (varies(node, laneAxis()) && escapes(node, laneAxis())) {
            new Walk(
                    (part, _) -> {
                      fine[0] &= !across.contains(part);
                      return true;
                    })
                .visit(node, 0);
          }
        });
    return fine[0] && across.stream().noneMatch(node -> varies(node.in.getFirst(), laneAxis()));
  }

  private boolean isNestWorth() {
    return Strides.of(graph.offset, laneAxis()) == 1
        && costs(graph.body, new BitSet()).isQuicker(lanes);
  }

  /** What a vector of values costs, and one value without. */
  private record Costs(double vector, double one) {
    Costs plus(Costs more) {
      return new Costs(vector + more.vector, one + more.one);
    }

    /** With the store. */
    boolean isQuicker(int lanes) {
      return vector + 1 < 0.8 * lanes * (one + 1);
    }
  }

  /** Of all that varies along the innermost axis, but what was seen. */
  private Costs costs(Node node, BitSet seen) {
    Costs none = new Costs(0, 0);
    if (node.kind == TypeKind.LONG || seen.get(node.id) || !varies(node, laneAxis())) {
      return none;
    }
    seen.set(node.id);
    if (escapes(node, laneAxis()) || node.code instanceof Code.Reduce) {
      return new Costs(vectorCost(node, laneAxis()), scalar[node.id]);
    }
    Costs own = new Costs(ownCost(node, laneAxis()), Cycles.of(node.code, 1));
    return node.in.stream().map(in -> costs(in, seen)).reduce(own, Costs::plus);
  }

  /** The calls of the Vector API for a vector of values, about. */
  int calls(Node root, int axis) {
    int[] calls = {0};
    eachInLanes(root, axis, node -> calls[0] += ownCalls(node, axis));
    return calls[0];
  }

  /** Those of one value. */
  int ownCalls(Node node, int axis) {
    if (!varies(node, axis)) {
      return 1;
    }
    if (escapes(node, axis)) {
      return gathers.calls(node, axis);
    }
    if (across.contains(node)) {
      return RunningLanes.CALLS;
    }
    return node.code instanceof Code.Reduce
        ? 20
        : VectorCode.method(node).map(VectorCode.Method::calls).orElse(0);
  }

  /** The bytecode of one value, about. */
  int ownBytes(Node node, int axis) {
    if (!varies(node, axis)) {
      return 20;
    }
    if (escapes(node, axis)) {
      return gathers.bytes(node, axis);
    }
    return node.code instanceof Code.Reduce
        ? 400
        : VectorCode.method(node).map(VectorCode.Method::bytes).orElse(0);
  }

  /** The same for a fold along its own axis. */
  int calls(Node fold, Code.Reduce reduce) {
    int where = reduce.where() ? calls(fold.in.get(2), reduce.axis()) : 0;
    return calls(fold.in.get(1), reduce.axis()) + where + 20;
  }

  private void noteArrays(Node root, int axis) {
    eachInLanes(
        root,
        axis,
        node -> {
          if (varies(node, axis) && escapes(node, axis)) {
            arrays.put(node.id, node.kind);
            for (Node place : Gathers.places(node, axis)) {
              arrays.put(place.id, place.kind);
              if (noted.computeIfAbsent(axis, _ -> new HashSet<>()).add(place)) {
                noteArrays(place, axis);
              }
            }
          }
        });
  }

  /** Visits what has a vector when the root is computed along an axis, each value once. */
  void eachInLanes(Node root, int axis, Consumer<Node> visitor) {
    BitSet seen = new BitSet();
    eachInLanes(root, axis, seen, visitor);
  }

  private void eachInLanes(Node node, int axis, BitSet seen, Consumer<Node> visitor) {
    if (seen.get(node.id) || node.kind == TypeKind.LONG) {
      return;
    }
    seen.set(node.id);
    visitor.accept(node);
    if (varies(node, axis) && !escapes(node, axis)) {
      for (int k = node.code instanceof Code.Reduce ? 1 : 0; k < node.in.size(); k++) {
        eachInLanes(node.in.get(k), axis, seen, visitor);
      }
    }
  }

  /** The values that are needed as vectors in any case when the root is; inputs first. */
  BitSet sureInLanes(Node root, int axis) {
    BitSet needed = new BitSet();
    eachInLanes(root, axis, node -> needed.set(node.id));
    needed.and(root.sure);
    return needed;
  }
}
