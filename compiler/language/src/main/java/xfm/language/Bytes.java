package xfm.language;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 4096}, {@code 512M}, {@code 1.5G}. */
final class Bytes {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)([KMGT]?)B?");
  private static final String UNITS = "KMGT";

  private Bytes() {}

  /**
   * @throws IllegalArgumentException if it is no size
   */
  static long parse(String text) {
    Matcher size = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no size; write bytes, or 512M, or 2G");
    }
    int unit = size.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(size.group(2));
    return (long) (Double.parseDouble(size.group(1)) * (1L << 10 * unit));
  }
}
