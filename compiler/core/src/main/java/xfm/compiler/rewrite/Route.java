package xfm.compiler.rewrite;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/**
 * How data picks a matrix for each row: {@code b[pick[i, r], a, f]} is one matrix of {@code b} for
 * each {@code (i, r)}.
 *
 * @param axis of the factor, at which the pick stands
 * @param pick a plain read of whole numbers
 */
public record Route(int axis, Term.Read pick) {

  /** The route of a factor all of whose other subscripts go at even steps. */
  static Optional<Route> of(Term term) {
    if (!(term instanceof Term.Read read)
        || read.kind() != Term.Kind.FLOAT
        || read.otherwise().isPresent()) {
      return Optional.empty();
    }
    Optional<Route> route = Optional.empty();
    for (int axis = 0; axis < read.at().size(); axis++) {
      if (Trees.asPoly(read.at().get(axis)).atom().orElse(null) instanceof Atom.Data data) {
        if (route.isPresent()
            || !(data.value() instanceof Term.Read pick)
            || pick.kind() != Term.Kind.INT
            || !Product.hasOwnIndices(pick)) {
          return Optional.empty();
        }
        route = Optional.of(new Route(axis, pick));
      }
    }
    return route.filter(r -> r.isApart(read));
  }

  /** Whether strides reach the other subscripts, and none has an index of the pick's. */
  private boolean isApart(Term.Read read) {
    for (int other = 0; other < read.at().size(); other++) {
      Poly at = Trees.asPoly(read.at().get(other));
      if (other != axis && !(Strided.is(at) && Collections.disjoint(Trees.free(at), rows()))) {
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
