package xfm.runtime.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static xfm.runtime.io.Failures.refused;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.runtime.io.JsonValue.Arr;
import xfm.runtime.io.JsonValue.Bool;
import xfm.runtime.io.JsonValue.Decimal;
import xfm.runtime.io.JsonValue.Int;
import xfm.runtime.io.JsonValue.Null;
import xfm.runtime.io.JsonValue.Obj;
import xfm.runtime.io.JsonValue.Text;

class JsonTest {
  private static final Path FILE = Path.of("config.json");

  @TempDir Path folder;

  private static JsonValue parse(String text) {
    return Json.parse(FILE, text);
  }

  @Test
  void readsEveryKindOfValueInOrder() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("z", new Arr(List.of(new Int(1), new Decimal(1.0), new Decimal(1e-5))));
    members.put("a", new Text("é\n\uD83D\uDE00"));
    members.put("t", new Bool(true));
    members.put("f", new Bool(false));
    members.put("n", new Null());
    members.put("o", new Obj(Map.of()));
    JsonValue read =
        parse(
            """
            {"z": [1, 1.0, 1e-05], "a": "\\u00e9\\n\\ud83d\\ude00",
             "t": true, "f": false, "n": null, "o": {}}
            """);
    assertEquals(new Obj(members), read);
    assertEquals(List.copyOf(members.keySet()), List.copyOf(((Obj) read).members().keySet()));
  }

  @Test
  void integersStayIntegersBeyond64Bits() {
    BigInteger large = new BigInteger("1000000000000000019884624838656");
    assertEquals(new Int(large), parse(large.toString()));
    assertEquals(new Decimal(2), parse("2.0"));
    assertEquals(new Int(2), parse("2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"a\": 1, \"a\": 2}        | line 1, column 13 | 'a'",
        "{\"a\": 1} x                | line 1, column 10 | 'x'",
        "{\"a\": 1} {}               | line 1, column 10 | more after the end",
        "{\"a\": [1, 2}              | line 1, column 12 | line 1, column 7",
        "{\"a\": 1,}                 | line 1, column 9  | not valid JSON",
        "{'a': 1}                    | line 1, column 2  | not valid JSON",
        "{\"a\": NaN}                | line 1            | 'NaN' is no JSON number",
        "{\"a\": -Infinity}          | line 1            | not valid JSON",
        "{\"a\": 01}                 | line 1            | not valid JSON",
        "{\"a\": 1 /* one */}        | line 1            | not valid JSON",
        "{\"a\": 1e999}              | line 1, column 7  | too large",
        "{\"a\": \"\\ud800\"}        | line 1, column 7  | surrogate",
        "{\"\\udc00\": 1}            | line 1            | surrogate",
        "{\"a\": \"                   | line 1            | not valid JSON",
        "{\"a\"                      | line 1            | not valid JSON",
      })
  void refusesWhatIsNotStrictJson(String text, String where, String what) {
    refused(FILE, () -> parse(text.strip()), where, what);
  }

  @Test
  void saysTheLine() {
    refused(FILE, () -> parse("{\n  \"a\": 1,\n  b\n}"), "line 3, column 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n"})
  void refusesNothingAtAll(String text) {
    refused(FILE, () -> parse(text), "ends too early");
  }

  @Test
  void nestsToTheLimitAndNoFurther() {
    assertFalse(parse("[".repeat(64) + "]".repeat(64)).equals(new Arr(List.of())));
    refused(FILE, () -> parse("[".repeat(65) + "]".repeat(65)), "nested too deeply", "64");
    refused(FILE, () -> parse("{\"a\":".repeat(100_000)), "nested too deeply");
  }

  @Test
  void refusesAByteOrderMark() throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), "\uFEFF{}");
    refused(file, () -> Json.read(file), "byte order mark");
  }

  @Test
  void refusesInvalidUtf8() throws IOException {
    Path file = folder.resolve("config.json");
    Files.write(file, "{\"aÃ\": 1}".getBytes(StandardCharsets.ISO_8859_1));
    refused(file, () -> Json.read(file), "not valid UTF-8", "byte 3", "0xc3");
    Files.write(file, new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
    refused(file, () -> Json.read(file), "not valid UTF-8");
    Files.write(file, new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'});
    refused(file, () -> Json.read(file), "not valid UTF-8");
    Files.write(file, new byte[] {'"', (byte) 0xC3});
    refused(file, () -> Json.read(file), "not valid UTF-8", "byte 1");
  }

  @Test
  void refusesFilesBeyondTheLimitBeforeReadingThem() throws IOException {
    Path file = folder.resolve("config.json");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Json.MAX_BYTES + 1L);
    }
    refused(file, () -> Json.read(file), "too large", "67108864");
  }

  @Test
  void namesWhatStandsInItsPlace() throws IOException {
    Path file = folder.resolve("config.json");
    refused(file, () -> Json.read(file), "no such file");
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\noid sha256:00\n");
    refused(file, () -> Json.read(file), "Git LFS pointer", "git lfs pull");
    Files.writeString(file, "\n<!doctype html><title>404</title>");
    refused(file, () -> Json.read(file), "HTML page");
    refused(folder, () -> Json.read(folder), "this is a folder");
    Files.writeString(file, "[1]");
    refused(file, () -> Json.readObject(file), "object was expected");
  }

  @Test
  void longNumbersDoNotTakeLong() {
    refused(FILE, () -> parse("1".repeat(1_000_000)), "too large", "digits");
    refused(FILE, () -> parse("1." + "1".repeat(1_000_000)), "too large", "digits");
  }

  @Test
  void writesWhatItReads() {
    String text =
        "{\"z\":[1,1.5,-1.0E-5,[]],\"é\\\"\\\\\":\"\\n\\t\\u0000\\u001b😀\",\"o\":{},"
            + "\"b\":[true,false,null]}";
    assertEquals(text, Json.write(parse(text)));
  }

  @Test
  void writesLoneSurrogatesInAWayThatUtf8CanHold() {
    assertEquals("\"a\\ud800\"", Json.write(new Text("a\uD800")));
  }

  @Test
  void cannotHoldNumbersThatJsonCannot() {
    assertThrows(IllegalArgumentException.class, () -> new Decimal(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Decimal(Double.POSITIVE_INFINITY));
  }
}
