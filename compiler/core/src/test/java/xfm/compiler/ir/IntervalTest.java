package xfm.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class IntervalTest {
  private static final Atom.Symbol A = new Atom.Symbol("a");
  private static final Atom.Symbol B = new Atom.Symbol("b");

  private static Optional<Interval> of(Poly poly, Interval a, Interval b) {
    Map<Atom, Interval> known = Map.of(A, a, B, b);
    return Interval.of(poly, atom -> Optional.ofNullable(known.get(atom)));
  }

  /** Every value of small ranges, on both sides of 0, against what the interval says. */
  @Test
  void holdsEveryValue() {
    Poly a = Poly.of(A);
    Poly b = Poly.of(B);
    List<Poly> polys =
        List.of(
            a.times(b).minus(a.times(3)).plus(7),
            a.times(a).times(a).minus(b.times(b)),
            a.quotient(b),
            a.remainder(b),
            a.quotient(Poly.of(-3)).plus(a.remainder(Poly.of(-3))),
            a.plus(b).quotient(Poly.of(4)).times(b),
            a.times(2).min(b).max(Poly.of(-2)));
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      int lowA = random.nextInt(-9, 9);
      int lowB = random.nextInt(-9, 9);
      int highA = lowA + random.nextInt(6);
      int highB = lowB + random.nextInt(6);
      for (Poly poly : polys) {
        Interval found =
            of(poly, new Interval(lowA, highA), new Interval(lowB, highB)).orElseThrow();
        for (long x = lowA; x <= highA; x++) {
          for (long y = lowB; y <= highB; y++) {
            if (y != 0) {
              long value = poly.size(Map.of(A, x, B, y)::get);
              assertTrue(
                  value >= found.low() && value <= found.high(),
                  poly + " at " + x + ", " + y + " is " + value + ", not in " + found);
            }
          }
        }
      }
    }
  }

  @Test
  void isNoLargerThanItMustBe() {
    Interval a = new Interval(0, 69_999);
    Interval b = new Interval(-4, 9);
    Poly product = Poly.of(A).times(Poly.of(A));
    assertEquals(Optional.of(new Interval(0, 4_899_860_001.0)), of(product, a, b));
    assertEquals(Optional.of(new Interval(0, 69_998)), of(product.quotient(Poly.of(70_000)), a, b));
    assertEquals(Optional.of(new Interval(0, 999)), of(product.remainder(Poly.of(1000)), a, b));
    assertEquals(a, of(Poly.of(A).remainder(Poly.of(70_000)), a, b).orElseThrow());
    assertEquals(Optional.of(new Interval(-2, 0)), of(Poly.of(A).remainder(Poly.of(-3)), a, b));
    assertEquals(Optional.of(new Interval(-40, 90)), of(Poly.of(B).times(10), a, b));
    assertEquals(Interval.ZERO, Interval.below(0));
  }

  /** A length that may be anything times 0 is 0; what is unknown makes a sum unknown. */
  @Test
  void withoutAnEnd() {
    Interval any = new Interval(0, Double.POSITIVE_INFINITY);
    Poly product = Poly.of(A).times(Poly.of(B));
    assertEquals(Optional.of(Interval.ZERO), of(product, any, Interval.ZERO));
    assertEquals(Optional.of(any), of(product, any, any));
    assertEquals(Optional.of(any), of(Poly.of(A).quotient(Poly.of(B)), any, any));
    Poly unknown = Poly.of(new Atom.Symbol("c"));
    assertEquals(Optional.empty(), of(product.plus(unknown), any, any));
    assertEquals(Optional.of(new Interval(0, 6)), of(unknown.remainder(Poly.of(7)), any, any));
  }
}
