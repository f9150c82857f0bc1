package xfm.compiler.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.rewrite.Attention;
import xfm.compiler.rewrite.SharedScores;
import xfm.compiler.rewrite.Strided;
import xfm.runtime.kernel.attention.AttentionShape;

/** Where the operands of an attention lie, for lengths that are known. */
final class AttentionShapes {
  private final Step.Attention step;
  private final Attention attention;
  private final Binding binding;
  private final int[][] points;

  AttentionShapes(Step.Attention step, Binding binding) {
    this.step = step;
    this.attention = step.attention();
    this.binding = binding;
    points = points(attention.batch());
  }

  /** For each pattern, in row-major order, where the indices of the batch stand. */
  int[][] points() {
    return points;
  }

  private int[][] points(List<Atom.Index> indices) {
    int[] sizes = indices.stream().mapToInt(index -> binding.size(index.size())).toArray();
    int all = 1;
    for (int size : sizes) {
      all = Math.multiplyExact(all, size);
    }
    int[][] made = new int[all][sizes.length];
    for (int p = 0; p < all; p++) {
      int rest = p;
      for (int i = sizes.length - 1; i >= 0; i--) {
        made[p][i] = rest % sizes[i];
        rest /= sizes[i];
      }
    }
    return made;
  }

  AttentionShape shape() {
    Term.Read k = attention.k();
    Layout ofKeys = binding.plan().layout(k.value());
    List<Atom.Index> inner =
        attention.inner().stream()
            .sorted(Comparator.comparingInt(i -> ofKeys.order().indexOf(axis(k, i))))
            .toList();
    int keys = binding.size(attention.key().size());
    boolean undefined = attention.undefined() && (keys > 0 || attention.evenOfNoKeys());
    return new AttentionShape(
        binding.size(attention.row().size()),
        keys,
        operand(attention.q(), attention.row(), inner),
        operand(k, attention.key(), inner),
        step.shared().sums().stream().map(this::values).toList(),
        step.shared().totals().stream().map(this::total).toList(),
        step.functions().scale(),
        undefined ? Float.NaN : 0f);
  }

  private AttentionShape.Values values(SharedScores.Sum sum) {
    Layout ofResult = binding.plan().layout(sum.out().value());
    List<Atom.Index> columns =
        sum.columns().stream()
            .sorted(Comparator.comparingInt(i -> ofResult.order().indexOf(Plan.axis(sum.out(), i))))
            .toList();
    return new AttentionShape.Values(
        operand(sum.v(), attention.key(), columns), operand(sum.out(), attention.row(), columns));
  }

  private AttentionShape.Total total(SharedScores.Total total) {
    boolean most = total.op() == Term.ReduceOp.MAX;
    return new AttentionShape.Total(most, operand(total.out(), attention.row(), List.of()));
  }

  private AttentionShape.Operand operand(
      Term.Read read, Atom.Index row, List<Atom.Index> elements) {
    long[] strides = binding.strides(read.value());
    long[] entries = new long[points.length];
    List<Poly> at = read.at().stream().map(Trees::asPoly).toList();
    List<Atom.Index> walked = new ArrayList<>(elements);
    walked.add(row);
    for (int axis = 0; axis < at.size(); axis++) {
      Poly rest = Strided.rest(at.get(axis), walked);
      int index = rest.atom().map(attention.batch()::indexOf).orElse(-1);
      for (int p = 0; p < points.length && !rest.isConstant(0); p++) {
        entries[p] += strides[axis] * (index >= 0 ? points[p][index] : place(rest, p));
      }
    }
    int[][] places = points(elements);
    long[] offsets = new long[places.length];
    for (int i = 0; i < elements.size(); i++) {
      long stride = Strides.of(read, strides, elements.get(i));
      for (int e = 0; e < offsets.length; e++) {
        offsets[e] += stride * places[e][i];
      }
    }
    return new AttentionShape.Operand(entries, Strides.of(read, strides, row), offsets);
  }

  private static int axis(Term.Read read, Atom.Index index) {
    int axis = 0;
    while (Strided.step(Trees.asPoly(read.at().get(axis)), index) == 0) {
      axis++;
    }
    return axis;
  }

  /** A subscript of indices of the batch at a point. */
  private long place(Poly subscript, int point) {
    Map<Atom.Index, Poly> here = new HashMap<>();
    List<Atom.Index> batch = new ArrayList<>(attention.batch());
    for (int i = 0; i < batch.size(); i++) {
      here.put(batch.get(i), Poly.of(points[point][i]));
    }
    return binding.size(Trees.asPoly(Terms.substitute(Terms.integer(subscript), here)));
  }
}
