package xfm.compiler.checkpoint;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;

/** A value of the expressions in a checkpoint section. */
sealed interface Datum {

  record Int(long value) implements Datum {}

  record Real(double value) implements Datum {}

  record Truth(boolean value) implements Datum {}

  record Words(String value) implements Datum {}

  record Items(List<Datum> items) implements Datum {}

  /**
   * An object.
   *
   * @param name how an expression comes to it: {@code config}, {@code config.rope_scaling}
   */
  record Fields(String name, Map<String, JsonValue> members) implements Datum {}

  /** A number that no long holds; only an error can come of using it. */
  record Huge(BigInteger value) implements Datum {}

  /**
   * Nothing is there: no such key, or a null. Both are the same to a section.
   *
   * @param near how a key is read that may have been meant, or an empty text
   */
  record Nothing(String why, String near) implements Datum {}

  /** A setting whose own line is wrong; what uses it has nothing to add. */
  record Failed() implements Datum {}

  static Datum of(String name, JsonValue value) {
    return switch (value) {
      case JsonValue.Int(BigInteger number) ->
          number.bitLength() < Long.SIZE ? new Int(number.longValue()) : new Huge(number);
      case JsonValue.Decimal(double number) -> new Real(number);
      case JsonValue.Bool(boolean truth) -> new Truth(truth);
      case JsonValue.Text(String text) -> new Words(text);
      case JsonValue.Arr(List<JsonValue> items) ->
          new Items(items.stream().map(item -> of(name, item)).toList());
      case JsonValue.Obj(Map<String, JsonValue> members) -> new Fields(name, members);
      case JsonValue.Null() -> new Nothing("`" + name + "` is null", "");
    };
  }

  /** The same value as the program writes it. */
  static Datum of(Object setting) {
    return switch (setting) {
      case Long number -> new Int(number);
      case Double number -> new Real(number);
      case Boolean truth -> new Truth(truth);
      case String text -> new Words(text);
      default -> throw new IllegalArgumentException("a setting of " + setting.getClass());
    };
  }

  /** As people read it in a message. */
  default String shown() {
    return switch (this) {
      case Int(long value) -> Long.toString(value);
      case Real(double value) -> Double.toString(value);
      case Truth(boolean value) -> Boolean.toString(value);
      case Words(String value) -> Json.write(new JsonValue.Text(value));
      case Items(List<Datum> items) ->
          items.stream().map(Datum::shown).collect(Collectors.joining(", ", "[", "]"));
      case Fields fields -> "an object";
      case Huge(BigInteger value) -> value.toString();
      case Nothing nothing -> "null";
      case Failed failed -> "an error";
    };
  }
}
