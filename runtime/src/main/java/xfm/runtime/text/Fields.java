package xfm.runtime.text;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import xfm.runtime.io.FormatException;
import xfm.runtime.io.JsonValue;
import xfm.runtime.io.Printable;

/**
 * An object of {@code tokenizer.json}, read strictly: what is missing or odd is said with its
 * place.
 */
record Fields(Path file, String where, JsonValue.Obj object) {

  static Fields of(Path file, JsonValue.Obj object) {
    return new Fields(file, "", object);
  }

  /** The object under a name; nothing where it is null or absent. */
  Optional<Fields> part(String name) {
    return find(name).map(value -> object(at(name), value));
  }

  Fields need(String name) {
    return part(name).orElseThrow(() -> odd(name, "an object was expected here"));
  }

  /** The objects of a list. */
  List<Fields> parts(String name) {
    return list(name).stream().map(item -> object(at(name), item)).toList();
  }

  private Fields object(String place, JsonValue value) {
    if (value instanceof JsonValue.Obj part) {
      return new Fields(file, place, part);
    }
    throw new FormatException(file, place, "an object was expected here", "", "");
  }

  List<JsonValue> list(String name) {
    return switch (find(name).orElse(new JsonValue.Arr(List.of()))) {
      case JsonValue.Arr(List<JsonValue> items) -> items;
      case JsonValue other -> throw odd(name, "a list was expected here");
    };
  }

  String type() {
    return text("type").orElseThrow(() -> odd("type", "a part of a tokenizer names its type"));
  }

  Optional<String> text(String name) {
    return find(name)
        .map(value -> {
          if (value instanceof JsonValue.Text(String text)) {
            return text;
          }
          throw odd(name, "a text was expected here");
        });
  }

  String needText(String name) {
    return text(name).orElseThrow(() -> odd(name, "a text was expected here"));
  }

  boolean flag(String name, boolean otherwise) {
    return find(name)
        .map(value -> {
          if (value instanceof JsonValue.Bool(boolean truth)) {
            return truth;
          }
          throw odd(name, "true or false was expected here");
        })
        .orElse(otherwise);
  }

  int number(String name, int otherwise) {
    return find(name).map(value -> integer(name, value)).orElse(otherwise);
  }

  int integer(String name, JsonValue value) {
    if (value instanceof JsonValue.Int(BigInteger number)
        && number.signum() >= 0
        && number.bitLength() < Integer.SIZE) {
      return number.intValue();
    }
    throw odd(name, "a whole number of 0 or more was expected here");
  }

  Optional<JsonValue> find(String name) {
    return object.find(name).filter(value -> !(value instanceof JsonValue.Null));
  }

  private String at(String name) {
    return where.isEmpty() ? name : where + "." + name;
  }

  FormatException odd(String name, String what) {
    return new FormatException(file, at(name), what, "", "");
  }

  /** A kind of part that is not read; leaving it out would give other tokens. */
  FormatException unknown(String kind) {
    return new FormatException(
        file,
        where,
        "this " + kind + " is not supported: " + Printable.quote(type()),
        "without it the tokens would be others",
        "give tokens as numbers: `[1, 2, 3]`, on the command line --tokens 1,2,3");
  }
}
