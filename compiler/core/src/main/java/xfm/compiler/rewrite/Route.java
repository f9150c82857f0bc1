package xfm.compiler.rewrite;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/**
 * How data picks a matrix for each row: {@code b[pick[i, r], a, f]} is one matrix of {@code b} for
 * each {@code (i, r)}. A pick may tell two axes, {@code b[pick[i] // 4, pick[i] % 4, a, f]}.
 *
 * @param axis of the factor, the first at which the pick stands
 * @param axes how many it tells, side by side
 * @param pick a plain read of whole numbers
 */
public record Route(int axis, int axes, Term.Read pick) {

  /** The route of a factor all of whose other subscripts go at even steps. */
  static Optional<Route> of(Term term) {
    if (!(term instanceof Term.Read read)
        || read.kind() != Term.Kind.FLOAT
        || read.otherwise().isPresent()) {
      return Optional.empty();
    }
    List<Integer> axes = pickedAxes(read);
    return pick(read, axes)
        .filter(pick -> pick.kind() == Term.Kind.INT && Product.hasOwnIndices(pick))
        .map(pick -> new Route(axes.getFirst(), axes.size(), pick))
        .filter(route -> route.isApart(read));
  }

  /** The axes whose subscripts do not go at even steps. */
  static List<Integer> pickedAxes(Term.Read read) {
    return IntStream.range(0, read.at().size())
        .filter(axis -> !Strided.is(Trees.asPoly(read.at().get(axis))))
        .boxed()
        .toList();
  }

  private static Optional<Term.Read> pick(Term.Read read, List<Integer> axes) {
    if (axes.isEmpty()) {
      return Optional.empty();
    }
    Optional<Atom> first = Trees.asPoly(read.at().get(axes.getFirst())).atom();
    if (axes.size() == 1) {
      return first.flatMap(Route::read);
    }
    if (!canBeOne(read, axes)) {
      return Optional.empty();
    }
    Poly columns = read.value().shape().get(axes.getLast());
    Optional<Atom> last = Trees.asPoly(read.at().get(axes.getLast())).atom();
    return first.orElse(null) instanceof Atom.Quotient(Poly a, Poly by)
            && by.equals(columns)
            && last.orElse(null) instanceof Atom.Remainder(Poly b, Poly same)
            && same.equals(columns)
            && a.equals(b)
        ? a.atom().flatMap(Route::read)
        : Optional.empty();
  }

  private static Optional<Term.Read> read(Atom atom) {
    return atom instanceof Atom.Data data && data.value() instanceof Term.Read read
        ? Optional.of(read)
        : Optional.empty();
  }

  /** Whether matrices that two axes tell lie at one distance from each other. */
  static boolean canBeOne(Term.Read read, List<Integer> axes) {
    return axes.size() == 2
        && axes.getLast() == axes.getFirst() + 1
        && axes.stream().allMatch(a -> read.value().shape().get(a).constant().isPresent());
  }

  /** How many matrices there are. */
  public long matrices(long[] shape) {
    return Arrays.stream(shape, axis, axis + axes).reduce(1, Math::multiplyExact);
  }

  /** Elements from one matrix to the next. */
  public long stride(long[] strides) {
    return strides[axis + axes - 1];
  }

  /** Whether strides reach the other subscripts, and none has an index of the pick's. */
  private boolean isApart(Term.Read read) {
    for (int other = 0; other < read.at().size(); other++) {
      boolean picked = other >= axis && other < axis + axes;
      Poly at = Trees.asPoly(read.at().get(other));
      if (!picked && !(Strided.is(at) && Collections.disjoint(Trees.free(at), rows()))) {
        return false;
      }
    }
    return true;
  }

  /** The indices of the pick: rows of the product. */
  List<Atom.Index> rows() {
    return List.copyOf(Trees.free(pick));
  }

  /** The indices of a factor that are of its matrices. */
  List<Atom.Index> ofMatrix(Term.Read read) {
    List<Atom.Index> rows = rows();
    return Trees.free(read).stream().filter(index -> !rows.contains(index)).toList();
  }
}
