package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Term.BinaryOp;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;
import xfm.compiler.ir.Value;

/**
 * A sum of products of two elements, {@code sum[k](a[b, m, k] * b[b, k, n])}, which a matrix
 * product computes: every subscript at even steps ({@link Strided}), every summed index in both. Of
 * {@code b}, one subscript may be a pick of data, which has rows' indices.
 *
 * @param a the factor with the rows
 * @param b the factor with the columns
 * @param batch indices of both factors and the result
 * @param rows of {@code a} and the result
 * @param columns of {@code b} and the result
 * @param inner of both factors: summed over
 * @param route which matrix of {@code b} each row meets, if that is for data to say; then there is
 *     no batch, and {@code a} may lack some of the rows' indices
 */
public record Product(
    Term.Read a,
    Term.Read b,
    List<Atom.Index> batch,
    List<Atom.Index> rows,
    List<Atom.Index> columns,
    List<Atom.Index> inner,
    Optional<Route> route) {

  /**
   * The product that an equation's body is, if it is one.
   *
   * @param weights the values that are the same in every run: a vector times one of these is worth
   *     a matrix product too
   */
  public static Optional<Product> of(List<Atom.Index> left, Term body, Collection<Value> weights) {
    if (!(body instanceof Term.Reduce reduce)
        || !isPlainSum(reduce)
        || !(reduce.body() instanceof Term.Binary(BinaryOp op, Term x, Term y))
        || op != BinaryOp.MULTIPLY
        || !(x instanceof Term.Read a)
        || !(y instanceof Term.Read b)) {
      return Optional.empty();
    }
    if (isOperand(a) && isOperand(b)) {
      return of(left, reduce.over(), a, b, weights);
    }
    return isOperand(a)
        ? routed(left, reduce.over(), a, b)
        : isOperand(b) ? routed(left, reduce.over(), b, a) : Optional.empty();
  }

  /** A product of which data picks a matrix for each row. */
  private static Optional<Product> routed(
      List<Atom.Index> left, List<Atom.Index> over, Term.Read a, Term.Read b) {
    Optional<Route> route = Route.of(b);
    if (route.isEmpty()) {
      return Optional.empty();
    }
    Set<Atom.Index> inA = Trees.free(a);
    List<Atom.Index> inB = route.get().ofMatrix(b);
    List<Atom.Index> picked = route.get().rows();
    List<Atom.Index> rows = new ArrayList<>();
    List<Atom.Index> columns = new ArrayList<>();
    for (Atom.Index index : left) {
      boolean isRow = inA.contains(index) || picked.contains(index);
      if (isRow == inB.contains(index)) {
        return Optional.empty();
      }
      (isRow ? rows : columns).add(index);
    }
    boolean sums = inA.containsAll(over) && inB.containsAll(over);
    return sums && isWorthRouting(columns)
        ? Optional.of(new Product(a, b, List.of(), rows, columns, over, route))
        : Optional.empty();
  }

  /** Whether sorting rows by their matrices is quicker than a loop. */
  static boolean isWorthRouting(Collection<Atom.Index> columns) {
    return !columns.stream().allMatch(Costs::isSingle);
  }

  private static Optional<Product> of(
      List<Atom.Index> left,
      List<Atom.Index> over,
      Term.Read a,
      Term.Read b,
      Collection<Value> weights) {
    Set<Atom.Index> inA = Trees.free(a);
    Set<Atom.Index> inB = Trees.free(b);
    List<Atom.Index> batch = new ArrayList<>();
    List<Atom.Index> rows = new ArrayList<>();
    List<Atom.Index> columns = new ArrayList<>();
    for (Atom.Index index : left) {
      boolean isInA = inA.contains(index);
      boolean isInB = inB.contains(index);
      if (!isInA && !isInB) {
        return Optional.empty();
      }
      (isInA && isInB ? batch : isInA ? rows : columns).add(index);
    }
    for (Atom.Index index : over) {
      if (!inA.contains(index) || !inB.contains(index)) {
        return Optional.empty();
      }
    }
    boolean weightA = isPackable(a, weights);
    boolean weightB = isPackable(b, weights);
    if (!isWorth(rows, columns, weightA, weightB)) {
      return Optional.empty();
    }
    // A weight is the right factor, packed once; else that with the innermost index of the result.
    boolean turned =
        weightA != weightB
            ? weightA
            : !rows.isEmpty() && !left.isEmpty() && rows.contains(left.getLast());
    return Optional.of(
        turned
            ? new Product(b, a, batch, columns, rows, over, Optional.empty())
            : new Product(a, b, batch, rows, columns, over, Optional.empty()));
  }

  /**
   * Whether a matrix product is quicker than a loop: something must be used again, elements of each
   * factor or, of a weight, its packing.
   */
  public static boolean isWorth(
      List<Atom.Index> rows, List<Atom.Index> columns, boolean weightA, boolean weightB) {
    boolean many = !rows.stream().allMatch(Costs::isSingle);
    boolean wide = !columns.stream().allMatch(Costs::isSingle);
    return many && wide || many && weightA && !weightB || wide && weightB && !weightA;
  }

  static boolean isPlainSum(Term.Reduce reduce) {
    return reduce.op() == Term.ReduceOp.SUM && reduce.where().isEmpty();
  }

  /** Every subscript an index of its own that runs over the whole axis. */
  static boolean isPlain(Term.Read read) {
    return read.value().kind() == Term.Kind.FLOAT && hasOwnIndices(read);
  }

  /** Whether a factor is a part of a weight that is the same in every run. */
  public static boolean isPackable(Term.Read read, Collection<Value> weights) {
    return weights.contains(read.value())
        && read.at().stream().map(Trees::asPoly).allMatch(Product::isOfNumbers);
  }

  /** Whether no length says which places a subscript comes to, other than by data. */
  private static boolean isOfNumbers(Poly subscript) {
    return !Strided.is(subscript)
        || Strided.start(subscript).constant().isPresent()
            && Trees.free(subscript).stream().allMatch(i -> i.size().constant().isPresent());
  }

  /** Whether strides reach what a read reads: a product takes it from where it lies. */
  static boolean isOperand(Term.Read read) {
    return isPlain(read) || read.value().kind() == Term.Kind.FLOAT && Strided.is(read);
  }

  static boolean hasOwnIndices(Term.Read read) {
    Set<Atom> seen = new LinkedHashSet<>();
    for (int axis = 0; axis < read.at().size(); axis++) {
      Poly at = Trees.asPoly(read.at().get(axis));
      if (!Ranges.isIndexOf(at, read.value().shape().get(axis)) || !seen.add(at.atom().get())) {
        return false;
      }
    }
    return true;
  }

  /** The factors of a term, through products, quotients and signs; numbers as one, at the end. */
  static List<Term> factors(Term term) {
    List<Term> factors = new ArrayList<>();
    double number = collect(term, factors);
    if (number != 1 || factors.isEmpty()) {
      factors.add(Terms.number(number));
    }
    return factors;
  }

  /** Adds the factors that are no numbers, and returns the product of those that are. */
  private static double collect(Term term, List<Term> factors) {
    return switch (term) {
      case Term.Number(double value) -> value;
      case Term.Unary(Term.UnaryOp op, Term a) when op == Term.UnaryOp.NEGATE ->
          -collect(a, factors);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.MULTIPLY ->
          collect(a, factors) * collect(b, factors);
      case Term.Binary(BinaryOp op, Term a, Term b) when op == BinaryOp.DIVIDE -> {
        double number = collect(a, factors);
        if (b instanceof Term.Number(double by) && by != 0) {
          yield number / by;
        }
        factors.add(new Term.Binary(BinaryOp.DIVIDE, Terms.number(1), b));
        yield number;
      }
      case Term.Int _,
          Term.Truth _,
          Term.Read _,
          Term.Unary _,
          Term.Binary _,
          Term.Choose _,
          Term.Reduce _,
          Term.Along _,
          Term.Unknown _ -> {
        factors.add(term);
        yield 1;
      }
    };
  }

  /** The product of terms, from left to right; 1 of none. */
  static Term times(List<Term> factors) {
    return factors.stream()
        .reduce((a, b) -> new Term.Binary(BinaryOp.MULTIPLY, a, b))
        .orElse(Terms.number(1));
  }
}
