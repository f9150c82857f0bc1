package xfm.compiler.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Term;
import xfm.compiler.ir.Terms;
import xfm.compiler.ir.Trees;

/**
 * The reductions and the {@code else}s around what is being looked at. An element that may be
 * absent is left out by the reduction that runs over it, or replaced by the {@code else}.
 */
final class Surroundings {
  private final Deque<Frame> frames = new ArrayDeque<>();

  private sealed interface Frame {}

  /** A reduction, or a sum that is implied: what is there of its elements, and its condition. */
  static final class Over implements Frame {
    private final List<Atom.Index> indices;
    private final List<Term> present = new ArrayList<>();
    private final List<Atom.Index> listed = new ArrayList<>();
    private Optional<Term> where = Optional.empty();

    Over(List<Atom.Index> indices) {
      this.indices = indices;
    }

    void where(Optional<Term> condition) {
      where = condition;
    }

    /** Those of its indices that subscript a list and run over a number of places. */
    List<Atom.Index> listed() {
      return listed;
    }

    /** Its condition together with what must be there. */
    Optional<Term> condition() {
      Term all = present.stream().reduce(Terms.truth(true), Terms::and);
      Term both = where.map(w -> Terms.and(all, w)).orElse(all);
      return both instanceof Term.Truth(boolean value) && value
          ? Optional.empty()
          : Optional.of(both);
    }
  }

  /** The inside of {@code (… else …)}: its conditions. */
  private record Guard(List<Term> conditions) implements Frame {}

  /** An equation of its own, or a part that is read at another place: nothing outside is asked. */
  private record Wall() implements Frame {}

  <T> T over(Over over, Supplier<T> inside) {
    return within(over, inside);
  }

  <T> T guarded(List<Term> conditions, Supplier<T> inside) {
    return within(new Guard(conditions), inside);
  }

  <T> T alone(Supplier<T> inside) {
    return within(new Wall(), inside);
  }

  private <T> T within(Frame frame, Supplier<T> inside) {
    frames.push(frame);
    try {
      return inside.get();
    } finally {
      frames.pop();
    }
  }

  /** A condition of an {@code else} that this stands in; for all places of reductions between. */
  void guard(List<Term> conditions, Term condition) {
    Term all = condition;
    for (Frame frame : frames) {
      if (frame instanceof Guard(List<Term> own) && own == conditions) {
        break;
      }
      if (frame instanceof Over over) {
        all = forAll(over, all);
      }
    }
    conditions.add(all);
  }

  private static Term forAll(Over over, Term condition) {
    Set<Atom.Index> free = Trees.free(condition);
    if (over.indices.stream().noneMatch(free::contains)) {
      return condition;
    }
    return new Term.Reduce(
        Term.ReduceOp.ALL, over.indices, condition, over.where, Optional.empty());
  }

  /**
   * An element is read that is there only under a condition.
   *
   * @param rank the indices that tell which of those that may be absent is read
   * @return whether something around the read takes care
   */
  boolean present(Term condition, Set<Atom.Index> rank) {
    Set<Atom.Index> free = Trees.free(condition);
    Optional<Over> first = Optional.empty();
    boolean runs = false;
    for (Frame frame : frames) {
      switch (frame) {
        case Over over -> {
          if (first.isEmpty() && over.indices.stream().anyMatch(free::contains)) {
            first = Optional.of(over);
          }
          runs |= over.indices.stream().anyMatch(rank::contains);
          if (runs && first.isPresent()) {
            add(first.get().present, condition);
            return true;
          }
        }
        case Guard(List<Term> conditions) -> {
          guard(conditions, condition);
          return true;
        }
        case Wall _ -> {
          return false;
        }
      }
    }
    return false;
  }

  /** These indices subscript a list here. */
  void listed(Set<Atom.Index> indices) {
    for (Frame frame : frames) {
      if (frame instanceof Over over) {
        for (Atom.Index index : over.indices) {
          if (indices.contains(index)
              && index.size().constant().isPresent()
              && !over.listed.contains(index)) {
            over.listed.add(index);
          }
        }
      }
    }
  }

  private static void add(List<Term> conditions, Term condition) {
    if (!new HashSet<>(conditions).contains(condition)) {
      conditions.add(condition);
    }
  }
}
