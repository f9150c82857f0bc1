package xfm.compiler.ir;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import xfm.compiler.ir.BadRecurrence.Place;
import xfm.compiler.ir.BadRecurrence.Reason;

/**
 * Finds along which index equations that read each other can be evaluated: at that axis every read
 * of one of them is a fixed number of places before (or every one after), and no circle of reads
 * stays at one place.
 */
final class Recurring {
  private final List<Equation> equations;
  private final Map<Value, Equation> members = new IdentityHashMap<>();
  private final List<Reading> readings = new ArrayList<>();

  /**
   * A read of a member in another.
   *
   * @param scanned the indices at all whose places it is looked at, in a softmax or a running sum
   */
  private record Reading(Equation reader, Term.Read read, Set<Atom.Index> scanned) {
    /** How far from the index the subscript of an axis is, if that is fixed. */
    OptionalLong step(int axis, Atom.Index index) {
      return scanned.contains(index)
          ? OptionalLong.empty()
          : Trees.asPoly(read.at().get(axis)).minus(Poly.of(index)).constant();
    }

    Place place() {
      return new Place(reader, read);
    }
  }

  private Recurring(List<Equation> equations) {
    this.equations = equations;
    equations.forEach(equation -> members.put(equation.target(), equation));
    equations.forEach(equation -> collect(equation.body(), Set.of(), equation));
  }

  private void collect(Term term, Set<Atom.Index> scanned, Equation reader) {
    Set<Atom.Index> inside = scanned;
    if (term instanceof Term.Read read && members.containsKey(read.value())) {
      readings.add(new Reading(reader, read, scanned));
    } else if (term instanceof Term.Along along) {
      inside = new HashSet<>(scanned);
      inside.add(along.over());
    }
    for (Term child : Trees.children(term)) {
      collect(child, inside, reader);
    }
  }

  /**
   * The recurrence of equations that read each other.
   *
   * @throws BadRecurrence if there is none
   */
  static Stage.Recurrence of(List<Equation> equations) {
    return new Recurring(equations).find();
  }

  private Stage.Recurrence find() {
    List<Attempt> attempts = new ArrayList<>();
    for (int axis = 0; axis < equations.getFirst().left().size(); axis++) {
      Attempt attempt = new Attempt(axis);
      if (attempt.order.isPresent()) {
        return attempt.recurrence();
      }
      attempts.add(attempt);
    }
    throw bad(attempts);
  }

  private BadRecurrence bad(List<Attempt> attempts) {
    for (Attempt attempt : attempts) {
      if (attempt.off.isEmpty() && attempt.back.isPresent() && attempt.ahead.isPresent()) {
        return new BadRecurrence(
            Reason.TWO_DIRECTIONS,
            List.of(attempt.back.get().place(), attempt.ahead.get().place()));
      }
    }
    List<Attempt> fixed = attempts.stream().filter(a -> a.off.isEmpty()).toList();
    List<Reading> steps = fixed.stream().flatMap(a -> a.back.or(() -> a.ahead).stream()).toList();
    if (steps.size() >= 2) {
      return new BadRecurrence(
          Reason.TWO_INDICES, List.of(steps.getFirst().place(), steps.get(1).place()));
    }
    if (attempts.isEmpty()) {
      return new BadRecurrence(Reason.NO_STEP, List.of(readings.getFirst().place()));
    }
    // The first axis is the likeliest that was meant.
    Attempt first = attempts.getFirst();
    return first.off.isPresent()
        ? new BadRecurrence(Reason.NOT_CONSTANT, List.of(first.off.get().place()))
        : new BadRecurrence(Reason.NO_STEP, first.still.stream().map(Reading::place).toList());
  }

  /** The recurrence along one axis of the first equation, if it can be. */
  private final class Attempt {
    /** For each member the axis along which it steps. */
    private final Map<Equation, Integer> axes = new LinkedHashMap<>();

    /** A read that is at no fixed distance. */
    private Optional<Reading> off = Optional.empty();

    /** A read of a place before, and of one after. */
    private Optional<Reading> back = Optional.empty();

    private Optional<Reading> ahead = Optional.empty();

    /** The reads of the same place. */
    private final List<Reading> still = new ArrayList<>();

    private Optional<List<Equation>> order = Optional.empty();

    Attempt(int axis) {
      axes.put(equations.getFirst(), axis);
      boolean found = true;
      while (found) {
        found = false;
        for (Reading reading : readings) {
          found |= follow(reading);
        }
      }
      readings.forEach(this::sort);
      if (off.isEmpty() && (back.isEmpty() || ahead.isEmpty())) {
        order = inOrder();
      }
    }

    /** From one end of a read to the other. */
    private boolean follow(Reading reading) {
      Equation reader = reading.reader();
      Equation target = members.get(reading.read().value());
      if (axes.containsKey(reader) == axes.containsKey(target)) {
        return false;
      }
      if (axes.containsKey(reader)) {
        Atom.Index index = reader.left().get(axes.get(reader));
        for (int axis = 0; axis < target.left().size(); axis++) {
          if (reading.step(axis, index).isPresent()) {
            axes.put(target, axis);
            return true;
          }
        }
        return false;
      }
      for (int axis = 0; axis < reader.left().size(); axis++) {
        if (reading.step(axes.get(target), reader.left().get(axis)).isPresent()) {
          axes.put(reader, axis);
          return true;
        }
      }
      return false;
    }

    private void sort(Reading reading) {
      OptionalLong step = step(reading);
      if (step.isEmpty()) {
        off = off.or(() -> Optional.of(reading));
      } else if (step.getAsLong() < 0) {
        back = back.or(() -> Optional.of(reading));
      } else if (step.getAsLong() > 0) {
        ahead = ahead.or(() -> Optional.of(reading));
      } else {
        still.add(reading);
      }
    }

    private OptionalLong step(Reading reading) {
      Integer own = axes.get(reading.reader());
      Integer target = axes.get(members.get(reading.read().value()));
      return own == null || target == null
          ? OptionalLong.empty()
          : reading.step(target, reading.reader().left().get(own));
    }

    /** Each member after those that it reads at its own place; empty if there is a circle. */
    private Optional<List<Equation>> inOrder() {
      List<Equation> sorted = new ArrayList<>();
      List<Equation> left = new ArrayList<>(equations);
      while (!left.isEmpty()) {
        Optional<Equation> next =
            left.stream()
                .filter(equation ->
                    still.stream()
                        .noneMatch(reading ->
                            reading.reader() == equation
                                && left.contains(members.get(reading.read().value()))))
                .findFirst();
        if (next.isEmpty()) {
          still.removeIf(r -> sorted.contains(r.reader()) || sorted.contains(target(r)));
          return Optional.empty();
        }
        sorted.add(next.get());
        left.remove(next.get());
      }
      return Optional.of(sorted);
    }

    private Equation target(Reading reading) {
      return members.get(reading.read().value());
    }

    Stage.Recurrence recurrence() {
      List<Stage.Member> inOrder =
          order.orElseThrow().stream()
              .map(equation -> new Stage.Member(equation, axes.get(equation)))
              .toList();
      Poly extent =
          inOrder.stream().map(member -> member.index().size()).reduce(Poly::max).orElseThrow();
      return new Stage.Recurrence(inOrder, extent, ahead.isEmpty());
    }
  }
}
