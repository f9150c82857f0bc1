package xfm.runtime.io;

import com.fasterxml.jackson.core.JsonToken;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Strict reader and writer of JSON files that fit in memory: {@code config.json}, vocabularies,
 * indexes of checkpoints.
 *
 * <p>Refused, with line and column: repeated names in an object, more than 64 levels, anything
 * after the value, a byte order mark, invalid UTF-8, lone surrogates, comments, NaN and infinities,
 * decimals that a double cannot hold.
 */
public final class Json {
  /** The largest file that {@link #read} takes, in bytes: 64 MiB. */
  public static final int MAX_BYTES = 64 << 20;

  private Json() {}

  /**
   * The value in a file.
   *
   * @throws FormatException if the file cannot be read, is larger than {@link #MAX_BYTES} or is not
   *     strict JSON
   */
  public static JsonValue read(Path file) {
    byte[] bytes = Inputs.readAll(file, MAX_BYTES);
    Optional<Foreign> foreign = Foreign.of(bytes);
    if (foreign.isPresent()) {
      throw new FormatException(
          file, "", "this is not JSON", "it is " + foreign.get().what(), foreign.get().fix());
    }
    return parse(file, Utf8.decode(file, bytes, 0));
  }

  /**
   * The members of the object in a file.
   *
   * @throws FormatException as {@link #read}, and if the value is no object
   */
  public static JsonValue.Obj readObject(Path file) {
    return switch (read(file)) {
      case JsonValue.Obj object -> object;
      case JsonValue _ ->
          throw new FormatException(file, "line 1", "a JSON object was expected here", "", "");
    };
  }

  /**
   * The value of a text.
   *
   * @param file the name under which messages speak of the text
   * @throws FormatException if it is not strict JSON
   */
  public static JsonValue parse(Path file, String text) {
    try (JsonCursor cursor = new JsonCursor(file, "", text)) {
      JsonValue value = value(cursor, cursor.next());
      cursor.end();
      return value;
    }
  }

  /** The recursion is bounded by the cursor's limit on depth. */
  private static JsonValue value(JsonCursor cursor, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (cursor.next() != JsonToken.END_OBJECT) {
          String name = cursor.text();
          members.put(name, value(cursor, cursor.next()));
        }
        yield new JsonValue.Obj(members);
      }
      case START_ARRAY -> {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken t = cursor.next(); t != JsonToken.END_ARRAY; t = cursor.next()) {
          items.add(value(cursor, t));
        }
        yield new JsonValue.Arr(items);
      }
      case VALUE_STRING -> new JsonValue.Text(cursor.text());
      case VALUE_NUMBER_INT -> new JsonValue.Int(new BigInteger(cursor.number()));
      case VALUE_NUMBER_FLOAT -> decimal(cursor);
      case VALUE_TRUE -> new JsonValue.Bool(true);
      case VALUE_FALSE -> new JsonValue.Bool(false);
      case VALUE_NULL -> new JsonValue.Null();
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw cursor.error("a JSON value was expected here", "found " + cursor.found());
    };
  }

  private static JsonValue decimal(JsonCursor cursor) {
    double value = Double.parseDouble(cursor.number());
    if (!Double.isFinite(value)) {
      throw cursor.error("the number is too large", cursor.number() + " is beyond 64-bit floats");
    }
    return new JsonValue.Decimal(value);
  }

  /**
   * The value on one line, without spaces. Everything outside ASCII is kept, so write it as UTF-8;
   * control characters and lone surrogates are escaped.
   */
  public static String write(JsonValue value) {
    StringBuilder text = new StringBuilder();
    write(text, value);
    return text.toString();
  }

  private static void write(StringBuilder text, JsonValue value) {
    switch (value) {
      case JsonValue.Obj(Map<String, JsonValue> members) -> {
        String separator = "{";
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
          quote(text.append(separator), member.getKey());
          write(text.append(':'), member.getValue());
          separator = ",";
        }
        text.append(members.isEmpty() ? "{}" : "}");
      }
      case JsonValue.Arr(List<JsonValue> items) -> {
        String separator = "[";
        for (JsonValue item : items) {
          write(text.append(separator), item);
          separator = ",";
        }
        text.append(items.isEmpty() ? "[]" : "]");
      }
      case JsonValue.Text(String string) -> quote(text, string);
      case JsonValue.Int(BigInteger number) -> text.append(number);
      case JsonValue.Decimal(double number) -> text.append(number);
      case JsonValue.Bool(boolean truth) -> text.append(truth);
      case JsonValue.Null() -> text.append("null");
    }
  }

  private static void quote(StringBuilder text, String string) {
    text.append('"');
    string
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '"', '\\' -> text.append('\\').append((char) c);
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            default -> {
              boolean lone = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
              if (c < ' ' || c == 0x7F || lone) {
                text.append(Printable.escaped(c));
              } else {
                text.appendCodePoint(c);
              }
            }
          }
        });
    text.append('"');
  }
}
