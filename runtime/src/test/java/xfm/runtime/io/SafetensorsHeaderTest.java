package xfm.runtime.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static xfm.runtime.io.Failures.refused;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Shapes;

class SafetensorsHeaderTest {
  private static final Path FILE = Path.of("model.safetensors");

  private static SafetensorsHeader parse(String header, long dataBytes) {
    return SafetensorsHeader.parse(FILE, header.getBytes(UTF_8), dataBytes);
  }

  /** A header of tensors of bytes, by their offsets. */
  private static String bytes(long... offsets) {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < offsets.length; i += 2) {
      header.append(i == 0 ? "" : ",").append('"').append((char) ('a' + i / 2)).append("\":");
      header
          .append("{\"dtype\":\"U8\",\"shape\":[")
          .append(Math.max(0, offsets[i + 1] - offsets[i]))
          .append("],\"data_offsets\":[")
          .append(offsets[i])
          .append(',')
          .append(offsets[i + 1])
          .append("]}");
    }
    return header.append('}').toString();
  }

  @Test
  void listsTensorsInTheOrderOfTheirData() {
    SafetensorsHeader header = parse(bytes(4, 6, 0, 4), 6);
    assertEquals(List.of("b", "a"), header.entries().stream().map(e -> e.name()).toList());
    assertEquals(8 + bytes(4, 6, 0, 4).length(), header.dataStart());
  }

  @Test
  void rankZeroAndZeroSizesAreLegal() {
    SafetensorsHeader header =
        parse(
            """
            {"scalar": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]},
             "none": {"dtype": "F32", "shape": [3, 0], "data_offsets": [4, 4]},
             "first": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}   \
            """,
            4);
    assertEquals(3, header.entries().size());
    assertEquals("first", header.entries().getFirst().name());
    assertEquals(0, header.entries().get(1).shape().length);
    assertEquals(DType.F32, header.entries().get(1).dtype());
  }

  @Test
  void aFileMayHoldNoTensors() {
    assertTrue(parse("{}", 0).entries().isEmpty());
  }

  @Test
  void readsMetadata() {
    assertEquals(
        Map.of("format", "pt"), parse("{\"__metadata__\":{\"format\":\"pt\"}}", 0).metadata());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"format\": 1}",
        "{\"format\": null}",
        "{\"format\": {}}",
        "[]",
        "null",
        "\"pt\"",
        "1",
      })
  void metadataIsTextsOnly(String metadata) {
    refused(FILE, () -> parse("{\"__metadata__\": " + metadata + "}", 0), "expected", "found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"__metadata__\":{},\"__metadata__\":{}}",
        "{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
            + "\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
      })
  void refusesNamesThatAreThereTwice(String header) {
    refused(FILE, () -> parse(header, 0), "Duplicate", "header, line 1, column");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "{}}",
        "{} {}",
        "{\"a\":}",
        "{\"a\":1}",
        "{\"a\":[]}",
        "{\"a\":null}",
        "{}\u0000",
      })
  void refusesWhatIsNotAnObjectOfTensors(String header) {
    refused(FILE, () -> parse(header, 0), "header, line 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"dtype\":\"U8\",\"shape\":[0]",
        "\"dtype\":\"U8\",\"data_offsets\":[0,0]",
        "\"shape\":[0],\"data_offsets\":[0,0]",
        "\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0]",
        "\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0,0]",
        "",
      })
  void refusesIncompleteDescriptions(String fields) {
    refused(FILE, () -> parse("{\"a\":{" + fields + "}}", 0), "tensor \"a\"", "incomplete");
  }

  @Test
  void refusesFieldsThatTheFormatDoesNotKnow() {
    String fields = "\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0],\"strides\":[1]";
    refused(FILE, () -> parse("{\"a\":{" + fields + "}}", 0), "\"strides\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0,4,5,6; a hole",
        "0,4,3,6; overlaps",
        "0,4,0,4; overlaps",
        "2,6,6,6; a hole",
        "0,6,6,2; ends before it begins",
        "0,4,4,7; cut off",
        "0,4,4,5; bytes after the last tensor",
        "0,9000000000000000000,9000000000000000000,9000000000000000001; cut off",
      })
  void theDataIsCoveredExactly(String offsets, String what) {
    long[] numbers = List.of(offsets.split(",")).stream().mapToLong(Long::parseLong).toArray();
    refused(FILE, () -> parse(bytes(numbers), 6), what);
  }

  @Test
  void refusesBytesThatBelongToNoTensor() {
    refused(FILE, () -> parse("{}", 1), "bytes after the last tensor");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "F32; 2,3; 20; takes 24 bytes",
        "F32; 2,3; 28; takes 24 bytes",
        "F16; 2,3; 24; takes 12 bytes",
        "F32; ''; 8; takes 4 bytes",
        "F32; 4611686018427387904; 0; overflows",
        "U8; 4294967296,4294967296; 0; overflows",
        "U8; 0,4294967296,4294967296; 0; overflows",
        "U8; 9223372036854775808; 0; 2^63",
        "U8; 18446744073709551616; 0; 2^63",
        "U8; -1; 0; negative",
        "U8; 1.0; 1; integer was expected",
        "U8; 1e0; 1; integer was expected",
        "U8; \"1\"; 1; integer was expected",
        "U8; true; 1; integer was expected",
        "U8; [1]; 1; integer was expected",
        "U8; null; 1; integer was expected",
      })
  void theShapeFitsTheBytes(String type, String shape, long bytes, String what) {
    String header =
        "{\"a\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[0,%d]}}"
            .formatted(type, shape, bytes);
    refused(FILE, () -> parse(header, bytes), what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"F4", "F6_E2M3", "F8_E4M3", "C64", "f32", "U8 ", "", "Ｆ32"})
  void refusesTypesThatItDoesNotHave(String type) {
    String header = "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":[2],\"data_offsets\":[0,1]}}";
    refused(FILE, () -> parse(header, 1), "tensor \"a\"", "\"" + type + "\"", "BF16");
  }

  @Test
  void readsAsManyAxesAsNumpyHas() {
    String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[%s1],\"data_offsets\":[0,1]}}";
    String most = header.formatted("1,".repeat(63));
    assertEquals(64, parse(most, 1).entries().getFirst().shape().length);
    refused(FILE, () -> parse(header.formatted("1,".repeat(64)), 1), "too many", "64");
  }

  @Test
  void refusesDeepNesting() {
    refused(FILE, () -> parse("{\"__metadata__\":" + "[".repeat(1_000_000), 0), "header");
    refused(FILE, () -> parse("{\"a\":{\"shape\":" + "[".repeat(1_000_000), 0), "header");
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] header = bytes(0, 0).getBytes(UTF_8);
    header[2] = (byte) 0xFF;
    refused(FILE, () -> SafetensorsHeader.parse(FILE, header, 0), "not valid UTF-8", "byte 10");
  }

  @Test
  void namesInMessagesAreHarmless() {
    String header = "{\"\\u001b[31m\":{}}";
    refused(FILE, () -> parse(header, 0), "\\u001b[31m");
  }

  /** Every byte of a header replaced by others: refused, or read as tensors that fit the data. */
  @Test
  void damageIsRefusedOrHarmless() {
    byte[] whole =
        ("{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],"
                + "\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"I16\",\"shape\":[],"
                + "\"data_offsets\":[8,10]}}  ")
            .getBytes(UTF_8);
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] damaged = whole.clone();
        damaged[at] = (byte) value;
        try {
          SafetensorsHeader header = SafetensorsHeader.parse(FILE, damaged, 10);
          long end = 0;
          for (SafetensorsHeader.Entry entry : header.entries()) {
            assertEquals(end, entry.begin());
            end = entry.end();
            assertEquals(end - entry.begin(), Shapes.bytes(entry.dtype(), entry.shape()));
          }
          assertEquals(10, end);
        } catch (FormatException _) {
          refused++;
        }
      }
    }
    assertTrue(refused > whole.length * 128, "only " + refused + " refused");
  }
}
