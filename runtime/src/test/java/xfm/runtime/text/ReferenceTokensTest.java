package xfm.runtime.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;

/**
 * The tokens that the {@code tokenizers} library gives for 479 texts in many languages, with odd
 * spaces, marks and code points. {@code -Dxfm.tokenizers=FOLDER} names a folder with more
 * tokenizers and the same texts.
 */
class ReferenceTokensTest {
  private static final Path HERE = Path.of("src/test/resources/tokenizers");

  static List<Path> folders() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Path root :
        List.of(HERE, Path.of(System.getProperty("xfm.tokenizers", HERE.toString())))) {
      try (Stream<Path> all = Files.list(root)) {
        all.filter(folder -> Files.exists(folder.resolve("tokenizer.json")))
            .sorted()
            .forEach(folders::add);
      }
    }
    return folders.stream().distinct().toList();
  }

  private static List<JsonValue> list(JsonValue value) {
    return ((JsonValue.Arr) value).items();
  }

  private static int[] ints(JsonValue value) {
    return list(value).stream()
        .mapToInt(v -> ((JsonValue.Int) v).value().intValueExact())
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void tokensAndTextsAreThoseOfTheLibrary(Path folder) throws IOException {
    Path file = HERE.resolve("texts.json");
    List<JsonValue> texts = list(Json.parse(file, Files.readString(file)));
    JsonValue.Obj expected = Json.readObject(folder.resolve("ids.json"));
    List<JsonValue> plain = list(expected.find("ids").orElseThrow());
    List<JsonValue> around = list(expected.find("ids_special").orElseThrow());
    List<JsonValue> decoded = list(expected.find("decoded").orElseThrow());
    Tokenizer tokenizer = Tokenizers.open(folder);
    assertEquals(479, texts.size());
    for (int i = 0; i < texts.size(); i++) {
      String text = ((JsonValue.Text) texts.get(i)).value();
      JsonValue special = around.get(i) instanceof JsonValue.Null ? plain.get(i) : around.get(i);
      assertArrayEquals(ints(plain.get(i)), tokenizer.encode(text), "text " + i);
      assertArrayEquals(ints(special), tokenizer.prompt(text), "text " + i);
      assertEquals(
          decoded.get(i) instanceof JsonValue.Text(String back) ? back : text,
          tokenizer.decode(ints(special)),
          "text " + i);
    }
  }
}
