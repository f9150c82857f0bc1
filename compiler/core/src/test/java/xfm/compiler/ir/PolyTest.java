package xfm.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class PolyTest {
  private final Atom.Symbol n = new Atom.Symbol("n");
  private final Atom.Symbol m = new Atom.Symbol("m");

  /** What is left is a polynomial in the others; inside of quotients and the like, too. */
  @Test
  void someLengthsBecomeNumbers() {
    Poly both = Poly.of(n).plus(1).times(Poly.of(m)).plus(Poly.of(n).times(3));
    assertEquals("9 * m + 24", both.at(Map.of(n, 8L)).toString());
    assertEquals(Poly.of(51), both.at(Map.of(n, 8L, m, 3L)));
    assertEquals(both, both.at(Map.of()));
    Poly pieces = Poly.of(n).quotient(Poly.of(4)).plus(Poly.of(m).remainder(Poly.of(n)));
    assertEquals("m % 9 + 2", pieces.at(Map.of(n, 9L)).toString());
    assertEquals("min(m, 9)", Poly.of(m).min(Poly.of(n)).at(Map.of(n, 9L)).toString());
    assertEquals(Poly.of(9), Poly.of(m).max(Poly.of(n)).at(Map.of(n, 9L, m, 2L)));
  }

  @Test
  void aNumberBeyondALongIsNone() {
    Poly square = Poly.of(n).times(Poly.of(n));
    assertThrows(ArithmeticException.class, () -> square.at(Map.of(n, 1L << 40)));
  }
}
