package xfm.runtime.io;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value. Integers and decimals are told apart as written: {@code 2} is not {@code 2.0}. */
public sealed interface JsonValue {

  /** An object; its members keep their order. */
  record Obj(Map<String, JsonValue> members) implements JsonValue {
    public Obj {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** The member of that name. */
    public Optional<JsonValue> find(String name) {
      return Optional.ofNullable(members.get(name));
    }
  }

  /** A list. */
  record Arr(List<JsonValue> items) implements JsonValue {
    public Arr {
      items = List.copyOf(items);
    }
  }

  /** A text. */
  record Text(String value) implements JsonValue {}

  /** A number written without point and exponent; configurations hold some beyond 64 bits. */
  record Int(BigInteger value) implements JsonValue {
    public Int(long value) {
      this(BigInteger.valueOf(value));
    }
  }

  /**
   * A number written with a point or an exponent.
   *
   * @throws IllegalArgumentException if it is infinite or not a number, which JSON cannot say
   */
  record Decimal(double value) implements JsonValue {
    public Decimal {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(value + " is no JSON number");
      }
    }
  }

  /** True or false. */
  record Bool(boolean value) implements JsonValue {}

  /** Null. */
  record Null() implements JsonValue {}
}
