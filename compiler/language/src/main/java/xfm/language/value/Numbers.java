package xfm.language.value;

/** Numbers as text. */
public final class Numbers {
  private Numbers() {}

  /** The shortest text that reads back as this number; always with a point or an exponent. */
  public static String text(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    return Double.toString(number).replace('E', 'e');
  }
}
