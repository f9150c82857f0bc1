package xfm.language.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a hole of a text writes its value: {@code {x:.4}} four digits after the point, {@code {n:,}}
 * groups of three digits, {@code {share:.1%}} as a percentage, {@code {x:.3e}} with an exponent,
 * {@code {name:12}} at least twelve wide, {@code {name:<12}} on the left of them. Parts combine in
 * the order side, width, comma, digits, sign.
 *
 * @param written as in the text
 * @param left whether spaces follow the value; numbers stand on the right unless told
 * @param right whether spaces come before it; texts stand on the left unless told
 * @param width at least so many characters
 * @param groups with commas between thousands
 * @param digits after the point
 * @param style 'f' plain, 'e' with an exponent, '%' as a percentage
 */
public record Format(
    String written,
    boolean left,
    boolean right,
    int width,
    boolean groups,
    OptionalInt digits,
    char style) {

  /** As {@code print} writes it. */
  public static final Format PLAIN =
      new Format("", false, false, 0, false, OptionalInt.empty(), 'f');

  private static final Pattern PATTERN =
      Pattern.compile("([<>])?([1-9][0-9]{0,2})?(,)?(?:\\.([0-9]{1,2}))?([e%])?");

  /** The format of that spelling, if it is one. */
  public static Optional<Format> parse(String written) {
    Matcher m = PATTERN.matcher(written);
    if (!m.matches()) {
      return Optional.empty();
    }
    if (written.isEmpty()) {
      return Optional.of(PLAIN);
    }
    return Optional.of(
        new Format(
            written,
            "<".equals(m.group(1)),
            ">".equals(m.group(1)),
            m.group(2) == null ? 0 : Integer.parseInt(m.group(2)),
            m.group(3) != null,
            m.group(4) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(m.group(4))),
            m.group(5) == null ? 'f' : m.group(5).charAt(0)));
  }

  /** Whether it says how to write digits. */
  public boolean needsNumber() {
    return groups || digits.isPresent() || style != 'f';
  }

  /** The value, a number where {@link #needsNumber}, in this format. */
  public String apply(Object value) {
    boolean number = value instanceof Long || value instanceof Double;
    String text = needsNumber() ? number(value) : Display.whole(value);
    String spaces = " ".repeat(Math.max(0, width - text.codePointCount(0, text.length())));
    return left || !right && !number ? text + spaces : spaces + text;
  }

  private String number(Object value) {
    if (value instanceof Double d && !Double.isFinite(d)) {
      return Numbers.text(d);
    }
    BigDecimal exact =
        value instanceof Long n ? BigDecimal.valueOf(n) : new BigDecimal((double) value);
    return switch (style) {
      case 'e' -> String.format(java.util.Locale.ROOT, "%." + digits.orElse(6) + "e", exact);
      case '%' -> plain(exact.movePointRight(2), digits.orElse(0)) + "%";
      default -> digits.isPresent() ? plain(exact, digits.getAsInt()) : shortest(value, exact);
    };
  }

  private String plain(BigDecimal exact, int scale) {
    return grouped(exact.setScale(scale, RoundingMode.HALF_EVEN).toPlainString());
  }

  private String shortest(Object value, BigDecimal exact) {
    return grouped(value instanceof Long ? exact.toPlainString() : Numbers.text((double) value));
  }

  private String grouped(String number) {
    if (!groups) {
      return number;
    }
    int start = number.startsWith("-") ? 1 : 0;
    int end = start;
    while (end < number.length() && Character.isDigit(number.charAt(end))) {
      end++;
    }
    StringBuilder text = new StringBuilder(number);
    for (int at = end - 3; at > start; at -= 3) {
      text.insert(at, ',');
    }
    return text.toString();
  }
}
