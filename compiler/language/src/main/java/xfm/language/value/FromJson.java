package xfm.language.value;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import xfm.runtime.io.JsonValue;

/** What a JSON text says, as values of scripts. */
public final class FromJson {
  private FromJson() {}

  /** Objects are records, null is nothing; an int that 64 bits do not hold becomes a float. */
  public static Object value(JsonValue json) {
    return switch (json) {
      case JsonValue.Obj object -> {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        object.members().forEach((name, member) -> fields.put(name, value(member)));
        yield new XfmRecord(fields);
      }
      case JsonValue.Arr array -> {
        List<Object> items = array.items().stream().map(FromJson::value).toList();
        yield XfmList.of(items);
      }
      case JsonValue.Text text -> text.value();
      case JsonValue.Int number ->
          number.value().bitLength() < 64
              ? (Object) number.value().longValue()
              : (Object) number.value().doubleValue();
      case JsonValue.Decimal number -> number.value();
      case JsonValue.Bool truth -> truth.value();
      case JsonValue.Null _ -> Nothing.VALUE;
    };
  }
}
