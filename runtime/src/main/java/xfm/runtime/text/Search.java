package xfm.runtime.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import xfm.runtime.io.FormatException;
import xfm.runtime.io.Printable;

/**
 * A pattern of {@code tokenizer.json}: a plain text or a regular expression. A file may hold any
 * expression, some of which take exponential time: every search has a number of steps that it may
 * take.
 */
record Search(Pattern pattern) {
  private static final long STEPS = 100_000;
  private static final long STEPS_EACH = 2_000;

  static Search of(Fields fields) {
    Fields pattern = fields.need("pattern");
    if (pattern.text("String").isPresent()) {
      return new Search(Pattern.compile(Pattern.quote(pattern.needText("String"))));
    }
    return of(pattern, pattern.needText("Regex"));
  }

  static Search of(Fields fields, String regex) {
    try {
      return new Search(
          Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE));
    } catch (PatternSyntaxException e) {
      throw new FormatException(
          fields.file(),
          fields.where(),
          "this regular expression is not understood",
          Printable.quote(regex) + ": " + e.getDescription(),
          "give tokens as numbers: `[1, 2, 3]`, on the command line --tokens 1,2,3");
    }
  }

  /** Gets every match, from left to right. */
  interface Found {
    void at(int start, int end);
  }

  void each(String text, Found found) {
    Matcher matcher = pattern.matcher(new Counted(text, new long[1], text.length()));
    try {
      while (matcher.find()) {
        found.at(matcher.start(), matcher.end());
      }
    } catch (StackOverflowError e) {
      throw tooLong();
    }
  }

  String replace(String text, String by) {
    StringBuilder replaced = new StringBuilder();
    int[] from = new int[1];
    each(
        text,
        (start, end) -> {
          replaced.append(text, from[0], start).append(by);
          from[0] = end;
        });
    return replaced.append(text, from[0], text.length()).toString();
  }

  private static TextException tooLong() {
    return new TextException("the tokenizer's regular expression takes too long on this text");
  }

  /** Counts how often the expression looks at a character. */
  private record Counted(CharSequence text, long[] steps, int whole) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > STEPS + STEPS_EACH * whole) {
        throw tooLong();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), steps, whole);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
