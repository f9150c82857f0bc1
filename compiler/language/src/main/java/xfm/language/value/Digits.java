package xfm.language.value;

import java.util.Locale;
import java.util.function.Function;

/** How numbers that stand together are written: floats with as many digits after the point. */
public final class Digits {
  private Digits() {}

  /**
   * Ints as they are; floats with as many digits after the point as make four in the largest.
   *
   * @param largest the greatest size among the numbers, infinities left out
   */
  public static Function<Object, String> like(double largest) {
    boolean plain = largest == 0 || largest >= 1e-3 && largest < 1e6;
    int before = largest < 1 ? 1 : (int) Math.log10(largest) + 1;
    String pattern = plain ? "%." + Math.max(0, 4 - before) + "f" : "%.3e";
    return value ->
        switch (value) {
          case Double d when d.isInfinite() -> d > 0 ? "∞" : "-∞";
          case Double d when d.isNaN() -> Numbers.text(d);
          case Double d -> String.format(Locale.ROOT, pattern, d == 0 ? 0.0 : d);
          default -> String.valueOf(value);
        };
  }
}
