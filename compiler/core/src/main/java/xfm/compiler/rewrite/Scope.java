package xfm.compiler.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Trees;

/**
 * Where a term stands.
 *
 * @param indices those that run around it, outermost first
 * @param guards what holds wherever it is evaluated; each is evaluated only where those before it
 *     hold
 * @param opaque whether it is evaluated only under a condition that no guard says
 */
record Scope(List<Atom.Index> indices, List<Term> guards, boolean opaque) {
  Scope {
    indices = List.copyOf(indices);
    guards = List.copyOf(guards);
  }

  static Scope of(List<Atom.Index> indices) {
    return new Scope(indices, List.of(), false);
  }

  Scope within(List<Atom.Index> over) {
    List<Atom.Index> more = new ArrayList<>(indices);
    more.addAll(over);
    return new Scope(more, guards, opaque);
  }

  /** The same, an index being the outermost. */
  Scope around(Atom.Index index, List<Atom.Index> over) {
    List<Atom.Index> all = new ArrayList<>(List.of(index));
    all.addAll(indices);
    all.addAll(over);
    return new Scope(all.stream().distinct().toList(), guards, opaque);
  }

  Scope under(Term condition) {
    List<Term> more = new ArrayList<>(guards);
    more.add(condition);
    return new Scope(indices, more, opaque);
  }

  Scope unsaid() {
    return new Scope(indices, guards, true);
  }

  /** Inside a scan along {@code over}: what held at the scan's own place says nothing of others. */
  Scope along(Atom.Index over) {
    List<Term> kept = guards.stream().filter(guard -> !Trees.free(guard).contains(over)).toList();
    boolean lost = kept.size() < guards.size() && !kept.stream().allMatch(Ranges::isSafe);
    return new Scope(indices, kept, opaque || lost);
  }

  /** The indices around it that a term uses, outermost first. */
  List<Atom.Index> used(Term term) {
    Set<Atom.Index> free = Trees.free(term);
    return indices.stream().filter(free::contains).toList();
  }
}
