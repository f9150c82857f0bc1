package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Poly;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;

/**
 * Several indices as one that goes through all their places in row-major order: {@code u, v} as
 * {@code c // width, c % width}. The keys of an image are then keys in a row.
 */
record Merged(List<Atom.Index> parts, Atom.Index whole) {
  Merged {
    parts = List.copyOf(parts);
  }

  /** Empty if a size may be below 0: the product of two such is not the number of places. */
  static Optional<Merged> of(List<Atom.Index> parts) {
    return parts.stream().map(Atom.Index::size).allMatch(Ranges::isCount)
        ? Optional.of(
            new Merged(parts, new Atom.Index(parts.getFirst().name(), Work.places(parts))))
        : Optional.empty();
  }

  /** Where each part stands. */
  private Map<Atom, Poly> places() {
    Map<Atom, Poly> places = new HashMap<>();
    Poly step = Poly.ONE;
    for (Atom.Index part : parts.reversed()) {
      Poly place = Poly.of(whole).quotient(step);
      places.put(part, part == parts.getFirst() ? place : place.remainder(part.size()));
      step = step.times(part.size());
    }
    return places;
  }

  /** A term of the parts as one of the whole. */
  Term together(Term term) {
    return Terms.substitute(term, places());
  }

  List<Atom.Index> together(List<Atom.Index> indices) {
    List<Atom.Index> together = new ArrayList<>();
    for (Atom.Index index : indices) {
      if (index == parts.getFirst()) {
        together.add(whole);
      } else if (!parts.contains(index)) {
        together.add(index);
      }
    }
    return together;
  }

  Scope together(Scope scope) {
    return new Scope(
        together(scope.indices()),
        scope.guards().stream().map(this::together).toList(),
        scope.opaque());
  }

  /** A reduction over the parts, and perhaps more, as one over the whole. */
  Term.Reduce together(Term.Reduce reduce) {
    return new Term.Reduce(
        reduce.op(),
        together(reduce.over()),
        together(reduce.body()),
        reduce.where().map(this::together),
        reduce.otherwise());
  }

  /** A term of the whole as one of the parts again. */
  Term apart(Term term) {
    Map<Atom, Poly> back = new HashMap<>();
    Poly place = Poly.ZERO;
    for (Atom.Index part : parts) {
      place = place.times(part.size()).plus(Poly.of(part));
    }
    back.put(whole, place);
    places().forEach((part, at) -> at.atom().ifPresent(atom -> back.put(atom, Poly.of(part))));
    return Terms.substitute(term, back);
  }
}
