package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Equation;
import xfm.compiler.ir.Graph;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Stages;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Trees;

/**
 * An equation that the attention kernel computes:
 *
 * <pre>
 *   y[b, i, f] = sum[j](softmax[j](score(sum[e](q[b, i, e] * k[b, j, e])) where w) * v[b, j, f])
 * </pre>
 *
 * in any order of the axes; b may stand in any subscript that is no data. Softmax written as a
 * quotient has no value over nothing, and is {@code if any[j](w) then … else NaN}.
 *
 * @param key the index of the softmax, j
 * @param row the index of a query, i
 * @param batch the indices b: of patterns of their own
 * @param columns the indices f
 * @param inner the indices e
 * @param score of which every reduction is the sum over e
 * @param where what the softmax leaves in
 * @param undefined whether the result is NaN where nothing is left in; otherwise it is 0
 * @param evenOfNoKeys whether that holds also if there are no keys at all
 */
public record Attention(
    Term.Read q,
    Term.Read k,
    Term.Read v,
    Atom.Index key,
    Atom.Index row,
    List<Atom.Index> batch,
    List<Atom.Index> columns,
    List<Atom.Index> inner,
    Term score,
    Optional<Term> where,
    boolean undefined,
    boolean evenOfNoKeys) {

  /**
   * The equations of a graph that the kernel computes: those that are such, recurrences apart, and
   * what is computed beside them.
   */
  static Set<Equation> all(Graph graph) {
    Set<Equation> all = Collections.newSetFromMap(new IdentityHashMap<>());
    SharedScores.of(Stages.of(graph.equations())).forEach(shared -> all.addAll(shared.equations()));
    return all;
  }

  /** The attention that an equation is, if it is one. */
  public static Optional<Attention> of(Equation equation) {
    return of(equation.left(), equation.body());
  }

  static Optional<Attention> of(List<Atom.Index> left, Term body) {
    if (!(body instanceof Term.Choose(Term some, Term sum, Term.Number(double none)))) {
      return of(left, body, false, false);
    }
    boolean even = some instanceof Term.Reduce;
    Term any = some instanceof Term.Binary(BinaryOp op, Term a, _) && op == BinaryOp.OR ? a : some;
    return Double.isNaN(none)
        ? of(left, sum, true, even).filter(a -> a.isOverNothingUnless(any))
        : Optional.empty();
  }

  /** Whether a condition says that something is left in. */
  private boolean isOverNothingUnless(Term any) {
    if (!(any instanceof Term.Reduce reduce)
        || reduce.op() != Term.ReduceOp.ANY
        || reduce.where().isPresent()
        || reduce.over().size() != 1) {
      return false;
    }
    List<Atom.Index> there = new ArrayList<>(batch);
    there.add(row);
    List<Atom.Index> own = new ArrayList<>(there);
    own.add(key);
    there.add(reduce.over().getFirst());
    Function<Object, String> names = Text.names();
    return Text.key(own, where.orElse(new Term.Truth(true)), names)
        .equals(Text.key(there, reduce.body(), names));
  }

  private static Optional<Attention> of(
      List<Atom.Index> left, Term body, boolean undefined, boolean even) {
    if (!(body instanceof Term.Reduce sum)
        || !Product.isPlainSum(sum)
        || sum.over().size() != 1
        || !(sum.body() instanceof Term.Binary(BinaryOp op, Term.Along along, Term.Read v))
        || op != BinaryOp.MULTIPLY
        || along.op() != Term.ScanOp.SOFTMAX
        || along.over() != sum.over().getFirst()) {
      return Optional.empty();
    }
    Atom.Index key = along.over();
    Set<Atom.Index> inPattern = Trees.free(along);
    List<Atom.Index> all = new ArrayList<>(left);
    all.add(key);
    Optional<Term.Reduce> found = product(along.body(), all);
    if (found.isEmpty()
        || along.where().filter(Attention::hasLoop).isPresent()
        || !(found.get().body() instanceof Term.Binary(var times, Term.Read q, Term.Read k))
        || times != BinaryOp.MULTIPLY) {
      return Optional.empty();
    }
    Set<Atom.Index> inV = Trees.free(v);
    Optional<Atom.Index> row = row(left, q, k, v);
    if (row.isEmpty()) {
      return Optional.empty();
    }
    List<Atom.Index> columns = left.stream().filter(i -> !inPattern.contains(i)).toList();
    List<Atom.Index> batch =
        left.stream().filter(i -> inPattern.contains(i) && i != row.get()).toList();
    List<Atom.Index> inner = found.get().over();
    boolean fits =
        inV.containsAll(columns)
            && isFixed(key)
            && inner.stream().allMatch(Attention::isFixed)
            && isOperand(q, with(inner, row.get()), batch)
            && isOperand(k, with(inner, key), batch)
            && isOperand(v, with(columns, key), batch);
    return fits
        ? Optional.of(
            new Attention(
                q,
                k,
                v,
                key,
                row.get(),
                batch,
                columns,
                inner,
                along.body(),
                along.where(),
                undefined,
                even))
        : Optional.empty();
  }

  static boolean hasLoop(Term term) {
    return Trees.any(term, part -> part instanceof Term.Reduce || part instanceof Term.Along);
  }

  private static List<Atom.Index> with(List<Atom.Index> some, Atom.Index one) {
    List<Atom.Index> all = new ArrayList<>(some);
    all.add(one);
    return all;
  }

  /** The one sum of products that a score is made of, wherever it stands in it. */
  private static Optional<Term.Reduce> product(Term score, List<Atom.Index> scope) {
    List<Term> loops = outermostLoops(score);
    if (loops.isEmpty()
        || !(loops.getFirst() instanceof Term.Reduce reduce)
        || !Product.isPlainSum(reduce)) {
      return Optional.empty();
    }
    Function<Object, String> names = Text.names();
    String one = Text.key(scope, reduce, names);
    return loops.stream().allMatch(loop -> Text.key(scope, loop, names).equals(one))
        ? Optional.of(reduce)
        : Optional.empty();
  }

  /** The reductions and scans in a term that stand in no other. */
  static List<Term> outermostLoops(Term term) {
    if (term instanceof Term.Reduce || term instanceof Term.Along) {
      return List.of(term);
    }
    return Trees.children(term).stream().flatMap(t -> outermostLoops(t).stream()).toList();
  }

  /** Of the indices that only queries have, one that runs over a length, or the longest. */
  private static Optional<Atom.Index> row(
      List<Atom.Index> left, Term.Read q, Term.Read k, Term.Read v) {
    Set<Atom.Index> inQ = Trees.free(q);
    Set<Atom.Index> others = new HashSet<>(Trees.free(k));
    others.addAll(Trees.free(v));
    Optional<Atom.Index> row = Optional.empty();
    for (Atom.Index index : left) {
      boolean own = inQ.contains(index) && !others.contains(index) && isFixed(index);
      if (own && row.filter(r -> length(r) >= length(index)).isEmpty()) {
        row = Optional.of(index);
      }
    }
    return row;
  }

  private static double length(Atom.Index index) {
    return Work.large(index.size());
  }

  private static boolean isFixed(Atom.Index index) {
    return Trees.free(index.size()).isEmpty() && !hasData(index.size());
  }

  private static boolean hasData(Poly poly) {
    return !Trees.children(new Term.Int(poly)).isEmpty();
  }

  /** Whether it goes in even steps along some indices, and all others are known beforehand. */
  private static boolean isOperand(
      Term.Read read, List<Atom.Index> walked, List<Atom.Index> known) {
    if (read.value().kind() != Term.Kind.FLOAT
        || read.otherwise().isPresent()
        || !Ranges.isSafe(read)) {
      return false;
    }
    return Strided.walks(
        read, walked, rest -> !hasData(rest) && known.containsAll(Trees.free(rest)));
  }
}
