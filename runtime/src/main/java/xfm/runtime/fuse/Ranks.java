package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Counts of what comes before each place of the innermost axis of a nest, {@code Σ 1 where x[i] <
 * y[k] or x[i] == y[k] and k < i}: the y of a row are sorted once, and each place is looked up
 * among them, so that a row of n takes n · log n steps and not n².
 */
final class Ranks implements Carried {
  /** A shorter row is counted more quickly. */
  private static final int LEAST = 128;

  private static final ClassDesc KEYS = Instructions.desc(RankKeys.class);
  private static final ClassDesc INT = ConstantDescs.CD_int;
  private static final MethodTypeDesc BEGIN = MethodTypeDesc.of(ConstantDescs.CD_void, INT);
  private static final MethodTypeDesc ADD =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_float, INT);
  private static final MethodTypeDesc BEFORE = MethodTypeDesc.of(INT, ConstantDescs.CD_float, INT);

  /**
   * One of them.
   *
   * @param conditions under which a k counts, besides the comparison
   */
  record Rank(Node node, Code.Reduce fold, Node x, Node y, List<Node> conditions) {}

  private record Kept(Rank rank, int keys, int sorted) {}

  private final Emitter emitter;
  private final CodeBuilder code;
  private final List<Kept> kept = new ArrayList<>();

  /** Emits what the counts of a nest need before its loops. */
  Ranks(Emitter emitter) {
    this.emitter = emitter;
    this.code = emitter.code;
    List<Rank> all = all(emitter.graph);
    for (int k = 0; k < all.size(); k++) {
      int keys = code.allocateLocal(TypeKind.REFERENCE);
      code.aload(emitter.scratch()).loadConstant(k);
      code.invokevirtual(Emitter.SCRATCH, "keys", MethodTypeDesc.of(KEYS, ConstantDescs.CD_int));
      code.astore(keys);
      kept.add(new Kept(all.get(k), keys, code.allocateLocal(TypeKind.INT)));
    }
  }

  static List<Rank> all(Graph graph) {
    List<Rank> ranks = new ArrayList<>();
    for (Node node : graph.nodes()) {
      of(graph, node).ifPresent(ranks::add);
    }
    return ranks;
  }

  /** Such a count, if the node is one. */
  static Optional<Rank> of(Graph graph, Node node) {
    int axis = graph.axes.size() - 1;
    if (axis < 0
        || node.depth() > graph.axes.size()
        || !(node.code instanceof Code.Reduce fold)
        || fold.op() != FoldOp.SUM
        || !fold.where()
        || !(node.in.get(1).code instanceof Code.FloatValue(float one))
        || one != 1
        || node.in.getFirst().code instanceof Code.IntValue(int v) && v < LEAST) {
      return Optional.empty();
    }
    List<Node> conditions = new ArrayList<>();
    RunningSums.split(node.in.get(2), conditions);
    List<Node> others = new ArrayList<>();
    Optional<Rank> found = Optional.empty();
    for (Node condition : conditions) {
      Optional<Rank> rank =
          found.isPresent() ? Optional.empty() : compared(node, fold, axis, condition, others);
      if (rank.isPresent()) {
        found = rank;
      } else {
        others.add(condition);
      }
    }
    boolean apart =
        !VectorPlan.varies(node.in.getFirst(), axis)
            && others.stream().noneMatch(c -> VectorPlan.varies(c, axis));
    return apart ? found : Optional.empty();
  }

  /** {@code x < y or x == y and k < i}. */
  private static Optional<Rank> compared(
      Node node, Code.Reduce fold, int axis, Node condition, List<Node> others) {
    if (!(condition.code instanceof Code.Choose)
        || !(condition.in.get(1).code instanceof Code.BoolValue(boolean either))
        || !either) {
      return Optional.empty();
    }
    List<Node> equal = new ArrayList<>();
    RunningSums.split(condition.in.get(2), equal);
    Node less = condition.in.getFirst();
    if (equal.size() != 2
        || !is(less, CompareOp.LT)
        || !is(equal.get(0), CompareOp.EQ)
        || !is(equal.get(1), CompareOp.LT)
        || !less.in.equals(equal.get(0).in)) {
      return Optional.empty();
    }
    Node x = less.in.get(0);
    Node y = less.in.get(1);
    boolean places =
        equal.get(1).in.get(0).code instanceof Code.AxisAt(int k)
            && equal.get(1).in.get(1).code instanceof Code.AxisAt(int i)
            && k == fold.axis()
            && i == axis;
    return places
            && x.kind == TypeKind.FLOAT
            && !VectorPlan.varies(x, fold.axis())
            && !VectorPlan.varies(y, axis)
        ? Optional.of(new Rank(node, fold, x, y, others))
        : Optional.empty();
  }

  private static boolean is(Node node, CompareOp op) {
    return node.code instanceof Code.Test(CompareOp own) && own == op;
  }

  @Override
  public void begin() {
    for (Kept one : kept) {
      code.iconst_0().istore(one.sorted());
    }
  }

  @Override
  public boolean has(Node node) {
    return kept.stream().anyMatch(one -> one.rank().node() == node);
  }

  /** Sorts the row if that has not been done. */
  @Override
  public void emit(Node node, int result) {
    for (Kept one : kept) {
      if (one.rank().node() == node) {
        Label sorted = code.newLabel();
        code.iload(one.sorted()).ifne(sorted);
        sort(one);
        code.iconst_1().istore(one.sorted()).labelBinding(sorted);
        emitter.prepare(one.rank().x());
        code.aload(one.keys());
        emitter.push(one.rank().x());
        Node place = emitter.axis(emitter.graph.axes.size() - 1);
        code.iload(emitter.values.local(place));
        code.invokevirtual(KEYS, "before", BEFORE).i2f().fstore(result);
      }
    }
  }

  private void sort(Kept one) {
    Rank rank = one.rank();
    int mark = emitter.values.mark();
    Node extent = rank.node().in.getFirst();
    int end = code.allocateLocal(TypeKind.INT);
    emitter.prepare(extent);
    emitter.push(extent);
    code.istore(end).aload(one.keys()).iload(end);
    code.invokevirtual(KEYS, "begin", BEGIN);
    int place = emitter.zero();
    emitter.values.hide(rank.fold().axis());
    emitter.values.put(emitter.axis(rank.fold().axis()), place);
    Label done = code.newLabel();
    Label skip = code.newLabel();
    Label top = code.newBoundLabel();
    code.iload(place).iload(end).if_icmpge(done);
    for (Node condition : rank.conditions()) {
      emitter.prepare(condition);
      emitter.branch(condition, false, skip);
    }
    emitter.prepare(rank.y());
    code.aload(one.keys());
    emitter.push(rank.y());
    code.iload(place).invokevirtual(KEYS, "add", ADD);
    code.labelBinding(skip).iinc(place, 1).goto_(top).labelBinding(done);
    emitter.values.release(mark);
    code.aload(one.keys()).invokevirtual(KEYS, "sort", ConstantDescs.MTD_void);
  }
}
