package xfm.compiler.ir;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The smallest and the largest value that a whole number may have. Doubles hold all sizes that can
 * be allocated, and infinity; a bound is never closer than the truth.
 */
public record Interval(double low, double high) {
  public static final Interval ZERO = new Interval(0, 0);

  /** Of what there are so many: {@code 0 … size - 1}. */
  public static Interval below(double size) {
    return new Interval(0, Math.max(0, size - 1));
  }

  /**
   * Where an integer lies. Each atom is taken by itself, and each product of atoms: {@code i * i -
   * i * j} may lie in less.
   *
   * @param of the interval of a length, an index or data; empty if nothing is known of it
   * @return empty if nothing is known of a part that matters
   */
  public static Optional<Interval> of(Poly poly, Function<Atom, Optional<Interval>> of) {
    Interval sum = ZERO;
    for (Map.Entry<Poly.Monomial, Long> term : poly.terms().entrySet()) {
      Optional<Interval> product = of(term.getKey(), of);
      if (product.isEmpty()) {
        return Optional.empty();
      }
      Interval scaled = product.get().times(new Interval(term.getValue(), term.getValue()));
      sum = new Interval(sum.low + scaled.low, sum.high + scaled.high);
    }
    return Optional.of(sum);
  }

  private static Optional<Interval> of(
      Poly.Monomial monomial, Function<Atom, Optional<Interval>> of) {
    Interval product = new Interval(1, 1);
    for (Map.Entry<Atom, Integer> power : monomial.powers().entrySet()) {
      Optional<Interval> factor = of(power.getKey(), of);
      if (factor.isEmpty()) {
        return Optional.empty();
      }
      for (int i = 0; i < power.getValue(); i++) {
        product = product.times(factor.get());
      }
    }
    return Optional.of(product);
  }

  private static Optional<Interval> of(Atom atom, Function<Atom, Optional<Interval>> of) {
    return switch (atom) {
      case Atom.Symbol _, Atom.Index _, Atom.Data _ -> of.apply(atom);
      case Atom.Quotient(Poly a, Poly b) ->
          of(a, of).flatMap(x -> of(b, of).map(y -> x.quotient(y)));
      case Atom.Remainder(Poly a, Poly b) ->
          of(b, of).map(y -> of(a, of).map(x -> x.remainder(y)).orElseGet(y::remainders));
      case Atom.Least(Poly a, Poly b) ->
          of(a, of)
              .flatMap(x ->
                  of(b, of)
                      .map(y -> new Interval(Math.min(x.low, y.low), Math.min(x.high, y.high))));
      case Atom.Greatest(Poly a, Poly b) ->
          of(a, of)
              .flatMap(x ->
                  of(b, of)
                      .map(y -> new Interval(Math.max(x.low, y.low), Math.max(x.high, y.high))));
    };
  }

  /** What either may be. */
  public Interval or(Interval other) {
    return new Interval(Math.min(low, other.low), Math.max(high, other.high));
  }

  /** Whether it lies in {@code least … most}. */
  public boolean isWithin(double least, double most) {
    return low >= least && high <= most;
  }

  private Interval times(Interval other) {
    double a = times(low, other.low);
    double b = times(low, other.high);
    double c = times(high, other.low);
    double d = times(high, other.high);
    return new Interval(
        Math.min(Math.min(a, b), Math.min(c, d)), Math.max(Math.max(a, b), Math.max(c, d)));
  }

  /** Nothing of something without an end is nothing. */
  private static double times(double a, double b) {
    return a == 0 || b == 0 ? 0 : a * b;
  }

  /** By anything but 0. */
  private Interval quotient(Interval by) {
    if (by.high < 0) {
      return new Interval(-high, -low).quotient(new Interval(-by.high, -by.low));
    }
    if (by.low < 0) {
      double most = Math.max(Math.abs(low), Math.abs(high));
      return new Interval(-most, most);
    }
    double least = Math.max(1, by.low);
    double most = Math.max(1, by.high);
    return new Interval(
        Math.floor(low / (low < 0 ? least : most)), Math.floor(high / (high < 0 ? most : least)));
  }

  private Interval remainder(Interval by) {
    return low >= 0 && high < by.low
        ? this
        : low >= 0 && by.low >= 0
            ? new Interval(0, Math.min(high, by.remainders().high))
            : by.remainders();
  }

  /** What is left over of anything that is divided by these. */
  private Interval remainders() {
    return new Interval(Math.min(0, low + 1), Math.max(0, high - 1));
  }
}
