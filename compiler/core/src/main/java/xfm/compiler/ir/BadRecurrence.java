package xfm.compiler.ir;

import java.util.List;

/** Equations read each other, and there is no order of places in which they could be evaluated. */
public final class BadRecurrence extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** A value is computed from itself at the same place. */
    NO_STEP,
    /** One read is of a place before, another of a place after. */
    TWO_DIRECTIONS,
    /** One read steps along one index, another along another. */
    TWO_INDICES,
    /** A read is not a fixed number of places away. */
    NOT_CONSTANT
  }

  /** A read of a recurrence, and the equation that it stands in. */
  public record Place(Equation reader, Term.Read read) {}

  private final Reason reason;
  private final transient List<Place> places;

  BadRecurrence(Reason reason, List<Place> places) {
    super(reason + ": " + places.stream().map(place -> place.read().value()).toList());
    this.reason = reason;
    this.places = List.copyOf(places);
  }

  public Reason reason() {
    return reason;
  }

  /** The reads that show it: two where two do not go together. */
  public List<Place> places() {
    return places;
  }
}
