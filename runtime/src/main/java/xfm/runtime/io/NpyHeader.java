package xfm.runtime.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import xfm.runtime.tensor.DType;

/**
 * The header of an npy file: a Python dict of exactly {@code descr}, {@code fortran_order} and
 * {@code shape}. Only the literals that numpy writes there are understood; nothing is evaluated.
 *
 * @param dtype the type of the elements
 * @param shape the sizes of the axes
 */
record NpyHeader(DType dtype, long[] shape) {
  /** numpy's spelling of each type; bfloat16 has none. */
  static final Map<String, DType> TYPES =
      Map.ofEntries(
          Map.entry("<f8", DType.F64),
          Map.entry("<f4", DType.F32),
          Map.entry("<f2", DType.F16),
          Map.entry("<i8", DType.I64),
          Map.entry("<i4", DType.I32),
          Map.entry("<i2", DType.I16),
          Map.entry("|i1", DType.I8),
          Map.entry("<u8", DType.U64),
          Map.entry("<u4", DType.U32),
          Map.entry("<u2", DType.U16),
          Map.entry("|u1", DType.U8),
          Map.entry("|b1", DType.BOOL));

  /**
   * Reads the literal.
   *
   * @param text the header from the brace to the padding and line end
   * @throws FormatException if it is anything but the literal that numpy writes, or tells of an
   *     array that is not read here
   */
  static NpyHeader parse(Path file, String text) {
    return new Parser(file, text).dict();
  }

  private static final class Parser {
    private final Path file;
    private final String text;
    private int at;

    Parser(Path file, String text) {
      this.file = file;
      this.text = text;
    }

    NpyHeader dict() {
      Set<String> keys = new HashSet<>();
      Optional<DType> dtype = Optional.empty();
      Optional<Boolean> fortran = Optional.empty();
      Optional<long[]> shape = Optional.empty();
      expect('{');
      while (!skip('}')) {
        String key = string("a key in quotation marks");
        expect(':');
        if (!keys.add(key)) {
          throw error("each key once", quoted(key) + " twice");
        }
        switch (key) {
          case "descr" -> dtype = Optional.of(type());
          case "fortran_order" -> fortran = Optional.of(bool());
          case "shape" -> shape = Optional.of(tuple());
          case String other -> throw error("descr, fortran_order or shape", quoted(other));
        }
        separator('}');
      }
      space();
      if (at < text.length()) {
        throw error("nothing after the dict", found());
      }
      if (dtype.isEmpty() || fortran.isEmpty() || shape.isEmpty()) {
        throw error("descr, fortran_order and shape", "one of them is missing");
      }
      if (fortran.get()) {
        throw new FormatException(
            file,
            "header",
            "arrays in Fortran order are not read",
            "fortran_order is True",
            "save numpy.ascontiguousarray(x)");
      }
      return new NpyHeader(dtype.get(), shape.get());
    }

    private DType type() {
      space();
      if (at < text.length() && text.charAt(at) == '[') {
        throw unsupported("structured arrays are not read", "save each field on its own");
      }
      String name = string("a type in quotation marks");
      if (TYPES.containsKey(name)) {
        return TYPES.get(name);
      }
      if (name.startsWith("|O")) {
        throw unsupported(
            "arrays of Python objects are not read",
            "such files are pickles, which can run code: save an array of numbers");
      }
      if (name.startsWith(">")) {
        throw unsupported(
            "big-endian arrays are not read, and this is " + quoted(name),
            "save x.astype(x.dtype.newbyteorder('<'))");
      }
      throw unsupported(
          "the type " + quoted(name) + " is not read",
          "save x.astype('float32'), or another type of numbers");
    }

    private FormatException unsupported(String what, String fix) {
      return new FormatException(file, "header", what, "", fix);
    }

    private boolean bool() {
      space();
      for (boolean value : new boolean[] {true, false}) {
        String word = value ? "True" : "False";
        if (text.startsWith(word, at)) {
          at += word.length();
          return value;
        }
      }
      throw error("True or False", found());
    }

    private long[] tuple() {
      List<Long> sizes = new ArrayList<>();
      expect('(');
      boolean comma = true; // (3) is a number in Python; (3,) is a tuple
      while (!skip(')')) {
        sizes.add(size());
        comma = separator(')') || sizes.size() > 1;
      }
      if (!comma) {
        throw error("a tuple such as (3,)", "a number in parentheses");
      }
      return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    private long size() {
      space();
      int begin = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      try {
        return Long.parseLong(text, begin, at, 10);
      } catch (NumberFormatException _) {
        int end = at;
        at = begin;
        throw end == begin
            ? error("a size, a whole number", found())
            : error("a size below 2^63", quoted(text.substring(begin, end)));
      }
    }

    private String string(String expected) {
      space();
      char quote = at < text.length() ? text.charAt(at) : ' ';
      int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw error(expected, found());
      }
      String value = text.substring(at + 1, end);
      if (value.indexOf('\\') >= 0) {
        throw error("a text without escapes", quoted(value));
      }
      at = end + 1;
      return value;
    }

    /** Consumes the comma after an element; without one, the closing bracket must follow. */
    private boolean separator(char close) {
      if (skip(',')) {
        return true;
      }
      if (at >= text.length() || text.charAt(at) != close) {
        throw error("a comma or " + close, found());
      }
      return false;
    }

    private void expect(char character) {
      if (!skip(character)) {
        throw error(String.valueOf(character), found());
      }
    }

    private boolean skip(char character) {
      space();
      boolean there = at < text.length() && text.charAt(at) == character;
      at += there ? 1 : 0;
      return there;
    }

    private void space() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
        at++;
      }
    }

    private String found() {
      return at >= text.length()
          ? "the header ends"
          : quoted(text.substring(at, Math.min(text.length(), at + 20)));
    }

    private static String quoted(String part) {
      return Printable.quote(part);
    }

    private FormatException error(String expected, String found) {
      return new FormatException(
          file,
          "header, character " + (at + 1),
          "the header is not what numpy writes",
          "expected " + expected + ", found " + found,
          "save the array again with numpy.save");
    }
  }
}
