package xfm.runtime.fuse;

import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The body of a nest that is too large for one vector loop, cut into several, each over a block of
 * the innermost axis. What a later loop needs of an earlier one passes through rows of a block's
 * length, which stay in the L1 cache.
 *
 * <p>What only some lanes need is computed for all, as long as it cannot fail: its loads look
 * whether they are within their memory. What can fail keeps its conditions.
 */
final class Stages {
  /** A condition that decides which lanes need a value. */
  record Condition(Node node, boolean sense) {}

  /**
   * One loop.
   *
   * @param nodes what it computes, inputs first; the last one of the last loop is the body
   */
  record Stage(List<Node> nodes) {
    Node last() {
      return nodes.getLast();
    }
  }

  private static final int MOST_BLOCK = 512;
  private static final int LEAST_BLOCK = 64;

  /** Floats that leave room for what is loaded and stored: half of an L1 cache of 48 KiB. */
  private static final int ROOM = 6_144;

  /** Bytecode of one loop, about: well below what HotSpot compiles. */
  private static final int MOST_BYTES = 4_000;

  private final Graph graph;
  private final VectorPlan plan;
  private final int axis;

  /** Calls of the Vector API in one loop, about. */
  private final int mostCalls;

  /** What is computed in lanes, inputs first. */
  private final List<Node> inLanes = new ArrayList<>();

  /** Under which conditions values are needed, where those are the same for all uses. */
  private final Map<Node, List<Condition>> paths = new HashMap<>();

  private final Set<Node> manyPaths = new HashSet<>();

  /**
   * What may have a row, each behind those that it needs; all else is computed where it is used.
   */
  private final List<Node> units = new ArrayList<>();

  private final Map<Node, Integer> places = new HashMap<>();
  private final List<Stage> stages = new ArrayList<>();
  private final Map<Node, Integer> rows = new HashMap<>();
  private int rowCount;

  private Stages(Graph graph, VectorPlan plan, int mostCalls) {
    this.graph = graph;
    this.plan = plan;
    this.axis = plan.laneAxis();
    this.mostCalls = mostCalls;
  }

  /** The loops for a graph's body; empty if some part of it cannot be cut small enough. */
  static Optional<Stages> of(Graph graph, VectorPlan plan, int mostCalls) {
    Stages stages = new Stages(graph, plan, mostCalls);
    return stages.cut() ? Optional.of(stages) : Optional.empty();
  }

  List<Stage> stages() {
    return stages;
  }

  /** The row of a value that later loops need; empty for others. */
  Optional<Integer> row(Node node) {
    return Optional.ofNullable(rows.get(node));
  }

  /** Places of a row: a multiple of every number of lanes. */
  int block() {
    int fits = ROOM / Math.max(1, rowCount) / FoldOp.PARTS * FoldOp.PARTS;
    return Math.clamp(fits, LEAST_BLOCK, MOST_BLOCK);
  }

  int floats() {
    return rowCount * block();
  }

  /** Under which conditions, outermost first, the lanes of a value of a loop are needed. */
  List<Condition> path(Node node) {
    return paths.get(node);
  }

  /** Whether a value is needed in some lanes only, or computed from one that is. */
  boolean isPartial(Node node) {
    return manyPaths.contains(node) || !paths.getOrDefault(node, List.of()).isEmpty();
  }

  private boolean cut() {
    plan.eachInLanes(graph.body, axis, inLanes::add);
    inLanes.sort((a, b) -> Integer.compare(a.id, b.id));
    findPaths();
    order(graph.body, new HashSet<>());
    if (!places.containsKey(graph.body)) {
      return false;
    }
    int[] lastUse = lastUses();
    int[] stageOf = new int[units.size()];
    if (!chooseStages(lastUse, stageOf)) {
      return false;
    }
    assignRows(lastUse, stageOf);
    return true;
  }

  // Which values are needed where.

  private void findPaths() {
    paths.put(graph.body, List.of());
    for (Node node : inLanes.reversed()) {
      if (node.safeBesideLoads || graph.body.sure.get(node.id)) {
        manyPaths.remove(node);
        paths.put(node, List.of());
      }
      if (VectorPlan.varies(node, axis) && !plan.escapes(node, axis)) {
        for (int k = node.code instanceof Code.Reduce ? 1 : 0; k < node.in.size(); k++) {
          pass(node, k);
        }
      }
    }
  }

  private void pass(Node node, int k) {
    Node in = node.in.get(k);
    if (manyPaths.contains(node) || node.code instanceof Code.Reduce) {
      merge(in, Optional.empty());
    } else if (node.code instanceof Code.Choose && k > 0) {
      List<Condition> longer = new ArrayList<>(paths.get(node));
      longer.add(new Condition(node.in.getFirst(), k == 1));
      merge(in, Optional.of(List.copyOf(longer)));
    } else {
      merge(in, Optional.of(paths.get(node)));
    }
  }

  private void merge(Node node, Optional<List<Condition>> path) {
    Optional<List<Condition>> merged =
        manyPaths.contains(node)
            ? Optional.empty()
            : paths.containsKey(node) ? path.flatMap(p -> common(paths.get(node), p)) : path;
    if (merged.isEmpty()) {
      manyPaths.add(node);
      paths.remove(node);
    } else {
      paths.put(node, merged.get());
    }
  }

  /** The lanes of both, if one of them has the other's or they are two branches of a choice. */
  private static Optional<List<Condition>> common(List<Condition> a, List<Condition> b) {
    if (a.size() > b.size()) {
      return common(b, a);
    }
    if (b.subList(0, a.size()).equals(a)) {
      return Optional.of(a);
    }
    int last = a.size() - 1;
    boolean both =
        a.size() == b.size()
            && a.subList(0, last).equals(b.subList(0, last))
            && a.get(last).node() == b.get(last).node();
    return both ? Optional.of(a.subList(0, last)) : Optional.empty();
  }

  // What is worth a row, and where the loops end.

  private boolean isUnit(Node node) {
    return VectorPlan.varies(node, axis)
        && node.depth() <= graph.axes.size()
        && paths.containsKey(node)
        && !isCheap(node);
  }

  /** What is computed again in every loop that needs it: no more than a load of a row. */
  private boolean isCheap(Node node) {
    if (plan.escapes(node, axis)) {
      return false;
    }
    return switch (node.code) {
      case Code.Element _, Code.AxisAt _ -> true;
      case Code.Test _ -> node.in.stream().allMatch(a -> isSame(a) || isCheap(a));
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ -> true;
      case Code.ParamAt _, Code.Apply _, Code.Widen _, Code.Combine _ -> false;
      case Code.Choose _, Code.Reduce _ -> false;
    };
  }

  private boolean isSame(Node node) {
    return !VectorPlan.varies(node, axis);
  }

  /** Lists units behind those that they need, and behind what decides where they are needed. */
  private void order(Node node, Set<Node> seen) {
    if (node.kind == TypeKind.LONG || !seen.add(node)) {
      return;
    }
    paths.getOrDefault(node, List.of()).forEach(condition -> order(condition.node(), seen));
    if (!isSame(node) && !plan.escapes(node, axis)) {
      node.in.forEach(in -> order(in, seen));
    }
    if (isUnit(node)) {
      places.put(node, units.size());
      units.add(node);
    }
  }

  /** What a value needs, once those units that have rows are loaded. */
  private Set<Node> own(Node unit, Set<Node> units) {
    Set<Node> own = new LinkedHashSet<>();
    collect(unit, own, units);
    for (Condition condition : paths.get(unit)) {
      if (places.containsKey(condition.node())) {
        units.add(condition.node());
      } else {
        collect(condition.node(), own, units);
      }
    }
    return own;
  }

  private void collect(Node node, Set<Node> own, Set<Node> units) {
    if (node.kind == TypeKind.LONG || !own.add(node)) {
      return;
    }
    if (isSame(node) || plan.escapes(node, axis)) {
      return;
    }
    for (int k = node.code instanceof Code.Reduce ? 1 : 0; k < node.in.size(); k++) {
      Node in = node.in.get(k);
      if (places.containsKey(in)) {
        units.add(in);
      } else {
        collect(in, own, units);
      }
    }
  }

  private int[] lastUses() {
    int[] last = new int[units.size()];
    for (int place = 0; place < last.length; place++) {
      last[place] = Math.max(last[place], place);
      Set<Node> needed = new HashSet<>();
      own(units.get(place), needed);
      for (Node unit : needed) {
        int at = places.get(unit);
        last[at] = Math.max(last[at], place);
      }
    }
    return last;
  }

  private boolean chooseStages(int[] lastUse, int[] stageOf) {
    int[] alive = alive(lastUse);
    int from = 0;
    while (from < units.size()) {
      int end = end(from, alive);
      if (end == from) {
        return false;
      }
      Arrays.fill(stageOf, from, end, stages.size());
      stages.add(new Stage(List.copyOf(units.subList(from, end))));
      from = end;
    }
    return true;
  }

  /** How many values pass each place between two units. */
  private static int[] alive(int[] lastUse) {
    int[] alive = new int[lastUse.length + 1];
    for (int place = 0; place < lastUse.length; place++) {
      for (int at = place + 1; at <= lastUse[place]; at++) {
        alive[at]++;
      }
    }
    return alive;
  }

  /** Where a loop ends: as late as fits, or up to a third earlier where fewer values pass. */
  private int end(int from, int[] alive) {
    Set<Node> taken = new HashSet<>();
    int calls = 0;
    int bytes = 0;
    int best = from;
    for (int place = from; place < units.size(); place++) {
      Set<Node> needed = new TreeSet<>((a, b) -> Integer.compare(a.id, b.id));
      Set<Node> own = own(units.get(place), needed);
      needed.removeIf(unit -> places.get(unit) >= from);
      own.addAll(needed);
      for (Node node : own) {
        if (taken.add(node)) {
          boolean loaded = needed.contains(node);
          calls += loaded ? 1 : plan.ownCalls(node, axis);
          bytes += loaded ? 40 : plan.ownBytes(node, axis);
        }
      }
      // A value that passes is stored.
      calls += 1;
      bytes += 20;
      boolean first = place == from;
      boolean fits = calls <= mostCalls && bytes <= MOST_BYTES;
      if (!fits && (!first || calls > VectorPlan.MOST_CALLS)) {
        return best;
      }
      boolean late = calls > mostCalls * 2 / 3 || bytes > MOST_BYTES * 2 / 3;
      if (first || !late || place + 1 == units.size() || alive[place + 1] <= alive[best]) {
        best = place + 1;
      }
    }
    return best;
  }

  private void assignRows(int[] lastUse, int[] stageOf) {
    BitSet used = new BitSet();
    Map<Integer, List<Integer>> freed = new HashMap<>();
    int place = 0;
    for (Stage stage : stages) {
      int from = place;
      place += stage.nodes().size();
      for (int at = from; at < place; at++) {
        if (lastUse[at] >= place) {
          int row = used.nextClearBit(0);
          used.set(row);
          rowCount = Math.max(rowCount, row + 1);
          rows.put(units.get(at), row);
          freed.computeIfAbsent(stageOf[lastUse[at]], _ -> new ArrayList<>()).add(row);
        }
      }
      freed.getOrDefault(stageOf[from], List.of()).forEach(used::clear);
    }
  }

  /** What a loop computes in lanes, or takes from elsewhere, but what it loads from rows. */
  Set<Node> own(Stage stage) {
    Set<Node> own = new LinkedHashSet<>();
    stage.nodes().forEach(node -> own.addAll(own(node, new HashSet<>())));
    return own;
  }

  /** Values of earlier loops that a loop needs. */
  Set<Node> loaded(Stage stage) {
    Set<Node> needed = new HashSet<>();
    stage.nodes().forEach(node -> own(node, needed));
    needed.removeAll(stage.nodes());
    return Collections.unmodifiableSet(needed);
  }
}
